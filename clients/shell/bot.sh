#!/bin/sh
# Asks Twitch who the bot is. Needs the castkey command and curl.
#
#     sh bot.sh 12345
#
# The token comes from Castkey at each call and is never on a command line, where `ps` would show it to everybody:
# castkey hands it to a shell in the environment, and that shell to curl on its input.
set -eu

name=${CASTKEY_NAME:-shell-bot}
user=${1:?the numeric Twitch user ID of the account}
helix=${TWITCH_HELIX:-https://api.twitch.tv/helix}

# Prints Twitch's answer, and the status on a line of its own behind it.
# shellcheck disable=SC2016 # the inner shell fills in what castkey gives it
call() {
  castkey exec --name "$name" --user "$user" --scope chat:read -- sh -c '
    printf "header = \"Authorization: Bearer %s\"\nheader = \"Client-Id: %s\"\n" "$TWITCH_ACCESS_TOKEN" "$TWITCH_CLIENT_ID" |
      curl --silent --show-error --max-time 20 --config - --write-out "\n%{http_code}" "$1"
  ' call "$1"
}

answer=$(call "$helix/users?id=$user")
if [ "${answer##*
}" = 401 ]; then
  # Twitch no longer takes this token: Castkey checks it, and renews it if it is dead.
  castkey token --name "$name" --user "$user" --refresh >/dev/null
  answer=$(call "$helix/users?id=$user")
fi

status=${answer##*
}
printf '%s\n' "${answer%
*}"
[ "$status" = 200 ] || { printf 'Twitch answered %s.\n' "$status" >&2; exit 1; }
