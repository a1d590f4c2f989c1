"""What a rater does with an assignment: vote, revise, undo, finish."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import marks
from service.domain import vote as rules
from service.domain.assignment import HOLDS_A_PLACE, AssignmentState, Event, advance
from service.domain.study import StudyState
from service.errors import Invalid
from service.store import assignments, changes, histories, prompts, raters, studies, votes
from service.store.models import Assignment, Rater, Study, Vote
from service.usecases.blind import places

LEASE = timedelta(minutes=30)
MAX_KEY = 64
MAX_DURATION_MS = 86_400_000
_EXCERPT = 80
_GONE = "This matchup is not there. Go back to where you were rating."


@dataclass(frozen=True)
class CastVote:
    """What a rater is told about a stored vote."""

    revision: int
    choice: str
    is_late: bool
    repeated: bool


@dataclass(frozen=True)
class OwnVote:
    """One line of a rater's own list."""

    token: str
    number: int
    choice: str
    revision: int
    prompt_excerpt: str


def cast(
    session: Session,
    rater_id: int,
    token: str,
    choice: str,
    client_key: str,
    now: datetime,
    supersedes: int = 0,
    duration_ms: int | None = None,
) -> CastVote:
    """Store a vote once and for ever, and return what was stored.

    A key that comes again with the same body gets the same answer. A vote on an expired
    assignment counts; one after the study closed or the rater finished is stored as late.
    A revision names the revision it supersedes.

    Raises
    ------
    UnknownChoice, UnknownAssignment, KeyReused, AlreadyVoted, VotingIsOver
    """
    parsed = rules.parse_choice(choice)
    check_key(client_key)
    body = rules.body_hash(token, parsed, supersedes)
    assignment, rater, study = locked(session, rater_id, token)
    if marks.wanted_of(study.options).replaces_vote:
        raise marks.MarksNotWanted("This study asks for grades and takes no votes.")
    before = votes.by_key(session, client_key)
    if before is not None:
        return _repeat(before, assignment, body)
    standing = votes.latest(session, assignment.id)
    is_late = rater.finished_at is not None or study.state == StudyState.CLOSED
    if standing is not None and standing.choice is not None:
        if supersedes != standing.revision:
            error = rules.AlreadyVoted("You have already voted on this one.")
            error.choice = standing.choice
            raise error
        if is_late:
            raise rules.VotingIsOver("You have finished, so votes can no longer be changed.")
    stored = Vote(
        assignment_id=assignment.id,
        revision=1 if standing is None else standing.revision + 1,
        choice=parsed,
        client_key=client_key,
        body_hash=body,
        is_late=is_late,
        duration_ms=_bounded(duration_ms),
        created_at=now,
    )
    _store(session, stored)
    take(session, assignment, study, now, Event.JUDGE_LATE if is_late else Event.VOTE)
    votes.mark_dirty(session, study.id, [assignment.id])
    return CastVote(stored.revision, parsed, is_late, repeated=False)


def undo(
    session: Session,
    rater_id: int,
    client_key: str,
    now: datetime,
    token: str | None = None,
    lease: timedelta = LEASE,
) -> str:
    """Take back the rater's latest vote, or the named one; return the token to rate again.

    Its place stays this rater's for another lease.

    Raises
    ------
    NothingToUndo, VotingIsOver, UnknownAssignment
    """
    check_key(client_key)
    before = votes.by_key(session, client_key)
    if before is not None and before.choice is None:
        again = session.get_one(Assignment, before.assignment_id)
        if again.rater_id == rater_id:
            return again.token
    if token is None:
        found = votes.newest_of_rater(session, rater_id)
        if found is None:
            raise rules.NothingToUndo("There is no vote to take back.")
        token = found[1].token
    assignment, rater, study = locked(session, rater_id, token)
    standing = votes.latest(session, assignment.id)
    if standing is None or standing.choice is None:
        raise rules.NothingToUndo("There is no vote to take back.")
    if rater.finished_at is not None or study.state == StudyState.CLOSED:
        raise rules.VotingIsOver("You have finished, so votes can no longer be changed.")
    _store(
        session,
        Vote(
            assignment_id=assignment.id,
            revision=standing.revision + 1,
            choice=None,
            client_key=client_key,
            body_hash=rules.body_hash(token, None, standing.revision),
            is_late=False,
            created_at=now,
        ),
    )
    reopen(session, assignment, now + lease)
    votes.mark_dirty(session, study.id, [assignment.id])
    return assignment.token


def finish(session: Session, rater_id: int, now: datetime) -> None:
    """End a rater's work for good and free what lay before them; twice is once."""
    rater = raters.lock(session, rater_id)
    if rater.finished_at is not None:
        return
    rater.finished_at = now
    session.flush()
    study = studies.by_id(session, rater.study_id)
    lying = sorted(histories.lying(session, rater_id), key=lambda row: row.prompt_id)
    for assignment in lying:
        prompts.lock(session, assignment.prompt_id)
        # A vote may have come in while we waited for the prompt.
        assignments.refresh(session, assignment)
        if assignment.state != AssignmentState.DEALT:
            continue
        assignment.state = advance(assignment.state, Event.LAPSE)
        assignment.ended_at = now
        session.flush()
        places.recount(session, study, assignment.prompt_id)


def own_votes(session: Session, rater_id: int) -> list[OwnVote]:
    """Return the rater's votes that stand, numbered in the order they were cast."""
    standing = votes.standing_of_rater(session, rater_id)
    return [
        OwnVote(
            token=assignment.token,
            number=number,
            choice=str(vote.choice),
            revision=vote.revision,
            prompt_excerpt=excerpt(prompts.by_id(session, assignment.prompt_id).turns[0]),
        )
        for number, (vote, assignment) in enumerate(standing, start=1)
    ]


def locked(session: Session, rater_id: int, token: str) -> tuple[Assignment, Rater, Study]:
    """Lock an assignment of this rater: its prompt first, as everybody does."""
    seen = assignments.by_token(session, token)
    if seen is None or seen.rater_id != rater_id:
        raise rules.UnknownAssignment(_GONE)
    prompts.lock(session, seen.prompt_id)
    assignment = assignments.by_token(session, token, locked=True)
    if assignment is None:
        raise rules.UnknownAssignment(_GONE)
    rater = raters.by_id(session, rater_id)
    return assignment, rater, studies.by_id(session, assignment.study_id)


def _repeat(before: Vote, assignment: Assignment, body: str) -> CastVote:
    """Answer a key that came before."""
    if before.assignment_id != assignment.id or before.body_hash != body:
        raise rules.KeyReused("This vote was already sent with another answer.")
    return CastVote(before.revision, str(before.choice), before.is_late, repeated=True)


def _store(session: Session, stored: Vote) -> None:
    """Add a vote; the unique key decides where two requests meet."""
    if not changes.add_once(session, stored):
        raise rules.KeyReused("This vote was already sent with another answer.")


def stands(session: Session, assignment: Assignment) -> bool:
    """Tell whether a vote on an assignment stands."""
    newest = votes.latest(session, assignment.id)
    return newest is not None and newest.choice is not None


def reopen(session: Session, assignment: Assignment, lease_until: datetime) -> None:
    """Have an assignment lie before its rater again, its place kept."""
    assignment.state = advance(assignment.state, Event.UNDO)
    assignment.ended_at = None
    assignment.lease_until = max(assignment.lease_until, lease_until)
    session.flush()


def take(
    session: Session, assignment: Assignment, study: Study, now: datetime, event: Event
) -> None:
    """Note that an assignment is judged; one that had given its place up takes it if it counts."""
    had_place = assignment.state in HOLDS_A_PLACE
    assignment.state = advance(assignment.state, event)
    assignment.ended_at = now
    session.flush()
    if had_place != (assignment.state in HOLDS_A_PLACE):
        places.recount(session, study, assignment.prompt_id)


def check_key(client_key: str) -> None:
    """Raise unless a page may have made this idempotency key."""
    if not client_key or len(client_key) > MAX_KEY or not client_key.isascii():
        raise Invalid("The page sent an unreadable vote. Please reload it and vote again.")


def _bounded(duration_ms: int | None) -> int | None:
    return None if duration_ms is None else max(0, min(duration_ms, MAX_DURATION_MS))


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
