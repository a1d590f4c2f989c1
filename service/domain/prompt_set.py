"""A prompt set: a named collection of prompts, in versions that never change."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from service.domain.prompt import Prompt


class OriginKind(StrEnum):
    """Where prompts came from."""

    HAND = "hand"
    FILE = "file"
    STUDY = "study"
    MODEL = "model"
    RATER = "rater"


class Chosen(StrEnum):
    """Which of a study's prompts were taken."""

    ALL = "all"
    HARD = "hard"
    DIVIDING = "dividing"
    TELLING = "telling"
    SATURATED = "saturated"
    # On which people and a judge say the opposite.
    DISPUTED = "disputed"
    # All but the saturated ones: what a next version keeps.
    UNSATURATED = "unsaturated"


@dataclass(frozen=True)
class Origin:
    """Where prompts came from: the name of a file with its SHA-256, or of a study and which.

    `place` is the line or the passage of the file; `by` the model that proposed them, or the
    pseudonyms of the study's raters who suggested them.
    """

    kind: OriginKind
    name: str = ""
    digest: str = ""
    chosen: str = ""
    place: str = ""
    by: str = ""

    def to_stored(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def origin_of(stored: Mapping[str, Any]) -> Origin:
    """Return an origin that was kept."""
    return Origin(**{**stored, "kind": OriginKind(stored["kind"])})


@dataclass(frozen=True)
class SetVersion:
    """The version of a set that a study uses, and the hash by which it is known elsewhere."""

    name: str
    version: int
    digest: str

    def to_stored(self) -> dict[str, Any]:
        """Return what a study's row and file keep of it."""
        return {"name": self.name, "version": self.version, "sha256": self.digest}


def version_of(stored: Mapping[str, Any] | None) -> SetVersion | None:
    """Return the version that a study's row or file names."""
    if not stored:
        return None
    return SetVersion(stored["name"], int(stored["version"]), stored["sha256"])


@dataclass(frozen=True)
class Difference:
    """What one version has otherwise than another; `changed` are (before, after) of one id."""

    added: tuple[Prompt, ...]
    removed: tuple[Prompt, ...]
    changed: tuple[tuple[Prompt, Prompt], ...]

    @property
    def is_none(self) -> bool:
        """Whether both are the same."""
        return not (self.added or self.removed or self.changed)


def difference(before: Sequence[Prompt], after: Sequence[Prompt]) -> Difference:
    """Return what changed between two versions; prompts belong together by their ids."""
    then, now = {digest_of(each) for each in before}, {digest_of(each) for each in after}
    gone = [each for each in before if digest_of(each) not in now]
    new = [each for each in after if digest_of(each) not in then]
    by_key = {each.key: each for each in gone if each.key}
    changed = tuple((by_key[each.key], each) for each in new if each.key in by_key)
    kept = {each.key for _, each in changed}
    return Difference(
        added=tuple(each for each in new if each.key not in kept),
        removed=tuple(each for each in gone if each.key not in kept),
        changed=changed,
    )


def to_plain(prompt: Prompt) -> dict[str, Any]:
    """Return a prompt as it is kept and written to files."""
    plain: dict[str, Any] = {"id": prompt.key} if prompt.key else {}
    if len(prompt.turns) == 1:
        plain["text"] = prompt.turns[0]
    else:
        plain["messages"] = [{"role": "user", "content": turn} for turn in prompt.turns]
    beside = {
        "context": prompt.context,
        "reference": prompt.reference,
        "tags": list(prompt.tags),
        "variables": prompt.variables,
    }
    return plain | {name: value for name, value in beside.items() if value}


def from_plain(plain: Mapping[str, Any]) -> Prompt:
    """Return a prompt that was kept."""
    turns = (
        (plain["text"],)
        if "text" in plain
        else tuple(each["content"] for each in plain["messages"])
    )
    return Prompt(
        turns=turns,
        key=plain.get("id", ""),
        context=plain.get("context", ""),
        reference=plain.get("reference", ""),
        tags=tuple(plain.get("tags", ())),
        variables=dict(plain.get("variables", {})),
    )


def digest_of(prompt: Prompt) -> str:
    """Return a hash of all there is of a prompt, its id and what no configuration sees too."""
    encoded = json.dumps(to_plain(prompt), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def digest_of_all(prompts: Iterable[Prompt]) -> str:
    """Return the hash by which a version is known, whatever order its prompts stand in."""
    lines = sorted(digest_of(each) for each in prompts)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
