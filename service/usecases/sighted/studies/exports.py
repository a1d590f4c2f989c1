"""Gathers a study's preferences for export: one record for each two texts that were judged."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.domain.marks import wanted_of
from service.domain.vote import Outcome
from service.formats.exports import record
from service.formats.exports.record import Judged, Message, VoteTold
from service.store import leaderboards, models, preferences, prompts, studies, submissions
from service.store.preferences import CountedVote, Text
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold, read
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.results.witnesses import UnknownConfiguration

# Prompts whose votes and texts are in memory at the same time.
BATCH = 100
Pair = tuple[int, int]
Texts = tuple[tuple[str, ...], tuple[str, ...]]


class _Said(NamedTuple):
    """Two answers as far as they were judged: up to so many turns of the prompt."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    turns: int


@dataclass(frozen=True)
class _Marks:
    grades: Mapping[Pair, tuple[float, float]]
    leads: Mapping[Pair, Mapping[int, float]]
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class _Names:
    """What configurations are called, and raters: by a hash under a key, each made once."""

    configurations: Mapping[int, str]
    key: bytes
    raters: dict[str, str] = field(default_factory=dict)

    def who_wrote(self, texts: Iterable[Text]) -> tuple[str, ...]:
        return tuple(sorted({self.configurations[each.configuration_id] for each in texts}))

    def of_rater(self, pseudonym: str) -> str:
        if pseudonym not in self.raters:
            digest = hmac.new(self.key, pseudonym.encode(), hashlib.sha256).hexdigest()
            self.raters[pseudonym] = digest[:12]
        return self.raters[pseudonym]


# An outcome by its name, as it is and with the two answers exchanged.
_OUTCOMES = {
    (str(outcome), is_kept): outcome if is_kept else outcome.exchanged
    for outcome in Outcome
    for is_kept in (True, False)
}


@dataclass(frozen=True)
class _Told:
    """A prompt with its votes, the pairs that were graded, and all texts by completion."""

    prompt: models.Prompt
    votes: list[CountedVote]
    graded: set[Pair]
    texts: Mapping[int, Text]


@dataclass(frozen=True)
class _Records:
    """A study's records, read anew each time that somebody goes through them."""

    session: Session
    study: models.Study
    key: bytes

    def __iter__(self) -> Iterator[Judged]:
        return _records(self.session, self.study, self.key)


def of_study(session: Session, name: str, key: bytes) -> Iterable[Judged]:
    """Return what the counted votes say of each two texts, a batch of prompts in memory.

    It may be gone through again. Texts decide what belongs together, whatever completion they
    stand in; contents alone decide the order. Raters are named by a hash under `key`.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = find(session, name)
    refuse_sealed(study)
    return _Records(session, study, key)


def refuse_sealed(study: models.Study) -> None:
    """Raise `StudySealed` where nothing of a study may come out yet."""
    if read.is_sealed(study):
        raise StudySealed("This study is sealed: nothing is exported before its stop rule is met.")


def fingerprints(session: Session, name: str) -> dict[str, str]:
    """Return what each configuration was, by its name and revision: the lineage of an export."""
    rows = studies.configurations(session, find(session, name).id)
    return {f"{row.name} (revision {row.revision})": row.fingerprint for row in rows}


def suggested(session: Session, name: str, key: bytes) -> dict[str, list[str]]:
    """Return who suggested those of a study's prompts that raters did: keyed hashes, by its id."""
    study = find(session, name)
    called = _Names({}, key)
    keys = prompts.keys(session, study.id)
    found = submissions.submitters(session, study.id)
    told = {keys[one]: sorted(map(called.of_rater, found[one])) for one in found}
    return dict(sorted(told.items()))


def names(session: Session, name: str) -> list[str]:
    """Return what a study's configurations are called.

    Raises
    ------
    UnknownStudy
    """
    rows = studies.configurations(session, find(session, name).id)
    return sorted({row.name for row in rows})


def check_names(session: Session, name: str, configurations: Sequence[str]) -> None:
    """Raise `UnknownConfiguration` unless the study has a configuration of each name."""
    known = names(session, name)
    for wanted in configurations:
        if wanted not in known:
            raise UnknownConfiguration(
                "The study has no configuration %(name)s. There are: %(known)s.",
                name=repr(wanted),
                known=", ".join(known),
            )


def _records(session: Session, study: models.Study, key: bytes) -> Iterator[Judged]:
    names = _Names(leaderboards.configuration_names(session, study.id), key)
    asked = wanted_of(study.options)
    marks = _Marks(
        fold.grades_by_matchup(session, study) if asked.wants_grades else {},
        fold.leads_by_matchup(session, study) if asked.criteria else {},
        tuple(asked.criteria),
    )
    prompt_ids = preferences.prompts_in_order(session, study.id)
    for start in range(0, len(prompt_ids), BATCH):
        batch = prompt_ids[start : start + BATCH]
        asked_for = preferences.asked(session, batch)
        votes: dict[int, list[CountedVote]] = defaultdict(list)
        for vote in preferences.counted(session, study.id, batch):
            votes[vote.prompt_id].append(vote)
        pairs: dict[int, set[Pair]] = defaultdict(set)
        for prompt_id, pair in preferences.graded(session, batch) if marks.grades else ():
            if pair in marks.grades:
                pairs[prompt_id].add(pair)
        ids = {each for found in pairs.values() for pair in found for each in pair}
        for cast in votes.values():
            ids |= {each for vote in cast for each in vote[1:3]}
        texts = preferences.texts(session, sorted(ids))
        for prompt_id in batch:
            told = _Told(asked_for[prompt_id], votes[prompt_id], pairs[prompt_id], texts)
            found = _of_prompt(told, names, marks)
            yield from sorted(found, key=lambda judged: judged.pair_id)
        session.expunge_all()


def _of_prompt(told: _Told, names: _Names, marks: _Marks) -> Iterator[Judged]:
    """Yield a record for each two texts; completions with the same text are one."""
    cast: dict[_Said, list[VoteTold]] = defaultdict(list)
    judged: dict[_Said, set[Pair]] = defaultdict(set)
    whole = len(told.prompt.turns)
    for pair in told.graded:
        texts, is_kept = _in_order(told.texts, pair, whole)
        judged[_Said(*texts, whole)].add(pair if is_kept else pair[::-1])
    order: dict[tuple[Pair, int], tuple[Texts, bool]] = {}
    for vote in told.votes:
        pair = vote.first_completion_id, vote.second_completion_id
        turns = vote.about_turn or whole
        if (pair, turns) not in order:
            texts, is_kept = order[pair, turns] = _in_order(told.texts, pair, turns)
            judged[_Said(*texts, turns)].add(pair if is_kept else pair[::-1])
        texts, is_kept = order[pair, turns]
        cast[_Said(*texts, turns)].append(_vote(vote, names, is_kept=is_kept))
    for said, pairs in judged.items():
        first, second, turns = said
        asked = conversation(told.prompt, first, turns)
        by_side = [{told.texts[pair[place]] for pair in pairs} for place in (0, 1)]
        written = [names.who_wrote(by) for by in by_side]
        yield Judged(
            pair_id=record.pair_id(conversation(told.prompt, (), turns), first, second),
            prompt_key=told.prompt.key,
            split_key=record.split_key(asked),
            prompt=asked,
            first=first[-1] if first else "",
            second=second[-1] if second else "",
            first_configurations=written[0],
            second_configurations=written[1],
            votes=tuple(sorted(cast[said], key=_order)),
            turns=turns,
            differs_before=first[:-1] != second[:-1] or len(first) != len(second),
            is_cut_off=any(each.finish_reason == "length" for by in by_side for each in by),
            has_leak=any(each.has_leak for by in by_side for each in by),
            grades=_grades(pairs, marks),
            leads=_leads(pairs, marks),
        )


def _in_order(texts: Mapping[int, Text], pair: Pair, turns: int) -> tuple[Texts, bool]:
    """Return the texts of a pair up to a turn in the record's order, and whether it is its own."""
    first, second = (texts[each].turns[:turns] for each in pair)
    is_kept = record.comes_first(first, second)
    return (first, second) if is_kept else (second, first), is_kept


def conversation(
    prompt: models.Prompt, answers: tuple[str, ...], turns: int | None = None
) -> tuple[Message, ...]:
    """Return the messages that the last answer follows, as raters saw them, up to a turn.

    Context and variables stand before the first message; answers to earlier turns between the
    user's messages.
    """
    first = "\n\n".join(
        part
        for part in (
            prompt.context,
            "\n".join(f"{name}: {value}" for name, value in sorted(prompt.variables.items())),
            prompt.turns[0],
        )
        if part
    )
    messages = [Message("user", first)]
    for answer, turn in zip(answers[:-1], prompt.turns[1:], strict=False):
        messages += [Message("assistant", answer), Message("user", turn)]
    if not answers:
        messages += [Message("user", turn) for turn in prompt.turns[1:turns]]
    return tuple(messages)


def _vote(vote: CountedVote, names: _Names, *, is_kept: bool) -> VoteTold:
    return VoteTold(
        rater=names.of_rater(vote.pseudonym),
        outcome=_OUTCOMES[vote.outcome, is_kept],
        at=vote.voted_at,
        is_imported=vote.origin == "imported",
        is_flagged=vote.is_flagged,
    )


def _order(vote: VoteTold) -> tuple[str, datetime, str]:
    return vote.rater, vote.at, vote.outcome


def _grades(judged: set[Pair], marks: _Marks) -> tuple[float, float] | None:
    found = [
        grades if is_kept else grades[::-1]
        for pair in judged
        for is_kept in (True, False)
        if (grades := marks.grades.get(pair if is_kept else pair[::-1])) is not None
    ]
    if not found:
        return None
    return (
        sum(first for first, _ in found) / len(found),
        sum(second for _, second in found) / len(found),
    )


def _leads(judged: set[Pair], marks: _Marks) -> dict[str, float]:
    found: dict[int, list[float]] = defaultdict(list)
    for pair in judged:
        for sign, key in ((1, pair), (-1, pair[::-1])):
            for place, lead in marks.leads.get(key, {}).items():
                found[place].append(sign * lead)
    return {
        marks.criteria[place]: sum(leads) / len(leads) + 0.0
        for place, leads in sorted(found.items())
    }
