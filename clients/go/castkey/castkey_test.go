package castkey

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var testKey = pairingKey{Version: 1, Name: "test-bot", KeyID: "k1", Key: base64.RawURLEncoding.EncodeToString(make([]byte, 32))}

// fakeVault speaks the vault's side, in as few words as possible.
type fakeVault struct {
	t   *testing.T
	key pairingKey
	// answer may give another result to a request than usual; "hang up" is one, and so is {"error":…}.
	answer func(method string, count int) string

	mu       sync.Mutex
	requests []fakeRequest
	sockets  []net.Conn
}

type fakeRequest struct {
	ID     int
	Method string
	Params map[string]any
}

func startFakeVault(t *testing.T, path string) *fakeVault {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	vault := &fakeVault{t: t, key: testKey, answer: func(string, int) string { return "" }}
	go func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			vault.mu.Lock()
			vault.sockets = append(vault.sockets, socket)
			vault.mu.Unlock()
			go vault.serve(socket)
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return vault
}

// asked are the parameters of all requests of one method.
func (v *fakeVault) asked(method string) (found []map[string]any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, request := range v.requests {
		if request.Method == method {
			found = append(found, request.Params)
		}
	}
	return found
}

// say sends something to the newest connection: an event, unless it is a whole message.
func (v *fakeVault) say(event string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	fmt.Fprintf(v.sockets[len(v.sockets)-1], `{"jsonrpc":"2.0","method":"event","params":%s}`+"\n", event)
}

func (v *fakeVault) hangUp() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sockets[len(v.sockets)-1].Close()
}

func (v *fakeVault) serve(socket net.Conn) {
	defer socket.Close()
	input := bufio.NewScanner(socket)
	for input.Scan() {
		var request fakeRequest
		if err := json.Unmarshal(input.Bytes(), &request); err != nil {
			v.t.Error(err)
			return
		}
		v.mu.Lock()
		v.requests = append(v.requests, request)
		v.mu.Unlock()
		result := v.answer(request.Method, len(v.asked(request.Method)))
		if result == "hang up" {
			return
		}
		if result == "" {
			result = v.usual(request)
		}
		answer := `"result":` + result
		if strings.HasPrefix(result, `{"error"`) {
			answer = result[1 : len(result)-1]
		}
		v.mu.Lock()
		fmt.Fprintf(socket, `{"jsonrpc":"2.0","id":%d,%s}`+"\n", request.ID, answer)
		v.mu.Unlock()
	}
}

func (v *fakeVault) usual(request fakeRequest) string {
	const serverNonce = "Xl5eXl5eXl5eXl5eXl5eXg"
	text := func(name string) string { found, _ := request.Params[name].(string); return found }
	switch request.Method {
	case "hello":
		proof := v.key.proof("server", text("nonce"), serverNonce)
		return fmt.Sprintf(`{"protocol":1,"server":{"name":"castkey","version":"1"},"nonce":%q,"proof":%q,"paired":%t}`,
			serverNonce, proof, text("keyId") != "")
	case "pair":
		return fmt.Sprintf(`{"keyId":"k1","key":%q}`, v.key.Key)
	case "subscribe":
		return `{"seq":0}`
	case "getAppAccessToken":
		return tokenOf("", 1)
	case "getAccessTokenForIntent":
		return tokenOf("9", 1)
	}
	if strings.HasSuffix(request.Method, "ForUser") {
		return tokenOf(text("user"), 1)
	}
	return "null"
}

func tokenOf(user string, version int) string {
	whose := ""
	if user != "" {
		whose = fmt.Sprintf(`"userId":%q,`, user)
	}
	return fmt.Sprintf(`{"accessToken":"secret-%s",%s"scope":[],"expiresIn":3600,"obtainmentTimestamp":%d,"clientId":"c","version":%d}`,
		user, whose, time.Now().UnixMilli(), version)
}

func hangsUpTwice(vault *fakeVault) {
	vault.answer = func(method string, count int) string {
		if method == "getAccessTokenForUser" && (count == 5 || count == 12) {
			return "hang up"
		}
		return ""
	}
}

func newTestClient(t *testing.T, options Options) *Client {
	t.Helper()
	folder := t.TempDir()
	options.Name = "test-bot"
	options.KeyFile = filepath.Join(folder, "key.json")
	if options.Socket == "" {
		options.Socket = filepath.Join(folder, "s")
		hangsUpTwice(startFakeVault(t, options.Socket))
	}
	client, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestManyGoroutinesOnALineThatBreaks(t *testing.T) {
	client := newTestClient(t, Options{Timeout: 20 * time.Second})
	var all sync.WaitGroup
	for number := 0; number < 40; number++ {
		all.Add(1)
		go func(user string) {
			defer all.Done()
			token, err := client.Token(context.Background(), Request{User: user})
			if err != nil {
				t.Errorf("user %s: %v", user, err)
			} else if token.UserID != user {
				t.Errorf("user %s got the token of %s", user, token.UserID)
			}
		}(fmt.Sprint(number%10 + 1))
	}
	all.Wait()
}

func TestContextEndsAWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "silent")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client := newTestClient(t, Options{Socket: path})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client.Token(ctx, Request{User: "1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call ended with %v", err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	var known *Error
	if _, err := client.Token(ctx, Request{User: "1"}); !errors.As(err, &known) || known.Code != "timeout" {
		t.Errorf("a call beyond its deadline ended with %v", err)
	}
}

func TestCloseEndsWaits(t *testing.T) {
	client := newTestClient(t, Options{})
	if _, err := client.Token(context.Background(), Request{User: "1"}); err != nil {
		t.Fatal(err)
	}
	client.Close()
	var known *Error
	if _, err := client.Token(context.Background(), Request{User: "1"}); !errors.As(err, &known) || known.Code != "connection-lost" {
		t.Errorf("a call after Close ended with %v", err)
	}
}

// watchedContext tells when somebody waits for it.
type watchedContext struct {
	context.Context
	waited chan struct{}
	once   *sync.Once
}

func (w watchedContext) Done() <-chan struct{} {
	w.once.Do(func() { close(w.waited) })
	return w.Context.Done()
}

// A streamer who said no isn't asked again for a call that waited meanwhile; one that comes later asks.
func TestCallsThatWaitShareANo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	vault := startFakeVault(t, path)
	client := newTestClient(t, Options{Socket: path})
	client.turn <- struct{}{} // as if a call were connecting
	waits := watchedContext{context.Background(), make(chan struct{}), &sync.Once{}}
	answer := make(chan error)
	go func() {
		_, _, err := client.connect(waits, &Want{User: "1"})
		answer <- err
	}()
	<-waits.waited
	client.mu.Lock()
	client.tries, client.failure = 1, failed("denied", "No.")
	client.mu.Unlock()
	<-client.turn
	if err := <-answer; codeOf(err) != "denied" || len(vault.asked("hello")) != 0 {
		t.Errorf("a call that waited ended with %v", err)
	}
	if _, _, err := client.connect(context.Background(), &Want{User: "1"}); err != nil || len(vault.asked("pair")) != 1 {
		t.Errorf("a later call ended with %v", err)
	}
}

func TestTokenPrintsWithoutItsSecret(t *testing.T) {
	client := newTestClient(t, Options{})
	token, err := client.Token(context.Background(), Request{User: "7"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(token)
	if err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%v %+v %#v %s %s", token, token, token, &token, data)
	if token.AccessToken != "secret-7" || strings.Contains(printed, "secret") {
		t.Errorf("printed %s", printed)
	}
}

func TestKeyFileIsForItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "key.json")
	if err := writeKeyFile(path, testKey); err != nil {
		t.Fatal(err)
	}
	if key, err := readKeyFile(path, "test-bot"); err != nil || key != testKey {
		t.Errorf("read back %v, %v", key, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := readKeyFile(path, "test-bot"); codeOf(err) != "key-file" {
		t.Errorf("an open key file gave %v", err)
	}
}
