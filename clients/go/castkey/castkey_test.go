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

// fakeVault speaks the vault's side, in as few words as possible. It hangs up twice while tokens are asked for.
type fakeVault struct {
	t        *testing.T
	listener net.Listener
	key      pairingKey

	mu    sync.Mutex
	asked map[string]int
}

func startFakeVault(t *testing.T, path string) *fakeVault {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	vault := &fakeVault{t: t, listener: listener, key: testKey, asked: map[string]int{}}
	go func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			go vault.serve(socket)
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return vault
}

func (v *fakeVault) serve(socket net.Conn) {
	defer socket.Close()
	const serverNonce = "Xl5eXl5eXl5eXl5eXl5eXg"
	input := bufio.NewScanner(socket)
	for input.Scan() {
		var request struct {
			ID     int
			Method string
			Params struct{ Nonce, KeyID, User string }
		}
		if err := json.Unmarshal(input.Bytes(), &request); err != nil {
			v.t.Error(err)
			return
		}
		v.mu.Lock()
		v.asked[request.Method]++
		count := v.asked[request.Method]
		v.mu.Unlock()
		result := "null"
		switch request.Method {
		case "hello":
			proof := v.key.proof("server", request.Params.Nonce, serverNonce)
			result = fmt.Sprintf(`{"protocol":1,"server":{"name":"castkey","version":"1"},"nonce":%q,"proof":%q,"paired":%t}`,
				serverNonce, proof, request.Params.KeyID != "")
		case "pair":
			result = fmt.Sprintf(`{"keyId":"k1","key":%q}`, v.key.Key)
		case "subscribe":
			result = `{"seq":0}`
		case "getAccessTokenForUser":
			if count == 5 || count == 12 {
				return
			}
			result = fmt.Sprintf(`{"accessToken":"secret-%s","scope":[],"expiresIn":3600,"obtainmentTimestamp":%d,"userId":%q,"clientId":"c","version":1}`,
				request.Params.User, time.Now().UnixMilli(), request.Params.User)
		}
		fmt.Fprintf(socket, `{"jsonrpc":"2.0","id":%d,"result":%s}`+"\n", request.ID, result)
	}
}

func newTestClient(t *testing.T, options Options) *Client {
	t.Helper()
	folder := t.TempDir()
	options.Name = "test-bot"
	options.KeyFile = filepath.Join(folder, "key.json")
	if options.Socket == "" {
		options.Socket = filepath.Join(folder, "s")
		startFakeVault(t, options.Socket)
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
	stop := client.OnChange(func(Event) {})
	defer stop()
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
	if err := client.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	client.Close()
	var known *Error
	if _, err := client.Token(context.Background(), Request{User: "1"}); !errors.As(err, &known) || known.Code != "connection-lost" {
		t.Errorf("a call after Close ended with %v", err)
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
