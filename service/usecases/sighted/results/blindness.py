"""Finds out whether blindness held, from closing questions and flags, in figures and codes.

Closing questions are asked after finishing: are two texts by the same author, and, where the study
has labels, which label belongs to a text. Needs numpy.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain import beside_votes, sitting
from service.domain.beside_votes import Answers, Blinding, FlagRow, Flags, Recognised
from service.stats.guesses import FIRST_LOOK, LOOKS, Asked, Look, expected_right, find_looks
from service.stats.proportions import difference, exceeds, holm
from service.store import closing_questions, flags, leaderboards, studies
from service.store.closing_questions import About, Answered
from service.store.flags import Seen
from service.store.models import Study

DOUBTFUL = 0.05
# Of the matchups that raters looked at; and so many of them at least.
DOUBTFUL_FLAGS = 0.1
FEWEST_FLAGS = 3
FEWEST_LABELS = 2
LABEL = "label"
SAME, DIFFERENT, _ = sitting.AUTHOR_ANSWERS


@dataclass(frozen=True)
class _Guess:
    """One closing question that was answered: about what, what is true, what was said."""

    first: About
    second: About | None
    truth: int
    said: int


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
    answers = closing_questions.answered(session, study)
    return BlindnessBasis(
        asks_authors=options.asks_authors,
        labels=options.labels,
        plain_names={row.id: row.name for row in studies.configurations(session, study.id)},
        names=leaderboards.configuration_names(session, study.id),
        answers=answers,
        texts=closing_questions.texts_beside(session, study.id, answers),
        seen=flags.seen(session, study),
        can_pair=bool(answers) or closing_questions.can_pair(session, study.id),
    )


def compute(basis: BlindnessBasis) -> Blinding:
    """Return whether blindness held, and what that rests on."""
    authors, labels = _answers(basis)
    flagged = _flags(basis)
    asked = [part for part in (authors, labels) if part is not None]
    return Blinding(
        state=_state(basis, asked, flagged),
        first_look=FIRST_LOOK,
        one_prompt=basis.asks_authors and not basis.can_pair,
        authors=authors,
        labels=labels,
        flags=flagged,
    )


def _state(basis: BlindnessBasis, asked: Sequence[Answers], flagged: Flags) -> str:
    given = [part for part in asked if part.number]
    if any(part.doubt for part in given) or flagged.are_many or flagged.doubtful:
        return "in_doubt"
    if any(part.looks for part in given):
        return "no_sign"
    if given or any(part.unsure for part in asked):
        return "too_few"
    is_asked = basis.labels or (basis.asks_authors and basis.can_pair)
    return "no_answers" if is_asked else "not_asked"


def _answers(basis: BlindnessBasis) -> tuple[Answers | None, Answers | None]:
    """Return both kinds of questions, which share the chance of a false alarm where both are."""
    has_labels = len(set(basis.labels.values())) >= FEWEST_LABELS
    has_authors = basis.asks_authors or any(one.second is not None for one in basis.answers)
    level = DOUBTFUL / max(1, has_labels + has_authors)
    meant = basis.labels if has_labels else {}
    return (
        _of_authors(basis.answers, basis.texts, basis.names, level),
        _of_labels(basis.answers, basis.texts, basis.plain_names, meant, level),
    )


def _of_authors(
    answers: Sequence[Answered], texts: Sequence[About], names: Mapping[int, str], level: float
) -> Answers | None:
    """Return what became of "by the same author?", over all and for each configuration."""
    asked = [one for one in answers if one.second is not None]
    place = {
        identity: at
        for at, identity in enumerate(sorted({about.configuration_id for about in texts}))
    }
    guesses = [
        _Guess(
            one.first,
            one.second,
            int(one.first.configuration_id == one.second.configuration_id),
            int(one.answer == SAME),
        )
        for one in asked
        if one.second is not None and one.answer in (SAME, DIFFERENT)
    ]
    rows = []
    for identity, name in names.items():
        own = [
            one
            for one in guesses
            if one.second and identity in (one.first.configuration_id, one.second.configuration_id)
        ]
        if own:
            recognised, low, high = _recognised(own, 1)
            rows.append(Recognised(name, len(own), recognised, low, high))
    found = _part(
        asked, guesses, _looks(guesses, texts, place, level), rows, [names[key] for key in place]
    )
    if found is None:
        return None
    recognised, low, high = _recognised(guesses, 1)
    return replace(found, recognised=recognised, low=low, high=high)


def _of_labels(
    answers: Sequence[Answered],
    texts: Sequence[About],
    plain_names: Mapping[int, str],
    meant: Mapping[str, str],
    level: float,
) -> Answers | None:
    """Return what became of guessed labels, `meant` by label, over all and by configuration."""
    named = list(dict.fromkeys(meant.values()))
    at = {name: place for place, name in enumerate(named)}
    place = {key: at[name] for key, name in plain_names.items() if name in at}
    asked = [one for one in answers if one.kind == LABEL and one.first.configuration_id in place]
    guesses = [
        _Guess(one.first, None, place[one.first.configuration_id], at[meant[one.answer]])
        for one in asked
        if one.answer in meant
    ]
    rows = []
    for code, name in enumerate(named):
        own = [one.said for one in guesses if one.truth == code]
        unsure = sum(place[one.first.configuration_id] == code for one in asked) - len(own)
        if own or unsure:
            by_habit = sum(one.said == code for one in guesses) / max(len(guesses), 1)
            recognised, low, high = _recognised(guesses, code)
            rows.append(
                Recognised(
                    name,
                    len(own),
                    recognised,
                    low,
                    high,
                    right=own.count(code),
                    expected=len(own) * by_habit,
                    unsure=unsure,
                )
            )
    shown = [about for about in texts if about.configuration_id in place]
    return _part(asked, guesses, _looks(guesses, shown, place, level), rows, named)


def _part(
    asked: Sequence[Answered],
    guesses: Sequence[_Guess],
    looks: Sequence[Look],
    rows: Sequence[Recognised],
    names: Sequence[str],
) -> Answers | None:
    """Return what became of one kind of question; None where nobody was asked it."""
    if not asked:
        return None
    last = looks[-1].answers if looks else None
    has_more = last is not None and len(guesses) > last and len(looks) < LOOKS
    return Answers(
        right=sum(one.truth == one.said for one in guesses),
        number=len(guesses),
        expected=expected_right([one.truth for one in guesses], [one.said for one in guesses]),
        unsure=len(asked) - len(guesses),
        looks=tuple(_plain(look, names) for look in looks),
        next_look=2 * last if last is not None and has_more else None,
        by_configuration=tuple(rows),
    )


def _plain(look: Look, names: Sequence[str]) -> beside_votes.Look:
    return beside_votes.Look(
        answers=look.answers,
        counted=look.counted,
        right=look.right,
        expected=look.expected,
        more=look.more,
        fewer=look.fewer,
        level=look.level,
        these_texts=look.these_texts,
        configuration=None if look.item is None else names[look.item],
    )


def _looks(
    guesses: Sequence[_Guess],
    texts: Sequence[About],
    place: Mapping[int, int],
    level: float,
) -> tuple[Look, ...]:
    at = {about.id: number for number, about in enumerate(texts)}
    second = [at[one.second.id] for one in guesses if one.second is not None]
    asked = Asked.of(
        [place[about.configuration_id] for about in texts],
        [about.prompt_id for about in texts],
        [at[one.first.id] for one in guesses],
        [one.said for one in guesses],
        second or None,
    )
    return find_looks(asked, level=level)


def _recognised(
    guesses: Sequence[_Guess], code: int
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Return how much more often this is said where it is true than where it is not.

    Its interval takes answers as independent, though raters gave several each.
    """
    of = [
        [one.said == code for one in guesses if (one.truth == code) is it] for it in (True, False)
    ]
    if not all(of):
        return None, None, None
    found = difference((sum(of[0]), sum(of[1])), (len(of[0]), len(of[1])))
    return float(found.value), float(found.lower), float(found.upper)


def _flags(basis: BlindnessBasis) -> Flags:
    """Return how many matchups were flagged "I can tell who wrote this", and with whom in them."""
    flagged: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for row in basis.seen:
        for identity in (row.first_id, row.second_id):
            seen[identity] += row.number
            flagged[identity] += row.number * row.is_flagged
    number, of = flagged.total() // 2, seen.total() // 2
    rows = tuple(
        FlagRow(name, flagged[identity], seen[identity])
        for identity, name in basis.names.items()
        if seen[identity]
    )
    are_many = number > 0 and number >= max(FEWEST_FLAGS, DOUBTFUL_FLAGS * of)
    return Flags(
        flags=number,
        of=of if basis.seen else None,
        are_many=are_many,
        doubtful=() if are_many else _doubtful(rows),
        by_configuration=rows,
    )


def _doubtful(rows: Sequence[FlagRow]) -> tuple[str, ...]:
    """Return who was flagged too often, allowing for one of many being so by chance."""
    if not any(row.flags for row in rows):
        return ()
    p_values = exceeds([row.flags for row in rows], [row.of for row in rows], DOUBTFUL_FLAGS)
    doubtful = [
        row
        for row, p in zip(rows, holm(p_values), strict=True)
        if row.flags >= FEWEST_FLAGS and p < DOUBTFUL
    ]
    if not doubtful:
        return ()
    # Whoever stands beside one that gives itself away is flagged with it: the most often alone.
    most = max(row.flags / row.of for row in doubtful)
    return tuple(row.configuration for row in doubtful if row.flags / row.of == most)
