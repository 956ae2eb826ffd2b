// print_token prints an access token: the smallest bot there is.
//
//	CASTKEY_NAME=chat-bot CASTKEY_TEST_USER=12345 go run ./print_token
package main

import (
	"context"
	"fmt"
	"os"

	"example/castkey"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	name := os.Getenv("CASTKEY_NAME")
	if name == "" {
		name = "token-example"
	}
	vault, err := castkey.New(castkey.Options{Name: name})
	if err != nil {
		return err
	}
	defer vault.Close()
	request := castkey.Request{User: os.Getenv("CASTKEY_TEST_USER"), Scopes: []string{"chat:read"}}
	token, err := vault.Token(context.Background(), request)
	if err != nil {
		return err
	}
	_, err = fmt.Println(token.AccessToken)
	return err
}
