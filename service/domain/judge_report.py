"""What is known of one version of a judge: figures and codes, never a sentence.

Computed from `JudgeEvidence` by workers, stored as JSON, said by `reporting`. Every figure of trust
rests on audit matchups alone; what the judge has seen is never scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.domain import records

VERSION = 1

# The three boards, always named: people only is the default everywhere.
PEOPLE, CORRECTED, JUDGE = "people", "corrected", "judge"


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval, which allows for prompts that differ."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Heard:
    """How many matchups the judge was asked about, by how its two orders ended."""

    first: int = 0
    second: int = 0
    tie: int = 0
    unsettled: int = 0
    refused: int = 0
    malformed: int = 0
    waiting: int = 0

    @property
    def settled(self) -> int:
        """Matchups on which both orders say the same."""
        return self.first + self.second + self.tie

    @property
    def answered(self) -> int:
        """Matchups on which both orders were answered, alike or not."""
        return self.settled + self.unsettled


@dataclass(frozen=True)
class Graded:
    """What chosen grades show: how many agree, and whether the map onto people's scale helps.

    `scored` of the `grades` were not among the judge's examples when it graded them; `alike` of
    these are the same after rounding, a share from `low` to `high` at 95 %. Errors are mean
    absolute ones; `mapped_error` is with each grade left out of its map. None without any scored.
    """

    grades: int
    scored: int
    alike: int
    low: float
    high: float
    raw_error: float | None = None
    mapped_error: float | None = None
    is_map_applied: bool = False
    offset: float = 0.0
    slope: float = 1.0
    kappa: Figure | None = None


@dataclass(frozen=True)
class Agreement:
    """Judge and people on audit matchups, and people among themselves on the same ones.

    `with_people` and `kappa` hold the judge against what most people say of a matchup. Where two
    people judged one, `people` is how often they say the same as each other, `judge` how often
    it says the same as each of them, and `gap` the judge's less theirs.
    """

    matchups: int
    with_people: Figure | None = None
    kappa: Figure | None = None
    twice: int = 0
    people: Figure | None = None
    judge: Figure | None = None
    gap: Figure | None = None


@dataclass(frozen=True)
class Leaning:
    """A bias: `position`, `length`, `leniency` or `own_family`.

    Of points between 0 and 1, or, for leniency, of grades. `is_found` where the interval leaves
    out none at all; the figure is None where nothing could be measured.
    """

    name: str
    figure: Figure | None
    units: int

    @property
    def is_found(self) -> bool:
        """Whether there surely is one."""
        return self.figure is not None and not self.figure.low <= 0 <= self.figure.high


@dataclass(frozen=True)
class Tagged:
    """The agreement on matchups of one tag, of twenty matchups or more."""

    tag: str
    matchups: int
    with_people: Figure


@dataclass(frozen=True)
class Carried:
    """Whether what was learnt of the judge holds for one configuration.

    `borrowed` before it has 20 audit matchups of its own; then `passed`, `unclear` or `failed` by
    its residual: points a matchup that the judge gives it beyond people.
    """

    configuration: str
    state: str
    matchups: int
    residual: Figure | None = None

    @property
    def may_be_corrected(self) -> bool:
        """Whether the corrected board may lean on the judge for it."""
        return self.state in {"passed", "unclear"}


@dataclass(frozen=True)
class Worth:
    """What judgements are worth beside votes: promised by the lower end of the correlation.

    `correlation` is within pairs of configurations, None where too few audit matchups are there;
    `needed` is then about how many more. `votes` and `judgements` are matchups that people and
    the judge judged. `extra` is how many votes the judgements are worth on top, `extra_likely`
    the same by the correlation itself.
    """

    votes: int
    judgements: int
    correlation: Figure | None = None
    extra: int = 0
    extra_likely: int = 0
    needed: int | None = None


@dataclass(frozen=True)
class Estimated:
    """The share of points of one configuration: by audit votes alone, and leaning on the judge.

    `weight` is how far the second leans on it, from 0 to 1 (PPI++).
    """

    configuration: str
    people: Figure
    both: Figure
    weight: float


@dataclass(frozen=True)
class Replacing:
    """Whether the judge may replace the next votes: `may`, `may_not` or `not_enough`.

    `rule` is `beside_people` (hardly less agreement than people among themselves) or `threshold`.
    """

    state: str
    rule: str
    matchups: int
    needed: int | None = None


@dataclass(frozen=True)
class Disagreement:
    """An audit matchup on which people agree and the judge says the opposite.

    `votes` are for the first, ties, for the second; `judge` is what the judge says.
    """

    key: str
    prompt: str
    first: str
    second: str
    votes: tuple[int, int, int]
    judge: str


@dataclass(frozen=True)
class BoardRow:
    """A configuration on one board, in points of the published scale.

    `leans_on_judge` is False where the corrected board takes people's votes alone for it.
    """

    configuration: str
    points: float
    low: float
    high: float
    leans_on_judge: bool


@dataclass(frozen=True)
class Board:
    """One of the three boards, best first, always labelled by `kind`.

    `unsettled` says what a flip counts as: `half` a win each, or `dropped`. `weight` is how far a
    corrected board leans on the judge. `narrower` is by what share its intervals are narrower
    than people's alone. `why` is a code where there is no such board.
    """

    kind: str
    unsettled: str = "half"
    rows: tuple[BoardRow, ...] = ()
    weight: float = 0.0
    narrower: float = 0.0
    why: str = ""


@dataclass(frozen=True)
class JudgeReport:
    """The trust report of one version of a judge.

    `same_family` names configurations of the judge's own family. `shown` counts audit matchups
    that stand among its examples: they are left out of everything, and there should be none.
    """

    judge: str
    judge_version: str
    model: str
    criterion: str
    family: str
    same_family: tuple[str, ...]
    heard: Heard
    audit: int
    shown: int
    graded: Graded
    agreement: Agreement
    flips: Figure | None
    leanings: tuple[Leaning, ...]
    tags: tuple[Tagged, ...]
    carried: tuple[Carried, ...]
    worth: Worth
    estimates: tuple[Estimated, ...]
    replacing: Replacing
    disagreements: tuple[Disagreement, ...] = ()
    boards: tuple[Board, ...] = ()
    version: int = field(default=VERSION)

    def board(self, kind: str, unsettled: str = "half") -> Board:
        """Return one of the boards; without figures and with a reason where there is none."""
        for board in self.boards:
            if board.kind == kind and board.unsettled == unsettled:
                return board
        return Board(kind, unsettled, why="not_computed")


def to_json(report: JudgeReport) -> dict[str, Any]:
    """Return a report as the store and programs get it."""
    plain: dict[str, Any] = records.to_plain(report)
    return plain


def is_current(stored: Mapping[str, Any]) -> bool:
    """Tell whether what was stored is of this version."""
    return stored.get("version") == VERSION


def from_json(stored: Mapping[str, Any]) -> JudgeReport:
    """Return a stored report of this version.

    Raises
    ------
    Unreadable
        It is of another version, or none at all.
    """
    return records.from_plain(JudgeReport, stored)
