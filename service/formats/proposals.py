"""Prompts out of what a model was asked to propose: a strict JSON list, or nothing."""

import json
import re
from dataclasses import dataclass
from typing import TypeGuard

from service.domain.draft import Difficulty
from service.domain.prompt import Prompt
from service.errors import Invalid

LONGEST_ANSWER = 200_000
MOST_AT_ONCE = 50
LONGEST_PROMPT = 8000
_LONGEST_REFERENCE = 8000
_LONGEST_TAG = 40
_MOST_TAGS = 4
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)
_KNOWN = {"prompt", "tags", "difficulty", "reference"}
_DIFFICULTIES = frozenset(str(each) for each in Difficulty)


class ProposalsInvalid(Invalid):
    """An answer that is no list of prompts."""


@dataclass(frozen=True)
class Proposal:
    """A prompt that a model proposes, and how hard it says that is."""

    prompt: Prompt
    difficulty: Difficulty


def parse(answer: str) -> tuple[list[Proposal], int]:
    """Return the prompts of an answer, and how many entries of its list are none.

    The answer is one JSON list, alone or in one fence; each entry has `prompt`, and may have
    `tags`, `difficulty` (easy, medium, hard) and `reference`, and nothing else.

    Raises
    ------
    ProposalsInvalid
    """
    if len(answer) > LONGEST_ANSWER:
        raise ProposalsInvalid("The answer is longer than any list of prompts.")
    fenced = _FENCED.match(answer)
    try:
        held = json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError):
        raise ProposalsInvalid("The answer is no JSON.") from None
    if not isinstance(held, list):
        raise ProposalsInvalid("The answer is no list.")
    found = [one for each in held[:MOST_AT_ONCE] if (one := _entry(each)) is not None]
    return found, len(held) - len(found)


def _entry(held: object) -> Proposal | None:
    if not isinstance(held, dict) or not held.keys() <= _KNOWN:
        return None
    text, reference = held.get("prompt", ""), held.get("reference", "")
    tags, difficulty = held.get("tags", []), held.get("difficulty", "")
    is_good = (
        _is_text(text, LONGEST_PROMPT)
        and bool(text.strip())
        and _is_text(reference, _LONGEST_REFERENCE)
        and isinstance(tags, list)
        and len(tags) <= _MOST_TAGS
        and all(map(_is_tag, tags))
        and isinstance(difficulty, str)
        and difficulty in _DIFFICULTIES
    )
    if not is_good:
        return None
    named = tuple(dict.fromkeys(tag.strip() for tag in tags))
    prompt = Prompt(turns=(text.strip(),), reference=reference.strip(), tags=named)
    return Proposal(prompt, Difficulty(difficulty))


def _is_tag(tag: object) -> bool:
    return _is_text(tag, _LONGEST_TAG) and bool(tag.strip()) and tag.isprintable()


def _is_text(value: object, longest: int) -> TypeGuard[str]:
    """Tell whether a value is a text that can be stored: no NUL, no half of a pair."""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
