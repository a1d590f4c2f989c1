"""What a configuration's completions took, and how they ended."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rates:
    """How completions ended, as shares of all that ended; None where none did."""

    complete: float | None = None
    cut_off: float | None = None
    refused: float | None = None
    failed: float | None = None


@dataclass(frozen=True)
class Measured:
    """What a configuration's completions took; money in USD, None as soon as one is unknown.

    `cost` is what was paid and `saved` what answers out of the store would have cost more;
    `cost_per_1000` is the mean over answers, as if all had been paid.
    """

    completions: int = 0
    cost: float | None = None
    saved: float = 0.0
    reused: int = 0
    cost_per_1000: float | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    rates: Rates = field(default_factory=Rates)
