"""A study: its states, what may change in each, and the rules that open and close it."""

from dataclasses import dataclass
from enum import StrEnum

from service.errors import Conflict, NotFound


class StudyState(StrEnum):
    """Where a study stands; it only moves down this list."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Dealing(StrEnum):
    """How matchups are drawn."""

    UNIFORM = "uniform"
    ADAPTIVE = "adaptive"


class RenderMode(StrEnum):
    """How texts are shown, the same for both sides."""

    FULL = "full"
    LIGHT = "light"
    PLAIN = "plain"


class LeakPolicy(StrEnum):
    """What happens to a completion that names its maker."""

    QUARANTINE = "quarantine"
    MASK = "mask"
    REPORT = "report"


DEFAULT_INSTRUCTIONS = (
    "You will see one prompt and two answers, A and B. "
    "Say which answer you would rather have received. "
    "There is no right or wrong: your own judgement is what counts."
)
GRADE_INSTRUCTIONS = (
    "You will see one prompt and two answers, A and B. "
    "Give each answer a grade from 1 (very poor) to 5 (very good). "
    "There is no right or wrong: your own judgement is what counts."
)


LEAST_CONFIGURATIONS = 2  # a matchup needs two


class UnknownStudy(NotFound):
    """There is no study of that name."""


class StudyNotReady(Conflict):
    """The study lacks something it needs before it can open."""


class StudyNotOpen(Conflict):
    """The study is a draft or closed, and that needs an open one."""


class StudyChangeRefused(Conflict):
    """An open study only takes new prompts and configurations."""


@dataclass(frozen=True)
class Lacks:
    """What a draft lacks before it can open, and who has nothing to show once it is open.

    `configurations` is how many are missing; `silent` are names of those that have neither a
    model nor an answer.
    """

    configurations: int = 0
    prompt: bool = False
    silent: tuple[str, ...] = ()
    # Whether the caps cannot hold what calls out, and whose unknown price is why.
    cap: bool = False
    unpriced: str = ""
    # The other of calls and tokens, where one of the two is capped: "calls" or "tokens".
    other_cap: str = ""


def check_may_open(*, state: StudyState, configurations: int, prompts: int, has_work: bool) -> None:
    """Raise unless a draft has two configurations, a prompt, and a cap where it calls out."""
    if state is StudyState.OPEN:
        return
    if state is StudyState.CLOSED:
        raise StudyNotOpen("This study is closed. Apply the file under a new name to run it again.")
    if configurations < LEAST_CONFIGURATIONS:
        raise StudyNotReady("A study needs at least two configurations. Add one and apply again.")
    if prompts < 1 or not has_work:
        raise StudyNotReady("A study needs at least one prompt. Add prompts and apply again.")
