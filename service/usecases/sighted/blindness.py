"""Finds out whether blindness held: closing questions and flags, in figures and words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from service.domain import sitting
from service.stats.blinding import bang_index, same_author
from service.stats.guesses import Guesses, right_by_chance
from service.stats.proportions import Estimate, holm
from service.store import flags, hunches, leaderboards, studies
from service.store.flags import Seen
from service.store.hunches import Answered
from service.store.models import Study

LABEL = "label"
# Fewer answers than these show a plain style only, so nothing is said for blindness.
FEWEST_ANSWERS = 20
ENOUGH_ANSWERS = 80
DOUBTFUL = 0.05
# Of the matchups that raters looked at; and so many of them at least.
DOUBTFUL_FLAGS = 0.1
FEWEST_FLAGS = 3
FEWEST_LABELS = 2


@dataclass(frozen=True)
class BlindnessBasis:
    """What raters answered after finishing and what they flagged, by configurations."""

    asks_authors: bool
    # Configurations by the label that stands for them, and the names of all by id.
    labels: Mapping[str, str]
    plain_names: Mapping[int, str]
    names: Mapping[int, str]
    answers: Sequence[Answered]
    seen: Sequence[Seen]


def load(session: Session, study: Study) -> BlindnessBasis:
    """Return what tells how blind a study was."""
    options = sitting.from_stored(study.options)
    return BlindnessBasis(
        asks_authors=options.asks_authors,
        labels=options.labels,
        plain_names={row.id: row.name for row in studies.configurations(session, study.id)},
        names=leaderboards.configuration_names(session, study.id),
        answers=hunches.answered(session, study),
        seen=flags.seen(session, study),
    )


def compute(basis: BlindnessBasis) -> dict[str, Any]:
    """Return the check as plain values: its state, its sentences and what they rest on."""
    authors, authors_found = _authors(basis)
    labels, labels_found = _labels(basis)
    flagged = _flags(basis)
    parts = {"answers about authors": authors_found, "guessed labels": labels_found}
    given = {what: found for what, found in parts.items() if found.number}
    adjusted = holm([found.p_value for found in given.values()])
    doubts = [
        f"{found.right} of {found.number} {what} were right, where guessing gives "
        f"{found.expected:.0f}"
        for (what, found), p_value in zip(given.items(), adjusted, strict=True)
        if p_value < DOUBTFUL
    ]
    many = flagged["flags"] >= max(FEWEST_FLAGS, DOUBTFUL_FLAGS * flagged["of"])
    state, said = _verdict(basis, given, doubts, many_flags=many)
    return {
        "state": state,
        "sentences": [said, *_of_number(state, given), _of_flags(flagged)],
        "authors": authors,
        "labels": labels,
        "flags": flagged,
    }


def _verdict(
    basis: BlindnessBasis, given: Mapping[str, Guesses], doubts: list[str], *, many_flags: bool
) -> tuple[str, str]:
    """Return whether blindness held, in one word for programs and one sentence for people."""
    if doubts or many_flags:
        because = "; ".join(doubts) or "many matchups were flagged"
        return "in_doubt", f"Blindness is in doubt: {because}."
    if not given:
        if basis.asks_authors or basis.labels:
            return "no_answers", (
                "Whether raters could tell who wrote what is not known yet: "
                "they are asked after finishing, and nobody has answered."
            )
        return "not_asked", "This study does not ask raters whether they can tell who wrote what."
    several = len(given) > 1
    rights = " and ".join(
        f"{found.right} of {found.number} {what if several else 'answers'}"
        for what, found in given.items()
    )
    if max(found.number for found in given.values()) < FEWEST_ANSWERS:
        return "too_few", (
            "There are too few answers to say whether raters could tell who wrote what: "
            f"{rights} were right."
        )
    if all(found.right <= round(found.expected) for found in given.values()):
        said = f"Raters could not tell who wrote what: {rights} were right, as guessing would be."
    else:
        by_luck = " and ".join(f"{found.expected:.0f}" for found in given.values())
        said = (
            f"There is no sign that raters could tell who wrote what: {rights} were right, "
            f"where guessing gives {by_luck}; that may be luck."
        )
    return "as_guessing", said


def _of_number(state: str, given: Mapping[str, Guesses]) -> list[str]:
    """Say what so many answers can show: of 80, seven in ten right are seen 19 times of 20."""
    if state != "as_guessing" or max(found.number for found in given.values()) >= ENOUGH_ANSWERS:
        return []
    return ["So few answers show a plain style; a faint one could go unnoticed."]


def _of_flags(flagged: Mapping[str, Any]) -> str:
    if not flagged["flags"]:
        return "Nobody flagged “I can tell who wrote this”."
    times = f"{flagged['flags']} of {flagged['of']} matchups"
    return f"“I can tell who wrote this” was flagged on {times}."


def _authors(basis: BlindnessBasis) -> tuple[dict[str, Any] | None, Guesses]:
    """Return what became of "by the same author?", over all and for each configuration."""
    asked = [answer for answer in basis.answers if answer.second_id is not None]
    table = _author_table(asked)
    found = right_by_chance(table)
    if not asked:
        return None, found
    rows = []
    for identity, name in basis.names.items():
        own = [one for one in asked if identity in (one.first_id, one.second_id)]
        if own:
            rows.append({"configuration": name, **_recognition(_author_table(own))})
    unsure = sum(one.number for one in asked if one.answer == sitting.UNSURE)
    return {
        **found.to_dict(),
        "unsure": unsure,
        **_recognition(table),
        "by_configuration": rows,
    }, found


def _author_table(asked: Sequence[Answered]) -> list[list[int]]:
    """Return answers, same and different, about texts of the same author and of different ones."""
    counts: Counter[tuple[bool, str]] = Counter()
    for one in asked:
        counts[one.first_id == one.second_id, one.answer] += one.number
    same, different, _ = sitting.AUTHOR_ANSWERS
    return [[counts[truth, said] for said in (same, different)] for truth in (True, False)]


def _recognition(table: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Return how much more often "same" is said where it is true than where it is not."""
    same, different = ((row[0], row[1]) for row in table)
    found = same_author(same, different)
    asked_both = all(map(sum, (same, different)))
    return {
        "answers": sum(map(sum, table)),
        "recognised": found.recognition.value if asked_both else None,
        **_ends(found.recognition, is_known=asked_both),
    }


def _labels(basis: BlindnessBasis) -> tuple[dict[str, Any] | None, Guesses]:
    """Return what became of guesses of labels, over all and for each configuration."""
    named = list(dict.fromkeys(basis.labels.values()))
    place = {name: at for at, name in enumerate(named)}
    table = np.zeros((len(named), len(named)), dtype=np.int64)
    unsure = np.zeros(len(named), dtype=np.int64)
    for one in basis.answers:
        at = place.get(basis.plain_names.get(one.first_id, ""))
        if one.kind != LABEL or at is None:
            continue
        if one.answer == sitting.UNSURE:
            unsure[at] += one.number
        elif one.answer in basis.labels:
            table[at, place[basis.labels[one.answer]]] += one.number
    if len(named) < FEWEST_LABELS or not (table.sum() + unsure.sum()):
        return None, Guesses(0, 0, 0.0, 1.0)
    found = right_by_chance(table)
    rows = []
    for at, name in enumerate(named):
        right, wrong = int(table[at, at]), int(table[at].sum() - table[at, at])
        bang = bang_index(right, wrong, int(unsure[at]), names=len(named))
        if right + wrong + bang.unsure:
            rows.append(
                {
                    "configuration": name,
                    "right": right,
                    "wrong": wrong,
                    "unsure": bang.unsure,
                    "bang": bang.index.value,
                    **_ends(bang.index, is_known=True),
                }
            )
    return {**found.to_dict(), "unsure": int(unsure.sum()), "by_configuration": rows}, found


def _flags(basis: BlindnessBasis) -> dict[str, Any]:
    """Return how many matchups were flagged "I can tell who wrote this", and with whom in them."""
    flagged: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for row in basis.seen:
        for identity in (row.first_id, row.second_id):
            seen[identity] += row.number
            flagged[identity] += row.number * row.is_flagged
    return {
        "flags": flagged.total() // 2,
        "of": seen.total() // 2,
        "by_configuration": [
            {"configuration": name, "flags": flagged[identity], "of": seen[identity]}
            for identity, name in basis.names.items()
            if seen[identity]
        ],
    }


def _ends(interval: Estimate, *, is_known: bool) -> dict[str, float | None]:
    return {
        "low": float(interval.lower) if is_known else None,
        "high": float(interval.upper) if is_known else None,
    }
