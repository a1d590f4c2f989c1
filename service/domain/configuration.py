"""What competes in a study: a configuration, immutable and known by its fingerprint."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

OFFLINE_PREFIX = "offline/"
DEFAULT_MAX_TOKENS = 1024


class Approach(StrEnum):
    """What kind of configuration it is: what a team would have to do to get it."""

    PROMPT = "prompt"
    RETRIEVAL = "retrieval"
    FINE_TUNE = "fine-tune"
    PRE_TRAIN = "pre-train"
    AGENT = "agent"
    OTHER = "other"


def lane(model: str, endpoint: str | None) -> str:
    """Return the name under which calls share a limit: the endpoint, else the provider."""
    return f"endpoint {endpoint}" if endpoint else model.partition("/")[0]


@dataclass(frozen=True)
class Price:
    """USD per million tokens."""

    input: float
    output: float


@dataclass(frozen=True)
class Configuration:
    """Everything that decides what a configuration answers, and what it costs.

    `model` is None for a configuration whose completions are imported only.
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

    @property
    def fingerprint(self) -> str:
        """A hash of all that the answers and their cost depend on, the name left out."""
        content = asdict(self)
        del content["name"]
        encoded = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(encoded.encode()).hexdigest()

    @property
    def calls_out(self) -> bool:
        """Whether generating it reaches a service outside this machine's own provider."""
        return self.model is not None and not self.model.startswith(OFFLINE_PREFIX)

    @property
    def max_tokens(self) -> int:
        """The bound on what one answer may cost, always set."""
        return int(self.parameters.get("max_tokens") or DEFAULT_MAX_TOKENS)
