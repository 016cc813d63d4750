"""The plan: what is struck when, drawn from a seed, the same for the same seed and number."""

from dataclasses import asdict, dataclass
from typing import Literal

from fault_harness.traps import Point
from fault_harness.worlds import dice

CHAIN = 5
# Every fourth chain runs under Meltano.
MELTANO_EVERY = 4
# A strike at a call that does not come has cost a whole run, and Meltano's are long.
MOST_CALLS = {"bare": {"shopify": 7, "brevo": 16}, "meltano": {"shopify": 7, "brevo": 9}}
CALLERS = {"shopify": "tap", "brevo": "target"}


@dataclass(frozen=True, slots=True)
class Case:
    """One strike. ``point`` is a trap, or None for ``delay``, a part of a run's usual length.

    ``during``: the store changes at the strike; ``after``: and once more before the rerun.
    ``quiet``: the pipe is then run until it is quiet, and both sides are compared. ``again``: one
    more run, which must write nothing. ``swift``: reruns may do without Meltano. ``slow_s`` and
    ``latency_s``: what each answer of the shop and of Brevo takes.
    """

    number: int
    pipe: Literal["bare", "meltano"]
    signal: Literal["KILL", "TERM", "INT"]
    victim: Literal["tap", "target", "meltano", "group"]
    point: Point | None
    delay: float = 0.0
    deaf: bool = False
    during: bool = False
    after: bool = False
    quiet: bool = True
    again: bool = False
    swift: bool = False
    slow_s: float = 0.0
    latency_s: float = 0.0
    batch_age_s: float = 30.0
    import_seconds: float = 0.0

    @property
    def is_kill(self):
        """Whether this is a kill -9."""
        return self.signal == "KILL"

    def words(self):
        """The case in one line."""
        when = (
            f"{self.point.moment} {self.point.side}'s call {self.point.number} ({self.point.calls})"
            if self.point
            else f"after {self.delay:.0%} of a run"
        )
        deaf = ", SIGINT inherited as ignored" if self.deaf else ""
        return f"{self.pipe}: SIG{self.signal} to {self.victim} {when}{deaf}"

    def as_dict(self):
        """The case as JSON values."""
        return asdict(self)


def plan(seed, kills, signals):
    """All cases of a long run, kills and signals mixed evenly, in chains of ``CHAIN``."""
    total = kills + signals
    cases = []
    done = 0
    for number in range(total):
        is_kill = (number + 1) * kills // total > done
        done += is_kill
        cases.append(drawn(seed, number, is_kill=is_kill))
    return cases


def drawn(seed, number, *, is_kill):
    """One case by chance."""
    chance = dice(seed, number, "case")
    chain, place = divmod(number, CHAIN)
    pipe = "meltano" if chain % MELTANO_EVERY == MELTANO_EVERY - 1 else "bare"
    signal = "KILL" if is_kill else chance.choice(("TERM", "INT"))
    victims = ("tap", "target", "target", "group")
    victim = chance.choice((*victims, "meltano", "meltano") if pipe == "meltano" else victims)
    by_time = chance.random() < 0.15
    return Case(
        number=number,
        pipe=pipe,
        signal=signal,
        victim=victim,
        point=None if by_time else _point(chance, signal, victim, MOST_CALLS[pipe]),
        delay=chance.uniform(0.1, 0.95),
        deaf=signal == "INT" and chance.random() < 0.4,
        during=chance.random() < 0.3,
        after=chance.random() < 0.5,
        quiet=place == CHAIN - 1 or chance.random() < 0.5,
        again=chance.random() < 0.1,
        swift=place != CHAIN - 1,
        slow_s=chance.choice((0.0, 0.0, 0.05, 0.15)),
        latency_s=chance.choice((0.0, 0.0, 0.02)),
        batch_age_s=chance.choice((0.0, 0.3, 30.0)),
        import_seconds=chance.choice((0.0, 0.05, 0.7)),
    )


def _point(chance, signal, victim, most):
    # The tap is done long before the loader has written the last of it.
    side = "shopify" if victim == "tap" else chance.choices(("brevo", "shopify"), (8, 2))[0]
    calls = chance.choice(("all", "writing")) if side == "brevo" else "all"
    moments = ["before", "applied", "answered"]
    if signal == "KILL" and victim in (CALLERS[side], "group"):
        moments[0] = "lost"
    return Point(side, chance.randint(1, most[side]), chance.choice(moments), calls)
