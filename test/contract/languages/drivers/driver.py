"""Drives clients/python/castkey.py for the scenarios; ../README.md tells the protocol. Argument: sync or async."""

import asyncio
import base64
import hashlib
import json
import os
import sys
from typing import Any, Dict, Optional

import castkey as library
import castkey_more as more
from castkey import AsyncCastkey, Castkey, CastkeyError, Token

last: Dict[str, Token] = {}


def say(message: Dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def tell(event: Dict[str, Any]) -> None:
    say({"event": event["type"], "userId": event.get("userId")})


def shown(token: Token) -> Dict[str, Any]:
    """A token without its secret."""
    digest = hashlib.sha256(token.access_token.encode()).hexdigest()
    facts = {"userId": token.user_id, "clientId": token.client_id, "version": token.version}
    return {"hash": digest, "scopes": token.scopes, **facts}


def options(ask: Dict[str, Any]) -> Dict[str, Any]:
    given = {"timeout": ask.get("timeout", 20), "interactive": ask.get("interactive", True), "wants": ask.get("wants")}
    return {**given, "twitch_client_id": ask.get("twitchClientId")}


def whose(ask: Dict[str, Any]) -> Dict[str, Any]:
    return {name: ask[name] for name in ("user", "intent") if name in ask}


def proofs(ask: Dict[str, Any]) -> Dict[str, str]:
    key = library.decode(ask["key"], 32, 32)
    pairing = library.PairingKey("k", key)
    return {side: pairing.proof(side, ask["client"], ask["server"]) for side in ("server", "client")}


def nonce(ask: Dict[str, Any]) -> bool:
    try:
        library.decode(ask["nonce"], 16, 64)
    except ValueError:
        return False
    return True


def intent(ask: Dict[str, Any]) -> Optional[str]:
    try:
        return library.intent_name(ask["intent"])
    except CastkeyError:
        return None


def lines(ask: Dict[str, Any]) -> Dict[str, Any]:
    chunks, found = [base64.b64decode(chunk) for chunk in ask["chunks"]], []
    try:
        for line in library.read_lines(lambda: next((chunks.pop(0) for chunk in chunks), b"")):
            found.append(line)
    except UnicodeDecodeError:
        return {"lines": found, "ends": "not-utf8"}
    except ValueError as error:
        return {"lines": found, "ends": str(error)}
    return {"lines": found, "ends": None}


def message(ask: Dict[str, Any]) -> Dict[str, Any]:
    try:
        kind, number, value = library.read_message(ask["line"])
        event = more.read_event(value) if kind == "event" else None
    except ValueError:
        return {"kind": "hang up"}
    if kind == "event":
        return {"kind": kind, "event": event} if event else {"kind": "ignore"}
    if kind == "error":
        after = None if value.retry_after is None else round(value.retry_after * 1000)
        return {"kind": kind, "id": number, **refusal(value), "retryAfterMs": after, "hint": value.hint or None}
    return {"kind": kind, "id": number}


def paths(ask: Dict[str, Any]) -> Dict[str, str]:
    for name in ("CASTKEY_HOME", "CASTKEY_SOCKET", "CASTKEY_KEY_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        os.environ.pop(name, None)
    os.environ.update({"HOME": ask["home"], **ask["env"]})
    library._RUN_USER = ask["runUser"]
    try:
        return {"socket": library.socket_path(), "keyFile": str(library.key_file_path(ask["name"]))}
    except CastkeyError as error:
        return {"refused": str(error)}


VECTORS = {"proofs": proofs, "nonce": nonce, "intentName": intent, "lines": lines, "message": message, "paths": paths}


def refusal(error: CastkeyError) -> Dict[str, Any]:
    return {"code": error.code, "retryable": error.retryable, "missing": error.missing}


def run_sync() -> None:
    client: Optional[Castkey] = None
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            if ask["do"] == "open":
                client = Castkey(ask["name"], **options(ask))
                client.on_change(tell)
                client.connect()
                ok: Any = {}
            elif ask["do"] in VECTORS:
                ok = VECTORS[ask["do"]](ask)
            else:
                assert client is not None
                ok = answer_sync(client, ask)
            say({"id": ask["id"], "ok": ok})
        except CastkeyError as error:
            say({"id": ask["id"], "error": refusal(error)})
    if client:
        client.close()


def answer_sync(client: Castkey, ask: Dict[str, Any]) -> Any:
    if ask["do"] == "token":
        last["token"] = client.token(**whose(ask), scopes=ask.get("scopes", []), any_of=ask.get("anyOf", []))
        return shown(last["token"])
    if ask["do"] == "refresh":
        last["token"] = client.refresh(**whose(ask), rejected=last["token"])
        return shown(last["token"])
    if ask["do"] == "appToken":
        return shown(client.app_token())
    if ask["do"] == "scopes":
        return client.scopes(ask["user"])
    status = client.status()
    return {"locked": status.locked, "users": [[user.user_id, user.login, user.state] for user in status.users]}


async def run_async() -> None:
    client: Optional[AsyncCastkey] = None
    while True:
        line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        if not line:
            break
        ask = json.loads(line)
        try:
            if ask["do"] == "open":
                client = AsyncCastkey(ask["name"], **options(ask))
                client.on_change(tell)
                await client.connect()
                ok: Any = {}
            elif ask["do"] in VECTORS:
                ok = VECTORS[ask["do"]](ask)
            else:
                assert client is not None
                ok = await answer_async(client, ask)
            say({"id": ask["id"], "ok": ok})
        except CastkeyError as error:
            say({"id": ask["id"], "error": refusal(error)})
    if client:
        await client.close()


async def answer_async(client: AsyncCastkey, ask: Dict[str, Any]) -> Any:
    if ask["do"] == "token":
        last["token"] = await client.token(**whose(ask), scopes=ask.get("scopes", []), any_of=ask.get("anyOf", []))
        return shown(last["token"])
    if ask["do"] == "refresh":
        last["token"] = await client.refresh(**whose(ask), rejected=last["token"])
        return shown(last["token"])
    if ask["do"] == "appToken":
        return shown(await client.app_token())
    if ask["do"] == "scopes":
        return await client.scopes(ask["user"])
    status = await client.status()
    return {"locked": status.locked, "users": [[user.user_id, user.login, user.state] for user in status.users]}


if sys.argv[1] == "async":
    asyncio.run(run_async())
else:
    run_sync()
