// Drives clients/go/castkey for the scenarios; test/contract/languages/README.md tells the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"time"

	"example/castkey"
)

type question struct {
	ID          int               `json:"id"`
	Do          string            `json:"do"`
	Name        string            `json:"name"`
	Wants       []castkey.Want    `json:"wants"`
	Timeout     float64           `json:"timeout"`
	Interactive *bool             `json:"interactive"`
	User        string            `json:"user"`
	Intent      string            `json:"intent"`
	Scopes      []string          `json:"scopes"`
	AnyOf       [][]string        `json:"anyOf"`
	Key         string            `json:"key"`
	Client      string            `json:"client"`
	Server      string            `json:"server"`
	Nonce       string            `json:"nonce"`
	Chunks      [][]byte          `json:"chunks"`
	Line        string            `json:"line"`
	Home        string            `json:"home"`
	RunUser     string            `json:"runUser"`
	Env         map[string]string `json:"env"`
}

type fields = map[string]any

var (
	speaking sync.Mutex
	vault    *castkey.Client
	last     castkey.Token
)

func say(message any) {
	speaking.Lock()
	defer speaking.Unlock()
	data, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(data, '\n'))
}

func shown(token castkey.Token) fields {
	var user any
	if token.UserID != "" {
		user = token.UserID
	}
	return fields{
		"hash": castkey.HashOf(token.AccessToken), "scopes": token.Scopes, "userId": user, "clientId": token.ClientID,
		"version": token.Version,
	}
}

func refusal(err *castkey.Error) fields {
	missing := err.Missing
	if missing == nil {
		missing = []string{}
	}
	return fields{"code": err.Code, "retryable": err.Retryable, "missing": missing}
}

func open(ask question) (any, error) {
	options := castkey.Options{Name: ask.Name, Wants: ask.Wants, Timeout: 20 * time.Second}
	if ask.Timeout > 0 {
		options.Timeout = time.Duration(ask.Timeout * float64(time.Second))
	}
	options.NonInteractive = ask.Interactive != nil && !*ask.Interactive
	client, err := castkey.New(options)
	if err != nil {
		return nil, err
	}
	vault = client
	vault.OnChange(func(event castkey.Event) { say(fields{"event": event.Type, "userId": event.UserID}) })
	return fields{}, vault.Connect(context.Background())
}

// account shows one as it came over the wire.
func account(user castkey.User) fields {
	shown := fields{
		"userId": user.UserID, "login": user.Login, "intents": user.Intents, "scope": user.Scopes,
		"expiresAt": nil, "state": user.State,
	}
	if !user.ExpiresAt.IsZero() {
		shown["expiresAt"] = user.ExpiresAt.UnixMilli()
	}
	if user.Version != 0 {
		shown["version"] = user.Version
	}
	return shown
}

func message(ask question) any {
	found, err := castkey.ReadMessage(ask.Line)
	if err != nil {
		return fields{"kind": "hang up"}
	}
	var id any
	if found.ID >= 0 {
		id = found.ID
	}
	switch found.Kind {
	case "event":
		var event fields
		var whole struct{ Params fields }
		if err := json.Unmarshal([]byte(ask.Line), &whole); err != nil {
			panic(err)
		}
		// Shown with the fields the line has; their values are those that were read.
		data, _ := json.Marshal(found.Event)
		json.Unmarshal(data, &event)
		if found.Event.User != nil {
			event["user"] = account(*found.Event.User)
		}
		accounts := []fields{}
		for _, user := range found.Event.Users {
			accounts = append(accounts, account(user))
		}
		event["users"], event["more"] = accounts, found.More
		for name := range event {
			if _, present := whole.Params[name]; !present {
				delete(event, name)
			}
		}
		if expires, present := whole.Params["expiresAt"]; present {
			event["expiresAt"] = expires
		}
		return fields{"kind": "event", "event": event}
	case "error":
		answer := refusal(found.Err)
		answer["kind"], answer["id"], answer["retryAfterMs"] = "error", id, found.Err.RetryAfter.Milliseconds()
		answer["hint"] = found.Err.Hint
		return answer
	}
	return fields{"kind": found.Kind, "id": id}
}

func paths(ask question) (any, error) {
	for _, name := range []string{"CASTKEY_HOME", "CASTKEY_SOCKET", "CASTKEY_KEY_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"} {
		os.Unsetenv(name)
	}
	os.Setenv("HOME", ask.Home)
	for name, value := range ask.Env {
		os.Setenv(name, value)
	}
	*castkey.RunUser = ask.RunUser
	socket, err := castkey.SocketPath("")
	if err != nil {
		return fields{"refused": err.Error()}, nil
	}
	return fields{"socket": socket, "keyFile": castkey.KeyFilePath(ask.Name, "")}, nil
}

func answer(ask question) (any, error) {
	ctx := context.Background()
	request := castkey.Request{User: ask.User, Intent: ask.Intent, Scopes: ask.Scopes, AnyOf: ask.AnyOf}
	var err error
	switch ask.Do {
	case "open":
		return open(ask)
	case "token":
		last, err = vault.Token(ctx, request)
		return shown(last), err
	case "refresh":
		last, err = vault.Refresh(ctx, request, last)
		return shown(last), err
	case "appToken":
		token, err := vault.AppToken(ctx, false)
		return shown(token), err
	case "scopes":
		return vault.Scopes(ctx, ask.User)
	case "status":
		status, err := vault.Status(ctx)
		users := [][]string{}
		for _, user := range status.Users {
			users = append(users, []string{user.UserID, user.Login, user.State})
		}
		return fields{"locked": status.Locked, "users": users}, err
	case "proofs":
		proof := func(prover string) string { return castkey.ProofOf(prover, ask.Key, ask.Client, ask.Server) }
		return fields{"server": proof("server"), "client": proof("client")}, nil
	case "nonce":
		_, valid := castkey.Decode(ask.Nonce, 16, 64)
		return valid, nil
	case "intentName":
		if name, valid := castkey.IntentName(ask.Intent); valid {
			return name, nil
		}
		return nil, nil
	case "lines":
		found, ends := castkey.Feed(ask.Chunks)
		if ends != "" {
			return fields{"lines": found, "ends": ends}, nil
		}
		return fields{"lines": found, "ends": nil}, nil
	case "message":
		return message(ask), nil
	case "paths":
		return paths(ask)
	}
	panic("no such question: " + ask.Do)
}

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			break
		}
		var ask question
		if err := json.Unmarshal(line, &ask); err != nil {
			panic(err)
		}
		found, err := answer(ask)
		var refused *castkey.Error
		switch {
		case errors.As(err, &refused):
			say(fields{"id": ask.ID, "error": refusal(refused)})
		case err != nil:
			panic(err)
		default:
			say(fields{"id": ask.ID, "ok": found})
		}
	}
	if vault != nil {
		vault.Close()
	}
}
