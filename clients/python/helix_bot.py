"""Asks Twitch who the bot is; after a 401 it has the token replaced and asks once more.

    python3 helix_bot.py 12345

The shape is that of any bot that calls Helix itself, with `requests` or, as here, with what Python brings along.
"""

import json
import os
import sys
from typing import Any, Dict
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from castkey import Castkey, CastkeyError, Token

HELIX = os.environ.get("TWITCH_HELIX", "https://api.twitch.tv/helix")


def call(token: Token, path: str) -> Dict[str, Any]:
    headers = {"Authorization": f"Bearer {token.access_token}", "Client-Id": token.client_id}
    with urlopen(Request(f"{HELIX}/{path}", headers=headers), timeout=20) as answer:
        result: Dict[str, Any] = json.load(answer)
        return result


def helix(castkey: Castkey, user: str, path: str) -> Dict[str, Any]:
    token = castkey.token(user=user, scopes=["chat:read"])
    try:
        return call(token, path)
    except HTTPError as error:
        with error:
            if error.code != 401:
                raise
    return call(castkey.refresh(user=user, rejected=token), path)


def main(user: str) -> None:
    with Castkey(os.environ.get("CASTKEY_NAME", "python-bot"), reason="Says who it is.") as castkey:
        for found in helix(castkey, user, f"users?id={user}")["data"]:
            print(f"I am {found['display_name']} ({found['id']}).")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 helix_bot.py USER_ID")
    try:
        main(sys.argv[1])
    except CastkeyError as error:
        sys.exit(str(error))
