"""A bot in the shape of TwitchIO 2, whose client asks a hook for a new token when Twitch refuses the old one.

    python3 twitchio_bot.py 12345

`Client` below is a stand-in for `twitchio.ext.commands.Bot`, so that this runs without installing anything: it makes
one Helix call and has TwitchIO's hook. With TwitchIO itself:

    class ChatBot(commands.Bot):
        def __init__(self, castkey: AsyncCastkey, user: str, token: Token) -> None:
            super().__init__(token=token.access_token, prefix="!", initial_channels=["my_channel"])
            ...
        async def event_token_expired(self) -> str: ...

    async with AsyncCastkey("chat-bot") as castkey:
        token = await castkey.token(user=USER_ID, scopes=["chat:read", "chat:edit"])
        await ChatBot(castkey, USER_ID, token).start()
"""

import asyncio
import json
import os
import sys
from typing import Any, Dict
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from castkey import AsyncCastkey, CastkeyError, Token

HELIX = os.environ.get("TWITCH_HELIX", "https://api.twitch.tv/helix")


class Client:
    """The part of TwitchIO that matters here."""

    def __init__(self, token: str, client_id: str) -> None:
        self._token, self._client_id = token, client_id

    async def event_token_expired(self) -> str:
        raise NotImplementedError

    async def fetch_users(self, user: str) -> Any:
        try:
            return await asyncio.to_thread(self._fetch, f"users?id={user}")
        except HTTPError as error:
            with error:
                if error.code != 401:
                    raise
        self._token = await self.event_token_expired()
        return await asyncio.to_thread(self._fetch, f"users?id={user}")

    def _fetch(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Client-Id": self._client_id}
        with urlopen(Request(f"{HELIX}/{path}", headers=headers), timeout=20) as answer:
            return json.load(answer)["data"]


class ChatBot(Client):
    def __init__(self, castkey: AsyncCastkey, user: str, token: Token) -> None:
        super().__init__(token.access_token, token.client_id)
        self.castkey, self.user, self.current = castkey, user, token

    async def event_token_expired(self) -> str:
        """Called when Twitch answered 401; gives the token to go on with."""
        self.current = await self.castkey.refresh(user=self.user, rejected=self.current)
        return self.current.access_token


def tell(event: Dict[str, Any]) -> None:
    if event["type"] == "token.invalidated":
        print("The streamer must sign in again, in Castkey.", file=sys.stderr)


async def main(user: str) -> None:
    async with AsyncCastkey(os.environ.get("CASTKEY_NAME", "twitchio-bot")) as castkey:
        castkey.on_change(tell)
        token = await castkey.token(user=user, scopes=["chat:read"])
        for found in await ChatBot(castkey, user, token).fetch_users(user):
            print(f"I am {found['display_name']} ({found['id']}).")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 twitchio_bot.py USER_ID")
    try:
        asyncio.run(main(sys.argv[1]))
    except CastkeyError as error:
        sys.exit(str(error))
