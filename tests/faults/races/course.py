"""Races: an award, and at the same moment the write that turns its verdict, each through some door, some killed.

At most 20 connections: the web server has 4, each of three lanes has 1 and each of its two writers 1, one counts them,
and the caller has one or two; so 4 are left for those of killed processes, which the server ends a moment later. The
database itself refuses a 21st, and one that is refused is an error of the race.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic, sleep

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from conflicts.models import FactChange
from marketplace.admin.files import key_of
from tests.faults.races.acts import DONE, KILLED, MADE, Act
from tests.faults.races.checker import Bad, Checker, torn
from tests.faults.races.lane import KINDS, WORSE, Lane, lane
from tests.faults.races.server import Caller, Server, serving
from tests.faults.races.writers import PATIENCE, Writer

MOST_CONNECTIONS = 20
LANES = 3
GUARDED = ("clearance", "award", "engagement")
AWARD_DOORS = ("api", "api", "admin", "shell")
DOORS: dict[str, tuple[str, ...]] = {
    "record": ("api", "shell", "importer"),
    "end": ("api", "admin", "shell", "importer"),
    "withdraw": ("api", "admin", "shell"),
    "void": ("api", "admin", "shell"),
}
EVERYWHERE = ("api", "shell")
PROCESSES = frozenset({"shell", "importer"})
SPREAD = 0.15
"""Seconds by which the one act begins after the other at most."""
KILL_WRITER, KILL_WORKER, SECOND_WRITE = 0.15, 0.01, 0.3
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


@dataclass
class Tally:
    """What came of the races. `first` tells which of award and write came first, where both tell."""

    races: int = 0
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    connections: int = 0
    changes: int = 0
    seconds: float = 0

    def add(self, other: "Tally") -> None:
        self.races += other.races
        self.answers += other.answers
        self.first += other.first
        self.bad += other.bad
        self.torn += other.torn
        self.connections = max(self.connections, other.connections)
        self.changes += other.changes
        self.seconds += other.seconds

    @property
    def made(self) -> int:
        return self.answers["award", MADE]

    @property
    def killed(self) -> int:
        return sum(number for (_, answer), number in self.answers.items() if answer == KILLED)

    @property
    def refused(self) -> dict[str, int]:
        """How many awards were refused, by code."""
        none = {MADE, KILLED}
        rows = self.answers.most_common()
        return {code: number for (act, code), number in rows if act == "award" and code not in none}

    @property
    def errors(self) -> dict[tuple[str, str], int]:
        """What no door should answer."""
        return {told: number for told, number in self.answers.items() if told[1].startswith("error")}


@dataclass(frozen=True, slots=True)
class Course:
    """Where races are run: one build of the site, in its processes."""

    seed: int
    build: str
    environment: Mapping[str, str]
    log: Path
    lanes: int = LANES

    @contextmanager
    def open(self) -> Iterator["Grounds"]:
        """Start the web server and the writers; all of them are gone at the end."""
        with ExitStack() as stack:
            server = stack.enter_context(serving(self.build, self.environment, self.log))
            pairs = [[Writer(self.build, self.environment) for _ in range(2)] for _ in range(self.lanes)]
            for writer in (writer for pair in pairs for writer in pair):
                stack.callback(writer.kill)
            yield Grounds(server, pairs, Random(self.seed))


@dataclass(frozen=True, slots=True)
class Grounds:
    """The processes of a course."""

    server: Server
    writers: list[list[Writer]]
    rng: Random

    def run(self, races: int, *, kills: bool = True) -> Tally:
        """Run so many races on new lanes, then have every award of the database judged by the checker."""
        began, over, tally = monotonic(), Event(), Tally()
        runners = [self._runner(number, kills=kills) for number in range(len(self.writers))]
        shares = [races // len(runners) + (number < races % len(runners)) for number in range(len(runners))]
        with ThreadPoolExecutor(len(runners) + 1) as pool:
            counting = pool.submit(_counted_connections, over)
            running = [pool.submit(runner.run, share) for runner, share in zip(runners, shares, strict=True)]
            try:
                for lane_run in running:
                    tally.add(lane_run.result())
            finally:
                over.set()
            tally.connections = counting.result()
        _wait_for_the_killed()
        tally.bad, tally.torn = [str(bad) for bad in judged()], torn()
        tally.changes, tally.seconds = FactChange.objects.count(), monotonic() - began
        return tally

    def _runner(self, number: int, *, kills: bool) -> "Runner":
        rng = Random(self.rng.random())
        made = lane(number, rng)
        caller = Caller(self.server, made.tokens, made.session, str(made.client.pk), key_of(made.staff, made.client))
        return Runner(made, caller, self.writers[number], rng, kills=kills)


def judged() -> list[Bad]:
    """Return the bad awards by one look at the database, into which nobody writes any more."""
    with transaction.atomic():
        return Checker().bad()


class Runner:
    """Runs the races of one lane, one after the other, beside the other lanes."""

    def __init__(self, lane: Lane, caller: Caller, writers: list[Writer], rng: Random, *, kills: bool) -> None:
        self.lane, self.caller, self.rng, self.kills = lane, caller, rng, kills
        self.by_award, self.by_write = writers
        self.tally = Tally()

    def run(self, races: int) -> Tally:
        try:
            with ThreadPoolExecutor(3) as pool:
                while self.tally.races < races:
                    self._race(pool)
        finally:
            connections.close_all()
        return self.tally

    def _race(self, pool: ThreadPoolExecutor) -> None:
        kind = self.rng.choice(KINDS)
        write, award = self.lane.write(kind), self.lane.award(kind)
        if write is None:
            return
        running: list[tuple[Act, Future[str]]] = []
        # The award takes longer, so it begins first more often.
        late = self.rng.uniform(0, SPREAD)
        pauses = self.rng.choice([(late, 0.0), (0.0, late), (0.0, late)])
        running.append((award, pool.submit(self._act(award, self.rng.choice(AWARD_DOORS), pauses[0]))))
        door = self.rng.choice(DOORS.get(write.name, EVERYWHERE))
        running.append((write, pool.submit(self._act(write, door, pauses[1]))))
        other = self.lane.write(self.rng.choice(KINDS)) if self.rng.random() < SECOND_WRITE else None
        if other is not None and other != write:
            running.append((other, pool.submit(self._act(other, "api", self.rng.uniform(0, SPREAD)))))
        if self.kills and self.rng.random() < KILL_WORKER:
            self.caller.server.kill_worker(self.rng)
        self._count([(act.name, future.result()) for act, future in running], award)

    def _act(self, act: Act, door: str, pause: float) -> Callable[[], str]:
        """Return what does the act through the door after a pause; by chance the writer is killed in the midst."""
        killed = self.kills and door in PROCESSES and self.rng.random() < KILL_WRITER
        kill_after = self.rng.uniform(0, SPREAD / 2) if killed else None
        writer = self.by_award if act.is_award else self.by_write

        def begin() -> str:
            sleep(pause)
            if door == "api":
                return self.caller.api(act)
            if door == "admin":
                return self.caller.admin(act)
            return writer.perform(act, door, kill_after=kill_after)

        return begin

    def _count(self, told: list[tuple[str, str]], award: Act) -> None:
        self.tally.races += 1
        self.tally.answers.update(told)
        (_, answer), (name, written) = told[:2]
        if written == DONE and answer != KILLED and not answer.startswith("error"):
            # A pair that may be awarded at the end was so after the write that let it, and before one that does not.
            award_first = (answer == MADE) == (name in WORSE)
            self.tally.first["award" if award_first else "write"] += 1


@contextmanager
def at_most_connections(owner: BaseDatabaseWrapper, most: int = MOST_CONNECTIONS) -> Iterator[None]:
    """Let the server itself refuse a connection to this database beyond so many."""
    _limit(owner, most)
    yield
    _limit(owner, -1)


@contextmanager
def without_triggers(owner: BaseDatabaseWrapper) -> Iterator[None]:
    """Switch off what the database itself refuses of awards, as only its owner can."""
    _switch(owner, "DISABLE")
    try:
        yield
    finally:
        _switch(owner, "ENABLE")


def _switch(owner: BaseDatabaseWrapper, state: str) -> None:
    with owner.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE marketplace_{table} {state} TRIGGER USER")


def _limit(owner: BaseDatabaseWrapper, most: int) -> None:
    with owner.cursor() as cursor:
        name = owner.ops.quote_name(owner.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} CONNECTION LIMIT {most}")


def _counted_connections(over: Event) -> int:
    """Return the most connections to the database that were seen at once."""
    most = 0
    try:
        while not over.wait(0.1):
            most = max(most, _asked(HELD))
    finally:
        connections.close_all()
    return most


def _wait_for_the_killed() -> None:
    """Return once no transaction of a process that was killed is left: the server ends each as it notices."""
    deadline = monotonic() + PATIENCE
    while _asked(OPEN) > 1:
        if monotonic() > deadline:
            raise RuntimeError("A transaction does not end.")
        sleep(0.02)


def _asked(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        (number,) = cursor.fetchone()
    return int(number)
