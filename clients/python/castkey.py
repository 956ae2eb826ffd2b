"""Twitch access tokens from the Castkey vault on this computer, for bots in Python.

Copy this one file into your bot. Python 3.9 or newer, nothing to install.

    from castkey import Castkey

    castkey = Castkey("chat-bot")
    token = castkey.token(intent="chat", scopes=["chat:read", "chat:edit"])

The first call opens a window in which the streamer decides; later starts need no click. Ask for the token each
time you need it rather than keeping it: that costs nothing while it is good. `AsyncCastkey` is the same for asyncio.

The protocol is told in docs/protocol.md of Castkey.
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import contextlib
import ctypes
import hashlib
import hmac
import json
import os
import queue
import random
import re
import secrets
import stat
import sys
import threading
import time
import unicodedata
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Coroutine, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple
from typing import TypeVar, Union

__all__ = ["AsyncCastkey", "Castkey", "CastkeyError", "Status", "Token", "User"]

VERSION = "0.1.0"
PROTOCOL = 1
LINE_BYTES = 65_536
"""Longest line, its newline included."""
MAX_WAIT = 600.0
"""Seconds: the most a call may wait for people."""

_HANDSHAKE = 10.0
_ANSWER = 30.0
_GRACE = 2.0
_MARGIN = 60.0
_REPEATS = 2
_LOCK_POLL = 0.25
_LOCK_STALE = 11 * 60.0
_FIRST_PAUSE, _MAX_PAUSE, _STEADY = 0.1, 10.0, 10.0
_KEY_FILE_BYTES = 8192
_QUESTIONS = 64
_WANTS = 20
_UNREADABLE = ("Cc", "Cf", "Zl", "Zp")

T = TypeVar("T")
Event = Dict[str, Any]
Want = Mapping[str, Any]
Listener = Callable[[Event], None]


# --- What a bot sees


class CastkeyError(Exception):
    """The one error of this file. `code` is one of docs/protocol.md, section 7, or one that arises on this side:
    `vault-not-running`, `vault-unproven`, `connection-lost`, `timeout`, `key-file`, `bad-user`."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        retry_after: Optional[float] = None,
        missing: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.retryable = retryable
        """Whether the same call may succeed later without anybody doing something."""
        self.retry_after = retry_after
        """Seconds to wait before that, where the vault knows."""
        self.missing = list(missing)
        """With `scope-missing`: the scopes the account lacks."""


@dataclass(frozen=True)
class Token:
    """An access token. It prints without its secret."""

    access_token: str = field(repr=False)
    scopes: List[str]
    expires_at: Optional[float]
    """Seconds since 1970; None: never."""
    user_id: Optional[str]
    client_id: str
    """What Helix wants as `Client-Id`."""
    version: int


@dataclass(frozen=True)
class User:
    """An account this bot may use. `state`: ok, offline, needs-sign-in, setup or expired."""

    user_id: str
    login: str
    intents: List[str]
    scopes: List[str]
    expires_at: Optional[float]
    state: str


@dataclass(frozen=True)
class Status:
    """How the vault stands."""

    version: str
    locked: bool
    users: List[User]


# --- Bytes, lines, proofs


class Lines:
    """Cuts a byte stream into lines; holds at most one line, however the other side sends it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, chunk: bytes) -> List[str]:
        """The lines that `chunk` completes. Raises ValueError if one is too long or not UTF-8."""
        *ends, rest = chunk.split(b"\n")
        found: List[str] = []
        for end in ends:
            if len(self._held) + len(end) + 1 > LINE_BYTES:
                raise ValueError("too-large")
            line = bytes(self._held) + end
            self._held.clear()
            try:
                found.append(line.decode("utf-8"))
            except UnicodeDecodeError:
                raise ValueError("not-utf8") from None
        if len(self._held) + len(rest) >= LINE_BYTES:
            raise ValueError("too-large")
        self._held += rest
        return found


def proof_of(prover: str, key: bytes, client_nonce: str, server_nonce: str) -> str:
    """`prover` is "client" or "server"; the nonces are the texts as they were sent."""
    text = f"castkey1:{prover}:{client_nonce}:{server_nonce}"
    return encode(hmac.new(key, text.encode(), hashlib.sha256).digest())


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str, at_least: int, at_most: int) -> bytes:
    """Bytes of base64url without padding. Raises ValueError if it is anything else."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if not at_least <= len(data) <= at_most:
        raise ValueError("wrong length")
    return data


# --- Where things are


def socket_path(chosen: Optional[str] = None) -> str:
    """Where the vault listens: docs/protocol.md, section 1. CastkeyError `bad-request` for no possible place."""
    env = os.environ
    home = env.get("CASTKEY_HOME", "")
    if home and not chosen and not _is_absolute(home):
        raise CastkeyError("bad-request", f'CASTKEY_HOME must be an absolute folder, but is "{home}".')
    path = chosen or env.get("CASTKEY_SOCKET") or _default_socket(home)
    if sys.platform == "win32":
        if not path.startswith("\\\\.\\pipe\\"):
            raise CastkeyError("bad-request", f'On Windows the vault listens on a pipe, not at "{path}".')
        return path
    if not _is_absolute(path):
        raise CastkeyError("bad-request", f'The path of the socket is not absolute ("{path}"): set CASTKEY_SOCKET.')
    longest = 107 if sys.platform.startswith("linux") else 103
    if len(os.fsencode(path)) > longest:
        raise CastkeyError("bad-request", f"The path of the socket is longer than {longest} bytes: set CASTKEY_SOCKET.")
    return path


def _default_socket(home: str) -> str:
    if home:
        profile = home.rstrip("/\\") or home
    else:
        profile = _settings_folder() + ("\\Castkey" if sys.platform == "win32" else "/Castkey")
    if sys.platform == "win32":
        return "\\\\.\\pipe\\castkey-" + hashlib.sha256(profile.encode()).hexdigest()[:16]
    runtime = None if home or not sys.platform.startswith("linux") else _runtime_folder()
    return f"{profile}/castkey.sock" if runtime is None else f"{runtime}/castkey/castkey.sock"


def _is_absolute(path: str) -> bool:
    if sys.platform == "win32":
        return re.match(r"[A-Za-z]:[\\/]|\\\\", path) is not None
    return path.startswith("/")


def _settings_folder() -> str:
    """A relative variable (`~/.config` that no shell has read, too) is ignored: it would be another folder each time."""
    if sys.platform == "darwin":
        return f"{Path.home()}/Library/Application Support"
    if sys.platform == "win32":
        given, usual = os.environ.get("APPDATA", ""), f"{Path.home()}\\AppData\\Roaming"
    else:
        given, usual = os.environ.get("XDG_CONFIG_HOME", ""), f"{Path.home()}/.config"
    return given if _is_absolute(given) else usual


_RUN_USER = "/run/user"


def _runtime_folder() -> Optional[str]:
    """What is this user's alone; others could put a socket of theirs into anything else."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    for folder in (given.rstrip("/") or given, f"{_RUN_USER}/{os.getuid()}"):
        try:
            found = os.lstat(folder) if folder.startswith("/") else None
        except OSError:
            continue
        if found and stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and found.st_mode & 0o777 == 0o700:
            return folder
    return None


def key_file_path(name: str, chosen: Optional[str] = None) -> Path:
    """Where the pairing key of a bot lies; the same place that castkey-client and `castkey` use."""
    if chosen or os.environ.get("CASTKEY_KEY_FILE"):
        return Path(chosen or os.environ["CASTKEY_KEY_FILE"])
    return Path(_settings_folder()) / "castkey-client" / _key_file_name(name)


def _key_file_name(name: str) -> str:
    plain = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,47}", name)
    if plain and not re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", name):
        return f"{name}.json"
    legible = re.sub(r"[^a-z0-9]+", "-", name.lower())
    legible = re.sub(r"^-|-\Z", "", legible)[:32]
    return f"bot-{legible}.{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


# --- The pairing key


@dataclass(frozen=True)
class PairingKey:
    """What the vault calls the key, and its 32 bytes."""

    key_id: str
    key: bytes = field(repr=False)


def read_key_file(path: Path, name: str) -> Optional[PairingKey]:
    """None if there is no such file. Raises CastkeyError `key-file` for one that others can read, or isn't one."""
    try:
        with open(path, "rb") as file:
            _refuse_shared(path, os.fstat(file.fileno()))
            content = file.read(_KEY_FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _key_problem(path, f"can't be opened ({error.strerror})") from None
    try:
        given = _record(json.loads(content))
        owner, key_id = _text(given.get("name")), _text(given.get("keyId"))
        key = decode(_text(given.get("key")), 32, 32)
    except (ValueError, RecursionError):
        raise _key_problem(path, "isn't a key file") from None
    if owner != name:
        raise _key_problem(path, f'belongs to the bot "{owner}", not to "{name}"')
    return PairingKey(key_id, key)


def _refuse_shared(path: Path, facts: os.stat_result) -> None:
    """Looks at the open file, so that it can't be exchanged in between. Windows has no such modes."""
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > _KEY_FILE_BYTES:
        raise _key_problem(path, "isn't a key file")
    if sys.platform == "win32":
        return
    if facts.st_uid != os.geteuid():
        raise _key_problem(path, "belongs to another user")
    if facts.st_mode & 0o077:
        raise _key_problem(path, f"can be read by others; run: chmod 600 '{path}'")


def write_key_file(path: Path, name: str, pairing: PairingKey) -> None:
    """A crash leaves the old file or the new one; mode 0600 from the first byte."""
    content = {"version": 1, "name": name, "keyId": pairing.key_id, "key": encode(pairing.key)}
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps(content, indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _key_problem(path, f"can't be written ({error.strerror})") from None


@contextlib.contextmanager
def key_lock(path: Path) -> Iterator[bool]:
    """The right to pair under one key file, so that two processes of a bot don't open two windows."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_stale(lock):
            with contextlib.suppress(FileNotFoundError):
                lock.unlink()
        handle = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        yield False
        return
    except OSError as error:
        raise CastkeyError("key-file", f"The folder of {path} can't be written to ({error.strerror}).") from None
    owner = os.getpid()
    try:
        with os.fdopen(handle, "w") as file:
            file.write(str(owner))
        yield True
    finally:
        # A child that was forked meanwhile clears away its copy of this, too.
        if os.getpid() == owner:
            with contextlib.suppress(OSError):
                lock.unlink()


def _is_stale(lock: Path) -> bool:
    try:
        age = time.time() - lock.stat().st_mtime
        pid = lock.read_text()
    except (OSError, ValueError):
        return False
    # A lock without a number is one that is being written this moment.
    return age > _LOCK_STALE or (pid.isdecimal() and int(pid) > 0 and not _is_running(int(pid)))


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        # os.kill would end it there. 0x1000: PROCESS_QUERY_LIMITED_INFORMATION.
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        return bool(handle) and bool(ctypes.windll.kernel32.CloseHandle(handle))
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _key_problem(path: Path, what: str) -> CastkeyError:
    return CastkeyError("key-file", f"The key file {path} {what}. Put it right, or delete it and pair again.")


# --- What comes over the socket is checked before it is used


def _record(value: object) -> Dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ValueError("an object is missing")


def _text(value: object) -> str:
    if isinstance(value, str) and 0 < len(value) <= 4096:
        return value
    raise ValueError("a text is missing")


# What goes into headers, files and onto terminals as it is: a line break or an escape in it would be a command to
# whoever reads it there.
_PLAIN = re.compile(r"[\x21-\x7e]{1,1024}")


def _plain(value: object) -> str:
    text = _text(value)
    if _PLAIN.fullmatch(text):
        return text
    raise ValueError("there are characters that must not be in it")


def _plains(value: object) -> List[str]:
    return [_plain(member) for member in _texts(value)]


def _texts(value: object) -> List[str]:
    if isinstance(value, list) and len(value) <= 1024:
        return [_text(member) for member in value]
    raise ValueError("a list is missing")


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    raise ValueError("a whole number is missing")


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("true or false is missing")


def _token(value: object) -> Token:
    given = _record(value)
    obtained, lasts, user = _count(given.get("obtainmentTimestamp")), given.get("expiresIn"), given.get("userId")
    return Token(
        access_token=_plain(given.get("accessToken")),
        scopes=_plains(given.get("scope")),
        expires_at=None if lasts is None else obtained / 1000 + _count(lasts),
        user_id=None if user is None else _plain(user),
        client_id=_plain(given.get("clientId")),
        version=_count(given.get("version")),
    )


def _token_or_none(value: object) -> Optional[Token]:
    return None if value is None else _token(value)


def _user(value: object) -> User:
    given = _record(value)
    expires = given.get("expiresAt")
    return User(
        user_id=_plain(given.get("userId")),
        login=_plain(given.get("login")),
        intents=_texts(given.get("intents")),
        scopes=_plains(given.get("scope")),
        expires_at=None if expires is None else _count(expires) / 1000,
        state=_text(given.get("state")),
    )


def _status(value: object) -> Status:
    given = _record(value)
    users = given.get("users")
    if not isinstance(users, list):
        raise ValueError("the users are missing")
    version = _text(_record(given.get("server")).get("version"))
    return Status(version, _flag(given.get("locked")), [_user(user) for user in users])


def read_message(line: str) -> Tuple[str, Optional[int], Any]:
    """What a line from the vault means: ("result", id, result), ("error", id or None, CastkeyError),
    ("event", None, event) or ("ignore", None, None). ValueError: the other end doesn't speak this protocol."""
    try:
        message = _record(json.loads(line))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if message.get("jsonrpc") != "2.0":
        raise ValueError("no JSON-RPC")
    if "method" in message:
        event = _event(message)
        return ("ignore", None, None) if event is None else ("event", None, event)
    number = message.get("id")
    if "error" in message:
        return "error", None if number is None else _count(number), _refusal(message["error"])
    if "result" not in message:
        raise ValueError("neither result nor error")
    return "result", _count(number), message["result"]


_EVENT_FIELDS = {
    "token.changed": ("userId", "version"),
    "token.invalidated": ("userId",),
    "account.added": ("userId",),
    "account.removed": ("userId",),
    "intents.changed": ("userId",),
    **dict.fromkeys(("grant.revoked", "vault.locked", "vault.unlocked", "overflow"), ()),
}


def _event(message: Dict[str, Any]) -> Optional[Event]:
    """None for what a newer vault tells and this file doesn't know."""
    event = message.get("params")
    kind = event.get("type") if message["method"] == "event" and isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(kind, str) or kind not in _EVENT_FIELDS:
        return None
    _count(event.get("seq"))
    for name in _EVENT_FIELDS[kind]:
        _count(event.get(name)) if name == "version" else _plain(event.get(name))
    return event


_CODES = frozenset(
    """not-paired bad-proof denied approval-timeout consent-denied consent-timeout wrong-account scope-missing
    unknown-user unknown-intent needs-sign-in setup locked twitch-unreachable twitch-rejected rate-limited no-app-token
    bad-request too-large unsupported-protocol busy shutting-down internal""".split()
)


def _refusal(value: object) -> CastkeyError:
    """The vault's no. One of JSON-RPC's own errors may come without data; a code from the future is `internal`."""
    error = _record(value)
    raw = error.get("data")
    data: Dict[str, Any] = raw if isinstance(raw, dict) else {"code": "bad-request"}
    code, after, missing = data.get("code"), data.get("retryAfterMs"), data.get("missing")
    message = error.get("message")
    return CastkeyError(
        code if isinstance(code, str) and code in _CODES else "internal",
        sanitize(message) if isinstance(message, str) else "",
        retryable=data.get("retryable") is True,
        retry_after=min(after, 3_600_000) / 1000 if isinstance(after, int) and after >= 0 else None,
        missing=[sanitize(scope) for scope in missing if isinstance(scope, str)] if isinstance(missing, list) else [],
    )


def sanitize(text: str) -> str:
    """Text from the other side, safe to print: no control characters, nothing that looks like a Twitch token."""
    kept = "".join(" " if unicodedata.category(sign) in _UNREADABLE else sign for sign in text[:2000])
    return re.sub(r"(?i)\b[a-z0-9]{30,}\b", "[hidden]", kept)[:300].strip()


# --- One connection


class _Connection:
    """Requests, answers and events on one socket, before and after the handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_event: Listener) -> None:
        self._reader, self._writer, self._on_event = reader, writer, on_event
        self._pid = os.getpid()
        _CONNECTIONS.add(self)
        self._waiting: Dict[int, "asyncio.Future[Any]"] = {}
        self._last_id = 0
        self._last_seq: Optional[int] = None
        self.trusted = False
        self.why: Optional[CastkeyError] = None
        self.closed = asyncio.Event()
        self.reading = asyncio.ensure_future(self._read())

    async def request(self, method: str, params: Mapping[str, Any], seconds: float) -> Any:
        if self.why:
            raise self.why
        self._last_id += 1
        number = self._last_id
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if len(line) > LINE_BYTES:
            raise CastkeyError("too-large", f"The request {method} is longer than 64 KiB.")
        answer: "asyncio.Future[Any]" = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(line)
            return await asyncio.wait_for(answer, seconds)
        except asyncio.TimeoutError:
            raise _timed_out(f"Castkey's answer to {method}") from None
        finally:
            self._waiting.pop(number, None)

    async def subscribe(self, seconds: float) -> None:
        self.trusted = True
        seq = _read(lambda given: _count(_record(given).get("seq")), await self.request("subscribe", {}, seconds))
        # An event may have come in the same bytes as the answer.
        self._last_seq = seq if self._last_seq is None else self._last_seq

    def close(self, why: CastkeyError) -> None:
        # A forked child shares the event loop's epoll with its parent: to close here would make the parent deaf.
        if self.why or self._pid != os.getpid():
            return
        self.why = why
        self.reading.cancel()
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(why)
        self.closed.set()

    def leave_to_parent(self) -> None:
        """In a forked child: lets go of the copy of the socket, or the vault would hear nothing of the parent's end.
        Another file takes its number, for the socket's own object closes that number once more."""
        handle = self._writer.get_extra_info("socket")
        if handle is not None and handle.fileno() >= 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, handle.fileno(), inheritable=False)
            os.close(nothing)

    async def _read(self) -> None:
        lines = Lines()
        try:
            while True:
                chunk = await self._reader.read(65_536)
                if not chunk:
                    return self.close(_lost("Castkey closed the connection."))
                for line in lines.feed(chunk):
                    self._handle_message(*read_message(line))
        except asyncio.CancelledError:
            # As asyncio.run does at its end: what isn't closed now never is.
            self.close(_lost("The event loop of this program ended."))
            raise
        except OSError as error:
            self.close(_lost(f"The connection to Castkey broke ({error.strerror})."))
        except ValueError:
            self.close(_lost("What answers at the socket doesn't speak Castkey's protocol."))

    def _handle_message(self, kind: str, number: Optional[int], value: Any) -> None:
        if kind == "event" and self.trusted:
            self._handle_event(value)
        elif kind == "error" and number is None:
            self.close(value)
        answer = None if number is None else self._waiting.get(number)
        if answer is None or answer.done():
            return
        if kind == "error":
            answer.set_exception(value)
        else:
            answer.set_result(value)

    def _handle_event(self, event: Event) -> None:
        seq = _count(event.get("seq"))
        complete = self._last_seq is None or seq == self._last_seq + 1
        self._last_seq = seq
        if not complete and event.get("type") != "overflow":
            self._on_event({"seq": seq, "type": "overflow"})
        self._on_event(event)


_CONNECTIONS: "weakref.WeakSet[_Connection]" = weakref.WeakSet()


def _leave_connections_to_parent() -> None:
    for connection in list(_CONNECTIONS):
        with contextlib.suppress(OSError):
            connection.leave_to_parent()
    _CONNECTIONS.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_connections_to_parent)


def _read(reader: Callable[[object], T], value: object) -> T:
    try:
        return reader(value)
    except ValueError as error:
        raise CastkeyError("internal", f"Castkey's answer makes no sense: {error}.") from None


def _lost(message: str) -> CastkeyError:
    return CastkeyError("connection-lost", message, retryable=True)


def _timed_out(what: str) -> CastkeyError:
    return CastkeyError("timeout", f"{what} took too long.", retryable=True)


def _closed_here() -> CastkeyError:
    return CastkeyError("connection-lost", "This program closed its connection to Castkey.")


async def _open(path: str, on_event: Listener, seconds: float) -> _Connection:
    try:
        reader, writer = await asyncio.wait_for(_streams(path), seconds)
    except asyncio.TimeoutError:
        raise _timed_out(f"Opening {path}") from None
    except (FileNotFoundError, ConnectionRefusedError):
        message = f"Nobody answers at {path}. Start Castkey on this computer, then try again."
        raise CastkeyError("vault-not-running", message, retryable=True) from None
    except PermissionError:
        raise CastkeyError("vault-not-running", f"{path} belongs to another user.") from None
    except OSError as error:
        raise _lost(f"The connection to {path} broke ({error.strerror}).") from None
    return _Connection(reader, writer, on_event)


async def _streams(path: str) -> Tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if sys.platform != "win32":
        return await asyncio.open_unix_connection(path)
    loop = asyncio.get_running_loop()
    # A pipe opened as a file can't be read and written at once; the default event loop of Windows can do both.
    connect = getattr(loop, "create_pipe_connection", None)
    if connect is None:
        raise CastkeyError("bad-request", "On Windows this needs asyncio's ProactorEventLoop, which is the default.")
    reader = asyncio.StreamReader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await connect(lambda: protocol, path)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


# --- Tokens in hand


@dataclass
class _Held:
    token: Token
    questions: Set[str]
    confirmed: bool = True


class _Cache:
    """Tokens, each for the questions the vault itself has answered with it: what a bot may ask is for it to say."""

    def __init__(self) -> None:
        self.epoch = 0
        self._held: Dict[str, _Held] = {}
        self._newest: Dict[str, int] = {}

    def find(self, subject: str, question: str) -> Optional[_Held]:
        held = self._held.get(subject)
        return held if held and question in held.questions and _is_fresh(held.token) else None

    def put(self, subject: str, question: str, token: Token, asked: int) -> None:
        """`asked`: the epoch in which the question was put; an event since then makes the answer doubtful."""
        if asked != self.epoch or not _is_fresh(token) or token.version < self._newest.get(token.user_id or "", 0):
            return
        known = self._held.get(subject)
        questions = {question}
        if known and known.token.access_token == token.access_token and len(known.questions) < _QUESTIONS:
            questions |= known.questions
        self._held[subject] = _Held(token, questions)

    def drop(self, concerned: Callable[[str, Token], bool], *, overtakes: bool = True) -> None:
        self.epoch += 1 if overtakes else 0
        self._held = {subject: held for subject, held in self._held.items() if not concerned(subject, held.token)}

    def mark_unconfirmed(self) -> None:
        """Events may have been missed: everything is to be asked for again, where possible."""
        self.epoch += 1
        self._newest.clear()
        for held in self._held.values():
            held.confirmed = False

    def apply_event(self, event: Event) -> None:
        kind, user, intent = event.get("type"), event.get("userId"), event.get("intent")
        if kind == "token.changed":
            version = _count(event.get("version"))
            self._newest[_text(user)] = version
            # No new epoch: the answer that caused this event, with the new token, may still be on its way.
            return self.drop(lambda _, token: token.user_id == user and token.version != version, overtakes=False)
        if isinstance(user, str):
            self._newest.pop(user, None)
        if kind in ("token.invalidated", "account.removed") or (kind == "grant.revoked" and user is not None):
            self.drop(lambda _, token: token.user_id == user)
        elif kind == "intents.changed":
            self.drop(lambda subject, _: subject.startswith("intent:"))
        elif kind == "grant.revoked" and intent is not None:
            self.drop(lambda subject, _: subject == f"intent:{intent}")
        elif kind in ("grant.revoked", "overflow"):
            self.drop(lambda *_: True)


def _is_fresh(token: Token) -> bool:
    return token.expires_at is None or time.time() < token.expires_at - _MARGIN


_NOT_ABOUT_THE_TOKEN = {
    *("vault-not-running", "vault-unproven", "connection-lost", "timeout", "twitch-unreachable"),
    *("rate-limited", "busy", "shutting-down", "locked", "internal"),
}
_PASSING = {"vault-not-running", "connection-lost", "timeout", "busy", "shutting-down"}


# --- The client


@dataclass
class _Bot:
    """Who calls, and who listens."""

    name: str
    path: str
    key_file: Path
    timeout: float
    interactive: bool
    twitch_client_id: Optional[str]
    reason: Optional[str]
    wants: Optional[List[Want]]
    listeners: List[Listener] = field(default_factory=list)
    over: bool = False


class AsyncCastkey:
    """The vault, for asyncio. Every method raises CastkeyError. Connects at the first call. Each event loop that calls
    gets a connection of its own, and so does each forked process."""

    def __init__(
        self,
        name: str,
        *,
        wants: Optional[Iterable[Want]] = None,
        reason: Optional[str] = None,
        socket: Optional[str] = None,
        key_file: Optional[str] = None,
        timeout: float = 120.0,
        interactive: bool = True,
        twitch_client_id: Optional[str] = None,
    ) -> None:
        """
        name: what the bot calls itself; the streamer sees it, and the pairing key is kept under it.
        wants: what the first pairing asks for, so that one window settles it all:
            [{"intent": "chat", "scopes": [["chat:read"], ["chat:edit"]]}], or with "user" for "intent".
            Without it the pairing waits for the first call, and asks for what that needs.
        reason: why, in a sentence for the streamer.
        timeout: seconds each call may take, people's clicks included; at most 600.
        interactive: False: no window opens for this bot; what needs one fails.
        """
        readable = name.strip() and not any(unicodedata.category(sign) in _UNREADABLE for sign in name)
        if not readable or len(name.encode("utf-16-le")) > 128:
            raise CastkeyError("bad-request", "A bot needs a name of 1 to 64 readable characters.")
        if not 0 < timeout <= MAX_WAIT:
            raise CastkeyError("bad-request", "timeout must be more than 0 and at most 600 seconds.")
        self._bot = _Bot(
            name=name,
            path=socket_path(socket),
            key_file=key_file_path(name, key_file),
            timeout=timeout,
            interactive=interactive,
            twitch_client_id=twitch_client_id,
            reason=reason,
            wants=None if wants is None else [_want(want) for want in _list(wants, "wants", '[{"intent": "chat"}]')],
        )
        self._links: Dict[Tuple[int, asyncio.AbstractEventLoop], _Link] = {}

    async def __aenter__(self) -> "AsyncCastkey":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def token(
        self,
        *,
        user: Union[str, int, None] = None,
        intent: Optional[str] = None,
        scopes: Iterable[str] = (),
        any_of: Iterable[Iterable[str]] = (),
    ) -> Token:
        """A token of the account with this numeric ID, or of whoever has this intent. It has all of `scopes`, and
        one of each list of `any_of`; what the account lacks is asked of the streamer."""
        subject, named, method = _whose(user, intent)
        sets = [[scope] for scope in _scope_list(scopes, "scopes")] + _scope_sets(any_of, "any_of")

        def params(left: float) -> Dict[str, Any]:
            waiting = {"interactive": "allow" if self._bot.interactive else "never", "timeoutMs": _ms(left)}
            return {**named, "scopeSets": sets, **waiting}

        question = json.dumps(sorted(sets))
        return await self._link().get(subject, question, f"getAccessTokenFor{method}", params, self._bot.timeout)

    async def refresh(
        self, *, user: Union[str, int, None] = None, intent: Optional[str] = None, rejected: Union[Token, str]
    ) -> Token:
        """After Twitch answered 401: a token that works. Of `rejected` only its SHA-256 goes to the vault."""
        subject, named, method = _whose(user, intent)
        refused = rejected.access_token if isinstance(rejected, Token) else rejected
        params = {**named, "rejected": hashlib.sha256(refused.encode()).hexdigest()}
        link = self._link()
        fresh = _read(_token, await link.ask(f"refreshAccessTokenFor{method}", lambda _: params, self._bot.timeout))
        link.cache.drop(lambda _, token: token.user_id == fresh.user_id or token.access_token == refused)
        link.cache.put(subject, "[]", fresh, link.cache.epoch)
        return fresh

    async def app_token(self, *, force_new: bool = False) -> Token:
        """The token of the Twitch application itself; `no-app-token` if that is a public client."""
        link = self._link()
        if force_new:
            link.cache.drop(lambda subject, _: subject == "app")
        return await link.get("app", "[]", "getAppAccessToken", lambda _: {"forceNew": force_new}, self._short())

    async def scopes(self, user: Union[str, int]) -> List[str]:
        """The scopes of an account's token; none for an unknown account."""
        params = {"user": _user_id(user)}
        return _read(_plains, await self._link().ask("getCurrentScopesForUser", lambda _: params, self._short()))

    async def status(self) -> Status:
        """How the vault and the accounts this bot may use stand."""
        return _read(_status, await self._link().ask("status", lambda _: {}, self._short()))

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Hears every event of docs/protocol.md, section 5, as a dict; none holds a token. Call the result to stop."""
        listeners = self._bot.listeners
        listeners.append(listener)
        return lambda: listeners.remove(listener) if listener in listeners else None

    async def connect(self) -> None:
        """Connects now rather than at the first call. Pairs if need be; without `wants`, the first call does that."""
        with contextlib.suppress(_NobodyAsks):
            await self._link().ready(time.monotonic() + self._bot.timeout)

    async def close(self) -> None:
        """Ends the connection; waiting calls fail."""
        self._bot.over = True
        for (process, loop), link in list(self._links.items()):
            if loop is asyncio.get_running_loop():
                await asyncio.gather(*link.end(), return_exceptions=True)
            elif process == os.getpid() and not loop.is_closed():
                loop.call_soon_threadsafe(link.end)

    def _short(self) -> float:
        return min(self._bot.timeout, _ANSWER)

    def _link(self) -> "_Link":
        """That of the running loop: what belongs to one loop can't be awaited in another, and a fork takes none along."""
        here = (os.getpid(), asyncio.get_running_loop())
        link = self._links.get(here)
        if link is None:
            link = self._links[here] = _Link(self._bot)
            for there, other in list(self._links.items()):
                if there[0] != here[0] or there[1].is_closed():
                    # Tokens are still good where nobody else asks for them any more.
                    link.cache, other.cache = other.cache, link.cache
                    link.cache.mark_unconfirmed()
                if there[0] == here[0] and there[1].is_closed():
                    self._links.pop(there, None)
        return link


class _NobodyAsks(CastkeyError):
    """Not paired yet, and no call waits for what a window would lead to."""


class _Link:
    """A bot's way to the vault, on one event loop: tokens in hand, and a connection that comes back by itself."""

    def __init__(self, bot: _Bot) -> None:
        self._bot = bot
        self.cache = _Cache()
        self._connection: Optional[_Connection] = None
        self._first: Optional["asyncio.Task[None]"] = None
        self._keeper: Optional["asyncio.Task[None]"] = None
        self._waiters: Set["asyncio.Future[_Connection]"] = set()
        self._asked: List[Optional[Want]] = []
        """What the calls need that wait for a connection; None: no account."""
        self._failure: Optional[CastkeyError] = None

    def end(self) -> "List[asyncio.Task[None]]":
        """What is under way is to be waited for."""
        tasks = [task for task in (self._first, self._keeper) if task]
        if self._connection:
            self._connection.close(_closed_here())
            tasks.append(self._connection.reading)
        self._refuse_waiters(_closed_here())
        for task in tasks:
            task.cancel()
        return tasks

    # Tokens

    async def get(
        self, subject: str, question: str, method: str, params: Callable[[float], Dict[str, Any]], seconds: float
    ) -> Token:
        held = self.cache.find(subject, question)
        reconnecting = self._connection is None and self._keeper is not None
        if held and not self._bot.over and (held.confirmed or reconnecting):
            return held.token
        deadline = time.monotonic() + seconds
        try:
            await self.ready(deadline, params(seconds))
            asked = self.cache.epoch
            token = _read(_token_or_none, await self.ask(method, params, deadline - time.monotonic()))
        except CastkeyError as error:
            held = self.cache.find(subject, question)
            if held and error.code in _NOT_ABOUT_THE_TOKEN:
                return held.token
            raise
        if token is None:
            kind, _, which = subject.partition(":")
            raise CastkeyError(f"unknown-{kind}", f'Castkey has no account for the {kind} "{which}".')
        self.cache.put(subject, question, token, asked)
        return token

    async def ask(self, method: str, params: Callable[[float], Mapping[str, Any]], seconds: float) -> Any:
        """Asks; repeats the question if the connection breaks under it. Every method may be repeated."""
        deadline = time.monotonic() + seconds
        for repeats_left in range(_REPEATS, -1, -1):
            connection = await self.ready(deadline, params(seconds))
            left = max(0.001, deadline - time.monotonic())
            try:
                return await connection.request(method, params(left), left + _GRACE)
            except CastkeyError as error:
                broken = error.code == "shutting-down" or (error.code == "connection-lost" and error.retryable)
                if not broken or not repeats_left:
                    raise
                connection.close(error)
                self._connection = None if self._connection is connection else self._connection
        raise AssertionError("the loop above returns or raises")

    # The connection

    async def ready(self, deadline: float, call: Optional[Mapping[str, Any]] = None) -> _Connection:
        """The connection; while there is none, waits for one. `call`: the parameters of what is to be asked over it."""
        if self._connection is not None and not self._bot.over:
            return self._connection
        if call is None:
            return await self._wait(deadline)
        need = _need(call)
        self._asked.append(need)
        try:
            while True:
                # A connection that was begun before this call may have ended for want of it.
                with contextlib.suppress(_NobodyAsks):
                    return await self._wait(deadline)
        finally:
            self._asked.remove(need)

    async def _wait(self, deadline: float) -> _Connection:
        if self._bot.over:
            raise _closed_here()
        if self._connection is None and self._keeper is None:
            if self._first is None:
                self._first = asyncio.ensure_future(self._connect_first(deadline))
                # Whoever waits hears of a failure; if nobody does any more, it needs no telling.
                self._first.add_done_callback(lambda first: first.cancelled() or first.exception())
            try:
                await asyncio.wait_for(asyncio.shield(self._first), _left(deadline, MAX_WAIT))
            except asyncio.TimeoutError:
                raise _timed_out("Connecting to Castkey") from None
        if self._connection is not None:
            return self._connection
        waiter: "asyncio.Future[_Connection]" = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            return await asyncio.wait_for(waiter, _left(deadline, MAX_WAIT))
        except asyncio.TimeoutError:
            raise self._failure or _timed_out("Reconnecting to Castkey") from None
        finally:
            self._waiters.discard(waiter)

    async def _connect_first(self, deadline: float) -> None:
        """Fails at once; the next call tries again. From the first success on, the keeper reconnects."""
        try:
            self._connection = await self._open_authenticated(deadline)
            self._keeper = asyncio.ensure_future(self._keep(self._connection))
        finally:
            self._first = None

    async def _keep(self, connection: Optional[_Connection]) -> None:
        tries, since = 0, time.monotonic()
        while True:
            if connection:
                await connection.closed.wait()
                self._failure = connection.why
                self._connection = None if self._connection is connection else self._connection
                tries = 0 if time.monotonic() - since > _STEADY else tries
            pause = min(_MAX_PAUSE, _FIRST_PAUSE * 2 ** min(tries, 10)) * (1 - random.random() / 2)
            tries += 1
            await asyncio.sleep(pause)
            since = time.monotonic()
            connection = await self._reconnect()

    async def _reconnect(self) -> Optional[_Connection]:
        """One try."""
        try:
            connection = self._connection = await self._open_authenticated(time.monotonic() + self._bot.timeout)
        except CastkeyError as error:
            self._failure = error
            if not isinstance(error, _NobodyAsks) and error.code not in _PASSING:
                self._refuse_waiters(error)
            return None
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(connection)
        return connection

    def _refuse_waiters(self, error: CastkeyError) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(error)

    async def _open_authenticated(self, deadline: float) -> _Connection:
        """Connection, handshake, pairing if need be, subscription."""
        while True:
            key = read_key_file(self._bot.key_file, self._bot.name)
            connection = await _open(self._bot.path, self._apply_event, _left(deadline, _HANDSHAKE))
            try:
                if await self._authenticate_or_pair(connection, key, deadline):
                    await connection.subscribe(_left(deadline, _HANDSHAKE))
                    self.cache.mark_unconfirmed()
                    return connection
            except BaseException as error:
                connection.close(error if isinstance(error, CastkeyError) else _lost("The handshake failed."))
                raise
            connection.close(_lost("Another process of this bot is pairing."))
            await asyncio.sleep(_left(deadline, _LOCK_POLL))

    async def _authenticate_or_pair(
        self, connection: _Connection, key: Optional[PairingKey], deadline: float
    ) -> bool:
        """False when another process is pairing this bot: to be tried again with its key."""
        bot = self._bot
        nonce = encode(secrets.token_bytes(32))
        client = {"name": bot.name, "version": VERSION}
        hello: Dict[str, Any] = {"protocol": PROTOCOL, "client": client, "nonce": nonce}
        if key:
            hello["keyId"] = key.key_id
        if bot.twitch_client_id is not None:
            hello["twitchClientId"] = bot.twitch_client_id
        answer = await connection.request("hello", hello, _left(deadline, _HANDSHAKE))
        protocol, server_nonce, proof, paired = _read(_hello, answer)
        if protocol != PROTOCOL:
            raise CastkeyError("unsupported-protocol", f"This Castkey speaks version {protocol} of the protocol.")
        if key and paired:
            # Nothing more is said until the vault has proved itself: any program could sit on the path.
            expected = proof_of("server", key.key, nonce, server_nonce)
            if proof is None or not hmac.compare_digest(expected.encode(), proof.encode()):
                message = f"What answers at {bot.path} doesn't know this bot's key: it may be posing as Castkey."
                raise CastkeyError("vault-unproven", message)
            mine = proof_of("client", key.key, nonce, server_nonce)
            await connection.request("authenticate", {"proof": mine}, _left(deadline, _HANDSHAKE))
            return True
        if key:
            # Any program on the path can say so: the key must not be lost for that.
            message = f"Castkey doesn't know this bot's key. If it was removed there: delete {bot.key_file}."
            raise CastkeyError("not-paired", message)
        message = f'Castkey doesn\'t know the bot "{bot.name}"'
        if not bot.interactive:
            raise CastkeyError("not-paired", f"{message}: start it where a window may open.")
        # A window may open only if somebody waits for what it would lead to.
        if not self._asked and (bot.wants is None or self._keeper):
            raise _NobodyAsks("not-paired", f"{message} yet.")
        return await self._pair(connection, deadline)

    async def _pair(self, connection: _Connection, deadline: float) -> bool:
        bot = self._bot
        with key_lock(bot.key_file) as mine:
            if not mine or read_key_file(bot.key_file, bot.name):
                return False
            # Without any of its own, the bot wants what its calls need that wait by now.
            needs = [need for at, need in enumerate(self._asked) if need and need not in self._asked[:at]]
            params: Dict[str, Any] = {"wants": needs[:_WANTS] if bot.wants is None else bot.wants}
            if bot.reason is not None:
                params["reason"] = bot.reason
            pairing = _read(_pairing_key, await connection.request("pair", params, _left(deadline, MAX_WAIT)))
            write_key_file(bot.key_file, bot.name, pairing)
            return True

    def _apply_event(self, event: Event) -> None:
        self.cache.apply_event(event)
        for listener in list(self._bot.listeners):
            try:
                listener(dict(event))
            except Exception as error:  # a listener's fault is told, and keeps nobody else from hearing
                context = {"message": "a listener of Castkey's events failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)


def _need(call: Mapping[str, Any]) -> Optional[Want]:
    """What a bot would have to be granted for a call with these parameters."""
    need = {name: call[name] for name in ("user", "intent") if name in call}
    scopes = call.get("scopeSets")
    return {**need, "scopes": scopes} if need and scopes else need or None


def _hello(value: object) -> Tuple[int, str, Optional[str], bool]:
    given = _record(value)
    if _record(given.get("server")).get("name") != "castkey":
        raise ValueError("the server is not Castkey")
    nonce, proof = _text(given.get("nonce")), given.get("proof")
    decode(nonce, 16, 64)
    proof = None if proof is None else _text(proof)
    return _count(given.get("protocol")), nonce, proof, _flag(given.get("paired"))


def _pairing_key(value: object) -> PairingKey:
    given = _record(value)
    return PairingKey(_text(given.get("keyId")), decode(_text(given.get("key")), 32, 32))


def _user_id(user: Union[str, int]) -> str:
    text = str(user)
    if isinstance(user, bool) or not re.fullmatch(r"[0-9]{1,20}", text):
        message = "An account is named by its numeric Twitch user ID; login names change hands."
        raise CastkeyError("bad-user", message)
    return text


def intent_name(intent: Any) -> str:
    """The name as the vault has it."""
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    if isinstance(intent, str) and not any(unicodedata.category(one) in hidden for one in intent):
        name = intent.strip()
        if 1 <= len(name) <= 60:
            return name
    raise CastkeyError("bad-request", "An intent has 1 to 60 characters on one line.")


def _whose(user: Union[str, int, None], intent: Optional[str]) -> Tuple[str, Dict[str, str], str]:
    if (user is None) == (intent is None):
        raise CastkeyError("bad-request", "Name either a user or an intent.")
    if user is not None:
        return f"user:{_user_id(user)}", {"user": _user_id(user)}, "User"
    name = intent_name(intent)
    return f"intent:{name}", {"intent": name}, "Intent"


def _list(value: object, what: str, example: str) -> List[Any]:
    """Any collection but a text, which would fall apart into letters, and a dict."""
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, memoryview, Mapping)):
        return list(value)
    raise CastkeyError("bad-request", f"`{what}`: a list, please, such as {example}.")


def _scope_list(value: object, what: str) -> List[str]:
    example = '["chat:read", "chat:edit"]'
    scopes = _list(value, what, example)
    if not all(isinstance(scope, str) and re.fullmatch(r"[^\s,]+", scope) for scope in scopes):
        raise CastkeyError("bad-request", f"`{what}`: a list, please, with one scope in each text, such as {example}.")
    return scopes


def _scope_sets(value: object, what: str) -> List[List[str]]:
    """Of each inner list one. From an empty one there is nothing to choose."""
    choices = _list(value, what, '[["chat:edit", "user:write:chat"]]')
    return [scopes for scopes in (_scope_list(choice, f"{what}, each of it") for choice in choices) if scopes]


def _want(value: object) -> Want:
    if not isinstance(value, Mapping):
        raise CastkeyError("bad-request", '`wants`: a list, please, of wants such as {"intent": "chat"}.')
    _, named, _ = _whose(value.get("user"), value.get("intent"))
    return {**named, "scopes": _scope_sets(value["scopes"], "scopes")} if "scopes" in value else named


def _left(deadline: float, at_most: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _timed_out("Connecting to Castkey")
    return min(left, at_most)


def _ms(seconds: float) -> int:
    return max(1, round(min(seconds, MAX_WAIT) * 1000))


class _Background:
    """What a process has of its own: an event loop on a thread, and a thread that tells of events. A fork takes no
    thread along, and a lock that one of them held stays locked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loop: Optional[asyncio.AbstractEventLoop] = None
        self.thread: Optional[threading.Thread] = None
        self._events: "queue.SimpleQueue[Optional[Callable[[], None]]]" = queue.SimpleQueue()
        self._telling: Optional[threading.Thread] = None

    def start(self) -> asyncio.AbstractEventLoop:
        self.loop = asyncio.ProactorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._serve, args=(self.loop,), name="castkey", daemon=True)
        self.thread.start()
        return self.loop

    def tell(self, hear: Callable[[], None]) -> None:
        with self.lock:
            if self._telling is None:
                self._telling = threading.Thread(target=self._tell, name="castkey-events", daemon=True)
                self._telling.start()
        self._events.put(hear)

    def stop_telling(self) -> None:
        self._events.put(None)

    @staticmethod
    def _serve(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def _tell(self) -> None:
        for hear in iter(self._events.get, None):
            try:
                hear()
            except Exception:  # told as Python tells of any thread's fault; the next event is heard all the same
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))


class Castkey:
    """The vault, for programs without asyncio: an AsyncCastkey on a thread of its own. Any thread may call, and so may
    a forked process, which gets a connection of its own."""

    def __init__(self, name: str, **options: Any) -> None:
        """Options as those of AsyncCastkey."""
        self._client = AsyncCastkey(name, **options)
        self._processes: Dict[int, _Background] = {}
        self._over = False

    def __enter__(self) -> "Castkey":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def token(
        self,
        *,
        user: Union[str, int, None] = None,
        intent: Optional[str] = None,
        scopes: Iterable[str] = (),
        any_of: Iterable[Iterable[str]] = (),
    ) -> Token:
        """See AsyncCastkey.token."""
        return self._run(lambda: self._client.token(user=user, intent=intent, scopes=scopes, any_of=any_of))

    def refresh(
        self, *, user: Union[str, int, None] = None, intent: Optional[str] = None, rejected: Union[Token, str]
    ) -> Token:
        """See AsyncCastkey.refresh."""
        return self._run(lambda: self._client.refresh(user=user, intent=intent, rejected=rejected))

    def app_token(self, *, force_new: bool = False) -> Token:
        """See AsyncCastkey.app_token."""
        return self._run(lambda: self._client.app_token(force_new=force_new))

    def scopes(self, user: Union[str, int]) -> List[str]:
        """See AsyncCastkey.scopes."""
        return self._run(lambda: self._client.scopes(user))

    def status(self) -> Status:
        """See AsyncCastkey.status."""
        return self._run(self._client.status)

    def connect(self) -> None:
        """See AsyncCastkey.connect."""
        self._run(self._client.connect)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """See AsyncCastkey.on_change. Listeners run one after the other on a thread of their own."""
        return self._client.on_change(lambda event: self._here().tell(lambda: listener(event)))

    def close(self) -> None:
        """Ends the connection; waiting calls fail. Also happens when the program ends."""
        here = self._here()
        with here.lock:
            loop, thread, self._over = here.loop, here.thread, True
            here.loop = here.thread = None
        if loop and thread:
            atexit.unregister(self.close)
            asyncio.run_coroutine_threadsafe(self._client.close(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
        here.stop_telling()

    def _here(self) -> _Background:
        # Not by register_at_fork alone: servers that fork in C, such as uWSGI, don't run what is registered.
        return self._processes.get(os.getpid()) or self._processes.setdefault(os.getpid(), _Background())

    def _run(self, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        here = self._here()
        with here.lock:
            if self._over:
                raise _closed_here()
            if here.loop is None:
                atexit.register(self.close)
            future = asyncio.run_coroutine_threadsafe(start(), here.loop or here.start())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise
