"""A prompt: the input that every configuration of a study answers."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

MAX_PROMPT_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Prompt:
    """One or more user turns, with an optional context that raters see too."""

    turns: tuple[str, ...]
    key: str = ""
    context: str = ""
    reference: str = ""
    tags: tuple[str, ...] = ()
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """A hash of what configurations get to see: turns, context and variables."""
        content = [
            [unicodedata.normalize("NFC", turn) for turn in self.turns],
            unicodedata.normalize("NFC", self.context),
            self.variables,
        ]
        encoded = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(encoded.encode()).hexdigest()

    @property
    def trimmed(self) -> "Prompt":
        """The same prompt without white space around its texts."""
        turns = tuple(turn.strip() for turn in self.turns)
        return replace(self, turns=turns, context=self.context.strip())

    @property
    def handle(self) -> str:
        """The key the researcher gave, else the first digits of the fingerprint."""
        return self.key or self.fingerprint[:12]
