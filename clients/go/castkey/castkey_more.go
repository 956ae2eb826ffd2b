package castkey

// What castkey.go does without: a cache, so that a good token costs no question and outlasts a vault that is away; events;
// the application's own token, an account's scopes, how the vault stands; and bots that are started twice at once. Copy
// this file beside it, and all of that is there.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	margin    = time.Minute // for which a cached token is good at least
	maxHeld   = 256
	maxWants  = 20
	lockPoll  = 250 * time.Millisecond
	lockStale = 11 * time.Minute
	steady    = 10 * time.Second // a connection that held so long is renewed at once
)

func init() {
	newCache = func(client *Client) cache {
		told := make(chan struct{})
		close(told)
		return &tokenCache{
			client: client, held: map[string]*heldToken{}, asked: map[*Want]bool{},
			listeners: map[*func(Event)]bool{}, told: told,
		}
	}
	takeKeyLock = lockKeyFile
}

// User is an account this bot may use. State: ok, offline, needs-sign-in, setup or expired.
type User struct {
	UserID    string
	Login     string
	Intents   []string
	Scopes    []string
	ExpiresAt time.Time
	State     string
	// Version is that of its newest token; 0 from an older vault.
	Version int64
}

// UnmarshalJSON reads an account as the vault tells of it.
func (u *User) UnmarshalJSON(data []byte) error {
	var given struct {
		UserID, Login, State string
		Intents, Scope       []string
		ExpiresAt            *int64
		Version              int64
	}
	if json.Unmarshal(data, &given) != nil || !arePlain(given.UserID, given.Login) || !arePlain(given.Scope...) {
		return errNonsense
	}
	*u = User{given.UserID, given.Login, given.Intents, given.Scope, time.Time{}, given.State, given.Version}
	if given.ExpiresAt != nil {
		u.ExpiresAt = time.UnixMilli(*given.ExpiresAt)
	}
	return nil
}

// Application is a Twitch application. Kind: public or confidential.
type Application struct {
	ClientID string
	Kind     string
}

// Status is how the vault stands.
type Status struct {
	Version string
	Locked  bool
	Users   []User
	// Application is the one this bot gets tokens of; nil while there is none, and from an older vault.
	Application *Application
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
	// App and Ended belong to grant.revoked: it was for the application's own token; its time was over.
	App   bool `json:"app"`
	Ended bool `json:"ended"`
	// User is the account as it stands after the event, if the bot may still see it; nil from an older vault.
	User *User `json:"user"`
	// Users and Locked belong to state, which comes with each connection and after overflow: all that the bot may see.
	Users  []User `json:"users"`
	Locked bool   `json:"locked"`
	// SplayMs belongs to token.changed: so long a program waits that has to restart for it; 0: no time is to be lost.
	SplayMs int64 `json:"splayMs"`

	more bool // of a state: it goes on in the next one
}

// UnmarshalJSON reads an event as the vault sends it.
func (e *Event) UnmarshalJSON(data []byte) error {
	type plainEvent Event
	given := struct {
		*plainEvent
		More bool `json:"more"`
	}{plainEvent: (*plainEvent)(e)}
	err := json.Unmarshal(data, &given)
	e.more = given.More
	return err
}

// OnChange has every event told to listener, one after the other. The result stops it.
func (c *Client) OnChange(listener func(Event)) (stop func()) {
	h, entry := c.cache.(*tokenCache), &listener
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners[entry] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.listeners, entry)
	}
}

// Connect connects now rather than at the first call. It pairs if need be; without Wants, the first call does that.
func (c *Client) Connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	var need *Want
	if c.options.Wants != nil {
		need = &Want{}
	}
	if _, _, err := c.connect(ctx, need); err != nil && err != errNobodyAsks {
		return err
	}
	return nil
}

// AppToken gives the token of the Twitch application itself, which the streamer is asked about like any other;
// no-app-token if that is a public client.
func (c *Client) AppToken(ctx context.Context, forceNew bool) (Token, error) {
	if forceNew {
		c.cache.(*tokenCache).drop(func(held *heldToken) bool { return held.need.App })
	}
	return c.cache.token(ctx, params{
		method: "getAppAccessToken", ForceNew: forceNew, Interactive: firstOf(c.options.Interactive, "allow"), need: &Want{App: true},
	})
}

// Scopes gives the scopes of an account's token; none for an unknown account.
func (c *Client) Scopes(ctx context.Context, user string) ([]string, error) {
	ask, err := question("getCurrentScopesFor", Request{User: user})
	if err != nil {
		return nil, err
	}
	ask.ScopeSets = nil
	result, err := c.ask(ctx, ask)
	if err != nil {
		return nil, err
	}
	var scopes []string
	if json.Unmarshal(result, &scopes) != nil || scopes == nil || !arePlain(scopes...) {
		return nil, errSenseless
	}
	return scopes, nil
}

// Status tells how the vault and the accounts this bot may use stand.
func (c *Client) Status(ctx context.Context) (Status, error) {
	result, err := c.ask(ctx, params{method: "status", need: &Want{}})
	if err != nil {
		return Status{}, err
	}
	var given struct {
		Server      struct{ Version string }
		Locked      *bool
		Users       []User
		Application *Application
	}
	if json.Unmarshal(result, &given) != nil || given.Locked == nil || given.Users == nil {
		return Status{}, errSenseless
	}
	if given.Application != nil && !arePlain(given.Application.ClientID, given.Application.Kind) {
		return Status{}, errSenseless
	}
	return Status{given.Server.Version, *given.Locked, given.Users, given.Application}, nil
}

// --- Cached tokens

// tokenCache keeps tokens, and says so no longer than the vault does.
type tokenCache struct {
	client *Client

	mu    sync.Mutex
	held  map[string]*heldToken
	asked map[*Want]bool // what the calls need that wait
	epoch int            // rises with each event: an answer that was under way then may be older
	link  *connection    // whose events are heard

	hearing sync.Mutex // is locked before mu
	begun   bool       // whether the state of that connection is known
	early   []Event    // which came before it was
	parts   []User     // of a state whose last part is still to come
	lastSeq int64

	listeners map[*func(Event)]bool
	told      chan struct{} // closed once they have heard the last event
}

// heldToken answers one question, and only that: what a bot may ask is the vault's to say.
type heldToken struct {
	token     Token
	need      Want
	confirmed bool // by the vault, since it was last connected to
}

// find gives the token for a question; mu is held.
func (t *tokenCache) find(key string) *heldToken {
	held := t.held[key]
	if held == nil || t.client.over.Err() != nil {
		return nil
	}
	if expires := held.token.ExpiresAt; !expires.IsZero() && time.Now().After(expires.Add(-margin)) {
		return nil
	}
	return held
}

var aboutTheWay = regexp.MustCompile(passing.String() + `|^(?:vault-unproven|twitch-unreachable|rate-limited|locked|internal)$`)

// token gives what is cached, or asks. The vault's no ends what is cached; trouble on the way there doesn't.
func (t *tokenCache) token(ctx context.Context, ask params) (Token, error) {
	key := keyOf(*ask.need)
	t.mu.Lock()
	if held := t.find(key); held != nil && (held.confirmed || t.link.ctx.Err() != nil) {
		defer t.mu.Unlock()
		return held.token, nil
	}
	epoch := t.epoch
	t.asked[ask.need] = true
	t.mu.Unlock()
	token, err := t.client.fetch(ctx, ask)
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.asked, ask.need)
	held, code := t.find(key), codeOf(err)
	switch {
	case err == nil && epoch == t.epoch:
		if len(t.held) >= maxHeld {
			t.held = map[string]*heldToken{}
		}
		t.held[key] = &heldToken{token, *ask.need, true}
	case held != nil && aboutTheWay.MatchString(code):
		return held.token, nil
	case code != "":
		delete(t.held, key)
	}
	return token, err
}

func (t *tokenCache) replace(rejected, fresh Token) {
	t.drop(func(held *heldToken) bool {
		return held.token.UserID == fresh.UserID || held.token.AccessToken == rejected.AccessToken
	})
}

func (t *tokenCache) drop(which func(*heldToken) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.epoch++
	for key, held := range t.held {
		if which(held) {
			delete(t.held, key)
		}
	}
}

// wants is what the calls need that wait, this one's need first.
func (t *tokenCache) wants(own Want) []Want {
	t.mu.Lock()
	defer t.mu.Unlock()
	needs := []Want{own}
	for need := range t.asked {
		needs = append(needs, *need)
	}
	wants, known := []Want{}, map[string]bool{keyOf(Want{}): true}
	for _, need := range needs {
		if key := keyOf(need); !known[key] && len(wants) < maxWants {
			known[key] = true
			wants = append(wants, need)
		}
	}
	return wants
}

func keyOf(need Want) string {
	return fmt.Sprintf("%q %q %t %q", need.User, need.Intent, need.App, need.Scopes)
}

// endedBy tells whether an event takes the token away.
func (h *heldToken) endedBy(event Event) bool {
	theirs := h.token.UserID == event.UserID
	switch event.Type {
	case "token.changed":
		return theirs && h.token.Version != event.Version
	case "token.invalidated", "account.removed":
		return theirs
	case "intents.changed":
		return h.need.Intent != ""
	case "grant.revoked":
		switch {
		case event.App || event.UserID != "":
			return theirs
		case event.Intent != "":
			return h.need.Intent == event.Intent
		}
		return true
	case "state":
		return !h.isIn(event.Users)
	}
	return event.Type == "overflow"
}

// isIn tells whether these accounts, all that the bot may see, give the token still: who is absent has been withdrawn.
func (h *heldToken) isIn(users []User) bool {
	for _, user := range users {
		if user.UserID == h.token.UserID {
			has := h.need.Intent == ""
			for _, intent := range user.Intents {
				has = has || intent == h.need.Intent
			}
			return has && (user.Version == 0 || user.Version == h.token.Version)
		}
	}
	return h.need.App
}

// --- Events

// subscribe begins with the vault's state, if it tells that; an older one says seq alone, and what is cached is only
// asked for anew.
func (t *tokenCache) subscribe(ctx context.Context, link *connection) error {
	t.hearing.Lock()
	t.mu.Lock()
	again := t.link != nil
	t.link = link
	t.mu.Unlock()
	t.begun, t.early, t.parts = false, nil, nil
	t.hearing.Unlock()
	result, err := link.request(ctx, params{method: "subscribe"})
	if err != nil {
		return err
	}
	state := Event{Seq: -1}
	if json.Unmarshal(result, &state) != nil || state.Seq < 0 {
		return errSenseless
	}
	t.hearing.Lock()
	defer t.hearing.Unlock()
	t.begin(state, again)
	go t.keepUp(link)
	return nil
}

// begin takes the state of a connection, then the events that came in the same bytes; again: after another connection.
func (t *tokenCache) begin(state Event, again bool) {
	state.Type = "state"
	told := state.Users != nil && t.isWhole(&state)
	if again { // else nothing is cached, and the answer to the first question may be
		t.drop(func(held *heldToken) bool {
			held.confirmed = false // events may have been missed
			return told && held.endedBy(state)
		})
	}
	if told {
		t.tell(state)
	}
	t.begun, t.lastSeq = true, state.Seq
	for _, event := range t.early {
		t.take(event)
	}
}

// keepUp connects anew when the connection is over.
func (t *tokenCache) keepUp(link *connection) {
	since := time.Now()
	<-link.ctx.Done()
	pause := firstPause
	if time.Since(since) < steady {
		pause = maxPause / 4
	}
	for t.client.over.Err() == nil {
		select {
		case <-time.After(randomly(pause)):
		case <-t.client.over.Done():
			return
		}
		ctx, cancel := context.WithTimeout(t.client.over, t.client.options.Timeout)
		_, _, err := t.client.connect(ctx, nil)
		cancel()
		if err == nil {
			return // to be kept up by another of these
		}
		if pause *= 2; pause > maxPause {
			pause = maxPause
		}
	}
}

const (
	eventsOfUsers = " token.changed token.invalidated account.added account.removed intents.changed "
	otherEvents   = " grant.revoked vault.locked vault.unlocked overflow state "
)

// readEvent leaves the type empty of an event that this file doesn't know; an error says that this isn't the protocol.
func readEvent(data json.RawMessage) (event Event, err error) {
	var kind struct {
		Type string
		Seq  int64
	}
	json.Unmarshal(data, &kind)
	word := " " + kind.Type + " "
	ofUser := strings.Contains(eventsOfUsers, word)
	if !ofUser && !strings.Contains(otherEvents, word) {
		return Event{Seq: kind.Seq}, nil
	}
	err = json.Unmarshal(data, &event)
	if err != nil || event.Seq < 1 || ofUser && !arePlain(event.UserID) || event.Type == "state" && event.Users == nil {
		return event, errNonsense
	}
	return event, nil
}

// hear takes the events of a connection that has proved itself; what comes before isn't believed.
func (t *tokenCache) hear(link *connection, data json.RawMessage) error {
	event, err := readEvent(data)
	t.hearing.Lock()
	defer t.hearing.Unlock()
	t.mu.Lock()
	isSubscribed := t.link == link
	t.mu.Unlock()
	switch {
	case err != nil || !isSubscribed:
		return err
	case !t.begun:
		t.early = append(t.early, event)
	default:
		t.take(event)
	}
	return nil
}

// take passes an event on; after a gap as if there had been an overflow. Events that nobody knows count all the same.
func (t *tokenCache) take(event Event) {
	if event.Seq <= t.lastSeq {
		return
	}
	if event.Seq != t.lastSeq+1 && event.Type != "overflow" {
		t.apply(Event{Seq: event.Seq, Type: "overflow"})
	}
	if t.lastSeq = event.Seq; event.Type != "" {
		t.apply(event)
	}
}

// isWhole collects a state that comes in parts: the last one becomes the whole. After an overflow they begin anew.
func (t *tokenCache) isWhole(event *Event) bool {
	switch event.Type {
	case "overflow":
		t.parts = nil
	case "state":
		t.parts = append(t.parts, event.Users...)
		if event.more {
			return false
		}
		event.Users, t.parts = append([]User{}, t.parts...), nil
	}
	return true
}

func (t *tokenCache) apply(event Event) {
	if !t.isWhole(&event) {
		return
	}
	t.drop(func(held *heldToken) bool { return held.endedBy(event) })
	t.tell(event)
}

// tell has listeners run beside the goroutine that reads, so that they may call the client.
func (t *tokenCache) tell(event Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	told := make([]func(Event), 0, len(t.listeners))
	for listener := range t.listeners {
		told = append(told, *listener)
	}
	before, after := t.told, make(chan struct{})
	t.told = after
	go func() {
		<-before
		for _, listener := range told {
			listener(event)
		}
		close(after)
	}()
}

// --- Bots that are started twice at once

// lockKeyFile gives the right to pair under one key file, so that two processes of a bot don't open two windows; it
// waits while another has it.
func lockKeyFile(ctx context.Context, keyFile string) (unlock func(), err error) {
	lock := keyFile + ".lock"
	for {
		if isStale(lock) {
			os.Remove(lock)
		}
		err := os.MkdirAll(filepath.Dir(lock), 0o700)
		var file *os.File
		if err == nil {
			file, err = os.OpenFile(lock, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		}
		if err == nil {
			fmt.Fprint(file, os.Getpid())
			file.Close()
			return func() { os.Remove(lock) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, keyProblem(keyFile, "can't be written: %v", err)
		}
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			return nil, whenDone(ctx, "Waiting for another process of this bot that is pairing")
		}
	}
}

// isStale tells whether who made a lock is gone. One without a number is being written this moment.
func isStale(lock string) bool {
	facts, err := os.Stat(lock)
	if err != nil || time.Since(facts.ModTime()) > lockStale {
		return err == nil
	}
	data, _ := os.ReadFile(lock)
	pid, err := strconv.Atoi(string(data))
	if err != nil || pid <= 0 {
		return false
	}
	process, err := os.FindProcess(pid)
	if err == nil && runtime.GOOS != "windows" { // there, finding it tells
		err = process.Signal(syscall.Signal(0))
	}
	return err != nil && !errors.Is(err, fs.ErrPermission)
}
