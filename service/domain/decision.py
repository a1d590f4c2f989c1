"""The decisions that a study can begin with, and what each of them compares."""

from dataclasses import dataclass

from service.domain.configuration import Approach


@dataclass(frozen=True)
class Role:
    """One of the configurations that a decision needs; pages give it a name."""

    key: str
    approach: Approach = Approach.PROMPT
    is_incumbent: bool = False


@dataclass(frozen=True)
class Decision:
    """A question that a team has, with the configurations that answer it."""

    key: str
    roles: tuple[Role, ...] = ()


LIVE = Role("live", is_incumbent=True)
DECISIONS = (
    Decision("retires", (LIVE, Role("replacement"))),
    Decision("prompt", (LIVE, Role("new-prompt"))),
    Decision("retrieval", (Role("without", is_incumbent=True), Role("with", Approach.RETRIEVAL))),
    Decision("fine-tune", (LIVE, Role("tuned", Approach.FINE_TUNE))),
    Decision("own"),
    Decision("empty"),
)


def by_key(key: str) -> Decision | None:
    """Return the decision of a key, None where there is none."""
    return next((each for each in DECISIONS if each.key == key), None)
