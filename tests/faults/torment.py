"""I3 under faults: a stream of changes, while workers, beat, Redis and producers are killed and frozen."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread

from django.db import connection

from conflicts.models import FactChange
from tests.faults.judging import Epochs, behind, differences, log_flaws
from tests.faults.site import FAKETIME, HOURS_OFF, Plan, Site, freeze

LOOK_SECONDS = 0.2
PATIENCE = 300.0
"""How long the end is waited for at most; the promise is 30 s, and what is more is told as it is."""
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"

Fault = Callable[[], None]


@dataclass
class Result:
    """What came of a run. `quiet_after` is None where something stayed behind."""

    plan: Plan
    seconds: float = 0
    changes: int = 0
    rescored: int = 0
    went_back: int = 0
    connections: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    behind: Counter[str] = field(default_factory=Counter)
    quiet_after: float | None = None
    differences: list[str] = field(default_factory=list)
    log_flaws: list[str] = field(default_factory=list)


def run(site: Site, *, patience: float = PATIENCE) -> Result:
    """Let the site live through the plan's faults, then through the end of faults, and judge what is left."""
    result, epochs, over = Result(site.plan), Epochs(), Event()
    epochs.look()
    before = FactChange.objects.count()
    looking = Thread(target=_keep_looking, args=(epochs, result, over))
    try:
        site.start()
        looking.start()
        result.seconds = torment(site, result.faults)
        result.changes = FactChange.objects.count() - before
        result.quiet_after = _until_quiet(patience)
        result.behind = behind()
    finally:
        over.set()
        if looking.ident:
            looking.join()
        site.kill_all()
    result.rescored, result.went_back = epochs.rescored, epochs.went_back
    result.differences, result.log_flaws = differences(), log_flaws(site.anchor_files)
    return result


def torment(site: Site, done: Counter[str]) -> float:
    """Do one fault after another, each kind at least once, and last kill everything at once.

    Returns how many seconds that took. What was killed or frozen runs again afterwards; the changes have ended.
    """
    chance, begun = Random(site.plan.seed), time.monotonic()
    faults = {} if site.plan.is_calm else _faults(site, chance)
    turn: list[str] = []
    while time.monotonic() - begun < site.plan.seconds or len(done) < len(faults):
        turn = turn or chance.sample(sorted(faults), len(faults))
        if turn:
            name = turn.pop()
            faults[name]()
            done[name] += 1
        time.sleep(chance.uniform(0, 1))
    site.crash()
    done["all killed at once"] += 1
    return time.monotonic() - begun


def _faults(site: Site, chance: Random) -> dict[str, Fault]:
    def kill_worker() -> None:
        worker = chance.choice(site.workers)
        worker.kill_hard()
        worker.start()

    def freeze_worker() -> None:
        freeze(chance.choice(site.workers), chance.uniform(0.5, 3))

    def kill_producer() -> None:
        place = chance.randrange(len(site.producers))
        site.doom(place)
        site.mourn(place)
        site.replace_producer(place)

    def kill_beat() -> None:
        for beat in site.beats:
            beat.kill_hard()
            beat.start()

    faults = {
        "worker tree killed": kill_worker,
        "worker frozen": freeze_worker,
        "producer killed before its message": kill_producer,
    }
    return {**faults, **({"beat killed": kill_beat} if site.beats else {}), **_redis_faults(site, chance)}


def _redis_faults(site: Site, chance: Random) -> dict[str, Fault]:
    server = site.redis
    if server is None:
        return {}

    def kill() -> None:
        server.kill_hard()
        time.sleep(chance.uniform(0, 2))
        server.start()

    def freeze_it() -> None:
        server.freeze()
        time.sleep(chance.uniform(0.5, 4))
        server.thaw()

    return {"Redis killed": kill, "Redis frozen": freeze_it}


def _until_quiet(patience: float) -> float | None:
    """Return after how many seconds nothing was behind at one look; None where the patience ended first."""
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < patience:
        if not behind():
            return waited
        time.sleep(LOOK_SECONDS)
    return None


def _keep_looking(epochs: Epochs, result: Result, over: Event) -> None:
    try:
        while not over.wait(LOOK_SECONDS):
            epochs.look()
            result.connections = max(result.connections, _connections())
        epochs.look()
    finally:
        connection.close()


def _connections() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        (count,) = cursor.fetchone()
    return int(count)


def told(result: Result) -> dict[str, str]:
    """Return what a table says of the run, by the heads of its columns."""
    plan, quiet = result.plan, result.quiet_after
    return {
        "seed": str(plan.seed),
        "database": connection.vendor,
        "matches": str(plan.shape.matches),
        "workers": f"{plan.workers} x {plan.processes}",
        "duration": f"{result.seconds:.0f} s",
        "changes": f"{result.changes}, {result.changes / result.seconds:.1f} of {plan.rate:g} a second",
        "rescored pairs (at least)": str(result.rescored),
        "faults": ", ".join(f"{name} {count}" for name, count in sorted(result.faults.items())),
        "clock": f"one worker {HOURS_OFF}" if FAKETIME else "skipped, no libfaketime",
        "nothing behind after": f"{quiet:.1f} s" if quiet is not None else f"never: {dict(result.behind)}",
        "differences": str(len(result.differences)),
        "epochs that went back": str(result.went_back),
        "flaws of the log": str(len(result.log_flaws)),
        "connections at most": str(result.connections),
    }
