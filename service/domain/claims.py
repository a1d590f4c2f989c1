"""What may be said of configurations: who is ahead of whom, against the incumbent, and enough."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """What may be said of a leader and one rival: `ahead`, `equal` (within the margin) or `open`.

    `holds` tells when a claim is true: `always` (at this look and at every other, 5 % false over
    all looks, rivals and leaders together) or `at_end` (at the end that the study declared, and
    not before). None while it is open.
    """

    leader: str
    rival: str
    state: str
    holds: str | None = None


@dataclass(frozen=True)
class Claims:
    """Who is ahead of whom among configurations that votes join: card and verdict say no other.

    About those in service that have votes and are joined by votes among themselves, two at least.
    `leader` has the highest rating of them, `rivals` one claim for each of the others, the
    strongest first. With fewer than five raters (or prompts) all speaks for these ones alone:
    `for_these_raters`, `for_these_prompts`.
    """

    leader: str
    rivals: tuple[Claim, ...]
    for_these_raters: bool = False
    for_these_prompts: bool = False

    @property
    def ahead_of(self) -> tuple[Claim, ...]:
        """The rivals that the leader is ahead of."""
        return tuple(claim for claim in self.rivals if claim.state == "ahead")

    @property
    def not_ahead_of(self) -> tuple[Claim, ...]:
        """The rivals that it cannot be told from, or equals."""
        return tuple(claim for claim in self.rivals if claim.state != "ahead")


@dataclass(frozen=True)
class Against:
    """What may be said of one configuration and the incumbent; `holds` is as in `Claim`.

    `better`, `worse`, `equal` (within the margin) or `open`, seen from the configuration. Asked of
    the difference as for the leader; of the leader and the incumbent it is the same answer.
    """

    configuration: str
    state: str
    holds: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether the votes suffice; it follows from the claims.

    `decided`, `practically_equal` or `keep_going`. `holds` is as in `Claim`. While going on,
    `short_of` says what there is too little of: votes, prompts or raters. Between `more_low` and
    `more_high` more votes settle it in most such studies, both None where nobody can tell. Up to
    a difference of `margin` percentage points of all votes configurations count as equal.
    """

    state: str
    winner: str | None = None
    short_of: str | None = None
    for_these_raters: bool = False
    margin: int = 0
    for_these_prompts: bool = False
    holds: str | None = None
    more_low: int | None = None
    more_high: int | None = None
