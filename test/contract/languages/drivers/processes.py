"""Forks, event loops and odd arguments, which only Python has. Argument: which; prints one line of JSON."""

import asyncio
import json
import multiprocessing
import os
import sys
import threading
from typing import Any, Callable, Dict, List

if sys.argv[1] == "untold-forks":
    # As under servers that fork in C, such as uWSGI: Python is told nothing of it.
    del os.register_at_fork

from castkey import AsyncCastkey, Castkey, CastkeyError

USER = "700100001"
SECONDS = 10.0


WANTS = [{"user": USER, "scopes": [["chat:read"]]}]


def options(name: str = "chat-bot") -> Dict[str, Any]:
    return {"name": name, "timeout": SECONDS, "wants": WANTS}


def outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except CastkeyError as error:
        return f"{error.code}: {error}"


def login(castkey: Castkey) -> str:
    """Never from what is held: status is asked of the vault each time."""
    return castkey.status().users[0].login


def in_child(work: Callable[[], Any], end: Callable[[int], Any] = sys.exit) -> Any:
    """What work gives in a forked process that then ends as programs do, atexit and all."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, json.dumps(outcome(work)).encode())
        end(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as answers:
        answer = json.loads(answers.read() or '"nothing"')
    return [answer, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]


def forks() -> Any:
    """Also while other threads hold whatever locks there are, as in a server that loads the bot before it forks."""
    castkey = Castkey(**options())
    castkey.token(user=USER, scopes=["chat:read"])
    over, heard, changed = threading.Event(), [], threading.Event()
    castkey.on_change(lambda event: (heard.append(event["type"]), changed.set()))

    def keep_asking() -> None:
        while not over.is_set():
            castkey.status()

    threads = [threading.Thread(target=keep_asking) for _ in range(2)]
    for thread in threads:
        thread.start()
    children = [in_child(lambda: [login(castkey), castkey.token(user=USER, scopes=["chat:read"]).user_id]) for _ in range(5)]
    grandchild = in_child(lambda: [login(castkey), in_child(lambda: login(castkey))])
    idle = in_child(lambda: None)
    over.set()
    for thread in threads:
        thread.join()
    castkey.token(user=USER, scopes=["chat:edit"])
    changed.wait(SECONDS)
    return {"children": children, "grandchild": grandchild, "idle": idle, "parent": login(castkey), "heard": heard[:1]}


CASTKEY = Castkey(**options())


def work_in_pool(_: int) -> str:
    return login(CASTKEY)


def pools() -> Any:
    CASTKEY.connect()
    login(CASTKEY)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(work_in_pool, range(4))


async def login_of(castkey: AsyncCastkey) -> str:
    return (await castkey.status()).users[0].login


def loops() -> Any:
    castkey = AsyncCastkey(**options())
    found: Dict[str, Any] = {"twice": [asyncio.run(login_of(castkey)) for _ in range(3)]}

    by_hand = asyncio.new_event_loop()
    first = by_hand.run_until_complete(login_of(castkey))
    found["in turn"] = [first, asyncio.run(login_of(castkey)), by_hand.run_until_complete(login_of(castkey))]
    by_hand.run_until_complete(castkey_closed(AsyncCastkey(**options())))

    barrier, seen = threading.Barrier(4), []

    async def both() -> None:
        for _ in range(3):
            barrier.wait(SECONDS)
            seen.append(await login_of(castkey))

    threads = [threading.Thread(target=lambda: asyncio.run(both())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found["at once"] = seen

    async def fork_within() -> Any:
        await login_of(castkey)
        return in_child(lambda: asyncio.run(login_of(castkey)), os._exit)

    found["forked"] = asyncio.run(fork_within())
    by_hand.run_until_complete(castkey.close())
    by_hand.close()
    found["closed"] = outcome(lambda: asyncio.run(login_of(castkey)))
    return found


async def castkey_closed(castkey: AsyncCastkey) -> None:
    await login_of(castkey)
    await castkey.close()


NO_LISTS: List[Any] = ["chat:read", "", b"chat:read", bytearray(b"chat"), None, 7, True, {"chat:read": 1}, object()]
NO_SCOPES: List[Any] = [*NO_LISTS, [7], [None], [b"chat:read"], [["chat:read"]], ["chat:read chat:edit"], ["a,b"], [""]]
NO_SETS: List[Any] = [*NO_LISTS, ["chat:read"], [7], [None], [[["chat:read"]]], [["chat:read chat:edit"]], [[None]]]
NO_WANTS: List[Any] = [
    *("chat", b"chat", 7, {"intent": "chat"}, ["chat"], [["chat"]], [None]),
    *([{"intent": "chat", "scopes": scopes}] for scopes in NO_SETS),
]


def refused() -> Any:
    castkey = Castkey(**options())
    table = {
        "scopes": [outcome(lambda: castkey.token(user=USER, scopes=scopes)) for scopes in NO_SCOPES],
        "any_of": [outcome(lambda: castkey.token(user=USER, any_of=sets)) for sets in NO_SETS],
        "wants": [outcome(lambda: Castkey("other", wants=wants)) for wants in NO_WANTS],
    }
    return {name: [str(text) for text in texts] for name, texts in table.items()}


def taken() -> Any:
    sets: List[Callable[[], Any]] = [
        lambda: ["chat:read"],
        lambda: ("chat:read",),
        lambda: {"chat:read"},
        lambda: frozenset({"chat:read"}),
        lambda: {"chat:read": 1}.keys(),
        lambda: (scope for scope in ["chat:read"]),
        lambda: iter(["chat:read"]),
    ]
    wants = ({"user": int(USER), "scopes": (each() for each in sets)} for _ in range(1))
    castkey = Castkey("chat-bot", timeout=SECONDS, wants=wants)
    found = [castkey.token(user=USER, scopes=each(), any_of=(each() for _ in range(2))).scopes for each in sets]
    return [*found, castkey.token(user=USER, scopes=[], any_of=[[]]).scopes]


def together() -> Any:
    """Two calls that wait before the first pairing: the lock of another process that pairs holds it up meanwhile."""
    castkey = Castkey("chat-bot", timeout=SECONDS)
    folder = os.path.expanduser("~/.config/castkey-client")
    os.makedirs(folder)
    lock = os.path.join(folder, "chat-bot.json.lock")
    with open(lock, "w", encoding="utf-8") as file:
        file.write(str(os.getpid()))
    asks: List[Dict[str, Any]] = [{"user": USER, "scopes": ["chat:read"]}, {"intent": "chat"}]
    threads = [threading.Thread(target=castkey.token, kwargs=ask) for ask in asks]
    for thread in threads:
        thread.start()
    while len(castkey._link().hand._needs) < len(asks):
        pass
    os.unlink(lock)
    for thread in threads:
        thread.join()
    return sorted(os.listdir(folder))


RUNS = {
    **{"forks": forks, "untold-forks": forks, "pools": pools, "loops": loops},
    **{"together": together, "refused": refused, "taken": taken},
}
print(json.dumps(RUNS[sys.argv[1]]()), flush=True)
