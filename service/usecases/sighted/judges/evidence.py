"""Lays out all that is known of a version of a judge, in plain rows, for whoever computes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from service.domain.judge import (
    GradedText,
    JudgedMatchup,
    JudgeEvidence,
    PersonVote,
    Pool,
    Verdict,
    family_of,
)
from service.domain.vote import Outcome
from service.store import completions, judgements, judges, models, prompts, studies, tallies
from service.store.judgements import Told
from service.usecases.sighted.judges import asking, finding, texts, verdicts
from service.usecases.sighted.results import read

MOST_VOTES = 200_000
_Texts = tuple[int, int]


def of(session: Session, study_name: str, name: str, number: int | None = None) -> JudgeEvidence:
    """Return what people and a version of a judge (the newest) said, matchup by matchup.

    Matchups are those the judge was asked of, those of its audit, and those somebody voted on.

    Raises
    ------
    UnknownStudy, UnknownJudge, StudySealed
    """
    read.unsealed(session, study_name)
    found = finding.find(session, study_name, name, number)
    study, version = found.study, found.version
    items = judges.items(session, found.judge.id)
    pool_of = {_texts_of(one): Pool(one.pool) for one in items}
    prompt_of = {_texts_of(one): one.prompt_id for one in items}
    votes: dict[_Texts, list[PersonVote]] = defaultdict(list)
    for vote in tallies.in_order(session, study.id, MOST_VOTES):
        votes[vote.texts].append(PersonVote(vote.rater, Outcome(vote.outcome)))
        prompt_of[vote.texts] = vote.prompt_id
    told: dict[_Texts, dict[bool, Told]] = defaultdict(dict)
    for one in judgements.of_version(session, version.id):
        told[one.texts][one.is_exchanged] = one
        prompt_of[one.texts] = one.prompt_id
    ids = {text for pair in prompt_of for text in pair}
    shown = texts.shown(session, study, ids)
    keys = prompts.keys(session, study.id)
    tags = prompts.tags(session, study.id)
    names = {one.id: one.name for one in studies.configurations(session, study.id)}
    whose = _whose(session, ids, names)
    seen = asking.shown_texts(session, version.id)
    return JudgeEvidence(
        judge=found.judge.name,
        version=str(version.number),
        model=str(studies.configuration(session, version.configuration_id).model),
        criterion=found.judge.criterion,
        family=family_of(str(studies.configuration(session, version.configuration_id).model)),
        families={
            one.name: family_of(one.model or "")
            for one in studies.configurations(session, study.id)
            if one.retired_at is None
        },
        matchups=tuple(
            JudgedMatchup(
                key=key_of(pair),
                prompt=keys[prompt_id],
                tags=tuple(tags.get(prompt_id, ())),
                first=whose[pair[0]],
                second=whose[pair[1]],
                first_length=_length(shown, pair[0]),
                second_length=_length(shown, pair[1]),
                votes=tuple(votes.get(pair, ())),
                forward=_verdict(told.get(pair, {}).get(False)),
                backward=_verdict(told.get(pair, {}).get(True)),
                pool=pool_of.get(pair),
            )
            for pair, prompt_id in sorted(prompt_of.items())
        ),
        grades=tuple(_grades(session, found, told, keys, whose)),
        is_dealt_at_random=study.dealing == "uniform",
        shown=tuple(key_of(pair) for pair in sorted(prompt_of) if seen & set(pair)),
    )


def key_of(pair: _Texts) -> str:
    """Return by what a matchup is known in evidence: its two completions."""
    return f"{pair[0]}-{pair[1]}"


def _texts_of(item: models.PooledMatchup) -> _Texts:
    return item.first_completion_id, item.second_completion_id


def _verdict(told: Told | None) -> Verdict | None:
    if told is None or told.said is None:
        return None
    return verdicts.verdict_of(told.said, is_exchanged=told.is_exchanged)


def _length(shown: texts.Texts, completion_id: int) -> int:
    return sum(len(turn) for turn in shown.answers.get(completion_id, ()))


def _whose(session: Session, ids: Iterable[int], names: Mapping[int, str]) -> dict[int, str]:
    ordered, found = sorted(ids), {}
    for start in range(0, len(ordered), 500):
        for row in completions.of_ids(session, ordered[start : start + 500]):
            found[row.id] = names[row.configuration_id]
    return found


def _grades(
    session: Session,
    found: finding.Found,
    told: Mapping[_Texts, Mapping[bool, Told]],
    keys: Mapping[int, str],
    whose: Mapping[int, str],
) -> Iterable[GradedText]:
    examples = {one.id for one in judges.examples(session, found.version.id)}
    for item, given in judges.grades(session, found.judge.id):
        pair = _texts_of(item)
        for place, grade in enumerate((given.first_grade, given.second_grade)):
            yield GradedText(
                key=f"{key_of(pair)}-{pair[place]}",
                prompt=keys[item.prompt_id],
                configuration=whose[pair[place]],
                rater=given.graded_by,
                grade=grade,
                judge_grade=_grade(told.get(pair, {}).values(), is_first=place == 0),
                reason=given.reason,
                was_shown=item.id in examples,
            )


def _grade(both: Iterable[Told], *, is_first: bool) -> float | None:
    """Return what the judge graded a text, the mean of both orders, None before it did."""
    given = [
        one.a_grade if is_first != one.is_exchanged else one.b_grade
        for one in both
        if one.a_grade is not None
    ]
    known = [grade for grade in given if grade is not None]
    return sum(known) / len(known) if known else None
