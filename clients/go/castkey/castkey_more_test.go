package castkey

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"
)

const locked = `{"error":{"code":-32000,"message":"no","data":{"code":"locked","retryable":true}}}`
const anAccount = `{"userId":"7","login":"luna","scope":[],"intents":["chat"],"expiresAt":null,"state":"ok","version":%d}`

// stateOf is how a vault answers subscribe that says all that the bot may see.
func stateOf(accounts string) string {
	return `{"seq":0,"locked":false,"users":[` + accounts + `]}`
}

// openPair is a vault that tells its state, and a client that hears of it.
func openPair(t *testing.T, accounts string, options Options) (*fakeVault, *Client, chan Event) {
	t.Helper()
	options.Socket = filepath.Join(t.TempDir(), "s")
	vault := startFakeVault(t, options.Socket)
	vault.answer = func(method string, _ int) string {
		if method == "subscribe" {
			return stateOf(accounts)
		}
		return ""
	}
	client := newTestClient(t, options)
	events := make(chan Event, 100)
	client.OnChange(func(event Event) { events <- event })
	return vault, client, events
}

func next(t *testing.T, events chan Event) Event {
	t.Helper()
	select {
	case event := <-events:
		return event
	case <-time.After(20 * time.Second):
		t.Fatal("no event came")
		return Event{}
	}
}

func waitFor(t *testing.T, events chan Event, kind string) Event {
	t.Helper()
	for {
		if event := next(t, events); event.Type == kind {
			return event
		}
	}
}

func mustToken(t *testing.T, client *Client, request Request) Token {
	t.Helper()
	token, err := client.Token(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestStateComesWithTheConnection(t *testing.T) {
	_, client, events := openPair(t, fmt.Sprintf(anAccount, 1), Options{})
	mustToken(t, client, Request{User: "7"})
	state := waitFor(t, events, "state")
	want := []User{{UserID: "7", Login: "luna", Intents: []string{"chat"}, Scopes: []string{}, State: "ok", Version: 1}}
	if !reflect.DeepEqual(state.Users, want) || state.Locked {
		t.Errorf("the state is %+v", state)
	}
}

// What a state doesn't have isn't served, even by a vault that gives nothing just then.
func TestAbsenceFromAStateIsWithdrawal(t *testing.T) {
	for name, one := range map[string]struct {
		request  Request
		accounts string
		serves   bool
	}{
		"the same account":             {Request{User: "7"}, fmt.Sprintf(anAccount, 1), true},
		"no account":                   {Request{User: "7"}, "", false},
		"a newer token":                {Request{User: "7"}, fmt.Sprintf(anAccount, 2), false},
		"an account without an intent": {Request{Intent: "alerts"}, `{"userId":"9","login":"bob","scope":[],"intents":["chat"],"version":1}`, false},
		"an account with the intent":   {Request{Intent: "chat"}, `{"userId":"9","login":"bob","scope":[],"intents":["chat"],"version":1}`, true},
	} {
		for _, by := range []string{"an event", "a new connection"} {
			vault, client, events := openPair(t, fmt.Sprintf(anAccount, 1), Options{Timeout: 5 * time.Second})
			mustToken(t, client, one.request)
			waitFor(t, events, "state")
			before := vault.answer
			vault.answer = func(method string, count int) string {
				switch method {
				case "getAccessTokenForUser", "getAccessTokenForIntent":
					return locked
				case "subscribe":
					return stateOf(one.accounts)
				}
				return before(method, count)
			}
			if by == "an event" {
				vault.say(`{"seq":1,"type":"state","locked":true,"users":[` + one.accounts + `]}`)
			} else {
				vault.hangUp()
				client.Status(context.Background()) // connects anew
			}
			waitFor(t, events, "state")
			_, err := client.Token(context.Background(), one.request)
			if served := err == nil; served != one.serves || (!served && codeOf(err) != "locked") {
				t.Errorf("%s, by %s: %v", name, by, err)
			}
		}
	}
}

// Of a state in parts nobody is withdrawn before the last one; bots hear it as a whole.
func TestAStateMayComeInParts(t *testing.T) {
	part := func(seq int, id, more string) string {
		return fmt.Sprintf(`{"seq":%d,"type":"state","locked":false%s,"users":[{"userId":%q,"login":"x","scope":[],"intents":[],"version":1}]}`, seq, more, id)
	}
	const more = `,"more":true`
	for name, one := range map[string]struct {
		parts  []string
		hears  []string // of which accounts
		serves bool
	}{
		"the account is in the first":           {[]string{part(1, "7", more), part(2, "8", more), part(3, "9", "")}, []string{"7", "8", "9"}, true},
		"the account is in the last":            {[]string{part(1, "8", more), part(2, "7", "")}, []string{"8", "7"}, true},
		"the account is in none":                {[]string{part(1, "8", more), part(2, "9", "")}, []string{"8", "9"}, false},
		"the account is in none of the second":  {[]string{part(1, "7", more), part(2, "8", ""), part(3, "9", "")}, []string{"9"}, false},
		"an overflow is between, so it is anew": {[]string{part(1, "7", more), `{"seq":2,"type":"overflow"}`, part(3, "9", "")}, []string{"9"}, false},
	} {
		for _, by := range []string{"events", "a new connection"} {
			vault, client, events := openPair(t, fmt.Sprintf(anAccount, 1), Options{Timeout: 5 * time.Second})
			mustToken(t, client, Request{User: "7"})
			waitFor(t, events, "state")
			before := vault.answer
			vault.answer = func(method string, count int) string {
				switch method {
				case "getAccessTokenForUser":
					return locked
				case "subscribe":
					return one.parts[0]
				}
				return before(method, count)
			}
			if by == "events" {
				vault.say(one.parts[0])
			} else {
				vault.hangUp()
				client.Status(context.Background()) // connects anew
			}
			for _, part := range one.parts[1:] {
				vault.say(part)
			}
			vault.say(fmt.Sprintf(`{"seq":%d,"type":"vault.locked"}`, len(one.parts)+1))
			var heard []string
			for event := next(t, events); event.Type != "vault.locked"; event = next(t, events) {
				if event.Type == "state" {
					heard = nil
					for _, user := range event.Users {
						heard = append(heard, user.UserID)
					}
				}
			}
			if !reflect.DeepEqual(heard, one.hears) {
				t.Errorf("%s, by %s: heard of %v", name, by, heard)
			}
			_, err := client.Token(context.Background(), Request{User: "7"})
			if served := err == nil; served != one.serves || (!served && codeOf(err) != "locked") {
				t.Errorf("%s, by %s: %v", name, by, err)
			}
		}
	}
}

func TestUnknownEventsCountAndAreNotTold(t *testing.T) {
	vault, client, events := openPair(t, fmt.Sprintf(anAccount, 1), Options{})
	mustToken(t, client, Request{User: "7"})
	waitFor(t, events, "state")
	vault.say(`{"seq":1,"type":"sun.rose","userId":5}`)
	vault.say(`{"seq":2,"type":"vault.locked","later":[]}`)
	if event := next(t, events); event.Type != "vault.locked" {
		t.Errorf("told %+v", event)
	}
	vault.say(`{"seq":4,"type":"vault.unlocked"}`)
	if event := next(t, events); event.Type != "overflow" {
		t.Errorf("after a gap %+v was told", event)
	}
}

func TestTheStateIsToldBeforeEventsThatOvertakeIt(t *testing.T) {
	vault, client, events := openPair(t, "", Options{})
	before := vault.answer
	vault.answer = func(method string, count int) string {
		if method == "subscribe" {
			vault.say(`{"seq":1,"type":"vault.locked"}`)
		}
		return before(method, count)
	}
	mustToken(t, client, Request{User: "7"})
	if first, second := next(t, events), next(t, events); first.Type != "state" || second.Type != "vault.locked" {
		t.Errorf("told %s, then %s", first.Type, second.Type)
	}
}

func TestEventsAreCompleteInThemselves(t *testing.T) {
	vault, client, events := openPair(t, "", Options{})
	mustToken(t, client, Request{User: "7"})
	waitFor(t, events, "state")
	vault.say(`{"seq":1,"type":"grant.revoked","userId":"7","ended":true,"user":` + fmt.Sprintf(anAccount, 1) + `}`)
	event := waitFor(t, events, "grant.revoked")
	if !event.Ended || event.App || event.User == nil || event.User.Login != "luna" {
		t.Errorf("told %+v", event)
	}
	mustToken(t, client, Request{User: "7"})
	if asked := len(vault.asked("getAccessTokenForUser")); asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

func TestAnAnswerThatAnEventOvertookIsNotKept(t *testing.T) {
	vault, client, events := openPair(t, fmt.Sprintf(anAccount, 1), Options{})
	mustToken(t, client, Request{User: "8"})
	waitFor(t, events, "state")
	vault.answer = func(method string, count int) string {
		if method == "getAccessTokenForUser" && count == 2 {
			vault.say(`{"seq":1,"type":"grant.revoked","userId":"7"}`)
		}
		return ""
	}
	for calls := 0; calls < 3; calls++ {
		mustToken(t, client, Request{User: "7"})
	}
	if asked := len(vault.asked("getAccessTokenForUser")); asked != 3 {
		t.Errorf("asked %d times", asked)
	}
}

func TestAnAccountThatWouldCommandATerminalEndsTheConnection(t *testing.T) {
	vault, client, events := openPair(t, fmt.Sprintf(anAccount, 1), Options{})
	mustToken(t, client, Request{User: "7"})
	waitFor(t, events, "state")
	vault.say(`{"seq":1,"type":"account.added","userId":"8","login":"b","user":{"userId":"8","login":"b\u001b[2J"}}`)
	waitFor(t, events, "state") // of the next connection
	if hellos := len(vault.asked("hello")); hellos != 2 {
		t.Errorf("%d connections", hellos)
	}
}

func TestOneWindowForAllCallsThatWait(t *testing.T) {
	vault, client, _ := openPair(t, "", Options{})
	gate := make(chan struct{})
	vault.answer = func(method string, _ int) string {
		if method == "hello" {
			<-gate
		}
		return ""
	}
	var all sync.WaitGroup
	for _, request := range []Request{{User: "7"}, {Intent: "chat"}, {User: "7"}} {
		all.Add(1)
		go func(request Request) {
			defer all.Done()
			mustToken(t, client, request)
		}(request)
	}
	cached := client.cache.(*tokenCache)
	for waiting := 0; waiting < 3; {
		cached.mu.Lock()
		waiting = len(cached.asked)
		cached.mu.Unlock()
	}
	close(gate)
	all.Wait()
	pairings := vault.asked("pair")
	if len(pairings) != 1 || len(pairings[0]["wants"].([]any)) != 2 {
		t.Errorf("pairings: %v", pairings)
	}
}

func TestAsksByNotification(t *testing.T) {
	wants := []Want{{App: true}, {User: "7", Scopes: [][]string{{"chat:read"}}, Optional: [][]string{{"clips:edit"}}}}
	options := Options{Interactive: "notify", TwitchClientID: "own", Wants: wants, Timeout: 90 * time.Second}
	vault, client, _ := openPair(t, "", options)
	token := mustToken(t, client, Request{User: "7"})
	if _, err := client.Refresh(context.Background(), Request{User: "7"}, token); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AppToken(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"pair", "getAccessTokenForUser", "refreshAccessTokenForUser", "getAppAccessToken"} {
		asked := vault.asked(method)[0]
		if left, _ := asked["timeoutMs"].(float64); asked["interactive"] != "notify" || left < 60_000 || left > 90_000 {
			t.Errorf("%s was asked with %v", method, asked)
		}
	}
	if hello := vault.asked("hello")[0]; hello["twitchClientId"] != "own" {
		t.Errorf("hello was %v", hello)
	}
	wanted, _ := json.Marshal(vault.asked("pair")[0]["wants"])
	if string(wanted) != `[{"app":true},{"optional":[["clips:edit"]],"scopes":[["chat:read"]],"user":"7"}]` {
		t.Errorf("wants were %s", wanted)
	}
}

func TestTellsTheVaultsHint(t *testing.T) {
	vault, client, _ := openPair(t, "", Options{})
	vault.answer = func(method string, _ int) string {
		if method == "getAccessTokenForUser" {
			return `{"error":{"code":-32000,"message":"Nobody decided.","data":{"code":"approval-timeout","retryable":true,"hint":"She is live.\u001b"}}}`
		}
		return ""
	}
	_, err := client.Token(context.Background(), Request{User: "7"})
	refused, _ := err.(*Error)
	if refused == nil || refused.Hint != "She is live." || refused.Error() != "approval-timeout: Nobody decided. She is live." {
		t.Errorf("the error is %v", err)
	}
}

func TestStatusNamesTheApplication(t *testing.T) {
	vault, client, _ := openPair(t, "", Options{})
	vault.answer = func(method string, count int) string {
		if method != "status" {
			return ""
		}
		return []string{
			`{"server":{"version":"9"},"locked":true,"users":[],"application":{"clientId":"own","kind":"public"}}`,
			`{"server":{"version":"9"},"locked":false,"users":[]}`,
			`{"server":{"version":"9"},"locked":false,"users":[],"application":{"clientId":"a b","kind":"public"}}`,
		}[count-1]
	}
	status, err := client.Status(context.Background())
	if err != nil || !reflect.DeepEqual(status, Status{"9", true, []User{}, &Application{"own", "public"}}) {
		t.Errorf("%+v, %v", status, err)
	}
	if status, err := client.Status(context.Background()); err != nil || status.Application != nil {
		t.Errorf("an older vault: %+v, %v", status, err)
	}
	if _, err := client.Status(context.Background()); codeOf(err) != "internal" {
		t.Errorf("a client ID with a space: %v", err)
	}
}
