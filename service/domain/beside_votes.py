"""What raters give beside votes, in figures and codes: marks, gold, whether blindness held."""

from dataclasses import dataclass, field

from service.domain.finding import Finding


@dataclass(frozen=True)
class GradeRow:
    """A configuration's mean grade, how often it got each from 1 to 5, and the 95 % interval."""

    configuration: str
    mean: float
    counts: tuple[int, ...]
    low: float | None = None
    high: float | None = None

    @property
    def number(self) -> int:
        """All its grades."""
        return sum(self.counts)


@dataclass(frozen=True)
class GradeDifference:
    """How far one mean grade lies above another; `told_apart` holds for all pairs at once."""

    first: str
    second: str
    difference: float
    low: float
    high: float
    told_apart: bool


@dataclass(frozen=True)
class BestGrade:
    """Who has the highest mean grade among those in service with an interval.

    `leaders` are several where their means are shown as the same number, and none where it is too
    early to say; `people` graded any of them. `near` may be as good and `behind` are told apart
    from all leaders; `uncertain` have higher means, of too few grades.
    """

    leaders: tuple[str, ...] = ()
    people: int = 0
    near: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadRow:
    """How often a configuration was ahead, equal or behind in one criterion."""

    configuration: str
    ahead: int
    equal: int
    behind: int
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float:
        """How often it was ahead, equal counted half."""
        return (self.ahead + self.equal / 2) / (self.ahead + self.equal + self.behind)


@dataclass(frozen=True)
class Criterion:
    """One criterion, with every configuration that was judged in it."""

    name: str
    rows: tuple[LeadRow, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Marks:
    """Grades and criteria, the best grade first; `best` is None where nothing was graded.

    `beside_votes` tells whether people voted as well.
    """

    raters: int = 0
    beside_votes: bool = True
    grades: tuple[GradeRow, ...] = ()
    grade_differences: tuple[GradeDifference, ...] = ()
    best: BestGrade | None = None
    findings: tuple[Finding, ...] = ()
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class GoldRow:
    """How many gold matchups a rater answered, and in how many the better text was preferred."""

    rater: str
    right: int
    of: int


@dataclass(frozen=True)
class Gold:
    """Who reads: gold matchups, answered by grades or else by votes."""

    by_grades: bool
    raters: tuple[GoldRow, ...] = ()


@dataclass(frozen=True)
class Look:
    """How many of the first answers to closing questions were right, beside what chance gives.

    It is about `counted` of `answers`: those with `configuration`, where one stands out alone.
    `more` and `fewer` are p-values, which count below `level`.
    """

    answers: int
    counted: int
    right: int
    expected: float
    more: float
    fewer: float
    level: float
    these_texts: bool
    configuration: str | None = None

    @property
    def is_more(self) -> bool:
        """Whether more were right than chance gives."""
        return self.more < self.level

    @property
    def is_fewer(self) -> bool:
        """Whether fewer were right than chance gives."""
        return self.fewer < self.level


@dataclass(frozen=True)
class Recognised:
    """How often closing questions about one configuration were answered, and how well.

    `recognised` is how much more often this is said where it is true than where it is not, with
    its interval. What was right, and what habit gives, is known of labels only.
    """

    configuration: str
    answers: int
    recognised: float | None = None
    low: float | None = None
    high: float | None = None
    right: int | None = None
    expected: float | None = None
    unsure: int | None = None


@dataclass(frozen=True)
class Answers:
    """What became of one kind of closing question; `number` leaves the unsure out.

    The next look is at `next_look` answers, None where all that are in were looked at.
    """

    right: int
    number: int
    expected: float
    unsure: int
    recognised: float | None = None
    low: float | None = None
    high: float | None = None
    looks: tuple[Look, ...] = ()
    next_look: int | None = None
    by_configuration: tuple[Recognised, ...] = ()

    @property
    def doubt(self) -> Look | None:
        """The newest look that found more or fewer right than chance gives."""
        found = [look for look in self.looks if look.is_more or look.is_fewer]
        return found[-1] if found else None


@dataclass(frozen=True)
class FlagRow:
    """On how many of a configuration's matchups raters said that they can tell who wrote them."""

    configuration: str
    flags: int
    of: int


@dataclass(frozen=True)
class Flags:
    """The same over all matchups; `are_many`, or `doubtful` who was flagged too often to be luck.

    `of` is None where nobody flagged and nothing was counted.
    """

    flags: int = 0
    of: int | None = None
    are_many: bool = False
    doubtful: tuple[str, ...] = ()
    by_configuration: tuple[FlagRow, ...] = ()


@dataclass(frozen=True)
class Blinding:
    """Whether blindness held: `in_doubt`, `no_sign`, `too_few`, `no_answers` or `not_asked`.

    `one_prompt` says why nobody is asked although the study wants it. `first_look` is how many
    answers it takes to say anything.
    """

    state: str
    first_look: int
    one_prompt: bool = False
    authors: Answers | None = None
    labels: Answers | None = None
    flags: Flags = field(default_factory=Flags)
