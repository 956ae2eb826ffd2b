#!/bin/sh
# Prints an access token: the smallest bot there is.
#
#     CASTKEY_NAME=chat-bot CASTKEY_TEST_USER=12345 sh print_token.sh
exec castkey token --name "${CASTKEY_NAME:-token-example}" --user "$CASTKEY_TEST_USER" --scope chat:read
