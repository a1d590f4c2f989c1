"""Finds what a rubric does not say: where people agree and the judge does not, grouped by theme."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.judge import Settled

_WORD = re.compile(r"[^\W\d_]{4,}")
_LEAST_SHARED = 2
_MOST_GROUPS = 10
_MOST_REASONS = 3
# Words that tell nothing of what a reason is about.
_EMPTY = frozenset(
    {
        "about", "after", "also", "answer", "answers", "because", "been", "before", "better",
        "both", "does", "first", "from", "good", "have", "itself", "just", "less", "like",
        "more", "most", "much", "only", "other", "over", "says", "second", "since", "some",
        "than", "that", "their", "them", "then", "there", "these", "they", "this", "those",
        "very", "were", "what", "when", "which", "while", "with", "worse", "would",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Missed:
    """A matchup on which the judge does not say what people say, and why they said it."""

    key: str
    prompt: str
    tags: tuple[str, ...]
    people: Settled
    judge: Settled
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Matchups that a rubric misses for what seems to be one reason.

    `theme` is a tag or a word that their reasons share, "" for what shares nothing; `reasons`
    are people's own words, which the proposed clause is made of.
    """

    theme: str
    is_tag: bool
    missed: tuple[Missed, ...]
    reasons: tuple[str, ...]


def group(missed: Sequence[Missed]) -> tuple[Gap, ...]:
    """Return gaps by tags and then by words that reasons share, the largest first.

    Each matchup is in one gap: the one with the most others.
    """
    left = list(missed)
    found: list[Gap] = []
    while left and len(found) < _MOST_GROUPS:
        themes = Counter((True, tag) for one in left for tag in set(one.tags))
        themes.update((False, word) for one in left for word in _words(one))
        ranked = sorted(themes.items(), key=lambda each: (-each[1], not each[0][0], each[0][1]))
        shared = next((theme for theme, number in ranked if number >= _LEAST_SHARED), None)
        inside = left if shared is None else [one for one in left if _is_of(one, *shared)]
        found.append(_gap("" if shared is None else shared[1], inside, bool(shared and shared[0])))
        left = [one for one in left if one not in inside]
    return tuple(sorted(found, key=lambda gap: -len(gap.missed)))


def _gap(theme: str, inside: Sequence[Missed], is_tag: bool) -> Gap:  # noqa: FBT001 - a field
    reasons = dict.fromkeys(reason for one in inside for reason in one.reasons)
    return Gap(theme, is_tag, tuple(inside), tuple(reasons)[:_MOST_REASONS])


def _words(one: Missed) -> set[str]:
    return {word.lower() for reason in one.reasons for word in _WORD.findall(reason)} - _EMPTY


def _is_of(one: Missed, is_tag: bool, theme: str) -> bool:  # noqa: FBT001 - half of a theme
    return theme in (one.tags if is_tag else _words(one))
