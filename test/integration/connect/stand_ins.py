"""As much of TwitchIO 2, TwitchIO 3 and pyTwitchAPI as the pages use of them, so that what the pages say can be run.

Argument: the program. Each stand-in makes the calls that the library makes with its token, ends that token at the
sandbox, makes them again, and ends the program.
"""

import json
import os
import runpy
import sys
import types
from enum import Enum
from typing import Any, Optional
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def ask(path: str, token: str = "", client: str = "", **body: Any) -> Any:
    """None for a 401."""
    headers = {"Authorization": f"Bearer {token}", "Client-Id": client, "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body or not token else None
    try:
        with urlopen(Request(os.environ["SANDBOX"] + path, data, headers), timeout=20) as answer:
            return json.loads(answer.read() or b"null")
    except HTTPError as error:
        with error:
            if error.code == 401:
                return None
            raise


def login(token: str) -> Optional[str]:
    found = ask("/oauth2/validate", token)
    return found and found["login"]


def module(name: str, **members: Any) -> None:
    made = types.ModuleType(name)
    made.__dict__.update(members, __path__=[])
    sys.modules[name] = made


class Connection:
    """TwitchIO 2 sends this token at each login to chat, and hears no answer when it is dead."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def authenticate(self, channels: Any) -> None:
        print("chat:", login(self._token), *channels)


class BotOf2:
    def __init__(self, *, token: str, prefix: str, initial_channels: Any) -> None:
        self._connection, self.token, self.channels = Connection(token), token, initial_channels

    async def start(self) -> None:
        await self._connection.authenticate(self.channels)
        ask("/sandbox/expire")
        await self._connection.authenticate(self.channels)
        ask("/sandbox/expire")
        print("helix:", login(await self.event_token_expired()))


class OAuth:
    async def refresh_token(self, refresh_token: str) -> Any:
        raise AssertionError("Twitch was to be asked")


class BotOf3:
    def __init__(self, *, client_id: str, bot_id: str, prefix: str) -> None:
        self.client_id, self.bot_id, self.tokens = client_id, bot_id, {}

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_: Any) -> None:
        pass

    async def add_token(self, token: str, refresh: str) -> None:
        self.tokens[refresh] = token

    async def subscribe_websocket(self, subscription: Any) -> None:
        print("chat of:", *subscription)

    async def start(self, token: str, **options: bool) -> None:
        await self.setup_hook()
        print(sorted(options.items()))
        for refresh, held in self.tokens.items():
            print(login(held))
            ask("/sandbox/expire")
            print(login((await OAuth().refresh_token(refresh))["access_token"]))


class Twitch:
    def __init__(self, app_id: str, authenticate_app: bool = True) -> None:
        self.app_id, self.token = app_id, ""

    async def set_user_authentication(self, token: str, scope: Any, refresh_token: str, validate: bool = True) -> None:
        self.token = token

    async def get_users(self, user_ids: Any) -> Any:
        print("at first:", login(self.token))
        ask("/sandbox/expire")
        await self.refresh_used_token()
        for user in ask(f"/helix/users?id={user_ids[0]}", self.token, self.app_id)["data"]:
            yield types.SimpleNamespace(**user)

    async def close(self) -> None:
        pass


async def first(users: Any) -> Any:
    return await users.__anext__()


both = types.SimpleNamespace(Bot=BotOf3 if "twitchio3" in sys.argv[1] else BotOf2, command=lambda: lambda work: work)
module("twitchio", eventsub=types.SimpleNamespace(ChatMessageSubscription=lambda **whose: sorted(whose.items())))
module("twitchio.authentication", OAuth=OAuth)
module("twitchio.authentication.payloads", RefreshTokenPayload=dict)
module("twitchio.ext", commands=both)
module("twitchAPI")
module("twitchAPI.helper", first=first)
module("twitchAPI.twitch", Twitch=Twitch)
module("twitchAPI.type", AuthScope=Enum("AuthScope", {"CHAT_READ": "chat:read", "CHAT_EDIT": "chat:edit"}))
runpy.run_path(sys.argv[1], run_name="__main__")
