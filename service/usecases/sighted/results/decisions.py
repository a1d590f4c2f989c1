"""Records what people decide on a leaderboard, which is then kept for good, and shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.leaderboard import Leaderboard
from service.domain.webhook import Event
from service.errors import Conflict, Invalid
from service.reporting import decision, recommendation
from service.reporting.words import ENGLISH
from service.store import decisions, models, studies
from service.usecases.sighted import webhooks
from service.usecases.sighted.results import read

MAX_NAME = 80
MAX_REASON = 2000
MOST_DECISIONS = 1000


class NothingToDecideOn(Conflict):
    """There is no leaderboard that could be decided on."""


class ReasonMissing(Invalid):
    """A decision goes further than the leaderboard, or against it, and says no reason."""


class DecisionInvalid(Invalid):
    """What was decided, or by whom, cannot be understood."""


class TooManyDecisions(Conflict):
    """The study has more decisions than anybody reads."""


@dataclass(frozen=True)
class DecisionView:
    """Who decided what, when, on which leaderboard, and why.

    `chosen` is None for none of the configurations. `is_against` tells that the card recommended
    something else, or nothing; `said` is the card as it read then, in English.
    """

    number: int
    leaderboard_id: int
    chosen: str | None
    decided_by: str
    reason: str
    is_against: bool
    said: tuple[str, ...]
    digest: str
    recorded_by: str
    created_at: datetime


def decide(
    session: Session,
    study_name: str,
    leaderboard_id: int | None,
    chosen: str | None,
    decided_by: str,
    reason: str,
    recorded_by: str,
    now: datetime,
) -> DecisionView:
    """Record a decision on a leaderboard of a study, the newest where none is named.

    A later decision takes the place of an earlier one, which stays to be read. The same one
    twice is one.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownLeaderboard, NothingToDecideOn
    ReasonMissing, DecisionInvalid, TooManyDecisions
    """
    view = read.at(session, study_name, leaderboard_id)
    if view is None or view.board is None:
        raise NothingToDecideOn("There is no leaderboard yet that could be decided on.")
    who, why = " ".join(decided_by.split()), reason.strip()
    _check(view.board, chosen, who, why)
    is_against = chosen not in recommendation.recommended(view.board)
    if is_against and not why:
        raise ReasonMissing(
            "Say why: the leaderboard does not recommend this. The reason stands beside the "
            "decision."
        )
    study_id = view.study_id
    studies.lock(session, study_id)
    earlier = decisions.of_study(session, study_id)
    same = (view.id, chosen, who, why)
    for row in earlier[:1]:
        if (row.leaderboard_id, row.chosen, row.decided_by, row.reason) == same:
            return _view(row)
    if len(earlier) >= MOST_DECISIONS:
        raise TooManyDecisions(
            "This study has %(number)s decisions already.", number=MOST_DECISIONS
        )
    made = models.Decision(
        study_id=study_id,
        leaderboard_id=view.id,
        chosen=chosen,
        decided_by=who,
        reason=why,
        is_against=is_against,
        said=decision.lines(view.board, ENGLISH),
        digest=view.digest,
        recorded_by=recorded_by,
        created_at=now,
    )
    session.add(made)
    session.flush()
    study = session.get_one(models.Study, study_id)
    webhooks.happened(session, study, Event.DECIDED, f"decided {made.id}", now)
    return _view(made)


def of_study(session: Session, study_name: str) -> list[DecisionView]:
    """Return what was decided in a study, the decision that stands first.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, study_name)
    return [_view(row) for row in decisions.of_study(session, study.id)]


def choices(board: Leaderboard) -> tuple[str, ...]:
    """Return what may be chosen: the configurations in service, the best first."""
    return tuple(row.configuration for row in board.ratings if not row.is_retired)


def _check(board: Leaderboard, chosen: str | None, who: str, why: str) -> None:
    if chosen is not None and chosen not in choices(board):
        raise DecisionInvalid(
            "Choose one of these: %(names)s, or none of them.",
            names=ENGLISH.listed_in_full(choices(board)),
        )
    if not who:
        raise DecisionInvalid("Say who decides: a name, or several.")
    if len(who) > MAX_NAME:
        raise DecisionInvalid("Who decides is told in %(most)s characters at most.", most=MAX_NAME)
    if not who.isprintable():
        raise DecisionInvalid("The name holds signs that cannot be shown. Type it anew.")
    if len(why) > MAX_REASON:
        raise DecisionInvalid("A reason has %(most)s characters at most.", most=MAX_REASON)


def _view(row: models.Decision) -> DecisionView:
    return DecisionView(
        number=row.id,
        leaderboard_id=row.leaderboard_id,
        chosen=row.chosen,
        decided_by=row.decided_by,
        reason=row.reason,
        is_against=row.is_against,
        said=tuple(row.said),
        digest=row.digest,
        recorded_by=row.recorded_by,
        created_at=row.created_at,
    )
