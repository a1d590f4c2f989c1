"""What competes in a study: a configuration, immutable and known by its fingerprint."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

OFFLINE_PREFIX = "offline/"
AGENT_PREFIX = "agent/"
ENDPOINT_WORD = "endpoint "  # before the name of an endpoint, where providers stand beside them
DEFAULT_MAX_TOKENS = 1024
# Fields that came later: as long as they hold nothing, a fingerprint is what it always was.
_LATER = frozenset({"examples", "retrieval", "shows"})


class Approach(StrEnum):
    """What kind of configuration it is: what a team would have to do to get it."""

    PROMPT = "prompt"
    RETRIEVAL = "retrieval"
    FINE_TUNE = "fine-tune"
    PRE_TRAIN = "pre-train"
    AGENT = "agent"
    OTHER = "other"


def rate_limit_name(model: str, endpoint: str | None) -> str:
    """Return the name under which calls share a limit: the endpoint, else the provider."""
    return f"{ENDPOINT_WORD}{endpoint}" if endpoint else model.partition("/")[0]


@dataclass(frozen=True)
class Price:
    """USD per million tokens; for an agent, USD per call."""

    input: float
    output: float
    call: float = 0.0


@dataclass(frozen=True)
class Example:
    """A question with the answer that is wanted, shown to a model before the prompt."""

    user: str
    assistant: str


@dataclass(frozen=True)
class Retrieval:
    """Which passages a template is given: the best of a collection, each of bounded size."""

    collection: str
    top_k: int = 5
    passage_bytes: int = 1200
    overlap_bytes: int = 150
    name: str = ""


def is_agent(model: str | None) -> bool:
    """Tell whether a model's name means an agent that the operator has declared."""
    return model is not None and model.startswith(AGENT_PREFIX)


def calls_out(model: str | None) -> bool:
    """Tell whether a model's answers are made elsewhere, and may cost something."""
    return model is not None and not model.startswith(OFFLINE_PREFIX)


@dataclass(frozen=True)
class Configuration:
    """Everything that decides what a configuration answers, and what it costs.

    `model` is None for a configuration whose completions are imported only, and
    ``agent/NAME`` where an agent of that name answers.
    """

    name: str
    approach: Approach = Approach.PROMPT
    model: str | None = None
    system_prompt: str = ""
    template: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    endpoint: str | None = None
    price: Price | None = None
    one_off_cost: float | None = None
    samples: int = 1
    examples: tuple[Example, ...] = ()
    retrieval: Retrieval | None = None
    # The field of a structured answer that is shown, such as ``result.answer``; "" for all.
    shows: str = ""

    @property
    def fingerprint(self) -> str:
        """A hash of all that the answers and their cost depend on, names left out."""
        content = asdict(self)
        del content["name"]
        for name in _LATER:
            if not content[name]:
                del content[name]
        if self.price is not None and not self.is_agent:
            del content["price"]["call"]
        if self.retrieval is not None:
            del content["retrieval"]["name"]
        encoded = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(encoded.encode()).hexdigest()

    @property
    def is_agent(self) -> bool:
        """Whether an agent answers instead of a model."""
        return is_agent(self.model)
