"""What can be claimed of a study now: statements that are supported or blocked, and what is short.

Codes and figures only; a number is what would probably unblock a statement, as a range, and None
where nobody can tell.
"""

from dataclasses import dataclass

SUPPORTED, BLOCKED = "supported", "blocked"

# What there may be too little of.
VOTES, PROMPTS, RATERS, TWICE = "votes", "prompts", "raters", "twice"
AUDIT, GRADES, JUDGEMENTS = "audit", "grades", "judgements"


@dataclass(frozen=True)
class More:
    """How many more of a kind would probably do: from `low` to `high`, None where unknown."""

    kind: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Statement:
    """One statement: its code, whether it may be made, whom it is about, what is short of it.

    `judge` names the judge that it is about, "" for the study. `why` is a code where something
    other than numbers blocks it, or qualifies it where it is supported.
    """

    name: str
    state: str
    about: tuple[str, ...] = ()
    judge: str = ""
    why: str = ""
    more: More | None = None

    @property
    def is_supported(self) -> bool:
        """Whether it may be made now."""
        return self.state == SUPPORTED


@dataclass(frozen=True)
class Diagnosis:
    """All statements of a study, in a fixed order."""

    study: str
    statements: tuple[Statement, ...]

    @property
    def supported(self) -> tuple[Statement, ...]:
        """Those that may be made now."""
        return tuple(one for one in self.statements if one.is_supported)

    @property
    def blocked(self) -> tuple[Statement, ...]:
        """Those that may not be made yet."""
        return tuple(one for one in self.statements if not one.is_supported)
