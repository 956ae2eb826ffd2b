// Package castkey gets Twitch access tokens from the Castkey vault on this computer, for bots in Go.
//
// Copy this file into your bot, and castkey_windows.go with it if it is to run there. Go 1.19 or newer, standard
// library only.
//
//	vault, err := castkey.New(castkey.Options{Name: "chat-bot"})
//	token, err := vault.Token(ctx, castkey.Request{Intent: "chat", Scopes: []string{"chat:read", "chat:edit"}})
//
// The first call opens a window in which the streamer decides; later starts need no click. Ask for the token each time
// you need it rather than keeping it: that costs nothing while it is good. Every method may be called by any goroutine.
//
// The protocol is told in docs/protocol.md of Castkey.
package castkey

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	version      = "0.1.0"
	protocol     = 1
	lineBytes    = 65536
	maxWait      = 10 * time.Minute
	defaultWait  = 2 * time.Minute
	handshake    = 10 * time.Second
	answerWait   = 30 * time.Second
	grace        = 2 * time.Second
	margin       = time.Minute
	repeats      = 2
	lockPoll     = 250 * time.Millisecond
	lockStale    = 11 * time.Minute
	firstPause   = 100 * time.Millisecond
	maxPause     = 10 * time.Second
	steady       = 10 * time.Second
	keyFileBytes = 8192
	maxQuestions = 64
	maxWants     = 20
)

// --- What a bot sees

// Error is what every method fails with, unless the caller's own context was cancelled. Code is one of
// docs/protocol.md, section 7, or one that arises on this side: vault-not-running, vault-unproven, connection-lost,
// timeout, key-file, bad-user.
type Error struct {
	Code    string
	Message string
	// Retryable tells whether the same call may succeed later without anybody doing something.
	Retryable bool
	// RetryAfter is how long to wait before that, where the vault knows.
	RetryAfter time.Duration
	// Missing has, with scope-missing, the scopes the account lacks.
	Missing []string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Token is an access token. It prints without its secret.
type Token struct {
	AccessToken string `json:"-"`
	Scopes      []string
	// ExpiresAt is the zero time if it never expires.
	ExpiresAt time.Time
	// UserID is empty for the application's own token.
	UserID string
	// ClientID is what Helix wants as Client-Id.
	ClientID string
	Version  int64
}

func (t Token) String() string {
	return fmt.Sprintf("[token of user %q, version %d, scopes %v]", t.UserID, t.Version, t.Scopes)
}

// GoString keeps %#v from printing the secret.
func (t Token) GoString() string { return t.String() }

// User is an account this bot may use. State: ok, offline, needs-sign-in, setup or expired.
type User struct {
	UserID    string
	Login     string
	Intents   []string
	Scopes    []string
	ExpiresAt time.Time
	State     string
}

// Status is how the vault stands.
type Status struct {
	Version string
	Locked  bool
	Users   []User
}

// Event is one of docs/protocol.md, section 5; none holds a token. Fields that a type doesn't have are empty.
type Event struct {
	Seq     int64    `json:"seq"`
	Type    string   `json:"type"`
	UserID  string   `json:"userId"`
	Login   string   `json:"login"`
	Intent  string   `json:"intent"`
	Intents []string `json:"intents"`
	Scopes  []string `json:"scope"`
	Version int64    `json:"version"`
	Reason  string   `json:"reason"`
}

// Want is one account (by numeric user ID) or intent a bot would like to use; of each inner list of Scopes it needs one.
type Want struct {
	User   string     `json:"user,omitempty"`
	Intent string     `json:"intent,omitempty"`
	Scopes [][]string `json:"scopes,omitempty"`
}

// Options say who calls. Only Name is needed.
type Options struct {
	// Name is what the bot calls itself; the streamer sees it, and the pairing key is kept under it.
	Name string
	// Wants is what the first pairing asks for, so that one window settles it all. While it is nil, the pairing waits
	// for the first call and asks for what that needs.
	Wants []Want
	// Reason is why, in a sentence for the streamer.
	Reason string
	// Socket is the path of Castkey's socket; by default CASTKEY_SOCKET, else the platform's.
	Socket string
	// KeyFile is the path of the pairing key; by default CASTKEY_KEY_FILE, else a file in the user's configuration folder.
	KeyFile string
	// Timeout is how long each call may take, people's clicks included: two minutes unless told, at most ten.
	Timeout time.Duration
	// NonInteractive: no window opens for this bot; what needs one fails.
	NonInteractive bool
	// TwitchClientID is the Twitch application this bot is made for; a vault that works for another refuses with setup.
	TwitchClientID string
}

// Request says whose token: that of the account with this numeric user ID, or of whoever has this intent. The token has
// all of Scopes, and one of each list of AnyOf; what the account lacks is asked of the streamer.
type Request struct {
	User   string
	Intent string
	Scopes []string
	AnyOf  [][]string
}

// --- Bytes, lines, proofs

var (
	errTooLarge = errors.New("too-large")
	errNotUTF8  = errors.New("not-utf8")
)

// lines cuts a byte stream into lines; it holds at most one, however the other side sends them.
type lines struct{ held []byte }

func (l *lines) feed(chunk []byte) ([]string, error) {
	var found []string
	for {
		end := bytes.IndexByte(chunk, '\n')
		if end < 0 {
			break
		}
		if len(l.held)+end+1 > lineBytes {
			return found, errTooLarge
		}
		line := append(l.held, chunk[:end]...)
		if !utf8.Valid(line) {
			return found, errNotUTF8
		}
		found = append(found, string(line))
		l.held, chunk = l.held[:0], chunk[end+1:]
	}
	if len(l.held)+len(chunk) >= lineBytes {
		return found, errTooLarge
	}
	l.held = append(l.held, chunk...)
	return found, nil
}

// proofOf computes what prover ("client" or "server") sends; the nonces are the texts as they were sent.
func proofOf(prover string, key []byte, clientNonce, serverNonce string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("castkey1:" + prover + ":" + clientNonce + ":" + serverNonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// decode gives the bytes of base64url without padding, or false if it is anything else.
func decode(text string, min, max int) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") { // encoding/base64 would skip them
		return nil, false
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	return data, err == nil && len(data) >= min && len(data) <= max
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// --- Where things are

func homeFolder() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return "" // the path that comes of it isn't absolute, and that is told
	}
	return home
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// socketPath is where the vault listens: docs/protocol.md, section 1.
func socketPath(chosen string) (string, error) {
	home := os.Getenv("CASTKEY_HOME")
	if home != "" && chosen == "" && !filepath.IsAbs(home) {
		return "", &Error{Code: "bad-request", Message: fmt.Sprintf("CASTKEY_HOME must be an absolute folder, but is %q.", home)}
	}
	path := firstOf(chosen, os.Getenv("CASTKEY_SOCKET"))
	if path == "" {
		path = defaultSocket(home)
	}
	maxBytes := 103
	switch {
	case runtime.GOOS == "windows" && !strings.HasPrefix(path, `\\.\pipe\`):
		return "", &Error{Code: "bad-request", Message: fmt.Sprintf("On Windows the vault listens on a pipe, not at %q.", path)}
	case runtime.GOOS == "windows":
		return path, nil
	case !filepath.IsAbs(path):
		return "", &Error{Code: "bad-request", Message: fmt.Sprintf("The path of the socket is not absolute (%q): set CASTKEY_SOCKET.", path)}
	case runtime.GOOS == "linux":
		maxBytes = 107
	}
	if len(path) > maxBytes {
		message := fmt.Sprintf("The path of the socket is longer than %d bytes: set CASTKEY_SOCKET.", maxBytes)
		return "", &Error{Code: "bad-request", Message: message}
	}
	return path, nil
}

func defaultSocket(home string) string {
	profile := firstOf(strings.TrimRight(home, `/\`), home)
	if home == "" {
		profile = settingsFolder() + string(filepath.Separator) + "Castkey"
	}
	if runtime.GOOS == "windows" {
		return `\\.\pipe\castkey-` + hashOf(profile)[:16]
	}
	if home == "" && runtime.GOOS == "linux" {
		if folder := runtimeFolder(); folder != "" {
			return folder + "/castkey/castkey.sock"
		}
	}
	return profile + "/castkey.sock"
}

// settingsFolder ignores a relative variable ("~/.config" that no shell has read, too): it would be another folder each time.
func settingsFolder() string {
	given, usual := os.Getenv("XDG_CONFIG_HOME"), homeFolder()+"/.config"
	switch runtime.GOOS {
	case "windows":
		given, usual = os.Getenv("APPDATA"), homeFolder()+`\AppData\Roaming`
	case "darwin":
		return homeFolder() + "/Library/Application Support"
	}
	if filepath.IsAbs(given) {
		return given
	}
	return usual
}

var runUser = "/run/user"

// runtimeFolder is this user's alone: others could put a socket of theirs into anything else. Empty if there is none.
func runtimeFolder() string {
	given := os.Getenv("XDG_RUNTIME_DIR")
	for _, folder := range []string{firstOf(strings.TrimRight(given, "/"), given), fmt.Sprintf("%s/%d", runUser, os.Getuid())} {
		if !filepath.IsAbs(folder) {
			continue
		}
		found, err := os.Lstat(folder)
		if err == nil && found.IsDir() && found.Mode().Perm() == 0o700 && isOwn(found) {
			return folder
		}
	}
	return ""
}

// isOwn reads syscall.Stat_t by the names of its fields: Windows has no such type.
func isOwn(found fs.FileInfo) bool {
	system := reflect.Indirect(reflect.ValueOf(found.Sys()))
	if system.Kind() != reflect.Struct {
		return false
	}
	owner := system.FieldByName("Uid")
	return owner.CanUint() && owner.Uint() == uint64(os.Getuid())
}

// keyFilePath is where the key of a bot lies: the same place that castkey-client and the castkey command use.
func keyFilePath(name, chosen string) string {
	if path := firstOf(chosen, os.Getenv("CASTKEY_KEY_FILE")); path != "" {
		return path
	}
	return filepath.Join(settingsFolder(), "castkey-client", keyFileName(name))
}

var (
	plainName    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,47}$`)
	reservedName = regexp.MustCompile(`^(?:con|prn|aux|nul|com\d|lpt\d)$`)
	illegible    = regexp.MustCompile(`[^a-z0-9]+`)
)

func keyFileName(name string) string {
	if plainName.MatchString(name) && !reservedName.MatchString(name) {
		return name + ".json"
	}
	legible := illegible.ReplaceAllString(strings.ToLower(name), "-")
	legible = strings.TrimSuffix(strings.TrimPrefix(legible, "-"), "-")
	if len(legible) > 32 {
		legible = legible[:32]
	}
	return "bot-" + legible + "." + hashOf(name)[:16] + ".json"
}

// --- The pairing key

// pairingKey is what the vault calls the key, and its 32 bytes.
type pairingKey struct {
	keyID string
	key   []byte
}

type keyFileContent struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
	KeyID   string `json:"keyId"`
	Key     string `json:"key"`
}

// readKeyFile gives nil if there is no such file.
func readKeyFile(path, name string) (*pairingKey, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, keyProblem(path, "can't be opened ("+reasonOf(err)+")")
	}
	defer file.Close()
	if err := refuseShared(file, path); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, keyFileBytes+1))
	if err != nil {
		return nil, keyProblem(path, "can't be read ("+reasonOf(err)+")")
	}
	var content keyFileContent
	if err := json.Unmarshal(data, &content); err != nil || content.KeyID == "" || content.Name == "" {
		return nil, keyProblem(path, "isn't a key file")
	}
	key, valid := decode(content.Key, 32, 32)
	if !valid {
		return nil, keyProblem(path, "isn't a key file")
	}
	if content.Name != name {
		return nil, keyProblem(path, fmt.Sprintf("belongs to the bot %q, not to %q", content.Name, name))
	}
	return &pairingKey{content.KeyID, key}, nil
}

// refuseShared looks at the open file, so that it can't be exchanged in between. Windows has no such modes.
func refuseShared(file *os.File, path string) error {
	facts, err := file.Stat()
	if err != nil || !facts.Mode().IsRegular() || facts.Size() > keyFileBytes {
		return keyProblem(path, "isn't a key file")
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	// The type of Sys() differs from system to system; this way one file is enough for all.
	if owner := reflect.Indirect(reflect.ValueOf(facts.Sys())); owner.Kind() == reflect.Struct {
		if uid := owner.FieldByName("Uid"); uid.IsValid() && uid.CanUint() && int64(uid.Uint()) != int64(os.Geteuid()) {
			return keyProblem(path, "belongs to another user")
		}
	}
	if facts.Mode().Perm()&0o077 != 0 {
		return keyProblem(path, "can be read by others; run: chmod 600 '"+path+"'")
	}
	return nil
}

// writeKeyFile leaves the old file or the new one if it is cut short; mode 0600 from the first byte.
func writeKeyFile(path, name string, pairing pairingKey) error {
	content := keyFileContent{1, name, pairing.keyID, base64.RawURLEncoding.EncodeToString(pairing.key)}
	data, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return keyProblem(path, "can't be written ("+reasonOf(err)+")")
	}
	temporary := fmt.Sprintf("%s.%d.tmp", path, os.Getpid())
	err = os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = writeNew(temporary, append(data, '\n'))
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		os.Remove(temporary)
		return keyProblem(path, "can't be written ("+reasonOf(err)+")")
	}
	return nil
}

func writeNew(path string, data []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// takeKeyLock gives the right to pair under one key file, so that two processes of a bot don't open two windows; nil
// while another process has it.
func takeKeyLock(keyFile string) (func(), error) {
	lock := keyFile + ".lock"
	err := os.MkdirAll(filepath.Dir(keyFile), 0o700)
	if err == nil && isStale(lock) {
		err = os.Remove(lock)
	}
	var file *os.File
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		file, err = os.OpenFile(lock, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil, nil
	}
	if err == nil {
		_, err = file.WriteString(strconv.Itoa(os.Getpid()))
		file.Close()
	}
	if err != nil {
		return nil, &Error{Code: "key-file", Message: "The folder of " + keyFile + " can't be written to (" + reasonOf(err) + ")."}
	}
	return func() { os.Remove(lock) }, nil
}

func isStale(lock string) bool {
	facts, err := os.Stat(lock)
	if err != nil {
		return false
	}
	if time.Since(facts.ModTime()) > lockStale {
		return true
	}
	data, err := os.ReadFile(lock)
	pid, notNumber := strconv.Atoi(string(data))
	// A lock without a number is one that is being written this moment.
	return err == nil && notNumber == nil && pid > 0 && !isRunning(pid)
}

func isRunning(pid int) bool {
	process, err := os.FindProcess(pid)
	if runtime.GOOS == "windows" || err != nil {
		return err == nil
	}
	err = process.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}

func keyProblem(path, what string) *Error {
	return &Error{Code: "key-file", Message: "The key file " + path + " " + what + ". Put it right, or delete it and pair again."}
}

// reasonOf leaves out paths, which the messages here have already.
func reasonOf(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	return err.Error()
}

// --- What comes over the socket is checked before it is used

type message struct {
	kind   string // result, error, event or ignore
	id     int64  // -1 for an error of the connection
	result json.RawMessage
	err    *Error
	event  Event
}

var errNonsense = errors.New("this isn't Castkey's protocol")

// readMessage tells what a line from the vault means; an error says that the other end doesn't speak this protocol.
func readMessage(line string) (message, error) {
	var given struct {
		JSONRPC string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Method  json.RawMessage `json:"method"`
		Params  json.RawMessage `json:"params"`
		Result  json.RawMessage `json:"result"`
		Error   json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal([]byte(line), &given); err != nil || given.JSONRPC != "2.0" {
		return message{}, errNonsense
	}
	if given.Method != nil {
		return readEvent(given.Method, given.Params)
	}
	id := int64(-1)
	if given.ID != nil && string(given.ID) != "null" {
		if err := json.Unmarshal(given.ID, &id); err != nil || id < 0 {
			return message{}, errNonsense
		}
	}
	if given.Error != nil {
		refusal, err := readRefusal(given.Error)
		return message{kind: "error", id: id, err: refusal}, err
	}
	if given.Result == nil || id < 0 {
		return message{}, errNonsense
	}
	return message{kind: "result", id: id, result: given.Result}, nil
}

// eventHas tells of each known event whether it must name a user.
var eventHas = map[string]bool{
	"token.changed": true, "token.invalidated": true, "account.added": true, "account.removed": true,
	"intents.changed": true, "grant.revoked": false, "vault.locked": false, "vault.unlocked": false, "overflow": false,
}

func readEvent(method, params json.RawMessage) (message, error) {
	var kind struct {
		Type string `json:"type"`
		Seq  *int64 `json:"seq"`
	}
	if string(method) != `"event"` || json.Unmarshal(params, &kind) != nil {
		return message{kind: "ignore"}, nil
	}
	named, known := eventHas[kind.Type]
	if !known {
		return message{kind: "ignore"}, nil
	}
	var event Event
	if err := json.Unmarshal(params, &event); err != nil || kind.Seq == nil || event.Seq < 0 || (named && !arePlain(event.UserID)) {
		return message{}, errNonsense
	}
	return message{kind: "event", event: event}, nil
}

var knownCodes = map[string]bool{}

func init() {
	for _, code := range strings.Fields(`not-paired bad-proof denied approval-timeout consent-denied consent-timeout
		wrong-account scope-missing unknown-user unknown-intent needs-sign-in setup locked twitch-unreachable
		twitch-rejected rate-limited no-app-token bad-request too-large unsupported-protocol busy shutting-down internal`) {
		knownCodes[code] = true
	}
}

// readRefusal reads the vault's no. One of JSON-RPC's own errors may come without data; a code from the future is internal.
func readRefusal(given json.RawMessage) (*Error, error) {
	var refusal struct {
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(given, &refusal); err != nil {
		return nil, errNonsense
	}
	found := &Error{Code: "bad-request", Message: sanitize(refusal.Message)}
	var data struct {
		Code       json.RawMessage `json:"code"`
		Retryable  json.RawMessage `json:"retryable"`
		RetryAfter json.RawMessage `json:"retryAfterMs"`
		Missing    json.RawMessage `json:"missing"`
	}
	if refusal.Data == nil || json.Unmarshal(refusal.Data, &data) != nil {
		return found, nil
	}
	// A refusal stays one even if a detail is unreadable.
	var code string
	if json.Unmarshal(data.Code, &code) != nil || !knownCodes[code] {
		code = "internal"
	}
	found.Code, found.Retryable = code, string(data.Retryable) == "true"
	var after int64
	if json.Unmarshal(data.RetryAfter, &after) == nil && after > 0 {
		if after > 3_600_000 {
			after = 3_600_000
		}
		found.RetryAfter = time.Duration(after) * time.Millisecond
	}
	var missing []string
	if json.Unmarshal(data.Missing, &missing) == nil {
		for _, scope := range missing {
			found.Missing = append(found.Missing, sanitize(scope))
		}
	}
	return found, nil
}

func isUnreadable(sign rune) bool {
	return unicode.In(sign, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

var tokenLike = regexp.MustCompile(`(?i)\b[a-z0-9]{30,}\b`)

// sanitize makes text from the other side safe to print: no control characters, nothing that looks like a Twitch token.
func sanitize(text string) string {
	kept := strings.Map(func(sign rune) rune {
		if isUnreadable(sign) {
			return ' '
		}
		return sign
	}, text)
	signs := []rune(tokenLike.ReplaceAllString(kept, "[hidden]"))
	if len(signs) > 300 {
		signs = signs[:300]
	}
	return strings.TrimSpace(string(signs))
}

// arePlain tells whether texts may go into headers, files and onto terminals as they are: a line break or an escape in
// one would be a command to whoever reads it there.
func arePlain(texts ...string) bool {
	for _, text := range texts {
		odd := strings.IndexFunc(text, func(sign rune) bool { return sign <= ' ' || sign > '~' })
		if text == "" || len(text) > 1024 || odd >= 0 {
			return false
		}
	}
	return true
}

func readToken(given json.RawMessage) (*Token, error) {
	var token *struct {
		AccessToken string   `json:"accessToken"`
		Scope       []string `json:"scope"`
		ExpiresIn   *int64   `json:"expiresIn"`
		Obtained    int64    `json:"obtainmentTimestamp"`
		UserID      string   `json:"userId"`
		ClientID    string   `json:"clientId"`
		Version     int64    `json:"version"`
	}
	if err := json.Unmarshal(given, &token); err != nil {
		return nil, makesNoSense()
	}
	if token == nil {
		return nil, nil
	}
	if token.Scope == nil || token.Obtained <= 0 || token.Version < 0 {
		return nil, makesNoSense()
	}
	if !arePlain(token.AccessToken, token.ClientID) || !arePlain(token.Scope...) || token.UserID != "" && !arePlain(token.UserID) {
		return nil, makesNoSense()
	}
	found := Token{AccessToken: token.AccessToken, Scopes: token.Scope, UserID: token.UserID, ClientID: token.ClientID, Version: token.Version}
	if token.ExpiresIn != nil {
		const century = 100 * 366 * 24 * 60 * 60
		if *token.ExpiresIn < 0 || *token.ExpiresIn > century {
			return nil, makesNoSense()
		}
		found.ExpiresAt = time.UnixMilli(token.Obtained).Add(time.Duration(*token.ExpiresIn) * time.Second)
	}
	return &found, nil
}

func makesNoSense() *Error {
	return &Error{Code: "internal", Message: "Castkey's answer makes no sense."}
}

func lost(what string) *Error {
	return &Error{Code: "connection-lost", Message: what, Retryable: true}
}

func timedOut(what string) *Error {
	return &Error{Code: "timeout", Message: what + " took too long.", Retryable: true}
}

func closedHere() *Error {
	return &Error{Code: "connection-lost", Message: "This program closed its connection to Castkey."}
}

// whenDone tells why a context is over: its deadline, or the caller's own will.
func whenDone(ctx context.Context, what string) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return timedOut(what)
	}
	return ctx.Err()
}

// --- One connection

// openPipe opens a pipe of Windows; castkey_windows.go has it, since no other system can compile it.
var openPipe func(ctx context.Context, path string) (io.ReadWriteCloser, error)

// connection is requests, answers and events on one socket, before and after the handshake.
type connection struct {
	socket  io.ReadWriteCloser
	onEvent func(Event)
	buffer  []byte
	writing sync.Mutex
	closed  chan struct{}

	mu      sync.Mutex
	waiting map[int64]chan message
	lastID  int64
	trusted bool
	counted bool // whether lastSeq is known
	lastSeq int64
	why     error
}

func openConnection(ctx context.Context, path string, onEvent func(Event)) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, handshake)
	defer cancel()
	socket, err := openSocket(ctx, path)
	if err != nil {
		return nil, err
	}
	opened := &connection{
		socket: socket, onEvent: onEvent, buffer: make([]byte, lineBytes),
		closed: make(chan struct{}), waiting: map[int64]chan message{},
	}
	go opened.read()
	return opened, nil
}

func openSocket(ctx context.Context, path string) (io.ReadWriteCloser, error) {
	var socket io.ReadWriteCloser
	var err error
	if runtime.GOOS != "windows" {
		socket, err = (&net.Dialer{}).DialContext(ctx, "unix", path)
	} else if openPipe != nil {
		socket, err = openPipe(ctx, path)
	} else {
		return nil, &Error{Code: "bad-request", Message: "On Windows castkey_windows.go is needed, too."}
	}
	switch {
	case err == nil:
		return socket, nil
	case ctx.Err() != nil:
		return nil, whenDone(ctx, "Opening "+path)
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED):
		message := "Nobody answers at " + path + ". Start Castkey on this computer, then try again."
		return nil, &Error{Code: "vault-not-running", Message: message, Retryable: true}
	case errors.Is(err, fs.ErrPermission):
		return nil, &Error{Code: "vault-not-running", Message: path + " belongs to another user."}
	}
	return nil, lost("The connection to " + path + " broke (" + reasonOf(err) + ").")
}

func (l *connection) request(ctx context.Context, method string, params any) (json.RawMessage, error) {
	answer := make(chan message, 1)
	l.mu.Lock()
	l.lastID++
	id, why := l.lastID, l.why
	if why == nil {
		l.waiting[id] = answer
	}
	l.mu.Unlock()
	if why != nil {
		return nil, why
	}
	defer l.forget(id)
	data, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	if err != nil {
		return nil, &Error{Code: "bad-request", Message: "The request " + method + " can't be written as JSON."}
	}
	if len(data)+1 > lineBytes {
		return nil, &Error{Code: "too-large", Message: "The request " + method + " is longer than 64 KiB."}
	}
	go l.write(append(data, '\n'))
	select {
	case found := <-answer:
		if found.kind == "error" {
			return nil, found.err
		}
		return found.result, nil
	case <-l.closed:
		return nil, l.reason()
	case <-ctx.Done():
		return nil, whenDone(ctx, "Castkey's answer to "+method)
	}
}

// write runs beside its request, so that a vault that doesn't read can't hold up a call beyond its deadline.
func (l *connection) write(data []byte) {
	l.writing.Lock()
	defer l.writing.Unlock()
	if _, err := l.socket.Write(data); err != nil {
		l.close(lost("The connection to Castkey broke (" + reasonOf(err) + ")."))
	}
}

func (l *connection) subscribe(ctx context.Context) error {
	l.mu.Lock()
	l.trusted = true
	l.mu.Unlock()
	result, err := l.request(ctx, "subscribe", struct{}{})
	if err != nil {
		return err
	}
	var given struct{ Seq *int64 }
	if json.Unmarshal(result, &given) != nil || given.Seq == nil {
		return makesNoSense()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.counted { // else an event came in the same bytes as the answer
		l.counted, l.lastSeq = true, *given.Seq
	}
	return nil
}

func (l *connection) forget(id int64) {
	l.mu.Lock()
	delete(l.waiting, id)
	l.mu.Unlock()
}

func (l *connection) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}

func (l *connection) close(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why != nil {
		return
	}
	l.why = why
	close(l.closed)
	l.socket.Close()
}

func (l *connection) read() {
	var cut lines
	for {
		count, err := l.socket.Read(l.buffer)
		found, problem := cut.feed(l.buffer[:count])
		for _, text := range found {
			heard, nonsense := readMessage(text)
			if nonsense != nil {
				problem = nonsense
				break
			}
			l.handleMessage(heard)
		}
		if problem != nil {
			l.close(lost("What answers at the socket doesn't speak Castkey's protocol."))
			return
		}
		if err != nil {
			l.close(lost("Castkey closed the connection."))
			return
		}
	}
}

func (l *connection) handleMessage(heard message) {
	if heard.kind == "error" && heard.id < 0 {
		l.close(heard.err)
		return
	}
	if heard.kind == "event" {
		l.handleEvent(heard.event)
		return
	}
	l.mu.Lock()
	answer := l.waiting[heard.id]
	delete(l.waiting, heard.id)
	l.mu.Unlock()
	if answer != nil && heard.kind != "ignore" {
		answer <- heard
	}
}

func (l *connection) handleEvent(event Event) {
	l.mu.Lock()
	trusted, complete := l.trusted, !l.counted || event.Seq == l.lastSeq+1
	if trusted {
		l.counted, l.lastSeq = true, event.Seq
	}
	l.mu.Unlock()
	if !trusted {
		return
	}
	if !complete && event.Type != "overflow" {
		l.onEvent(Event{Seq: event.Seq, Type: "overflow"})
	}
	l.onEvent(event)
}

// --- Tokens in hand

type heldToken struct {
	token     Token
	questions map[string]bool
	confirmed bool
}

// cache holds tokens, each for the questions the vault itself has answered with it: what a bot may ask is the vault's
// to say. The client's lock guards it.
type cache struct {
	epoch  int
	held   map[string]*heldToken
	newest map[string]int64
}

func isFresh(token Token) bool {
	return token.ExpiresAt.IsZero() || time.Now().Before(token.ExpiresAt.Add(-margin))
}

func (c *cache) find(subject, question string) *heldToken {
	held := c.held[subject]
	if held == nil || !held.questions[question] || !isFresh(held.token) {
		return nil
	}
	return held
}

// put keeps an answer; asked is the epoch in which the question was put: an event since then makes it doubtful.
func (c *cache) put(subject, question string, token Token, asked int) {
	if asked != c.epoch || !isFresh(token) || token.Version < c.newest[token.UserID] {
		return
	}
	kept := &heldToken{token, map[string]bool{question: true}, true}
	if known := c.held[subject]; known != nil && known.token.AccessToken == token.AccessToken && len(known.questions) < maxQuestions {
		for old := range known.questions {
			kept.questions[old] = true
		}
	}
	c.held[subject] = kept
}

func (c *cache) drop(concerned func(subject string, token Token) bool) {
	for subject, held := range c.held {
		if concerned(subject, held.token) {
			delete(c.held, subject)
		}
	}
}

func (c *cache) markUnconfirmed() {
	c.epoch++
	c.newest = map[string]int64{}
	for _, held := range c.held {
		held.confirmed = false
	}
}

func (c *cache) applyEvent(event Event) {
	ofUser := func(_ string, token Token) bool { return token.UserID == event.UserID }
	if event.Type == "token.changed" {
		c.newest[event.UserID] = event.Version
		// No new epoch: the answer that caused this event, with the new token, may still be on its way.
		c.drop(func(_ string, token Token) bool {
			return token.UserID == event.UserID && token.Version != event.Version
		})
		return
	}
	delete(c.newest, event.UserID)
	switch {
	case event.Type == "token.invalidated", event.Type == "account.removed", event.Type == "grant.revoked" && event.UserID != "":
		c.epoch++
		c.drop(ofUser)
	case event.Type == "intents.changed":
		c.epoch++
		c.drop(func(subject string, _ Token) bool { return strings.HasPrefix(subject, "intent:") })
	case event.Type == "grant.revoked" && event.Intent != "":
		c.epoch++
		c.drop(func(subject string, _ Token) bool { return subject == "intent:"+event.Intent })
	case event.Type == "grant.revoked", event.Type == "overflow":
		c.epoch++
		c.drop(func(string, Token) bool { return true })
	}
}

var notAboutTheToken = map[string]bool{
	"vault-not-running": true, "vault-unproven": true, "connection-lost": true, "timeout": true,
	"twitch-unreachable": true, "rate-limited": true, "busy": true, "shutting-down": true, "locked": true,
	"internal": true,
}

var passing = map[string]bool{
	"vault-not-running": true, "connection-lost": true, "timeout": true, "busy": true, "shutting-down": true,
}

func codeOf(err error) string {
	var known *Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

// --- The client

// Client is the vault, for one bot. It connects at the first call, and from then on reconnects by itself.
type Client struct {
	options Options
	path    string
	keyFile string
	over    context.Context
	end     context.CancelFunc

	mu         sync.Mutex
	connection *connection
	dialing    *firstCall
	kept       bool
	waiters    map[chan reached]bool
	calls      []*Want // what the calls need that wait for a connection, in their order; an empty one: no account
	failure    error
	cache      cache
	listeners  map[*func(Event)]bool
	untold     []Event
	telling    bool
}

type reached struct {
	connection *connection
	err        error
}

// firstCall is the first connection under way, for everybody who waits for it.
type firstCall struct {
	done chan struct{}
	err  error
}

// New makes a client; nothing is connected yet.
func New(options Options) (*Client, error) {
	unreadable := strings.IndexFunc(options.Name, isUnreadable)
	if strings.TrimSpace(options.Name) == "" || len(utf16.Encode([]rune(options.Name))) > 64 || unreadable >= 0 {
		return nil, &Error{Code: "bad-request", Message: "A bot needs a name of 1 to 64 readable characters."}
	}
	if options.Timeout == 0 {
		options.Timeout = defaultWait
	}
	if options.Timeout < 0 || options.Timeout > maxWait {
		return nil, &Error{Code: "bad-request", Message: "Timeout must be more than 0 and at most ten minutes."}
	}
	for _, want := range options.Wants {
		if err := checkScopes(want.Scopes...); err != nil {
			return nil, err
		}
	}
	path, err := socketPath(options.Socket)
	if err != nil {
		return nil, err
	}
	over, end := context.WithCancel(context.Background())
	return &Client{
		options: options, path: path, keyFile: keyFilePath(options.Name, options.KeyFile), over: over, end: end,
		waiters: map[chan reached]bool{}, listeners: map[*func(Event)]bool{},
		cache: cache{held: map[string]*heldToken{}, newest: map[string]int64{}},
	}, nil
}

// Token gives a token that is good for at least a minute.
func (c *Client) Token(ctx context.Context, request Request) (Token, error) {
	subject, named, suffix, err := whose(request)
	if err != nil {
		return Token{}, err
	}
	sets := [][]string{}
	for _, scope := range request.Scopes {
		sets = append(sets, []string{scope})
	}
	for _, choice := range request.AnyOf {
		if len(choice) > 0 {
			sets = append(sets, choice)
		}
	}
	if err := checkScopes(sets...); err != nil {
		return Token{}, err
	}
	interactive := "allow"
	if c.options.NonInteractive {
		interactive = "never"
	}
	params := func(left time.Duration) map[string]any {
		return merged(named, map[string]any{"scopeSets": sets, "interactive": interactive, "timeoutMs": milliseconds(left)})
	}
	return c.get(ctx, subject, fmt.Sprintf("%q", sets), "getAccessTokenFor"+suffix, params, c.options.Timeout)
}

// Refresh gives, after Twitch answered 401, a token that works. Of the rejected one only its SHA-256 goes to the vault.
func (c *Client) Refresh(ctx context.Context, request Request, rejected Token) (Token, error) {
	subject, named, suffix, err := whose(request)
	if err != nil {
		return Token{}, err
	}
	params := merged(named, map[string]any{"rejected": hashOf(rejected.AccessToken)})
	result, err := c.ask(ctx, "refreshAccessTokenFor"+suffix, func(time.Duration) map[string]any { return params }, c.options.Timeout)
	if err != nil {
		return Token{}, err
	}
	fresh, err := readToken(result)
	if err != nil {
		return Token{}, err
	}
	if fresh == nil {
		return Token{}, makesNoSense()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cache.epoch++
	c.cache.drop(func(_ string, token Token) bool {
		return token.UserID == fresh.UserID || token.AccessToken == rejected.AccessToken
	})
	c.cache.put(subject, "[]", *fresh, c.cache.epoch)
	return *fresh, nil
}

// AppToken gives the token of the Twitch application itself; no-app-token if that is a public client.
func (c *Client) AppToken(ctx context.Context, forceNew bool) (Token, error) {
	if forceNew {
		c.mu.Lock()
		c.cache.epoch++
		delete(c.cache.held, "app:")
		c.mu.Unlock()
	}
	params := func(time.Duration) map[string]any { return map[string]any{"forceNew": forceNew} }
	return c.get(ctx, "app:", "[]", "getAppAccessToken", params, shorter(c.options.Timeout, answerWait))
}

// Scopes gives the scopes of an account's token; none for an unknown account.
func (c *Client) Scopes(ctx context.Context, user string) ([]string, error) {
	if !userID.MatchString(user) {
		return nil, badUser()
	}
	params := func(time.Duration) map[string]any { return map[string]any{"user": user} }
	result, err := c.ask(ctx, "getCurrentScopesForUser", params, shorter(c.options.Timeout, answerWait))
	if err != nil {
		return nil, err
	}
	var scopes []string
	if json.Unmarshal(result, &scopes) != nil || scopes == nil || !arePlain(scopes...) {
		return nil, makesNoSense()
	}
	return scopes, nil
}

// Status tells how the vault and the accounts this bot may use stand.
func (c *Client) Status(ctx context.Context) (Status, error) {
	result, err := c.ask(ctx, "status", func(time.Duration) map[string]any { return map[string]any{} }, shorter(c.options.Timeout, answerWait))
	if err != nil {
		return Status{}, err
	}
	var given struct {
		Server struct{ Version string }
		Locked *bool
		Users  []struct {
			UserID, Login, State string
			Intents, Scope       []string
			ExpiresAt            *int64
		}
	}
	if json.Unmarshal(result, &given) != nil || given.Locked == nil || given.Users == nil {
		return Status{}, makesNoSense()
	}
	found := Status{Version: given.Server.Version, Locked: *given.Locked}
	for _, user := range given.Users {
		if !arePlain(user.UserID, user.Login) || !arePlain(user.Scope...) {
			return Status{}, makesNoSense()
		}
		one := User{UserID: user.UserID, Login: user.Login, Intents: user.Intents, Scopes: user.Scope, State: user.State}
		if user.ExpiresAt != nil {
			one.ExpiresAt = time.UnixMilli(*user.ExpiresAt)
		}
		found.Users = append(found.Users, one)
	}
	return found, nil
}

// OnChange has every event told to listener, one after the other. The result stops it.
func (c *Client) OnChange(listener func(Event)) (stop func()) {
	entry := &listener
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners[entry] = true
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.listeners, entry)
	}
}

// Connect connects now rather than at the first call. It pairs if need be; without Wants, the first call does that.
func (c *Client) Connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	_, err := c.ready(ctx)
	if errors.Is(err, errNobodyAsks) {
		return nil
	}
	return err
}

// Close ends the connection; waiting calls fail.
func (c *Client) Close() {
	c.end()
	c.mu.Lock()
	connection := c.connection
	c.mu.Unlock()
	if connection != nil {
		connection.close(closedHere())
	}
}

func (c *Client) get(
	ctx context.Context, subject, question, method string, params func(time.Duration) map[string]any, wait time.Duration,
) (Token, error) {
	c.mu.Lock()
	held, connected := c.cache.find(subject, question), c.connection != nil
	if held != nil && c.over.Err() == nil && (held.confirmed || !connected) {
		defer c.mu.Unlock()
		return held.token, nil
	}
	c.mu.Unlock()
	token, err := c.fetch(ctx, subject, question, method, params, wait)
	if err != nil && notAboutTheToken[codeOf(err)] {
		c.mu.Lock()
		defer c.mu.Unlock()
		if held := c.cache.find(subject, question); held != nil {
			return held.token, nil
		}
	}
	return token, err
}

func (c *Client) fetch(
	ctx context.Context, subject, question, method string, params func(time.Duration) map[string]any, wait time.Duration,
) (Token, error) {
	ctx, cancel := context.WithTimeout(ctx, wait+grace)
	defer cancel()
	if _, err := c.readyFor(ctx, params(wait)); err != nil {
		return Token{}, err
	}
	c.mu.Lock()
	asked := c.cache.epoch
	c.mu.Unlock()
	result, err := c.ask(ctx, method, params, wait)
	if err != nil {
		return Token{}, err
	}
	token, err := readToken(result)
	if err != nil {
		return Token{}, err
	}
	if token == nil {
		kind, which, _ := strings.Cut(subject, ":")
		return Token{}, &Error{Code: "unknown-" + kind, Message: fmt.Sprintf("Castkey has no account for the %s %q.", kind, which)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cache.put(subject, question, *token, asked)
	return *token, nil
}

// ask repeats the question if the connection breaks under it. Every method may be repeated.
func (c *Client) ask(
	ctx context.Context, method string, params func(left time.Duration) map[string]any, wait time.Duration,
) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, wait+grace)
	defer cancel()
	for tries := 0; ; tries++ {
		connection, err := c.readyFor(ctx, params(wait))
		if err != nil {
			return nil, err
		}
		deadline, _ := ctx.Deadline()
		left := time.Until(deadline)
		result, err := connection.request(ctx, method, params(left-shorter(grace, left/10)))
		var refusal *Error
		if err == nil || tries == repeats || !errors.As(err, &refusal) {
			return result, err
		}
		if refusal.Code != "shutting-down" && (refusal.Code != "connection-lost" || !refusal.Retryable) {
			return nil, err
		}
		connection.close(err)
		c.leave(connection)
	}
}

// leave forgets a connection that is over.
func (c *Client) leave(connection *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failure = connection.reason()
	if c.connection == connection {
		c.connection = nil
	}
}

// readyFor gives the connection to a call with these parameters.
func (c *Client) readyFor(ctx context.Context, params map[string]any) (*connection, error) {
	need := needOf(params)
	c.mu.Lock()
	c.calls = append(c.calls, need)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for at, call := range c.calls {
			if call == need {
				c.calls = append(c.calls[:at:at], c.calls[at+1:]...)
				break
			}
		}
	}()
	for {
		// A connection that was begun before this call may have ended for want of it.
		connection, err := c.ready(ctx)
		if !errors.Is(err, errNobodyAsks) {
			return connection, err
		}
	}
}

// ready gives the connection; while there is none, it waits for one.
func (c *Client) ready(ctx context.Context) (*connection, error) {
	c.mu.Lock()
	if c.over.Err() != nil {
		c.mu.Unlock()
		return nil, closedHere()
	}
	if c.connection != nil {
		defer c.mu.Unlock()
		return c.connection, nil
	}
	if !c.kept {
		first := c.dialing
		if first == nil {
			first = &firstCall{done: make(chan struct{})}
			c.dialing = first
			go c.connectFirst(first)
		}
		c.mu.Unlock()
		select {
		case <-first.done:
			if first.err != nil {
				return nil, first.err
			}
			return c.ready(ctx)
		case <-ctx.Done():
			return nil, whenDone(ctx, "Connecting to Castkey")
		}
	}
	waiter := make(chan reached, 1)
	c.waiters[waiter] = true
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiters, waiter)
		c.mu.Unlock()
	}()
	select {
	case found := <-waiter:
		return found.connection, found.err
	case <-c.over.Done():
		return nil, closedHere()
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.failure != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, c.failure
		}
		return nil, whenDone(ctx, "Reconnecting to Castkey")
	}
}

// connectFirst fails at once; the next call tries again. From the first success on, keep reconnects.
func (c *Client) connectFirst(first *firstCall) {
	ctx, cancel := context.WithTimeout(c.over, c.options.Timeout)
	defer cancel()
	connection, err := c.openAuthenticated(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dialing, first.err = nil, err
	if err == nil {
		c.connection, c.kept = connection, true
		c.cache.markUnconfirmed()
		go c.keep(connection)
	}
	close(first.done)
}

func (c *Client) keep(connection *connection) {
	tries, since := 0, time.Now()
	for {
		if connection != nil {
			select {
			case <-connection.closed:
			case <-c.over.Done():
				connection.close(closedHere())
				return
			}
			c.leave(connection)
			if time.Since(since) > steady {
				tries = 0
			}
		}
		select {
		case <-time.After(pauseBefore(tries)):
		case <-c.over.Done():
			return
		}
		tries, since = tries+1, time.Now()
		connection = c.reconnect()
	}
}

// pauseBefore grows, and is shortened by up to half, so that the bots of a computer don't come back in step.
func pauseBefore(tries int) time.Duration {
	pause := maxPause
	if tries < 7 {
		pause = shorter(maxPause, firstPause<<tries)
	}
	cut, err := rand.Int(rand.Reader, big.NewInt(int64(pause)/2))
	if err != nil {
		return pause
	}
	return pause - time.Duration(cut.Int64())
}

// reconnect tries once.
func (c *Client) reconnect() *connection {
	ctx, cancel := context.WithTimeout(c.over, c.options.Timeout)
	defer cancel()
	connection, err := c.openAuthenticated(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.failure = err
		if errors.Is(err, errNobodyAsks) || passing[codeOf(err)] {
			return nil
		}
	} else {
		c.connection = connection
		c.cache.markUnconfirmed()
	}
	for waiter := range c.waiters {
		waiter <- reached{connection, err}
		delete(c.waiters, waiter)
	}
	return connection
}

// openAuthenticated: connection, handshake, pairing if need be, subscription.
func (c *Client) openAuthenticated(ctx context.Context) (*connection, error) {
	for {
		key, err := readKeyFile(c.keyFile, c.options.Name)
		if err != nil {
			return nil, err
		}
		connection, err := openConnection(ctx, c.path, c.applyEvent)
		if err != nil {
			return nil, err
		}
		entered, err := c.authenticateOrPair(ctx, connection, key)
		if err == nil && entered {
			err = connection.subscribe(ctx)
		}
		if err != nil {
			connection.close(lost("The handshake failed."))
			return nil, err
		}
		if entered {
			return connection, nil
		}
		connection.close(lost("Another process of this bot is pairing."))
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			return nil, whenDone(ctx, "Connecting to Castkey")
		}
	}
}

// authenticateOrPair is false when another process is pairing this bot: to be tried again with its key.
func (c *Client) authenticateOrPair(ctx context.Context, connection *connection, key *pairingKey) (bool, error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return false, &Error{Code: "internal", Message: "This system has no randomness."}
	}
	nonce := base64.RawURLEncoding.EncodeToString(random)
	short, cancel := context.WithTimeout(ctx, handshake)
	defer cancel()
	result, err := connection.request(short, "hello", c.hello(nonce, key))
	if err != nil {
		return false, err
	}
	var answer struct {
		Protocol int
		Server   struct{ Name string }
		Nonce    string
		Proof    *string
		Paired   *bool
	}
	if json.Unmarshal(result, &answer) != nil || answer.Server.Name != "castkey" || answer.Paired == nil {
		return false, makesNoSense()
	}
	if _, valid := decode(answer.Nonce, 16, 64); !valid {
		return false, makesNoSense()
	}
	if answer.Protocol != protocol {
		message := fmt.Sprintf("This Castkey speaks version %d of the protocol.", answer.Protocol)
		return false, &Error{Code: "unsupported-protocol", Message: message}
	}
	if key != nil && *answer.Paired {
		// Nothing more is said until the vault has proved itself: any program could sit on the path.
		expected := proofOf("server", key.key, nonce, answer.Nonce)
		if answer.Proof == nil || !hmac.Equal([]byte(expected), []byte(*answer.Proof)) {
			message := "What answers at " + c.path + " doesn't know this bot's key: it may be posing as Castkey."
			return false, &Error{Code: "vault-unproven", Message: message}
		}
		_, err := connection.request(short, "authenticate", map[string]string{"proof": proofOf("client", key.key, nonce, answer.Nonce)})
		return err == nil, err
	}
	if key != nil {
		// Any program on the path can say so: the key must not be lost for that.
		message := "Castkey doesn't know this bot's key. If it was removed there: delete " + c.keyFile + " and start again."
		return false, &Error{Code: "not-paired", Message: message}
	}
	if c.options.NonInteractive {
		message := fmt.Sprintf("Castkey doesn't know the bot %q: start it where a window may open.", c.options.Name)
		return false, &Error{Code: "not-paired", Message: message}
	}
	// A window may open only if somebody waits for what it would lead to.
	c.mu.Lock()
	asked := len(c.calls) > 0 || (c.options.Wants != nil && !c.kept)
	c.mu.Unlock()
	if !asked {
		return false, errNobodyAsks
	}
	return c.pair(ctx, connection)
}

func (c *Client) hello(nonce string, key *pairingKey) map[string]any {
	params := map[string]any{
		"protocol": protocol, "client": map[string]string{"name": c.options.Name, "version": version}, "nonce": nonce,
	}
	if key != nil {
		params["keyId"] = key.keyID
	}
	if c.options.TwitchClientID != "" {
		params["twitchClientId"] = c.options.TwitchClientID
	}
	return params
}

func (c *Client) pair(ctx context.Context, connection *connection) (bool, error) {
	unlock, err := takeKeyLock(c.keyFile)
	if err != nil || unlock == nil {
		return false, err
	}
	defer unlock()
	newest, err := readKeyFile(c.keyFile, c.options.Name)
	if err != nil || newest != nil {
		return false, err
	}
	params := map[string]any{"wants": c.wants()}
	if c.options.Reason != "" {
		params["reason"] = c.options.Reason
	}
	result, err := connection.request(ctx, "pair", params)
	if err != nil {
		return false, err
	}
	var given struct{ KeyID, Key string }
	if json.Unmarshal(result, &given) != nil || given.KeyID == "" {
		return false, makesNoSense()
	}
	key, valid := decode(given.Key, 32, 32)
	if !valid {
		return false, makesNoSense()
	}
	return true, writeKeyFile(c.keyFile, c.options.Name, pairingKey{given.KeyID, key})
}

// wants is what a pairing asks for: what the bot says, or what its calls need that wait by now.
func (c *Client) wants() []Want {
	if c.options.Wants != nil {
		return c.options.Wants
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	wants, known := []Want{}, map[string]bool{}
	for _, need := range c.calls {
		text := fmt.Sprintf("%q", *need)
		if (need.User == "" && need.Intent == "") || known[text] || len(wants) == maxWants {
			continue
		}
		known[text] = true
		wants = append(wants, *need)
	}
	return wants
}

// needOf is what a bot would have to be granted for a call with these parameters.
func needOf(params map[string]any) *Want {
	need := &Want{}
	need.User, _ = params["user"].(string)
	need.Intent, _ = params["intent"].(string)
	need.Scopes, _ = params["scopeSets"].([][]string)
	return need
}

func (c *Client) applyEvent(event Event) {
	c.mu.Lock()
	c.cache.applyEvent(event)
	defer c.mu.Unlock()
	if len(c.listeners) == 0 {
		return
	}
	c.untold = append(c.untold, event)
	if !c.telling {
		c.telling = true
		go c.tell()
	}
}

// tell runs beside the goroutine that reads, so that a listener may call this client.
func (c *Client) tell() {
	for {
		c.mu.Lock()
		if len(c.untold) == 0 {
			c.telling = false
			c.mu.Unlock()
			return
		}
		event := c.untold[0]
		c.untold = c.untold[1:]
		told := make([]func(Event), 0, len(c.listeners))
		for listener := range c.listeners {
			told = append(told, *listener)
		}
		c.mu.Unlock()
		for _, listener := range told {
			listener(event)
		}
	}
}

var userID = regexp.MustCompile(`^[0-9]{1,20}$`)

// errNobodyAsks: not paired yet, and no call waits for what a window would lead to.
var errNobodyAsks = &Error{Code: "not-paired", Message: "Castkey doesn't know this bot yet."}

var oneScope = regexp.MustCompile(`^[^\s,]+$`)

func checkScopes(sets ...[]string) *Error {
	for _, set := range sets {
		for _, scope := range set {
			if !oneScope.MatchString(scope) {
				message := fmt.Sprintf(`%q is not one scope: a list, please, such as []string{"chat:read", "chat:edit"}.`, scope)
				return &Error{Code: "bad-request", Message: message}
			}
		}
	}
	return nil
}

func badUser() *Error {
	return &Error{Code: "bad-user", Message: "An account is named by its numeric Twitch user ID; login names change hands."}
}

func whose(request Request) (subject string, named map[string]any, suffix string, err error) {
	switch {
	case (request.User == "") == (request.Intent == ""):
		err = &Error{Code: "bad-request", Message: "Name either a user or an intent."}
	case request.User != "" && !userID.MatchString(request.User):
		err = badUser()
	case request.User != "":
		return "user:" + request.User, map[string]any{"user": request.User}, "User", nil
	default:
		name, valid := intentName(request.Intent)
		if valid {
			return "intent:" + name, map[string]any{"intent": name}, "Intent", nil
		}
		err = &Error{Code: "bad-request", Message: "An intent has 1 to 60 characters on one line."}
	}
	return "", nil, "", err
}

// intentName is the name as the vault has it.
func intentName(text string) (name string, valid bool) {
	hidden := func(one rune) bool { return unicode.In(one, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }
	name = strings.TrimSpace(text)
	length := utf8.RuneCountInString(name)
	return name, utf8.ValidString(text) && strings.IndexFunc(text, hidden) < 0 && length >= 1 && length <= 60
}

func merged(one, other map[string]any) map[string]any {
	both := make(map[string]any, len(one)+len(other))
	for _, fields := range []map[string]any{one, other} {
		for name, value := range fields {
			both[name] = value
		}
	}
	return both
}

func shorter(one, other time.Duration) time.Duration {
	if one < other {
		return one
	}
	return other
}

func milliseconds(left time.Duration) int64 {
	left = shorter(left, maxWait)
	if left < time.Millisecond {
		return 1
	}
	return left.Milliseconds()
}
