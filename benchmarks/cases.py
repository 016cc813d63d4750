"""The cases: a row each. What a row can say is all that a case is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

STOCK, OURS = "benchmarks.stock_tap", "benchmarks.our_tap"
STOCK_SHOP, REAL = "benchmarks.stock_shop", "benchmarks.real_tap"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things that are compared: a tap on an account of the server.

    ``module`` is run with ``env``; the account has ``records``, answers after ``latency_ms`` and
    takes ``per_second`` requests (0: any).
    """

    module: str
    records: int
    latency_ms: int = 0
    per_second: int = 0
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key that opens the account."""
        return f"sk_{self.records}_{self.latency_ms}_{self.per_second}"

    @property
    def is_shop(self) -> bool:
        """Whether a shop's orders are read, and not customers as Stripe has them."""
        return self.module == STOCK_SHOP or self.env.get("BENCH_TABLE") == "woocommerce"

    def config(self, url: str) -> dict[str, str]:
        """Return the settings with which the side reads from the server at ``url``."""
        if self.env.get("BENCH_TABLE") == "woocommerce":
            return {"site_url": url, "api_url": url, "consumer_key": self.key,
                    "consumer_secret": "secret"}  # fmt: skip
        return {"api_url": url, "api_key": self.key}


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured beside which baseline, how often, and what it has to reach.

    Ours runs ``runs`` times and the baseline ``beside`` times: fewer where it is far slower than
    the goal asks, or waits for answers most of the time, which takes the same each time.
    ``goal`` is the least ratio of the baseline's seconds to ours; ``requests`` compares how many
    each side sent; ``share`` is the least share of the allowed rate that ours has to use, whatever
    the baseline takes.
    """

    name: str
    baseline: Side
    ours: Side
    runs: int = 3
    beside: int = 1
    goal: float | None = None
    requests: bool = False
    share: float | None = None


LANES = {"BENCH_LANES": "8"}
PACED = {"BENCH_LANES": "8", "BENCH_RATE": "25"}
STRIPE, WOOCOMMERCE = {"BENCH_TABLE": "stripe"}, {"BENCH_TABLE": "woocommerce"}
FREE = {"BENCH_RATE": "0"}
CASES = (
    Case("tap", Side(STOCK, 100_000), Side(OURS, 100_000), beside=3, goal=9.0),
    Case("lanes", Side(STOCK, 30_000, 50), Side(OURS, 30_000, 50, env=LANES), goal=7.0),
    Case("lanes-serial", Side(OURS, 80_000, 50), Side(OURS, 80_000, 50, env=LANES),
         goal=0.85 * 8),
    Case("rate", Side(STOCK, 2_000, 50, 25), Side(OURS, 20_000, 50, 25, env=PACED), runs=1,
         share=0.95),
    Case("stripe", Side(STOCK, 50_000), Side(REAL, 50_000, env={**STRIPE, **FREE}), goal=5.0),
    Case("stripe-rate", Side(STOCK, 2_000, 50, 25), Side(REAL, 15_000, 50, 25, env=STRIPE),
         runs=1, share=0.95),
    Case("woocommerce", Side(STOCK_SHOP, 40_000), Side(REAL, 40_000, env=WOOCOMMERCE), goal=3.0),
    Case("woocommerce-lanes", Side(STOCK_SHOP, 10_000, 50),
         Side(REAL, 10_000, 50, env=WOOCOMMERCE), runs=1, goal=0.85 * 2),
    Case("short", Side(OURS, 500, 50), Side(OURS, 500, 50, env=LANES), runs=1, requests=True),
)  # fmt: skip
