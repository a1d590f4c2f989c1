"""Results by tag of the prompts: each slice leans on the whole as far as it has few votes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SliceShare:
    """An expected share of votes, ties counted half, with its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class SliceRow:
    """One configuration on the prompts of one tag.

    `points` lie from `low` to `high` on the published scale. `expected` is against each other
    configuration of the part in turn, `against` is against the incumbent alone. All are None where
    there are not enough votes or prompts here; `against` also where that goes for the incumbent.
    `met` counts the direct votes on it and the incumbent here.
    """

    configuration: str
    votes: int
    prompts: int
    points: float | None = None
    low: float | None = None
    high: float | None = None
    expected: SliceShare | None = None
    against: SliceShare | None = None
    met: int = 0


@dataclass(frozen=True)
class Slice:
    """The prompts of one tag: counted votes, prompts with votes, and a row each, best first."""

    tag: str
    votes: int
    prompts: int
    rows: tuple[SliceRow, ...]

    @property
    def is_enough(self) -> bool:
        """Whether two configurations at least have votes enough to be compared here."""
        return sum(row.expected is not None for row in self.rows) > 1


@dataclass(frozen=True)
class Slices:
    """The tags with most votes first; so many more with votes were left out."""

    slices: tuple[Slice, ...] = ()
    left_out: int = 0
