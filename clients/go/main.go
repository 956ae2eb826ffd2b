// Asks Twitch who the bot is; after a 401 it has the token replaced and asks once more.
//
//	go run . 12345
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"example/castkey"
)

type answer struct {
	Data []struct {
		ID          string `json:"id"`
		DisplayName string `json:"display_name"`
	} `json:"data"`
}

var web = &http.Client{Timeout: 20 * time.Second}

func variable(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func call(ctx context.Context, token castkey.Token, path string) (*http.Response, error) {
	url := variable("TWITCH_HELIX", "https://api.twitch.tv/helix") + "/" + path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token.AccessToken)
	request.Header.Set("Client-Id", token.ClientID)
	return web.Do(request)
}

func helix(ctx context.Context, vault *castkey.Client, user, path string, into any) error {
	account := castkey.Request{User: user, Scopes: []string{"chat:read"}}
	token, err := vault.Token(ctx, account)
	if err != nil {
		return err
	}
	response, err := call(ctx, token, path)
	if err == nil && response.StatusCode == http.StatusUnauthorized {
		response.Body.Close()
		if token, err = vault.Refresh(ctx, account, token); err != nil {
			return err
		}
		response, err = call(ctx, token, path)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("Twitch answered %s", response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

func run(user string) error {
	vault, err := castkey.New(castkey.Options{Name: variable("CASTKEY_NAME", "go-bot"), Reason: "Says who it is."})
	if err != nil {
		return err
	}
	defer vault.Close()
	var found answer
	if err := helix(context.Background(), vault, user, "users?id="+user, &found); err != nil {
		return err
	}
	for _, one := range found.Data {
		fmt.Printf("I am %s (%s).\n", one.DisplayName, one.ID)
	}
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . USER_ID")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
