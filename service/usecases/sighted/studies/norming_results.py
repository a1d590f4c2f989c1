"""Shows what came of a study's panel, lets the study go on, and takes a split into a new draft."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import normed, sitting
from service.domain.normed import MOST_CRITERIA, Norming, Reasoned, Split, Stage
from service.domain.study import StudyState
from service.domain.vote import REASON_KINDS
from service.errors import Conflict, Invalid
from service.store import models, norming_panels, reasons, studies
from service.store.norming_panels import Drawn
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold, read
from service.usecases.sighted.results.fold import PanelAnswer
from service.usecases.sighted.studies import filing

MOST_NOTES = 20
_MOST_SIGNS = 60


class NothingHeld(Conflict):
    """The study does not wait for anybody: there is nothing to let go on."""


class CriteriaInvalid(Invalid):
    """Criteria that no study can have."""


def of_study(session: Session, name: str) -> Norming:
    """Return what came of a study's panel, the matchups that divide people first.

    While the study is sealed nothing in it tells which text people preferred: splits are told by
    the larger number, without the names of configurations, sides of reasons or words of raters.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    options = sitting.from_stored(study.options)
    found = Norming(
        study=study.name,
        title=study.title,
        stage=Stage.NOT_ASKED,
        wanted=options.norming,
        is_sealed=read.is_sealed(study),
        criteria=options.criteria,
    )
    if not options.norming:
        return found
    if study.state == StudyState.DRAFT:
        return replace(found, stage=Stage.DRAFT)
    panel = norming_panels.panel(session, study.id)
    if panel is None or panel.drawn_at is None:
        if study.state == StudyState.CLOSED:
            return replace(found, stage=Stage.NEVER)
        return replace(found, stage=Stage.WAITS, holds=panel is None)
    if not panel.size:
        return replace(found, stage=Stage.TOO_FEW)
    holds = options.norming_holds and panel.released_at is None and study.state == StudyState.OPEN
    found = replace(found, size=panel.size, holds=holds, released_by=panel.released_by)
    return _judged(session, study, found)


def _judged(session: Session, study: models.Study, found: Norming) -> Norming:
    answers, left_out = fold.panel_answers(session, study)
    splits = _splits(session, study, answers, is_sealed=found.is_sealed)
    each = Counter(answer.rater_id for answer in answers)
    return replace(
        found,
        stage=normed.stage_of(splits, len(each)),
        raters=len(each),
        done=sum(number >= found.size for number in each.values()),
        left_out=left_out,
        agreement=normed.agreed(splits),
        splits=tuple(sorted(splits, key=lambda one: (not one.divides, -one.against, one.prompt))),
        proposed=normed.proposed(splits, found.criteria),
    )


def _splits(
    session: Session, study: models.Study, answers: Sequence[PanelAnswer], *, is_sealed: bool
) -> list[Split]:
    given = defaultdict(list)
    for reason in reasons.of_assignments(session, [one.assignment_id for one in answers]):
        given[reason.assignment_id].append(reason)
    of_item = defaultdict(list)
    for answer in answers:
        of_item[answer.matchup_id].append(answer)
    return [
        _split(item, of_item[item.id], given, is_sealed=is_sealed)
        for item in norming_panels.drawn(session, study.id)
    ]


def _split(
    item: Drawn,
    answers: Sequence[PanelAnswer],
    given: dict[int, list[models.Reason]],
    *,
    is_sealed: bool,
) -> Split:
    """Return what was said of one matchup, its texts in the order of their hashes."""
    is_turned = (item.first_hash or "") > (item.second_hash or "")
    signs = Counter(-one.sign if is_turned else one.sign for one in answers)
    chips: Counter[tuple[str, int]] = Counter()
    notes = []
    for one in answers:
        for reason in given.get(one.assignment_id, ()):
            sign = -one.sign if is_turned else one.sign
            chips.update((kind, sign) for kind in reason.kinds)
            notes += [reason.note] if reason.note else []
    told = [
        Reasoned(kind, chips[kind, 1], chips[kind, -1], chips[kind, 0])
        for kind in REASON_KINDS
        if chips[kind, 1] or chips[kind, -1] or chips[kind, 0]
    ]
    texts = ("\n\n".join(item.first_turns), "\n\n".join(item.second_turns))
    names = (item.first, item.second)
    if is_turned:
        texts, names = texts[::-1], names[::-1]
    split = Split(
        prompt=item.prompt_key,
        prompt_text="\n\n".join(item.prompt_turns),
        texts=texts,
        names=names,
        one=signs[1],
        neither=signs[0],
        other=signs[-1],
        reasons=tuple(told),
        notes=tuple(notes[:MOST_NOTES]),
    )
    return _covered(split) if is_sealed else split


def _covered(split: Split) -> Split:
    """Return a split that says the same of both texts: how many stood against how many."""
    return replace(
        split,
        names=("", ""),
        one=max(split.one, split.other),
        other=min(split.one, split.other),
        reasons=tuple(Reasoned(one.kind, 0, 0, one.number) for one in split.reasons),
        notes=(),
    )


def go_on(session: Session, name: str, by: str, now: datetime) -> None:
    """Let a study go on: its panel waits for no further answer, and what comes after for nobody.

    Raises
    ------
    UnknownStudy, NothingHeld
    """
    study = studies.lock(session, find(session, name).id)
    if not of_study(session, study.name).holds:
        raise NothingHeld("The study waits for nobody: rating goes on by itself.")
    panel = norming_panels.begin(session, study.id)
    if panel.drawn_at is not None:
        panel.released_at, panel.released_by = now, by


def split(session: Session, name: str, title: str, criteria: Sequence[str], now: datetime) -> str:
    """Make a draft out of a study whose raters are asked these criteria; returns its name.

    Raises
    ------
    UnknownStudy, CriteriaInvalid, TitleInvalid, NameTaken
    """
    wanted = tuple(filter(None, (" ".join(one.split()) for one in criteria)))
    if not wanted or len({one.casefold() for one in wanted}) < len(wanted):
        raise CriteriaInvalid("Name at least one criterion, and each only once.")
    if len(wanted) > MOST_CRITERIA or any(len(one) > _MOST_SIGNS for one in wanted):
        raise CriteriaInvalid(
            "A study asks for five criteria at most, each of 60 signs at most. Shorten the list."
        )
    found = filing.file_of(session, name)
    if found.sitting.grades == "only":
        raise CriteriaInvalid("Criteria go with votes; this study asks for grades alone.")
    plain = " ".join(title.split())
    file = replace(
        found,
        title=plain,
        name=filing.free_name(session, plain),
        sitting=replace(found.sitting, criteria=wanted),
    )
    return filing.again(session, name, file, now)
