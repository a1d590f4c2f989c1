"""Finds out whether blindness held: closing questions and flags, in figures and words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.domain import sitting
from service.stats.guesses import FIRST_LOOK, LOOKS, Look
from service.stats.proportions import exceeds, holm
from service.store import flags, leaderboards, studies
from service.store import hunches as answered
from service.store.flags import Seen
from service.store.hunches import About, Answered
from service.store.models import Study
from service.usecases.sighted.results import hunches
from service.usecases.sighted.results.hunches import Part

# Of this many answers, seven in ten right are nearly always seen; fewer show a plain style only.
ENOUGH_ANSWERS = 160
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
    # All texts for the prompts that answers are about.
    texts: Sequence[About]
    seen: Sequence[Seen]
    # Whether there are texts for two prompts, without which nobody is asked about authors.
    can_pair: bool = True


def load(session: Session, study: Study) -> BlindnessBasis:
    """Return what tells how blind a study was."""
    options = sitting.from_stored(study.options)
    answers = answered.answered(session, study)
    return BlindnessBasis(
        asks_authors=options.asks_authors,
        labels=options.labels,
        plain_names={row.id: row.name for row in studies.configurations(session, study.id)},
        names=leaderboards.configuration_names(session, study.id),
        answers=answers,
        texts=answered.texts_beside(session, study.id, answers),
        seen=flags.seen(session, study),
        can_pair=bool(answers) or answered.can_pair(session, study.id),
    )


def compute(basis: BlindnessBasis) -> dict[str, Any]:
    """Return the check as plain values: its state, its sentences and what they rest on."""
    authors, labels = _parts(basis)
    flagged = _flags(basis)
    state, sentences = _verdict(basis, [authors, labels], flagged)
    return {
        "state": state,
        "sentences": [*sentences, _of_flags(flagged)],
        "authors": authors.figures,
        "labels": labels.figures,
        "flags": flagged,
    }


def _parts(basis: BlindnessBasis) -> tuple[Part, Part]:
    """Return both kinds of questions, which share the chance of a false alarm where both are."""
    has_labels = len(set(basis.labels.values())) >= FEWEST_LABELS
    has_authors = basis.asks_authors or any(one.second is not None for one in basis.answers)
    level = DOUBTFUL / max(1, has_labels + has_authors)
    meant = basis.labels if has_labels else {}
    return (
        hunches.authors(basis.answers, basis.texts, basis.names, level),
        hunches.labels(basis.answers, basis.texts, basis.plain_names, meant, level),
    )


def _verdict(
    basis: BlindnessBasis, parts: Sequence[Part], flagged: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """Return whether blindness held: one word for programs, sentences for people."""
    given = [part for part in parts if part.number]
    doubts = {part.what: found for part in given if (found := _doubt(part)) is not None}
    because = [_why(part, doubts[part.what]) for part in given if part.what in doubts]
    because += _often_flagged(flagged)
    if because:
        said = [f"Blindness is in doubt: {'; '.join(because)}."]
        if any(look.these_texts for look in doubts.values()):
            said.append("With so few prompts this speaks for these texts only.")
        return "in_doubt", said
    if not given:
        unsure = sum(part.figures["unsure"] for part in parts if part.figures)
        return _of_nothing(basis, unsure)
    return _of_no_doubt(given)


def _of_no_doubt(given: Sequence[Part]) -> tuple[str, list[str]]:
    looked = [part for part in given if part.looks]
    few = [
        f"{part.right} of {part.number} {part.what if len(given) > 1 else 'answers'}"
        for part in given
        if not part.looks
    ]
    if not looked:
        said = "There are too few answers to say whether raters could tell who wrote what: "
        return "too_few", [f"{said}{' and '.join(few)} were right, and it takes {FIRST_LOOK}."]
    figures = "; ".join(_figures(part, part.looks[-1]) for part in looked)
    is_above = any(part.looks[-1].right > round(part.looks[-1].expected) for part in looked)
    luck = "; that may be luck." if is_above else "."
    sentences = [f"There is no clear sign that raters could tell who wrote what: {figures}{luck}"]
    sentences += [f"{part} were right, too few to say more." for part in few]
    return "no_sign", [*sentences, *_of_number(looked)]


def _of_nothing(basis: BlindnessBasis, unsure: int) -> tuple[str, list[str]]:
    if unsure:
        said = "Nobody ventured to say who wrote what: "
        return "too_few", [f"{said}{unsure} of {unsure} answers were “not sure”."]
    if basis.labels or (basis.asks_authors and basis.can_pair):
        return "no_answers", [
            (
                "Whether raters could tell who wrote what is not known yet: "
                "they are asked after finishing, and nobody has answered."
            )
        ]
    if basis.asks_authors:
        return "not_asked", [
            (
                "Raters are not asked whether they can tell who wrote what: "
                "that takes texts for two prompts."
            )
        ]
    return "not_asked", ["This study does not ask raters whether they can tell who wrote what."]


def _doubt(part: Part) -> Look | None:
    """Return the newest look that found more or fewer right than chance gives."""
    found = [look for look in part.looks if look.is_more or look.is_fewer]
    return found[-1] if found else None


def _why(part: Part, look: Look) -> str:
    said = _figures(part, look)
    if look.is_fewer:
        return f"raters told texts apart, but took them for the wrong ones: {said}"
    return said


def _figures(part: Part, look: Look) -> str:
    """Say how many were right, of how many when it was looked at, and what chance gives."""
    by_luck = f"where guessing gives {look.expected:.0f}"
    if look.item is not None:
        whose = f"{part.what} with {part.names[look.item]}"
        return f"{look.right} of {look.counted} {whose} were right, {by_luck}"
    if look.answers == part.number:
        return f"{look.right} of {look.answers} {part.what} were right, {by_luck}"
    return f"{look.right} of the first {look.answers} {part.what} were right, {by_luck}"


def _of_number(looked: Sequence[Part]) -> list[str]:
    """Say what so few answers can show, and when those that came since are looked at."""
    said = []
    if any(part.looks[-1].answers < ENOUGH_ANSWERS for part in looked):
        said.append("So few answers show a plain style; a faint one could go unnoticed.")
    for part in looked:
        last = part.looks[-1].answers
        if part.number > last and len(part.looks) < LOOKS:
            said.append(f"The next look is at {2 * last} {part.what}; there are {part.number}.")
    return said


def _often_flagged(flagged: Mapping[str, Any]) -> list[str]:
    """Say who was flagged too often, allowing for one of many being so by chance."""
    if not flagged["flags"]:
        return []
    rows = [row for row in flagged["by_configuration"] if row["flags"] >= FEWEST_FLAGS]
    every = flagged["by_configuration"]
    p_values = exceeds(
        [row["flags"] for row in every], [row["of"] for row in every], DOUBTFUL_FLAGS
    )
    doubtful = [
        row for row, p in zip(every, holm(p_values), strict=True) if row in rows and p < DOUBTFUL
    ]
    if flagged["flags"] >= max(FEWEST_FLAGS, DOUBTFUL_FLAGS * flagged["of"]):
        return [f"many matchups were flagged ({flagged['flags']} of {flagged['of']})"]
    if not doubtful:
        return []
    # Whoever stands beside one that gives itself away is flagged with it: the most often alone.
    most = max(row["flags"] / row["of"] for row in doubtful)
    named = [row for row in doubtful if row["flags"] / row["of"] == most]
    return [
        f"{row['configuration']} was flagged on {row['flags']} of its {row['of']} matchups"
        for row in named
    ]


def _of_flags(flagged: Mapping[str, Any]) -> str:
    if not flagged["flags"]:
        return "Nobody whose votes count flagged “I can tell who wrote this”."
    times = f"{flagged['flags']} of {flagged['of']} matchups"
    return f"“I can tell who wrote this” was flagged on {times}."


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
        "of": seen.total() // 2 if basis.seen else None,
        "by_configuration": [
            {"configuration": name, "flags": flagged[identity], "of": seen[identity]}
            for identity, name in basis.names.items()
            if seen[identity]
        ],
    }
