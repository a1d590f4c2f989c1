"""What a study declares before anybody looks, frozen as one text with a hash when it opens.

The text is JSON in one fixed form, so that whoever has the file can check its SHA-256 with any
tool. What came otherwise afterwards is a list of deviations, found by comparing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from service.domain import records

FORM = "evenhand preregistration 1"
# Shares between 45 and 55 % of all votes are practically equal.
USUAL_MARGIN = 5
# How many names a deviation keeps; the rest is a number.
MOST_NAMED = 20


@dataclass(frozen=True)
class Intent:
    """What the researcher declares in words: the question, the margin and who is left out.

    `margin` is in percentage points from an even share: a difference of up to so many is none.
    """

    question: str = ""
    margin: int = USUAL_MARGIN
    exclusions: str = ""

    def to_stored(self) -> dict[str, Any]:
        """Return what differs from the usual, as it is kept with the study."""
        every = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in every.items() if value != getattr(NO_INTENT, name)}


NO_INTENT = Intent()


def intent_of(stored: Mapping[str, Any] | None) -> Intent:
    """Return what a study's row keeps of its intent."""
    return Intent(**(stored or {}))


@dataclass(frozen=True)
class Registered:
    """A configuration as it was when the study opened."""

    name: str
    fingerprint: str
    approach: str
    model: str | None


@dataclass(frozen=True)
class Plan:
    """How much is asked, how it is dealt, and what counts."""

    votes_per_matchup: int
    votes_per_rater: int
    dealing: str
    incumbent: str | None
    counts_sighted: bool
    repeats: float
    withdraws_flagged: bool
    flags_to_withdraw: int
    criteria: tuple[str, ...]
    grades: str
    # How many prompts of each rater may wait; of documents from before raters could: none.
    submissions: int = 0
    # How many matchups all judge first, and what comes then; of documents from before: none.
    norming: int = 0
    norming_then: str = ""


@dataclass(frozen=True)
class Preregistration:
    """All that is frozen. `prompts_sha256` is of the prompts' fingerprints, one a line, sorted.

    `end_votes`, `end_date` and `end_decided` are the stop rule, and `end_then` is what happens
    at it; without all the study ends when it is closed.
    """

    form: str
    study: str
    title: str
    instructions: str
    question: str
    margin: int
    exclusions: str
    end_votes: int | None
    end_date: str | None
    is_sealed: bool
    plan: Plan
    configurations: tuple[Registered, ...]
    prompts: int
    prompts_sha256: str
    prompt_set: str
    opened_at: str
    # Of documents that were frozen before there was a choice: close.
    end_decided: str = ""
    end_then: str = "close"

    @property
    def text(self) -> str:
        """The document: JSON with sorted names, two spaces, plain signs and one line's end."""
        return json.dumps(records.to_plain(self), sort_keys=True, indent=2) + "\n"


def from_text(text: str) -> Preregistration:
    """Return what a document says.

    Raises
    ------
    records.Unreadable, ValueError
        It is no such document.
    """
    return records.from_plain(Preregistration, json.loads(text))


def digest(text: str) -> str:
    """Return the SHA-256 of a document, as `sha256sum` of the file says it."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_prompts(fingerprints: list[str]) -> str:
    """Return one hash for all prompts, whatever order they came in."""
    return hashlib.sha256(
        "".join(f"{each}\n" for each in sorted(fingerprints)).encode()
    ).hexdigest()


@dataclass(frozen=True)
class Deviation:
    """Something that came otherwise than declared: a code, and what there is to say of it.

    `configurations_added`, `configurations_retired`, `configurations_changed`, `prompts_added`,
    `prompts_changed`, `settings_changed` (`names` are fields), `end_moved`, `excluded_by_hand` and
    `lifted_by_hand` (`number` judgements), `closed_early`, `unsealed_early` (`names` say who).
    """

    code: str
    names: tuple[str, ...] = ()
    number: int = 0
    at: datetime | None = None
    because: str = ""


@dataclass(frozen=True)
class Since:
    """What happened by hand since a study opened, beside what its rows say now."""

    # Judgements left out by hand, the reasons, and those that count again.
    excluded: int = 0
    reasons: tuple[str, ...] = ()
    lifted: int = 0
    closed_early_at: datetime | None = None
    unsealed_early_at: datetime | None = None
    unsealed_by: str = ""
    unsealed_because: str = ""


def deviations(
    before: Preregistration, now: Preregistration, since: Since
) -> tuple[Deviation, ...]:
    """Return what deviates from a registered study, in the order one would tell it."""
    found = [*_of_configurations(before, now), *_of_prompts(before, now)]
    changed = tuple(
        name for name in _SETTINGS if getattr(before, name) != getattr(now, name)
    ) + tuple(
        each.name
        for each in fields(Plan)
        if getattr(before.plan, each.name) != getattr(now.plan, each.name)
    )
    if changed:
        found.append(Deviation("settings_changed", changed, len(changed)))
    if any(getattr(before, name) != getattr(now, name) for name in _ENDS):
        found.append(Deviation("end_moved"))
    if since.excluded:
        because = "; ".join(since.reasons)
        found.append(Deviation("excluded_by_hand", number=since.excluded, because=because))
    if since.lifted:
        found.append(Deviation("lifted_by_hand", number=since.lifted))
    if since.closed_early_at is not None:
        found.append(Deviation("closed_early", at=since.closed_early_at))
    if since.unsealed_early_at is not None:
        found.append(
            Deviation(
                "unsealed_early",
                (since.unsealed_by,),
                at=since.unsealed_early_at,
                because=since.unsealed_because,
            )
        )
    return tuple(found)


_ENDS = ("end_votes", "end_date", "end_decided", "end_then")
_SETTINGS = ("title", "instructions", "question", "margin", "exclusions", "is_sealed")


def _of_configurations(before: Preregistration, now: Preregistration) -> list[Deviation]:
    then = {each.name: each.fingerprint for each in before.configurations}
    here = {each.name: each.fingerprint for each in now.configurations}
    every = {
        "configurations_added": [name for name in here if name not in then],
        "configurations_retired": [name for name in then if name not in here],
        "configurations_changed": [
            name for name in then if name in here and then[name] != here[name]
        ],
    }
    return [
        Deviation(code, tuple(names[:MOST_NAMED]), len(names))
        for code, names in every.items()
        if names
    ]


def _of_prompts(before: Preregistration, now: Preregistration) -> list[Deviation]:
    if now.prompts > before.prompts:
        return [Deviation("prompts_added", number=now.prompts - before.prompts)]
    if now.prompts_sha256 != before.prompts_sha256:
        return [Deviation("prompts_changed")]
    return []
