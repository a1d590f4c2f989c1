"""Reads results for pages, commands and API: what workers computed; loads no numerics."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from service.domain import leaderboard, marks, records
from service.domain.beside_votes import Criterion, Gold, GoldRow, Marks
from service.domain.leaderboard import Leaderboard
from service.errors import Conflict, NotFound
from service.store import leaderboards, models, studies, tallies
from service.store.models import Study
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold, sums

# A big study's clustered intervals, and what it has beside votes, are computed again after this
# many seconds at the earliest.
SECONDS_BETWEEN = 60.0
# Of what is kept so many are offered to compare.
MOST_KEPT = 200


class StudySealed(Conflict):
    """The study shows no result before its stop rule."""


class UnknownLeaderboard(NotFound):
    """The study has no such leaderboard, or has it no more."""


@dataclass(frozen=True)
class LeaderboardView:
    """A stored leaderboard, its age, and how many changes it has not seen.

    `board` is None where it was stored by an earlier Evenhand: a worker computes it anew.
    `digest` is the hash of what is stored.
    """

    id: int
    study_id: int
    digest: str

    study: str
    title: str
    board: Leaderboard | None
    created_at: datetime
    votes: int
    pending: int
    # The board as data, {} where there is none.
    content: Mapping[str, Any] = field(default_factory=dict)


class KeptView(NamedTuple):
    """A leaderboard that is kept: its id, when it was computed, and the votes in it."""

    id: int
    created_at: datetime
    votes: int


@dataclass(frozen=True)
class MarksView:
    """All that marks say of a study; a sealed one shows who reads, and nothing of what competes.

    `is_computed` tells whether a worker has looked: before, marks are counted without intervals.
    """

    asked: marks.Wanted
    is_sealed: bool
    marks: Marks
    is_computed: bool
    gold: Gold | None

    @property
    def is_empty(self) -> bool:
        """Whether the study asks for none of it and defines no gold."""
        return not (self.asked.is_anything or self.gold)

    @property
    def has_any(self) -> bool:
        """Whether anything was marked."""
        return bool(self.marks.grades or self.marks.criteria)


def overdue(session: Session, now: datetime) -> list[int]:
    """Return the studies to rate anew: changed, past their last day, or rated in haste."""
    edge = now - timedelta(seconds=SECONDS_BETWEEN)
    return sorted(
        {
            *tallies.dirty_studies(session),
            *leaderboards.left_quick(session, edge),
            *leaderboards.of_other_versions(session, leaderboard.VERSION),
            *studies.past_their_day(session, now.date()),
        }
    )


def latest(session: Session, name: str) -> LeaderboardView | None:
    """Return a study's newest leaderboard, None before the first one.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = unsealed(session, name)
    found = leaderboards.latest(session, study.id)
    return None if found is None else _view(session, study, found)


def at(session: Session, name: str, leaderboard_id: int | None) -> LeaderboardView | None:
    """Return one leaderboard of a study; the newest, or None before it, where none is named.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownLeaderboard
    """
    if leaderboard_id is None:
        return latest(session, name)
    study = unsealed(session, name)
    found = leaderboards.of_study(session, study.id, leaderboard_id)
    if found is None:
        raise UnknownLeaderboard(
            "This leaderboard is not kept any more: newer ones have taken its place. Reload the "
            "page to see the newest."
        )
    return _view(session, study, found)


def kept(session: Session, name: str) -> list[KeptView]:
    """Return the leaderboards of a study that are kept, the newest first.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = unsealed(session, name)
    return [KeptView(*row) for row in leaderboards.kept(session, study.id, MOST_KEPT)]


def unsealed(session: Session, name: str) -> Study:
    """Return a study whose results may be shown.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = find(session, name)
    if is_sealed(study):
        raise StudySealed("This study is sealed: no result is shown before its stop rule is met.")
    return study


class _Kept(NamedTuple):
    """What is stored of a leaderboard, as data and read; the same is the same for ever."""

    content: Mapping[str, Any]
    board: Leaderboard


# The last few that were read, by their digests: one of a hundred configurations is read in half a
# page's time, and asked for by every page about its study.
_READ: OrderedDict[str, _Kept] = OrderedDict()
_READ_TURN = Lock()  # threads answer pages beside each other
_MOST_READ = 4


def _view(session: Session, study: Study, found: models.Leaderboard) -> LeaderboardView:
    kept, digest = _kept(found)
    return LeaderboardView(
        id=found.id,
        study_id=study.id,
        digest=digest,
        study=study.name,
        title=study.title,
        board=None if kept is None else kept.board,
        content={} if kept is None else kept.content,
        created_at=found.created_at,
        votes=found.votes,
        pending=tallies.dirty_count(session, study.id),
    )


def _kept(found: models.Leaderboard) -> tuple[_Kept | None, str]:
    """Return what a leaderboard says, None where it has another version's form; and its digest."""
    digest = found.digest or records.digest(found.content)
    with _READ_TURN:
        kept = _READ.get(digest)
    if kept is None:
        if not leaderboard.is_current(found.content):
            return None, digest
        kept = _Kept(found.content, leaderboard.from_json(found.content))
    with _READ_TURN:
        _READ[digest] = kept
        _READ.move_to_end(digest)
        while len(_READ) > _MOST_READ:
            _READ.popitem(last=False)
    return kept, digest


def newest(session: Session, study_id: int) -> Leaderboard | None:
    """Return the newest leaderboard of this version, None where there is none."""
    found = leaderboards.latest(session, study_id)
    kept = None if found is None else _kept(found)[0]
    return None if kept is None else kept.board


def is_sealed(study: Study) -> bool:
    """Tell whether results of this study are hidden just now: sealed and not yet unsealed."""
    return study.is_sealed and study.unsealed_at is None


def marks_of(session: Session, name: str) -> MarksView:
    """Return what marks add up to; nothing of what competes while a study is sealed.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    asked = marks.wanted_of(study.options)
    shows = asked.is_anything and not is_sealed(study)
    board = newest(session, study.id) if shows else None
    computed = None if board is None else board.marks
    if computed is None:
        found = _counted(session, study, asked) if shows else Marks()
    else:
        found = computed
    return MarksView(
        asked=asked,
        is_sealed=is_sealed(study),
        marks=found,
        is_computed=computed is not None,
        gold=gold_of(session, study),
    )


def gold_of(session: Session, study: Study) -> Gold | None:
    """Return how many gold matchups each rater got right; None where there are no answers."""
    found = fold.gold_answers(session, study) if study.options.get("gold") else {}
    if not found:
        return None
    return Gold(
        marks.wanted_of(study.options).replaces_vote,
        tuple(GoldRow(pseudonym, right, of) for pseudonym, (right, of) in found.items()),
    )


def _counted(session: Session, study: Study, asked: marks.Wanted) -> Marks:
    """Count marks that no worker has looked at yet: without intervals, which need numerics."""
    names = leaderboards.configuration_names(session, study.id)
    leads = fold.given_leads(session, study)
    return Marks(
        beside_votes=not asked.replaces_vote,
        grades=sums.graded(fold.given_grades(session, study), names),
        criteria=tuple(
            Criterion(name, sums.led(leads[place], names))
            for place, name in enumerate(asked.criteria)
            if place in leads
        ),
    )
