"""Twitch access tokens from the Castkey vault on this computer, for bots in Python.

Copy this one file into your bot. Python 3.9 or newer, nothing to install.

    from castkey import Castkey

    castkey = Castkey("chat-bot")
    token = castkey.token(intent="chat", scopes=["chat:read", "chat:edit"])

The first call opens a window in which the streamer decides; later starts need no click. Ask for the token each
time you need it rather than keeping it: that costs next to nothing. `AsyncCastkey` is the same for asyncio. With
castkey_more.py beside this file there is more; its first lines say what. Castkey's docs/protocol.md has the protocol.
"""

from __future__ import annotations

import asyncio
import base64
import concurrent.futures
import contextlib
import functools
import hashlib
import hmac
import importlib
import itertools
import json
import os
import random
import re
import secrets
import socket as sockets
import stat
import struct
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VERSION, PROTOCOL = "0.1.0", 1
LINE_BYTES = 65_536  # of the longest line, its newline included
MAX_WAIT = 600.0  # seconds: the most a call may wait for people
_HANDSHAKE, _ANSWER, _GRACE, _KEY_FILE_BYTES = 10.0, 30.0, 2.0, 8192
_WINDOWS, _LINUX = sys.platform == "win32", sys.platform.startswith("linux")
_RUN_USER = "/run/user"
_CODES = frozenset(
    """not-paired bad-proof denied approval-timeout consent-denied consent-timeout wrong-account scope-missing
    unknown-user unknown-intent needs-sign-in setup locked twitch-unreachable twitch-rejected rate-limited no-app-token
    bad-request too-large unsupported-protocol busy shutting-down internal""".split()
)
_BROKEN = {"connection-lost", "shutting-down"}
_PASSING = {"vault-not-running", "timeout", "busy", *_BROKEN}

Listener = Callable[[dict[str, Any]], None]
Params = Mapping[str, Any]
Reader = Callable[[Any], Any]


class CastkeyError(Exception):
    """The one error of this file. `code` is one of docs/protocol.md, section 7, or one that arises on this side:
    `vault-not-running`, `vault-unproven`, `connection-lost`, `timeout`, `key-file`, `bad-user`."""

    def __init__(self, code: str, message: str, *, retryable: bool | None = None, retry_after: float | None = None,
                 missing: Iterable[str] = (), hint: str = "") -> None:
        super().__init__(f"{code}: {message} {hint}".rstrip())
        self.code = code
        self.retryable = code in _PASSING if retryable is None else retryable
        """Whether the same call may succeed later without anybody doing something."""
        self.retry_after = retry_after
        """Seconds to wait before that, where the vault knows."""
        self.missing = list(missing)
        """With `scope-missing`: the scopes the account lacks."""
        self.hint = hint
        """Why no window was opened, in a sentence that also ends the message; mostly empty."""


@dataclass(frozen=True)
class Token:
    """An access token. It prints without its secret."""

    access_token: str = field(repr=False)
    scopes: list[str]
    expires_at: float | None
    """Seconds since 1970; None: never."""
    user_id: str | None
    client_id: str
    """What Helix wants as `Client-Id`."""
    version: int


def socket_path(chosen: str | None = None) -> str:
    """Where the vault listens: docs/protocol.md, section 1. CastkeyError `bad-request` for no possible place."""
    home = os.environ.get("CASTKEY_HOME", "")
    if home and not chosen and not _is_absolute(home):
        raise CastkeyError("bad-request", f'CASTKEY_HOME must be an absolute folder, but is "{home}".')
    profile = (home.rstrip("/\\") or home) if home else _settings_folder() + ("\\Castkey" if _WINDOWS else "/Castkey")
    runtime = _runtime_folder() if _LINUX and not home else None
    usual = f"{runtime}/castkey/castkey.sock" if runtime else f"{profile}/castkey.sock"
    if _WINDOWS:
        usual = "\\\\.\\pipe\\castkey-" + hashlib.sha256(profile.encode()).hexdigest()[:16]
    path = chosen or os.environ.get("CASTKEY_SOCKET") or usual
    if _WINDOWS and not path.startswith("\\\\.\\pipe\\"):
        raise CastkeyError("bad-request", f'On Windows the vault listens on a pipe, not at "{path}".')
    if not _WINDOWS and not _is_absolute(path):
        raise CastkeyError("bad-request", f'The path of the socket is not absolute ("{path}"): set CASTKEY_SOCKET.')
    if not _WINDOWS and len(os.fsencode(path)) > (longest := 107 if _LINUX else 103):
        raise CastkeyError("bad-request", f"The path of the socket is longer than {longest} bytes: set CASTKEY_SOCKET.")
    return path


def _is_absolute(path: str) -> bool:
    return re.match(r"[A-Za-z]:[\\/]|\\\\" if _WINDOWS else "/", path) is not None


def _settings_folder() -> str:
    """A relative variable (`~/.config` that no shell has read) is ignored: it would be another folder each time."""
    if sys.platform == "darwin":
        return f"{Path.home()}/Library/Application Support"
    given = os.environ.get("APPDATA" if _WINDOWS else "XDG_CONFIG_HOME", "")
    return given if _is_absolute(given) else f"{Path.home()}" + ("\\AppData\\Roaming" if _WINDOWS else "/.config")


def _runtime_folder() -> str | None:
    """What is this user's alone; others could put a socket of theirs into anything else."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    for folder in (given.rstrip("/") or given, f"{_RUN_USER}/{os.getuid()}"):
        with contextlib.suppress(OSError):
            found = os.lstat(folder)
            private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and found.st_mode & 0o777 == 0o700
            if private and folder.startswith("/"):
                return folder
    return None


def key_file_path(name: str, chosen: str | None = None) -> Path:
    """Where the pairing key of a bot lies; the same place that castkey-client and `castkey` use."""
    if chosen or os.environ.get("CASTKEY_KEY_FILE"):
        return Path(chosen or os.environ["CASTKEY_KEY_FILE"])
    plain, device = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,47}", name), re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", name)
    legible = re.sub(r"^-|-\Z", "", re.sub(r"[^a-z0-9]+", "-", name.lower()))[:32]
    file = name if plain and not device else f"bot-{legible}.{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return Path(_settings_folder()) / "castkey-client" / f"{file}.json"


@dataclass(frozen=True)
class PairingKey:
    """What the vault calls the key, and its 32 bytes."""

    key_id: str
    key: bytes = field(repr=False)

    def proof(self, prover: str, client_nonce: str, server_nonce: str) -> str:
        """`prover` is "client" or "server"; the nonces are the texts as they were sent."""
        text = f"castkey1:{prover}:{client_nonce}:{server_nonce}"
        return encode(hmac.new(self.key, text.encode(), hashlib.sha256).digest())

    @staticmethod
    def of(value: object) -> PairingKey:
        get = _is(dict, value).get
        return PairingKey(_is(str, get("keyId")), decode(_is(str, get("key")), 32, 32))

    @staticmethod
    def read(path: Path, name: str) -> PairingKey | None:
        """None if there is no such file. Raises CastkeyError `key-file` for one that others can read, or isn't one."""
        try:
            with open(path, "rb") as file:
                # The open file is looked at, so that it can't be exchanged in between. Windows has no such modes.
                facts = os.fstat(file.fileno())
                content = file.read(_KEY_FILE_BYTES) if stat.S_ISREG(facts.st_mode) else b""
            if not _WINDOWS and facts.st_uid != os.geteuid():
                raise _key_problem(path, "belongs to another user")
            if not _WINDOWS and facts.st_mode & 0o077:
                raise _key_problem(path, f"can be read by others; run: chmod 600 '{path}'")
            given = _is(dict, json.loads(content))
            owner, pairing = _is(str, given.get("name")), PairingKey.of(given)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _key_problem(path, f"can't be opened ({error.strerror})") from None
        except (ValueError, RecursionError):
            raise _key_problem(path, "isn't a key file") from None
        if owner != name:
            raise _key_problem(path, f'belongs to the bot "{owner}", not to "{name}"')
        return pairing

    def write(self, path: Path, name: str) -> None:
        """A crash leaves the old file or the new one; mode 0600 from the first byte."""
        content = {"version": 1, "name": name, "keyId": self.key_id, "key": encode(self.key)}
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary.unlink(missing_ok=True)
            with open(temporary, "x", encoding="utf-8", opener=functools.partial(os.open, mode=0o600)) as file:
                file.write(json.dumps(content, indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise _key_problem(path, f"can't be written ({error.strerror})") from None


def _key_problem(path: Path, what: str) -> CastkeyError:
    return CastkeyError("key-file", f"The key file {path} {what}. Put it right, or delete it and pair again.")


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str, at_least: int, at_most: int) -> bytes:
    """Bytes of base64url without padding. Raises ValueError if it is anything else."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if re.fullmatch(r"[A-Za-z0-9_-]+", text) else b""
    if not at_least <= len(data) <= at_most:
        raise ValueError("not base64url, or of another length")
    return data


def _is(kind: type, value: Any) -> Any:
    if type(value) is kind:
        return value
    raise ValueError(f"there is no {kind.__name__} where one must be")


def _plain(value: object) -> str:
    """What goes into headers, files and onto terminals as it is: a line break or an escape in it would be a command."""
    if re.fullmatch(r"[\x21-\x7e]{1,1024}", _is(str, value)):
        return value
    raise ValueError("there are characters that must not be in it")


def _plains(value: object) -> list[str]:
    return [_plain(member) for member in _is(list, value)]


def _count(value: object) -> int:
    if 0 <= _is(int, value) < 2**53:
        return value
    raise ValueError("a number is out of its bounds")


def _optional(read: Reader, value: object) -> Any:
    return None if value is None else read(value)


def _token(value: object) -> Token:
    get = _is(dict, value).get
    obtained, lasts = _count(get("obtainmentTimestamp")), _optional(_count, get("expiresIn"))
    expires, user = None if lasts is None else obtained / 1000 + lasts, _optional(_plain, get("userId"))
    secret, scopes, client = _plain(get("accessToken")), _plains(get("scope")), _plain(get("clientId"))
    return Token(secret, scopes, expires, user, client, _count(get("version")))


def read_message(line: str) -> tuple[str, int | None, Any]:
    """What a line from the vault means: ("result", id, result), ("error", id or None, CastkeyError),
    ("event", None, event) or ("ignore", None, None). ValueError or RecursionError: that is not this protocol."""
    message = _is(dict, json.loads(line))
    if message.get("jsonrpc") != "2.0":
        raise ValueError("no JSON-RPC")
    if "method" in message:
        known = message["method"] == "event" and isinstance(message.get("params"), dict)
        return ("event", None, message["params"]) if known else ("ignore", None, None)
    if "error" in message:
        return "error", _optional(_count, message.get("id")), _refusal(_is(dict, message["error"]))
    if "result" not in message:
        raise ValueError("neither result nor error")
    return "result", _count(message.get("id")), message["result"]


def _refusal(error: Params) -> CastkeyError:
    """The vault's no. One of JSON-RPC's own errors may come without data; a code from the future is `internal`."""
    data = error["data"] if isinstance(error.get("data"), dict) else {"code": "bad-request"}
    code, after, missing = data.get("code"), data.get("retryAfterMs"), data.get("missing")
    return CastkeyError(
        code if isinstance(code, str) and code in _CODES else "internal",
        sanitize(error.get("message")),
        retryable=data.get("retryable") is True,
        retry_after=min(after, 3_600_000) / 1000 if isinstance(after, int) and after >= 0 else None,
        missing=[sanitize(scope) for scope in missing if isinstance(scope, str)] if isinstance(missing, list) else [],
        hint=sanitize(data.get("hint")),
    )


def sanitize(text: object) -> str:
    """Text from the other side, safe to print: no control characters, nothing that looks like a Twitch token."""
    kept = "".join(sign if _is_readable(sign) else " " for sign in text[:2000]) if isinstance(text, str) else ""
    return re.sub(r"(?i)\b[a-z0-9]{30,}\b", "[hidden]", kept)[:300].strip()


def _is_readable(text: str, hidden: Iterable[str] = ("Cc", "Cf", "Zl", "Zp")) -> bool:
    return not any(unicodedata.category(sign) in hidden for sign in text)


def read_lines(receive: Callable[[], bytes]) -> Iterator[str]:
    """What comes, line by line, to its end; holds at most one. Raises ValueError if one is too long or not UTF-8."""
    rest = b""
    while chunk := receive():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if len(line) >= LINE_BYTES:
                raise ValueError("too-large")
            yield line.decode("utf-8")
        if len(rest) >= LINE_BYTES:
            raise ValueError("too-large")


class _Connection:
    """Requests, answers and events of one socket, which a thread reads to its end."""

    def __init__(self, path: str, on_event: Listener) -> None:
        self.stream = _more().Pipe() if _WINDOWS else sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
        try:
            if not _WINDOWS:
                self.stream.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDTIMEO, struct.pack("@ll", int(_ANSWER), 0))
            self.stream.connect(path)
        except OSError as error:
            self.stream.close()
            message = f"Nobody answers at {path} ({error.strerror}). Start Castkey on this computer, then try again."
            raise CastkeyError("vault-not-running", message, retryable=not isinstance(error, PermissionError)) from None
        self._on_event, self._sending, self._ids = on_event, threading.Lock(), itertools.count(1)
        self._waiting: dict[int, concurrent.futures.Future[Any]] = {}
        self.trusted = self.ready = False
        """The vault has proved itself, so its events count; the handshake is over."""
        self.why: CastkeyError | None = None
        """Why it ended."""
        self.reading = threading.Thread(target=self._read, name="castkey", daemon=True)
        self.reading.start()

    def request(self, method: str, params: Params, seconds: float, read: Reader = lambda answer: answer) -> Any:
        """What `read` makes of the answer; it raises ValueError for one that makes no sense."""
        number, answer = next(self._ids), concurrent.futures.Future()
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if len(line) > LINE_BYTES:
            raise CastkeyError("too-large", f"The request {method} is longer than 64 KiB.")
        self._waiting[number] = answer
        try:
            if self.why:
                raise self.why
            with self._sending:
                self.stream.sendall(line)
            return read(answer.result(max(0.001, seconds)))
        except concurrent.futures.TimeoutError:
            raise CastkeyError("timeout", f"Castkey's answer to {method} took too long.") from None
        except ValueError as error:
            raise CastkeyError("internal", f"Castkey's answer makes no sense: {error}.") from None
        except OSError as error:
            self.close(CastkeyError("connection-lost", f"The connection to Castkey broke ({error.strerror})."))
            raise self.why from None
        finally:
            self._waiting.pop(number, None)

    def close(self, why: CastkeyError) -> None:
        """From any thread; the one that reads then ends."""
        self.why = self.why or why
        for answer in list(self._waiting.values()):
            with contextlib.suppress(concurrent.futures.InvalidStateError):
                answer.set_exception(self.why)
        with contextlib.suppress(OSError):
            self.stream.shutdown(sockets.SHUT_RDWR)

    def _read(self) -> None:
        message = "Castkey closed the connection."
        try:
            for line in read_lines(lambda: self.stream.recv(LINE_BYTES)):
                kind, number, value = read_message(line)
                answer = self._waiting.pop(number or 0, None)
                if kind == "event" and self.trusted:
                    self._on_event(value)
                elif kind == "error" and number is None:
                    self.close(value)
                elif answer:
                    with contextlib.suppress(concurrent.futures.InvalidStateError):
                        answer.set_exception(value) if kind == "error" else answer.set_result(value)
        except OSError as error:
            message = f"The connection to Castkey broke ({error.strerror})."
        except (ValueError, RecursionError):
            message = "What answers at the socket doesn't speak Castkey's protocol."
        self.close(CastkeyError("connection-lost", message))
        self.stream.close()


class Castkey(contextlib.AbstractContextManager["Castkey"]):
    """The vault. Every method raises CastkeyError. Connects at the first call. Any thread may call, and so may a forked
    process, which gets a connection of its own."""

    def __init__(self, name: str, *, wants: Iterable[Params] | None = None, reason: str | None = None,
                 socket: str | None = None, key_file: str | None = None, timeout: float = 120.0,
                 interactive: bool | str = True, twitch_client_id: str | None = None) -> None:
        """
        name: what the bot calls itself; the streamer sees it, and the pairing key is kept under it.
        wants: what the first pairing asks for, so that one window settles it all:
            [{"intent": "chat", "scopes": [["chat:read"], ["chat:edit"]]}], with "user" or "app": True for "intent", and
            in "optional" the scopes the bot can do without. Without it the pairing waits for the first call, and asks
            for what that needs.
        reason: why, in a sentence for the streamer.
        timeout: seconds each call may take, people's clicks included; at most 600.
        interactive: "notify": no window, a notification waits for the streamer; "never" or False: what needs her fails.
        twitch_client_id: the bot's own Twitch application, a public one. The streamer is asked about it once.
        """
        self._interactive = {True: "allow", False: "never"}.get(interactive, interactive)
        if not name.strip() or not _is_readable(name) or len(name.encode("utf-16-le")) > 128:
            raise CastkeyError("bad-request", "A bot needs a name of 1 to 64 readable characters.")
        if not 0 < timeout <= MAX_WAIT or self._interactive not in ("allow", "notify", "never"):
            raise CastkeyError("bad-request", 'timeout: at most 600 seconds; interactive: "allow", "notify", "never".')
        self._name, self._path, self._key_file = name, socket_path(socket), key_file_path(name, key_file)
        self._reason, self._timeout, self._twitch_client_id, self._closed = reason, timeout, twitch_client_id, False
        self._wants = None if wants is None else [_want(want) for want in _list(wants, "wants", '[{"intent": "chat"}]')]
        self._listeners: list[Listener] = []
        self._links: dict[int, _Link] = {}

    def __exit__(self, *_: object) -> None:
        self.close()

    def token(self, *, user: str | int | None = None, intent: str | None = None, scopes: Iterable[str] = (),
              any_of: Iterable[Iterable[str]] = ()) -> Token:
        """A token of the account with this numeric ID, or of whoever has this intent. It has all of `scopes`, and
        one of each list of `any_of`; what the account lacks is asked of the streamer."""
        named, method = _whose(user, intent)
        sets = [[scope] for scope in _scopes(scopes, "scopes")] + _scope_sets(any_of, "any_of")
        need = {**named, "scopes": sets} if sets else named
        return self._link().token(f"getAccessTokenFor{method}", {**named, "scopeSets": sets}, need)

    def refresh(self, *, user: str | int | None = None, intent: str | None = None, rejected: Token | str) -> Token:
        """After Twitch answered 401: a token that works. Of `rejected` only its SHA-256 goes to the vault."""
        (named, method), link = _whose(user, intent), self._link()
        refused = rejected.access_token if isinstance(rejected, Token) else rejected
        params = {**named, "rejected": hashlib.sha256(refused.encode()).hexdigest()}
        # That a window may open is what a vault takes for granted here.
        fresh = link.ask(f"refreshAccessTokenFor{method}", params, _token, named, self._interactive != "allow")
        if link.hand:
            link.hand.replace(refused, fresh)
        return fresh

    def app_token(self, *, force_new: bool = False) -> Token:
        """The token of the Twitch application itself; `no-app-token` if that is a public client."""
        return _more().app_token(self._link(), force_new)

    def scopes(self, user: str | int) -> list[str]:
        """The scopes of an account's token; none for an unknown account."""
        return self._link().ask("getCurrentScopesForUser", _whose(user, None)[0], _plains)

    def status(self) -> Status:
        """How the vault and the accounts this bot may use stand. Needs castkey_more.py."""
        return self._link().ask("status", {}, _more().read_status)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Hears every event of docs/protocol.md, section 5, as a dict; none holds a token. Listeners run one after the
        other on a thread of their own. Call the result to stop. Needs castkey_more.py."""
        return _more().listen(self, listener)

    def connect(self) -> None:
        """Connects now rather than at the first call. Pairs if need be; without `wants`, the first call does that."""
        if self._wants is not None or self._interactive == "never" or PairingKey.read(self._key_file, self._name):
            self._link().connect(self._timeout)

    def close(self) -> None:
        """Ends the connection; waiting calls fail. Also happens when the program ends."""
        self._closed = True
        self._link().end()

    def _link(self) -> _Link:
        """This process's own: a fork takes no thread along, and a lock that one held stays locked."""
        return self._links.get(os.getpid()) or self._links.setdefault(os.getpid(), _Link(self))


class _Link:
    """A process's way to the vault."""

    def __init__(self, bot: Castkey) -> None:
        self.bot, self._opening, self.over = bot, threading.Lock(), threading.Event()
        self.connection: _Connection | None = None
        self.met = False
        """There has been a connection, so the vault is worth waiting for."""
        self._failed, self._failure, self.hand = 0.0, _closed_here(), _MORE and _MORE.Hand(self)

    def is_up(self) -> bool:
        return self.connection is not None and self.connection.ready and not self.connection.why

    def end(self) -> None:
        self.over.set()
        if self.connection:
            self.connection.close(_closed_here())

    def token(self, method: str, params: Params, need: Params) -> Token:
        """One in hand, if there is castkey_more.py, or else the vault's."""
        read = functools.partial(_optional, _token)
        token = (self.hand.token if self.hand else self.ask)(method, params, read, need, waits=True)
        if token is None:
            raise CastkeyError("unknown-user" if "user" in need else "unknown-intent", "Castkey has no such account.")
        return token

    def ask(self, method: str, params: Params, read: Reader, need: Params | None = None,
            waits: bool = False, patient: bool = True) -> Any:
        """The answer. `waits`: for people, if need be. Asks again when the connection breaks under the question, for
        every method may be repeated; and, being `patient`, where there is none for the moment."""
        deadline, repeats = time.monotonic() + min(self.bot._timeout, MAX_WAIT if need else _ANSWER), 2
        for tries in itertools.count():
            connection = None
            try:
                connection = self.connect(deadline - time.monotonic(), need or {})
                left = max(0.001, deadline - time.monotonic())
                waiting = {"interactive": self.bot._interactive, "timeoutMs": round(left * 1000)} if waits else {}
                return connection.request(method, {**params, **waiting}, left + _GRACE, read)
            except CastkeyError as error:
                again = error.code in _BROKEN and repeats if connection else error.code in _PASSING and patient
                if not (again and self.met and error.retryable) or time.monotonic() + _pause(tries) > deadline:
                    raise
                if connection:
                    connection.close(error)
                    repeats -= 1
            self.over.wait(_pause(tries))

    def connect(self, seconds: float, need: Params | None = None) -> _Connection:
        """The connection; opens it if there is none. All who come meanwhile share the outcome. `need`: what the bot
        would have to be granted for the call that this is for; None: there is no call."""
        began = time.monotonic()
        if not self._opening.acquire(timeout=max(0, seconds)):
            raise CastkeyError("timeout", "Connecting to Castkey took too long.")
        try:
            if self.bot._closed or self._failed > began:
                raise _closed_here() if self.bot._closed else self._failure
            if not self.is_up():
                self._open(need, began + seconds)
            return self.connection
        except CastkeyError as error:
            self._failed, self._failure = time.monotonic(), error
            raise
        finally:
            self._opening.release()

    def _open(self, need: Params | None, deadline: float) -> None:
        """Connection, handshake, pairing if need be: of several processes of a bot one alone opens a window."""
        bot, key = self.bot, PairingKey.read(self.bot._key_file, self.bot._name)
        with _MORE.key_lock(self, deadline) if _MORE and not key else contextlib.nullcontext():
            key = key or PairingKey.read(bot._key_file, bot._name)
            connection = self.connection = _Connection(bot._path, self.hand.hear if self.hand else lambda event: None)
            try:
                self._introduce(connection, key, need, deadline)
                connection.trusted = True
                if self.hand:
                    self.hand.subscribe(connection)
                connection.ready = self.met = True
            except BaseException as error:
                connection.close(error if isinstance(error, CastkeyError) else _closed_here())
                raise

    def _introduce(self, connection: _Connection, key: PairingKey | None, need: Params | None, deadline: float) -> None:
        """Proves to each other who is who, or pairs."""
        bot, nonce = self.bot, encode(secrets.token_bytes(32))
        client = {"name": bot._name, "version": VERSION}
        said = {"protocol": PROTOCOL, "client": client, "nonce": nonce, "keyId": key and key.key_id}
        said["twitchClientId"] = bot._twitch_client_id
        hello = {name: value for name, value in said.items() if value is not None}
        protocol, server_nonce, proof, paired = connection.request("hello", hello, _HANDSHAKE, _hello)
        if protocol != PROTOCOL:
            raise CastkeyError("unsupported-protocol", f"This Castkey speaks version {protocol} of the protocol.")
        if not key:
            return self._pair(connection, need, deadline)
        if not paired:
            # Any program on the path can say so: the key must not be lost for that.
            message = f"Castkey doesn't know this bot's key. If it was removed there: delete {bot._key_file}."
            raise CastkeyError("not-paired", message)
        # Nothing more is said until the vault has proved itself: any program could sit on the path.
        if not hmac.compare_digest(key.proof("server", nonce, server_nonce).encode(), proof.encode()):
            message = f"What answers at {bot._path} doesn't know this bot's key: it may be posing as Castkey."
            raise CastkeyError("vault-unproven", message)
        connection.request("authenticate", {"proof": key.proof("client", nonce, server_nonce)}, _HANDSHAKE)

    def _pair(self, connection: _Connection, need: Params | None, deadline: float) -> None:
        """Without wants of its own, the bot wants what this call needs, and others that wait by now."""
        bot = self.bot
        # A window may open only if somebody waits for what it would lead to.
        if bot._interactive == "never" or (need is None and (bot._wants is None or self.met)):
            raise CastkeyError("not-paired", f'Castkey doesn\'t know "{bot._name}": start it where a window may open.')
        needs = self.hand.needs_beside(need) if self.hand else [need] if need else []
        wants = needs if bot._wants is None else bot._wants
        params: dict[str, Any] = {"wants": wants, **({} if bot._reason is None else {"reason": bot._reason})}
        left = deadline - time.monotonic()  # Castkey's answer, with its hint, is to come before the call gives up
        params.update({"interactive": "notify"} if bot._interactive == "notify" else {}, timeoutMs=int(left * 900))
        connection.request("pair", params, left, PairingKey.of).write(bot._key_file, bot._name)


def _awaited(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same method for asyncio, on a thread that ends with the call or with the program."""

    @functools.wraps(method)
    async def call(self: AsyncCastkey, *args: Any, **named: Any) -> Any:
        self._loop, answer = asyncio.get_running_loop(), concurrent.futures.Future()
        answer.set_running_or_notify_cancel()

        def run() -> None:
            try:
                answer.set_result(method(self._castkey, *args, **named))
            except BaseException as error:
                answer.set_exception(error)

        threading.Thread(target=run, name="castkey-call", daemon=True).start()
        return await asyncio.wrap_future(answer)

    return call


class AsyncCastkey(contextlib.AbstractAsyncContextManager["AsyncCastkey"]):
    """The same for asyncio: options, methods and arguments are those of Castkey, whose waiting is done on threads.
    Event loops may come and go, or run side by side."""

    def __init__(self, name: str, **options: Any) -> None:
        self._castkey = Castkey(name, **options)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    token, refresh, app_token = _awaited(Castkey.token), _awaited(Castkey.refresh), _awaited(Castkey.app_token)
    scopes, status = _awaited(Castkey.scopes), _awaited(Castkey.status)
    connect, close = _awaited(Castkey.connect), _awaited(Castkey.close)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """See Castkey.on_change. Listeners run in the event loop that called last."""
        return _more().listen_in_loop(self, listener)


def _whose(user: str | int | None, intent: str | None, app: bool | None = None) -> tuple[dict[str, Any], str]:
    if (user, intent, app).count(None) != 2 or app not in (None, True):
        raise CastkeyError("bad-request", "Name either a user or an intent.")
    if user is None:
        return ({"app": True}, "App") if app else ({"intent": intent_name(intent)}, "Intent")
    if isinstance(user, bool) or not re.fullmatch(r"[0-9]{1,20}", str(user)):
        raise CastkeyError("bad-user", "An account is named by its numeric Twitch user ID; login names change hands.")
    return {"user": str(user)}, "User"


def intent_name(intent: Any) -> str:
    """The name as the vault has it."""
    name = intent.strip() if isinstance(intent, str) else ""
    if not 1 <= len(name) <= 60 or not _is_readable(intent, ("Cc", "Cf", "Cs", "Zl", "Zp")):
        raise CastkeyError("bad-request", "An intent has 1 to 60 characters on one line.")
    return name


def _list(value: object, what: str, example: str) -> list[Any]:
    """Any collection but a text, which would fall apart into letters, and a dict."""
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, memoryview, Mapping)):
        return list(value)
    raise CastkeyError("bad-request", f"`{what}`: a list, please, such as {example}.")


def _scopes(value: object, what: str) -> list[str]:
    scopes = _list(value, what, '["chat:read", "chat:edit"]')
    if not all(isinstance(scope, str) and re.fullmatch(r"[^\s,]+", scope) for scope in scopes):
        raise CastkeyError("bad-request", f"`{what}`: a list, please, with one scope in each text.")
    return scopes


def _scope_sets(value: object, what: str) -> list[list[str]]:
    """Of each inner list one. From an empty one there is nothing to choose."""
    choices = _list(value, what, '[["chat:edit", "user:write:chat"]]')
    return [scopes for scopes in (_scopes(choice, what) for choice in choices) if scopes]


def _want(value: object) -> Params:
    if not isinstance(value, Mapping):
        raise CastkeyError("bad-request", '`wants`: a list, please, such as [{"intent": "chat"}].')
    named, _ = _whose(value.get("user"), value.get("intent"), value.get("app"))
    return {**named, **{part: _scope_sets(value[part], part) for part in ("scopes", "optional") if part in value}}


def _closed_here() -> CastkeyError:
    return CastkeyError("connection-lost", "This program closed its connection to Castkey.", retryable=False)


def _hello(value: object) -> tuple[int, str, str, bool]:
    get = _is(dict, value).get
    if _is(dict, get("server")).get("name") != "castkey":
        raise ValueError("the server is not Castkey")
    decode(_is(str, get("nonce")), 16, 64)
    return _count(get("protocol")), get("nonce"), _is(str, get("proof", "")), _is(bool, get("paired"))


def _pause(tries: int) -> float:
    """Seconds, growing and random."""
    return min(10.0, 0.1 * 2 ** min(tries, 10)) * (1 - random.random() / 2)


def _more() -> Any:
    if _MORE is None:
        raise CastkeyError("bad-request", "For this, castkey_more.py must lie beside castkey.py.")
    return _MORE


_MORE = None
with contextlib.suppress(ModuleNotFoundError):
    _MORE = importlib.import_module(f"{__name__}_more")
    Status, User = _MORE.Status, _MORE.User
