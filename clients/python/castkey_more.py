"""What castkey.py does without. Copy this file beside it, and there are also:

- tokens in hand, which cost no question, outlast a vault that is away, and go when the vault withdraws them,
- `status()`, `app_token()` and `on_change()`,
- one window for calls that come at once before the first pairing, and for a bot that is started twice,
- forked processes that leave their parent's connection alone, and Windows.

Nothing in here is called by bots; castkey.py finds it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib
import json
import os
import queue
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARGIN, _LOCK_POLL, _LOCK_STALE, _STEADY = 60.0, 0.25, 11 * 60.0, 10.0
_QUESTIONS, _WANTS = 256, 20
_NOT_ABOUT_THE_TOKEN = frozenset(
    """vault-not-running vault-unproven connection-lost timeout twitch-unreachable rate-limited busy shutting-down
    locked internal""".split()
)

Event = dict[str, Any]
Listener = Callable[[Event], None]


# --- How the vault stands


@dataclass(frozen=True)
class User:
    """An account this bot may use. `state`: ok, offline, needs-sign-in, setup or expired."""

    user_id: str
    login: str
    intents: list[str]
    scopes: list[str]
    expires_at: float | None
    state: str
    version: int | None = None
    """Of its newest token; None from older vaults."""


@dataclass(frozen=True)
class Status:
    """How the vault stands."""

    version: str
    locked: bool
    users: list[User]
    client_id: str | None = None
    """Of the Twitch application this bot works with; None while there is none, and from older vaults."""


# castkey.py, wherever in a program it lies. It imports this file, and takes the classes above from it.
castkey = importlib.import_module(__name__.removesuffix("_more"))


def read_user(value: object) -> User:
    """What the vault says of an account. ValueError, as for all that is read here, for anything else."""
    get = castkey._is(dict, value).get
    expires = castkey._optional(castkey._count, get("expiresAt"))
    return User(
        user_id=castkey._plain(get("userId")),
        login=castkey._plain(get("login")),
        intents=[castkey._is(str, intent) for intent in castkey._is(list, get("intents"))],
        scopes=castkey._plains(get("scope")),
        expires_at=None if expires is None else expires / 1000,
        state=castkey._plain(get("state")),
        version=castkey._optional(castkey._count, get("version")),
    )


def read_users(value: object) -> list[User]:
    """All accounts that a bot may see."""
    return [read_user(user) for user in castkey._is(list, value)]


def read_status(value: object) -> Status:
    """The answer to `status`."""
    get = castkey._is(dict, value).get
    version, locked = castkey._is(dict, get("server")).get("version"), castkey._is(bool, get("locked"))
    application = castkey._optional(lambda given: castkey._is(dict, given).get("clientId"), get("application"))
    client_id = castkey._optional(castkey._plain, application)
    return Status(castkey._is(str, version), locked, read_users(get("users")), client_id)


# --- Events

_OF_AN_ACCOUNT = {"token.changed", "token.invalidated", "account.added", "account.removed", "intents.changed"}
_OTHERS = {"grant.revoked", "vault.locked", "vault.unlocked", "overflow", "state"}


def read_event(event: Event) -> Event | None:
    """None for what a newer vault tells and this file doesn't know."""
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in _OF_AN_ACCOUNT | _OTHERS:
        return None
    castkey._count(event.get("seq"))
    castkey._optional(read_user, event.get("user"))
    if kind in _OF_AN_ACCOUNT:
        castkey._plain(event.get("userId"))
    if kind == "token.changed":
        castkey._count(event.get("version"))
    if kind == "state":
        read_users(event.get("users"))
    return event


def _read_subscription(value: object) -> Event:
    """The answer to `subscribe`. Older vaults don't tell `users` in it."""
    state = castkey._is(dict, value)
    castkey._count(state.get("seq"))
    if "users" in state:
        read_users(state["users"])
    return state


def _is_in(users: dict[str, User], question: str, token: Any) -> bool:
    """Whether what a question was answered with is still to be had, `users` being all that the bot may see."""
    intent, user = json.loads(question)[1].get("intent"), users.get(token.user_id)
    return token.user_id is None or (user is not None and (intent is None or intent in user.intents))


def listen(bot: Any, listener: Listener) -> Callable[[], None]:
    """Castkey.on_change."""
    bot._listeners.append(listener)
    bot._link().hand.keep_up()
    return lambda: bot._listeners.remove(listener) if listener in bot._listeners else None


def listen_in_loop(client: Any, listener: Listener) -> Callable[[], None]:
    """AsyncCastkey.on_change."""

    def hear(event: Event) -> None:
        with contextlib.suppress(AttributeError, RuntimeError):  # no loop yet, or no more
            client._loop.call_soon_threadsafe(listener, event)

    return listen(client._castkey, hear)


# --- Tokens in hand


def app_token(link: Any, force_new: bool) -> Any:
    """Castkey.app_token."""
    if force_new:
        link.hand.drop(lambda _, token: token.user_id is None)
    get = functools.partial(link.token, "getAppAccessToken", {"forceNew": force_new})
    try:
        return get({"app": True})
    except castkey.CastkeyError as error:
        if error.code != "bad-request":
            raise
        # An older vault that is to pair the bot knows no such want, and gives every bot this token.
        return get({})


class Hand:
    """Tokens, each for the question that the vault itself has answered with it: what a bot may ask is for it to say.
    Its events take them away."""

    def __init__(self, link: Any) -> None:
        self._link, self._lock = link, threading.Lock()
        self._held: dict[str, tuple[Any, Any]] = {}
        """By question: the token, and the connection it came over."""
        self._newest: dict[str | None, int] = {}
        """By account: the version of its newest token, as events tell it."""
        self._needs: list[Any] = []
        """What the calls under way would have to be granted."""
        self._epoch = 0
        self._hearing = threading.Lock()
        self._seq: int | None = None
        self._early: list[tuple[Any, Event | None]] | None = None
        """What came before the state that it follows was taken."""
        self._parts: list[Any] = []
        """Accounts of a state whose last part is still to come."""
        self._tries, self._retry_at = 0, 0.0
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._threads: dict[str, threading.Thread] = {}

    def token(self, method: str, params: Any, read: Callable[[Any], Any], need: Any, waits: bool) -> Any:
        """The one in hand, or else the vault's answer. If that can't be had for reasons that have nothing to do with
        the token, or a connection is not to be tried yet, also one that may have been withdrawn meanwhile."""
        question, link = json.dumps([method, params]), self._link
        held, connection = self._find(question)
        good = connection is link.connection if link.is_up() else time.monotonic() < self._retry_at
        if held and good and not link.bot._closed:
            return held
        asked = self._epoch
        self._needs.append(need)
        try:
            token = link.ask(method, params, read, need, waits, patient=held is None)
        except castkey.CastkeyError as error:
            if not link.is_up():
                self._tries += 1
                self._retry_at = time.monotonic() + castkey._pause(self._tries)
            held, _ = self._find(question)
            if held and error.code in _NOT_ABOUT_THE_TOKEN:
                return held
            raise
        finally:
            self._needs.remove(need)
        with self._lock:
            if token and asked == self._epoch:  # an event since then makes the answer doubtful
                self._held = self._held if len(self._held) < _QUESTIONS else {}
                self._held[question] = token, link.connection
        return token

    def needs_beside(self, need: Any) -> list[Any]:
        """What one window settles before the first pairing: each need once."""
        needs = [need, *self._needs]
        return [one for at, one in enumerate(needs) if one and one not in needs[:at]][:_WANTS]

    def _find(self, question: str) -> tuple[Any, Any]:
        """One that is good for a minute."""
        token, connection = self._held.get(question, (None, None))
        late = token and token.expires_at is not None and time.time() >= token.expires_at - _MARGIN
        stale = token and token.version < self._newest.get(token.user_id, 0)
        return (None, None) if late or stale else (token, connection)

    def drop(self, concerned: Callable[[str, Any], bool]) -> None:
        """Lets go of tokens, by question and token. Answers under way are then not to be kept."""
        with self._lock:
            self._epoch += 1
            self._held = {asked: held for asked, held in self._held.items() if not concerned(asked, held[0])}

    def replace(self, refused: str, fresh: Any) -> None:
        """After a refresh."""
        self.drop(lambda _, token: token.user_id == fresh.user_id or token.access_token == refused)

    # Events

    def subscribe(self, connection: Any) -> None:
        """On a new connection. What is held is asked for again before it is used, but while there is no connection."""
        with self._hearing:
            self._early, self._parts, self._newest = [], [], {}
        state = connection.request("subscribe", {}, castkey._HANDSHAKE, _read_subscription)
        with self._hearing:
            self._seq = state["seq"]
            if "users" in state:
                self._apply({**state, "type": "state"})
            early, self._early = self._early or [], None
            for seq, event in early:
                self._take(seq, event)
        self._tries = 0
        _CONNECTIONS.add(connection)
        self.keep_up()

    def _collect(self, state: Event) -> Event | None:
        """Takes a part of a state. With the last one the state is whole: who isn't in it is withdrawn."""
        self._parts += state["users"]
        if state.get("more") is True:
            return None
        whole, self._parts = {**state, "users": self._parts}, []
        users = {user.user_id: user for user in read_users(whole["users"])}
        self._newest = {user.user_id: user.version or 0 for user in users.values()}
        with self._lock:
            held = self._held.items()
            self._held = {asked: kept for asked, kept in held if _is_in(users, asked, kept[0])}
        return whole

    def hear(self, given: Event) -> None:
        """An event as it came, from a vault that has proved itself."""
        event, seq = read_event(given), given.get("seq")
        with self._hearing:
            if self._early is None:
                self._take(seq, event)
            else:
                self._early.append((seq, event))

    def _take(self, seq: Any, event: Event | None) -> None:
        complete = self._seq is None or seq == self._seq + 1
        self._seq = seq if isinstance(seq, int) else self._seq
        if not complete and (event is None or event["type"] != "overflow"):
            self._apply({"seq": seq, "type": "overflow"})
        if event:
            self._epoch += event["type"] == "state"
            self._apply(event)

    def _apply(self, event: Event) -> None:
        kind, user = event["type"], event.get("userId")
        if kind == "token.changed":
            # No new epoch: the answer that caused this event, with the new token, may still be on its way.
            self._newest[user] = event["version"]
        elif kind == "state":
            whole = self._collect(event)
            if whole is None:
                return
            event = whole
        elif kind == "intents.changed":
            self.drop(lambda question, _: '{"intent"' in question)
        elif kind not in ("account.added", "vault.locked", "vault.unlocked"):
            self._newest.pop(user, None)
            self._parts = [] if kind == "overflow" else self._parts
            intent, app = "intent" in event, "app" in event
            everything = user is None and not intent and not app
            self.drop(
                lambda question, token: everything
                or (intent and '{"intent"' in question)
                or (app and token.user_id is None)
                or (user is not None and token.user_id == user)
            )
        if self._link.bot._listeners:
            self._events.put(event)
            self._start("castkey-events", self._tell)

    def _tell(self) -> None:
        for event in iter(self._events.get, None):
            for listener in list(self._link.bot._listeners):
                try:
                    listener(dict(event))
                except Exception:  # told as Python tells of any thread's fault; the next one hears all the same
                    threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))

    def keep_up(self) -> None:
        """Who listens has the connection back as soon as may be; others at their next call."""
        if self._link.bot._listeners and self._link.connection:
            self._start("castkey-keeper", self._keep)

    def _keep(self) -> None:
        link, tries = self._link, 0
        while not link.over.is_set():
            since = time.monotonic()
            link.connection.reading.join()
            tries = 0 if time.monotonic() - since > _STEADY else tries + 1
            link.over.wait(castkey._pause(tries))
            with contextlib.suppress(castkey.CastkeyError):
                link.connect(link.bot._timeout)
        self._events.put(None)

    def _start(self, name: str, work: Callable[[], None]) -> None:
        with self._lock:
            if name not in self._threads:
                self._threads[name] = threading.Thread(target=work, name=name, daemon=True)
                self._threads[name].start()


# --- Processes

_CONNECTIONS: weakref.WeakSet[Any] = weakref.WeakSet()


def _leave_connections_to_parent() -> None:
    """In a forked child, or the vault would hear nothing of the parent's end."""
    for connection in list(_CONNECTIONS):
        connection.stream.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_connections_to_parent)


@contextlib.contextmanager
def key_lock(link: Any, deadline: float) -> Iterator[None]:
    """The right to pair under one key file, so that two processes of a bot don't open two windows. Waits until there
    is a key, or nobody else who pairs."""
    bot, owner = link.bot, os.getpid()
    lock = bot._key_file.with_name(f"{bot._key_file.name}.lock")
    while not _take(lock, bot._key_file):
        if castkey.PairingKey.read(bot._key_file, bot._name):
            yield
            return
        if link.over.wait(_LOCK_POLL) or time.monotonic() > deadline:
            raise castkey.CastkeyError("timeout", "Another process of this bot has been pairing for too long.")
    try:
        yield
    finally:
        if os.getpid() == owner:  # and not a child that was forked meanwhile
            with contextlib.suppress(OSError):
                lock.unlink()


def _take(lock: Path, key_file: Path) -> bool:
    try:
        key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_stale(lock):
            lock.unlink(missing_ok=True)
        with open(lock, "x", opener=functools.partial(os.open, mode=0o600)) as file:
            file.write(str(os.getpid()))
        return True
    except FileExistsError:
        return False
    except OSError as error:
        raise castkey._key_problem(key_file, f"can't be written ({error.strerror})") from None


def _is_stale(lock: Path) -> bool:
    try:
        age, pid = time.time() - lock.stat().st_mtime, lock.read_text()
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


# --- Windows


class Pipe:
    """What castkey.py uses of a socket. A pipe opened as a file can't be read and written at once; one opened for
    overlapped input and output can."""

    def __init__(self) -> None:
        import _winapi

        self._windows, self._pipe, self._reading = _winapi, None, None

    def connect(self, path: str) -> None:
        """OSError if nobody offers such a pipe."""
        windows = self._windows
        access, flags = windows.GENERIC_READ | windows.GENERIC_WRITE, windows.FILE_FLAG_OVERLAPPED
        windows.WaitNamedPipe(path, 10_000)
        self._pipe = windows.CreateFile(path, access, 0, windows.NULL, windows.OPEN_EXISTING, flags, windows.NULL)

    def recv(self, size: int) -> bytes:
        """Waits for bytes; none: the other end is gone, or this one shut down."""
        self._reading, _ = self._windows.ReadFile(self._pipe, size, overlapped=True)
        self._reading.GetOverlappedResult(True)
        return bytes(self._reading.getbuffer())

    def sendall(self, data: bytes) -> None:
        """Waits until all is written."""
        writing, _ = self._windows.WriteFile(self._pipe, data, overlapped=True)
        writing.GetOverlappedResult(True)

    def shutdown(self, _how: int) -> None:
        """Ends a `recv` that waits."""
        if self._reading is not None:
            self._reading.cancel()

    def close(self) -> None:
        """Gives the handle back."""
        if self._pipe is not None:
            self._windows.CloseHandle(self._pipe)
