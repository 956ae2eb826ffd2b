// Package castkey gets Twitch access tokens from the Castkey vault on this computer, for bots in Go.
//
// Copy this file into your bot, and castkey_windows.go with it if it is to run there. castkey_more.go may come along: it
// caches tokens, so that a good one costs no question and outlasts a vault that is away, and has events and what few bots
// need. Go 1.19 or newer, standard library only. The protocol is told in docs/protocol.md of Castkey.
//
//	vault, err := castkey.New(castkey.Options{Name: "chat-bot"})
//	token, err := vault.Token(ctx, castkey.Request{Intent: "chat", Scopes: []string{"chat:read", "chat:edit"}})
//
// The first call opens a window in which the streamer decides; later starts need no click. Ask for the token each time
// you need it rather than keeping it: that costs next to nothing. Every method may be called by any goroutine.
package castkey

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"
)

const (
	version      = "0.1.0"
	lineBytes    = 65536
	keyFileBytes = 8192
	maxWait      = 10 * time.Minute
	defaultWait  = 2 * time.Minute
	handshake    = 10 * time.Second
	firstPause   = 100 * time.Millisecond
	maxPause     = 10 * time.Second
	repeats      = 2 // of a question under which the connection broke
)

// --- What a bot sees

// Error is what every method fails with, unless the caller's own context was cancelled. Code is one of
// docs/protocol.md, section 7, or one that arises on this side: vault-not-running, vault-unproven, connection-lost,
// timeout, key-file, bad-user.
type Error struct {
	Code    string
	Message string
	// Hint is a sentence for people, where the vault has one: why no window opened although one might have.
	Hint string
	// Retryable tells whether the same call may succeed later without anybody doing something.
	Retryable bool
	// RetryAfter is how long to wait before that, where the vault knows.
	RetryAfter time.Duration
	// Missing has, with scope-missing, the scopes the account lacks.
	Missing []string
}

func (e *Error) Error() string { return strings.TrimSpace(e.Code + ": " + e.Message + " " + e.Hint) }

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

// Want is what a bot would like to use: one account (by numeric user ID), one intent, or the application's own token. Of
// each inner list of Scopes it needs one; those of Optional it can do without.
type Want struct {
	User     string     `json:"user,omitempty"`
	Intent   string     `json:"intent,omitempty"`
	App      bool       `json:"app,omitempty"`
	Scopes   [][]string `json:"scopes,omitempty"`
	Optional [][]string `json:"optional,omitempty"`
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
	// Interactive is how the streamer may be asked: "allow" (the default) by a window, "notify" by a notification that
	// waits for her as long as the call does, "never" not at all: what would need it fails.
	Interactive string
	// NonInteractive is the same as Interactive: "never".
	NonInteractive bool
	// TwitchClientID is the client ID of the Twitch application this bot is made for, such as a public one of its own; the
	// streamer is asked about one that is new to her. By default Castkey chooses.
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

// Client is the vault, for one bot. It connects at the first call, and anew when that breaks.
type Client struct {
	options       Options
	path, keyFile string
	over          context.Context
	end           context.CancelFunc
	cache         cache         // nil without castkey_more.go
	turn          chan struct{} // is full while a call connects

	mu      sync.Mutex
	link    *connection // the last one
	tries   int         // that failed
	failure error       // of the last one
}

// cache is what castkey_more.go adds: it keeps tokens, as long as events leave them good.
type cache interface {
	token(ctx context.Context, ask params) (Token, error)
	replace(rejected, fresh Token)
	wants(own Want) []Want
	subscribe(ctx context.Context, link *connection) error
	hear(link *connection, event json.RawMessage) error
}

var (
	newCache func(client *Client) cache
	// takeKeyLock is for bots that may be started twice at once: castkey_more.go has such processes open one window.
	takeKeyLock = func(ctx context.Context, keyFile string) (unlock func(), err error) { return func() {}, nil }
)

// New makes a client; nothing is connected yet.
func New(options Options) (*Client, error) {
	length := utf8.RuneCountInString(options.Name)
	if strings.TrimSpace(options.Name) == "" || length > 64 || unreadable.MatchString(options.Name) {
		return nil, failed("bad-request", "A bot needs a name of 1 to 64 readable characters.")
	}
	if options.Timeout == 0 {
		options.Timeout = defaultWait
	}
	if options.Timeout < 0 || options.Timeout > maxWait {
		return nil, failed("bad-request", "Timeout must be more than 0 and at most ten minutes.")
	}
	if options.NonInteractive {
		options.Interactive = "never"
	}
	for _, want := range options.Wants {
		if err := checkScopes(append(append([][]string{}, want.Scopes...), want.Optional...)); err != nil {
			return nil, err
		}
	}
	path, err := socketPath(options.Socket)
	if err != nil {
		return nil, err
	}
	over, end := context.WithCancel(context.Background())
	client := &Client{options: options, path: path, over: over, end: end, turn: make(chan struct{}, 1)}
	client.keyFile = keyFilePath(options.Name, options.KeyFile)
	if newCache != nil {
		client.cache = newCache(client)
	}
	return client, nil
}

// Token gives a token that is good for at least a minute.
func (c *Client) Token(ctx context.Context, request Request) (Token, error) {
	ask, err := question("getAccessTokenFor", request)
	if err != nil {
		return Token{}, err
	}
	ask.Interactive = firstOf(c.options.Interactive, "allow")
	if c.cache != nil {
		return c.cache.token(ctx, ask)
	}
	return c.fetch(ctx, ask)
}

// Refresh gives, after Twitch answered 401, a token that works. Of the rejected one only its SHA-256 goes to the vault.
func (c *Client) Refresh(ctx context.Context, request Request, rejected Token) (Token, error) {
	ask, err := question("refreshAccessTokenFor", Request{User: request.User, Intent: request.Intent})
	if err != nil {
		return Token{}, err
	}
	ask.Rejected, ask.Interactive = hashOf(rejected.AccessToken), c.options.Interactive
	fresh, err := c.fetch(ctx, ask)
	if err == nil && c.cache != nil {
		c.cache.replace(rejected, fresh)
	}
	return fresh, err
}

// Close ends the connection; waiting calls fail.
func (c *Client) Close() { c.end() }

// --- Questions

// params are those of all methods together; what is empty isn't sent.
type params struct {
	Protocol       int               `json:"protocol,omitempty"`
	Client         map[string]string `json:"client,omitempty"`
	KeyID          string            `json:"keyId,omitempty"`
	Nonce          string            `json:"nonce,omitempty"`
	TwitchClientID string            `json:"twitchClientId,omitempty"`
	Proof          string            `json:"proof,omitempty"`
	Reason         string            `json:"reason,omitempty"`
	Wants          []Want            `json:"wants,omitempty"`
	User           string            `json:"user,omitempty"`
	Intent         string            `json:"intent,omitempty"`
	ScopeSets      [][]string        `json:"scopeSets,omitempty"`
	Rejected       string            `json:"rejected,omitempty"`
	ForceNew       bool              `json:"forceNew,omitempty"`
	Interactive    string            `json:"interactive,omitempty"`
	TimeoutMs      int64             `json:"timeoutMs,omitempty"`

	method string
	need   *Want // what the bot must be granted for it; an empty one: no account; nil: nothing, not even a key
}

// question checks what a bot asks before anything is sent.
func question(method string, request Request) (params, error) {
	sets := [][]string{}
	for _, scope := range request.Scopes {
		sets = append(sets, []string{scope})
	}
	for _, choice := range request.AnyOf {
		if len(choice) > 0 {
			sets = append(sets, choice)
		}
	}
	name, valid := intentName(request.Intent)
	ask := params{method: method + "User", User: request.User, ScopeSets: sets}
	switch {
	case (request.User == "") == (request.Intent == ""):
		return ask, failed("bad-request", "Name either a user or an intent.")
	case request.User != "" && !userID.MatchString(request.User):
		return ask, failed("bad-user", "An account is named by its numeric Twitch user ID; login names change hands.")
	case request.User == "" && !valid:
		return ask, failed("bad-request", "An intent has 1 to 60 characters on one line.")
	case request.User == "":
		ask.method, ask.Intent = method+"Intent", name
	}
	ask.need = &Want{User: ask.User, Intent: ask.Intent, Scopes: sets}
	return ask, checkScopes(sets)
}

// intentName is the name as the vault has it.
func intentName(text string) (name string, valid bool) {
	name = strings.TrimSpace(text)
	length := utf8.RuneCountInString(name)
	return name, utf8.ValidString(text) && !unreadable.MatchString(text) && length >= 1 && length <= 60
}

func checkScopes(sets [][]string) error {
	for _, set := range sets {
		for _, scope := range set {
			if !oneScope.MatchString(scope) {
				return failed("bad-request", `%q is not one scope: a list, please, such as []string{"chat:read", "chat:edit"}.`, scope)
			}
		}
	}
	return nil
}

func (c *Client) fetch(ctx context.Context, ask params) (Token, error) {
	result, err := c.ask(ctx, ask)
	switch {
	case err != nil:
		return Token{}, err
	case string(result) != "null":
		return readToken(result)
	case ask.Intent != "":
		return Token{}, failed("unknown-intent", "Castkey has no account for the intent %q.", ask.Intent)
	}
	return Token{}, failed("unknown-user", "Castkey has no account for the user %q.", ask.User)
}

// ask repeats the question if the connection breaks under it, and waits while a vault that was there before is away.
func (c *Client) ask(ctx context.Context, ask params) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	for breaks, pause := 0, firstPause; ; pause *= 2 {
		if pause > maxPause {
			pause = maxPause
		}
		link, again, err := c.connect(ctx, ask.need)
		if err == nil {
			var result json.RawMessage
			result, err = link.request(ctx, ask)
			if breaks++; breaks > repeats || !broken.MatchString(codeOf(err)) {
				return result, err
			}
			link.close(err)
		} else if !again {
			return nil, err
		}
		select {
		case <-time.After(randomly(pause)):
		case <-c.over.Done():
			return nil, errClosed
		case <-ctx.Done():
			if ctx.Err() == context.DeadlineExceeded {
				return nil, err
			}
			return nil, ctx.Err()
		}
	}
}

// randomly cuts a pause by up to half, so that the bots of a computer don't come back in step.
func randomly(pause time.Duration) time.Duration {
	return pause - time.Duration(time.Now().UnixNano())%(pause/2)
}

// connect gives the connection there is, or makes one; who waited while another call tried shares what came of it.
func (c *Client) connect(ctx context.Context, need *Want) (link *connection, again bool, err error) {
	c.mu.Lock()
	before := c.tries
	c.mu.Unlock()
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, false, whenDone(ctx, "Connecting to Castkey")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over.Err() != nil:
		return nil, false, errClosed
	case c.link != nil && c.link.ctx.Err() == nil:
		return c.link, false, nil
	case c.tries == before:
		c.mu.Unlock()
		link, err = c.open(ctx, need)
		c.mu.Lock()
	}
	code := codeOf(err)
	switch {
	case c.tries != before:
		err = c.failure
	case err == nil:
		c.link = link
	case err != errNobodyAsks && code != "" && code != "timeout": // which are this call's own
		c.tries, c.failure = c.tries+1, err
	}
	return link, c.link != nil && passing.MatchString(codeOf(err)), err
}

// --- Handshake and pairing

// open connects, and pairs if need be: one process of this bot at a time.
func (c *Client) open(ctx context.Context, need *Want) (*connection, error) {
	key, err := readKeyFile(c.keyFile, c.options.Name)
	if err == nil && key.KeyID == "" && need != nil && c.options.Interactive != "never" {
		var unlock func()
		if unlock, err = takeKeyLock(ctx, c.keyFile); err == nil {
			defer unlock()
			key, err = readKeyFile(c.keyFile, c.options.Name)
		}
	}
	if err != nil {
		return nil, err
	}
	link, err := c.openConnection(ctx)
	if err != nil {
		return nil, err
	}
	if err = c.enter(ctx, link, key, need); err == nil && c.cache != nil {
		err = c.cache.subscribe(ctx, link)
	}
	if err != nil {
		link.close(err)
	}
	return link, err
}

// enter says nothing that matters before the vault has proved itself: any program could sit on the path.
func (c *Client) enter(ctx context.Context, link *connection, key pairingKey, need *Want) error {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return failed("internal", "This system has no randomness.")
	}
	nonce := base64.RawURLEncoding.EncodeToString(random)
	short, cancel := context.WithTimeout(ctx, handshake)
	defer cancel()
	client := map[string]string{"name": c.options.Name, "version": version}
	hello := params{method: "hello", Protocol: 1, Client: client, KeyID: key.KeyID, Nonce: nonce, TwitchClientID: c.options.TwitchClientID}
	result, err := link.request(short, hello)
	if err != nil {
		return err
	}
	var answer struct {
		Protocol     int
		Server       struct{ Name string }
		Nonce, Proof string
		Paired       *bool
	}
	err = json.Unmarshal(result, &answer)
	_, valid := decode(answer.Nonce, 16, 64)
	switch {
	case err != nil || !valid || answer.Server.Name != "castkey" || answer.Paired == nil:
		return errSenseless
	case answer.Protocol != 1:
		return failed("unsupported-protocol", "This Castkey speaks version %d of the protocol.", answer.Protocol)
	case key.KeyID == "":
		return c.pair(ctx, link, need)
	case !*answer.Paired: // any program can say so: the key must not be lost for that
		return failed("not-paired", "Castkey doesn't know this bot's key. If it was removed there: delete %s and start again.", c.keyFile)
	case !hmac.Equal([]byte(answer.Proof), []byte(key.proof("server", nonce, answer.Nonce))):
		return failed("vault-unproven", "What answers at %s doesn't know this bot's key: it may be posing as Castkey.", c.path)
	}
	_, err = link.request(short, params{method: "authenticate", Proof: key.proof("client", nonce, answer.Nonce)})
	return err
}

// pair asks the streamer for a key: for what the bot says it wants, or else for what its call needs.
func (c *Client) pair(ctx context.Context, link *connection, need *Want) error {
	ask := params{method: "pair", Reason: c.options.Reason, Wants: c.options.Wants, Interactive: c.options.Interactive}
	switch {
	case ask.Interactive == "never":
		return failed("not-paired", "Castkey doesn't know the bot %q: start it where a window may open.", c.options.Name)
	case need == nil:
		return errNobodyAsks
	case ask.Wants == nil && c.cache != nil:
		ask.Wants = c.cache.wants(*need)
	case ask.Wants == nil && need.User+need.Intent != "":
		ask.Wants = []Want{*need}
	}
	result, err := link.request(ctx, ask)
	if err != nil {
		return err
	}
	var given struct{ KeyID, Key string }
	err = json.Unmarshal(result, &given)
	key := pairingKey{Version: 1, Name: c.options.Name, KeyID: given.KeyID, Key: given.Key}
	if _, valid := decode(key.Key, 32, 32); err != nil || !valid || key.KeyID == "" {
		return errSenseless
	}
	return writeKeyFile(c.keyFile, key)
}

// --- The pairing key

// pairingKey is what lies in the key file: what the vault calls the key, and the key in base64url.
type pairingKey struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
	KeyID   string `json:"keyId"`
	Key     string `json:"key"`
}

// proof is what prover ("client" or "server") sends; the nonces are the texts as they were sent.
func (k pairingKey) proof(prover, clientNonce, serverNonce string) string {
	secret, _ := decode(k.Key, 32, 32)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("castkey1:" + prover + ":" + clientNonce + ":" + serverNonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// decode gives the bytes of base64url without padding, or false if it is anything else.
func decode(text string, min, max int) ([]byte, bool) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	skipped := strings.ContainsAny(text, "\r\n") // by encoding/base64
	return data, err == nil && !skipped && len(data) >= min && len(data) <= max
}

func hashOf(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// readKeyFile gives an empty key if there is no such file.
func readKeyFile(path, name string) (key pairingKey, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return key, nil
	}
	if err != nil {
		return key, keyProblem(path, "can't be opened: %v", err)
	}
	defer file.Close()
	facts, err := file.Stat() // of the open file, so that it can't be exchanged in between
	switch {
	case err != nil || !facts.Mode().IsRegular() || facts.Size() > keyFileBytes:
		return key, keyProblem(path, "isn't a key file")
	case runtime.GOOS != "windows" && !isOwn(facts):
		return key, keyProblem(path, "belongs to another user")
	case runtime.GOOS != "windows" && facts.Mode().Perm()&0o077 != 0:
		return key, keyProblem(path, "can be read by others; run: chmod 600 '%s'", path)
	}
	err = json.NewDecoder(io.LimitReader(file, keyFileBytes)).Decode(&key)
	_, valid := decode(key.Key, 32, 32)
	switch {
	case err != nil || !valid || key.KeyID == "" || key.Name == "":
		return key, keyProblem(path, "isn't a key file")
	case key.Name != name:
		return key, keyProblem(path, "belongs to the bot %q, not to %q", key.Name, name)
	}
	return key, nil
}

func keyProblem(path, what string, args ...any) *Error {
	return failed("key-file", "The key file %s %s. Put it right, or delete it and pair again.", path, fmt.Sprintf(what, args...))
}

// isOwn reads syscall.Stat_t by the names of its fields: Windows has no such type.
func isOwn(facts fs.FileInfo) bool {
	system := reflect.Indirect(reflect.ValueOf(facts.Sys()))
	owner := system.FieldByName("Uid")
	return owner.CanUint() && owner.Uint() == uint64(os.Geteuid())
}

// writeKeyFile leaves the old file or the new one if it is cut short.
func writeKeyFile(path string, key pairingKey) error {
	data, _ := json.MarshalIndent(key, "", "  ")
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	var file *os.File
	if err == nil {
		file, err = os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // of mode 0600
	}
	if err != nil {
		return keyProblem(path, "can't be written: %v", err)
	}
	defer os.Remove(file.Name()) // fails once it is renamed
	if _, err = file.Write(append(data, '\n')); err == nil {
		err = file.Sync()
	}
	file.Close()
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return keyProblem(path, "can't be written: %v", err)
	}
	return nil
}

// --- Where things are

// socketPath is where the vault listens: docs/protocol.md, section 1.
func socketPath(chosen string) (string, error) {
	home, maxBytes := os.Getenv("CASTKEY_HOME"), 103
	if runtime.GOOS == "linux" {
		maxBytes = 107
	}
	if home != "" && chosen == "" && !filepath.IsAbs(home) {
		return "", failed("bad-request", "CASTKEY_HOME must be an absolute folder, but is %q.", home)
	}
	path := firstOf(chosen, os.Getenv("CASTKEY_SOCKET"), defaultSocket(home))
	if !isAbsolute(path) {
		return "", failed("bad-request", "The path of the socket is not absolute (%q): set CASTKEY_SOCKET.", path)
	}
	if len(path) > maxBytes && runtime.GOOS != "windows" {
		return "", failed("bad-request", "The path of the socket is longer than %d bytes: set CASTKEY_SOCKET.", maxBytes)
	}
	return path, nil
}

func defaultSocket(home string) string {
	profile := firstOf(strings.TrimRight(home, `/\`), home, filepath.Join(settingsFolder(), "Castkey"))
	if folder := runtimeFolder(); home == "" && folder != "" && runtime.GOOS == "linux" {
		profile = folder + "/castkey"
	}
	return socketIn(profile)
}

// castkey_windows.go has others of these, which no other system can compile.
var (
	isAbsolute    = filepath.IsAbs
	socketIn      = func(profile string) string { return profile + "/castkey.sock" }
	usualSettings = ".config"
	openSocket    = func(ctx context.Context, path string) (io.ReadWriteCloser, error) {
		if runtime.GOOS == "windows" {
			return nil, errors.New("on Windows castkey_windows.go is needed, too")
		}
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
	runUser = "/run/user"
)

// settingsFolder ignores a relative variable ("~/.config" that no shell has read, too): it would be another folder each time.
func settingsFolder() string {
	folder, _ := os.UserConfigDir()
	if filepath.IsAbs(folder) {
		return folder
	}
	home, _ := os.UserHomeDir() // without one the path that comes of it isn't absolute, and that is told
	return filepath.Join(home, usualSettings)
}

// runtimeFolder is this user's alone: others could put a socket of theirs into anything else. Empty if there is none.
func runtimeFolder() string {
	given := os.Getenv("XDG_RUNTIME_DIR")
	for _, folder := range []string{firstOf(strings.TrimRight(given, "/"), given), fmt.Sprintf("%s/%d", runUser, os.Getuid())} {
		facts, err := os.Lstat(folder)
		if err == nil && filepath.IsAbs(folder) && facts.IsDir() && facts.Mode().Perm() == 0o700 && isOwn(facts) {
			return folder
		}
	}
	return ""
}

// keyFilePath is where the key of a bot lies: the same place that castkey-client and the castkey command use.
func keyFilePath(name, chosen string) string {
	return firstOf(chosen, os.Getenv("CASTKEY_KEY_FILE"), filepath.Join(settingsFolder(), "castkey-client", keyFileName(name)))
}

func keyFileName(name string) string {
	if plainName.MatchString(name) && !reservedName.MatchString(name) {
		return name + ".json"
	}
	legible := strings.Trim(illegible.ReplaceAllString(strings.ToLower(name), "-"), "-")
	return fmt.Sprintf("bot-%.32s.%.16s.json", legible, hashOf(name))
}

// --- What comes over the socket is checked before it is used

// message is a notification if it has a Method; else an answer, or an error of the connection.
type message struct {
	JSONRPC        string
	ID             *int64
	Method         *string
	Params, Result json.RawMessage
	Error          *struct {
		Message string
		Data    json.RawMessage
	}
}

// readLine gives a line with its end; it is good until the next call.
func readLine(reader *bufio.Reader) ([]byte, error) {
	line, err := reader.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		err = errTooLarge
	} else if err == nil && !utf8.Valid(line) {
		err = errNotUTF8
	}
	return line, err
}

// readMessage fails if the other end doesn't speak this protocol.
func readMessage(line []byte) (message, error) {
	var heard message
	err := json.Unmarshal(line, &heard)
	answers := heard.ID != nil && *heard.ID >= 0 && heard.Result != nil
	if err != nil || heard.JSONRPC != "2.0" || heard.Method == nil && heard.Error == nil && !answers {
		return heard, errNonsense
	}
	return heard, nil
}

var (
	vaultCode = regexp.MustCompile(`^(?:not-paired|bad-proof|denied|approval-timeout|consent-denied|consent-timeout|` +
		`wrong-account|scope-missing|unknown-user|unknown-intent|needs-sign-in|setup|locked|twitch-unreachable|` +
		`twitch-rejected|rate-limited|no-app-token|bad-request|too-large|unsupported-protocol|busy|shutting-down|internal)$`)
	broken       = regexp.MustCompile(`^(?:connection-lost|shutting-down)$`)
	passing      = regexp.MustCompile(`^(?:vault-not-running|connection-lost|timeout|busy|shutting-down)$`)
	userID       = regexp.MustCompile(`^[0-9]{1,20}$`)
	oneScope     = regexp.MustCompile(`^[^\s,]+$`)
	unreadable   = regexp.MustCompile(`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`)
	plainName    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,47}$`)
	reservedName = regexp.MustCompile(`^(?:con|prn|aux|nul|com\d|lpt\d)$`)
	illegible    = regexp.MustCompile(`[^a-z0-9]+`)
	tokenLike    = regexp.MustCompile(`(?i)\b[a-z0-9]{30,}\b`)
	plain        = regexp.MustCompile(`^[!-~]+$`)
)

// refusal is the vault's no. One of JSON-RPC's own errors may come without data; a code from the future is internal.
func (m message) refusal() *Error {
	found := failed("bad-request", "%s", sanitize(m.Error.Message))
	var data *struct {
		Code, Hint   string
		Retryable    bool
		RetryAfterMs int64
		Missing      []string
	}
	if json.Unmarshal(m.Error.Data, &data); data == nil { // a detail of another type is left out
		return found
	}
	if found.Code = data.Code; !vaultCode.MatchString(data.Code) {
		found.Code = "internal"
	}
	found.Hint, found.Retryable = sanitize(data.Hint), data.Retryable
	if found.RetryAfter = time.Hour; data.RetryAfterMs < time.Hour.Milliseconds() {
		found.RetryAfter = time.Duration(data.RetryAfterMs) * time.Millisecond
	}
	for _, scope := range data.Missing {
		found.Missing = append(found.Missing, sanitize(scope))
	}
	return found
}

// sanitize makes text from the other side safe to print: no control characters, nothing that looks like a Twitch token.
func sanitize(text string) string {
	text = tokenLike.ReplaceAllString(unreadable.ReplaceAllString(text, " "), "[hidden]")
	return strings.TrimSpace(fmt.Sprintf("%.300s", text))
}

// arePlain tells whether texts may go into headers, files and onto terminals as they are: a line break or an escape in
// one would be a command to whoever reads it there.
func arePlain(texts ...string) bool {
	for _, text := range texts {
		if len(text) > 1024 || !plain.MatchString(text) {
			return false
		}
	}
	return true
}

func readToken(given json.RawMessage) (Token, error) {
	var token struct {
		AccessToken, UserID, ClientID string
		Scope                         []string
		ExpiresIn                     *int64
		ObtainmentTimestamp, Version  int64
	}
	err := json.Unmarshal(given, &token)
	clean := arePlain(token.AccessToken, token.ClientID, firstOf(token.UserID, "-")) && arePlain(token.Scope...)
	const century = 100 * 366 * 24 * 60 * 60
	timely := token.ObtainmentTimestamp > 0 && (token.ExpiresIn == nil || *token.ExpiresIn >= 0 && *token.ExpiresIn <= century)
	if err != nil || !clean || !timely || token.Scope == nil || token.Version < 0 {
		return Token{}, errSenseless
	}
	found := Token{token.AccessToken, token.Scope, time.Time{}, token.UserID, token.ClientID, token.Version}
	if seconds := token.ExpiresIn; seconds != nil {
		found.ExpiresAt = time.UnixMilli(token.ObtainmentTimestamp).Add(time.Duration(*seconds) * time.Second)
	}
	return found, nil
}

// --- One connection

// connection is requests and answers on one socket, before and after the handshake.
type connection struct {
	socket  io.ReadWriteCloser
	ctx     context.Context
	cancel  context.CancelFunc
	writing sync.Mutex
	lastID  atomic.Int64
	waiting sync.Map // of channels for messages, by the IDs of requests
	ending  sync.Once
	why     error // once ctx is over
}

func (c *Client) openConnection(ctx context.Context) (*connection, error) {
	socket, err := openSocket(ctx, c.path)
	switch {
	case err == nil:
		link := &connection{socket: socket}
		link.ctx, link.cancel = context.WithCancel(c.over)
		go c.read(link)
		go func() {
			<-link.ctx.Done()
			link.close(errClosed)
		}()
		return link, nil
	case ctx.Err() != nil || os.IsTimeout(err):
		return nil, whenDone(ctx, "Opening "+c.path)
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED):
		return nil, failed("vault-not-running", "Nobody answers at %s. Start Castkey on this computer, then try again.", c.path)
	case errors.Is(err, fs.ErrPermission):
		return nil, &Error{Code: "vault-not-running", Message: c.path + " belongs to another user."}
	}
	return nil, failed("connection-lost", "No connection to %s: %v.", c.path, err)
}

func (l *connection) request(ctx context.Context, ask params) (json.RawMessage, error) {
	if deadline, _ := ctx.Deadline(); ask.Interactive != "" || ask.method == "pair" {
		ask.TimeoutMs = 1 + time.Until(deadline).Milliseconds()*9/10 // for people, so that there is an answer in time
	}
	id, answer := l.lastID.Add(1), make(chan message, 1)
	l.waiting.Store(id, answer)
	defer l.waiting.Delete(id)
	data, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": ask.method, "params": ask})
	if len(data)+1 > lineBytes {
		return nil, failed("too-large", "The request %s is longer than 64 KiB.", ask.method)
	}
	go func() { // so that a vault that doesn't read can't hold up a call beyond its deadline
		l.writing.Lock()
		defer l.writing.Unlock()
		if _, err := l.socket.Write(append(data, '\n')); err != nil {
			l.close(failed("connection-lost", "The connection to Castkey broke: %v.", err))
		}
	}()
	select {
	case heard := <-answer:
		if heard.Error != nil {
			return nil, heard.refusal()
		}
		return heard.Result, nil
	case <-l.ctx.Done():
		return nil, l.close(errClosed)
	case <-ctx.Done():
		return nil, whenDone(ctx, "Castkey's answer to "+ask.method)
	}
}

// close ends it, and gives the reason why it first was ended.
func (l *connection) close(why error) error {
	l.ending.Do(func() {
		l.why = why
		l.cancel()
		l.socket.Close()
	})
	return l.why
}

func (c *Client) read(link *connection) {
	reader := bufio.NewReaderSize(link.socket, lineBytes)
	for link.ctx.Err() == nil {
		line, err := readLine(reader)
		var heard message
		if err == nil {
			heard, err = readMessage(line)
		}
		switch {
		case err != nil:
		case heard.Method != nil && *heard.Method == "event" && c.cache != nil:
			err = c.cache.hear(link, heard.Params)
		case heard.Method == nil && heard.ID == nil:
			link.close(heard.refusal())
		case heard.Method == nil:
			if answer, waits := link.waiting.LoadAndDelete(*heard.ID); waits {
				answer.(chan message) <- heard
			}
		}
		if err != nil {
			link.close(failed("connection-lost", "The connection to Castkey ended: %v.", err))
		}
	}
}

var (
	errClosed = &Error{Code: "connection-lost", Message: "This program closed its connection to Castkey."}
	// errNobodyAsks: not paired yet, and no call waits for what a window would lead to.
	errNobodyAsks = failed("not-paired", "Castkey doesn't know this bot yet.")
	errSenseless  = failed("internal", "Castkey's answer makes no sense.")
	errTooLarge   = errors.New("a line is longer than 64 KiB")
	errNotUTF8    = errors.New("a line isn't UTF-8")
	errNonsense   = errors.New("what answers there doesn't speak Castkey's protocol")
)

func failed(code, text string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(text, args...), Retryable: passing.MatchString(code)}
}

// whenDone tells why a context is over: its deadline, or the caller's own will.
func whenDone(ctx context.Context, what string) error {
	if ctx.Err() == context.Canceled {
		return ctx.Err()
	}
	return failed("timeout", "%s took too long.", what)
}

func codeOf(err error) string {
	if known, is := err.(*Error); is {
		return known.Code
	}
	return ""
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
