"""What a report is written from: a study, one leaderboard of it, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from service.domain.leaderboard import Leaderboard
from service.domain.preregistration import Deviation, Preregistration


@dataclass(frozen=True)
class Competitor:
    """A configuration as a report names it; costs in USD."""

    name: str
    approach: str
    model: str | None
    is_retired: bool
    one_off_cost: float | None
    # The day on which its model is switched off, where one is announced.
    retires_on: date | None = None


@dataclass(frozen=True)
class Decided:
    """A decision as a report tells it; see `usecases.sighted.results.decisions`."""

    chosen: str | None
    decided_by: str
    reason: str
    is_against: bool
    leaderboard_id: int
    digest: str
    at: datetime


@dataclass(frozen=True)
class Declared:
    """What a study declared before anybody looked, and what deviates from it.

    `document` is None where what is stored is not what was frozen.
    """

    document: Preregistration | None
    digest: str
    at: datetime
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True)
class Texts:
    """One prompt with the answer of each configuration, as plain text."""

    prompt: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
    """All that a report tells.

    `flags` counts what raters reported, by kind; `withdrawn` matchups were taken out for it.
    `takes_votes` is false where raters are asked for grades alone. `texts` is None where the
    report shows none, and else holds the first prompts.
    """

    study: str
    title: str
    instructions: str
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    is_sealed: bool
    counts_sighted: bool
    is_adaptive: bool
    incumbent: str | None
    votes_per_matchup: int
    leak_policy: str
    asks_authors: bool
    prompts: int
    imported_votes: int
    takes_votes: bool
    competitors: tuple[Competitor, ...]
    flags: Mapping[str, int]
    withdrawn: int
    board: Leaderboard
    leaderboard_id: int
    digest: str
    computed_at: datetime
    pending: int
    decided: Decided | None = None
    declared: Declared | None = None
    texts: tuple[Texts, ...] | None = field(default=None)
