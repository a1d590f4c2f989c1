"""What a rater says about an assignment and takes back: votes, skips and undo, one journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.assignment import (
    HOLDS_A_PLACE,
    JUDGED,
    AssignmentKind,
    AssignmentState,
    Event,
    advance,
)
from service.domain.marks import MarksNotWanted, hash_of_marks, wanted_of
from service.domain.vote import (
    MOST_REVISIONS,
    AlreadyVoted,
    ChangedOften,
    KeyReused,
    UnknownAssignment,
    VotingIsOver,
    body_hash,
    parse_choice,
)
from service.errors import Invalid
from service.store import assignments, journal, marks, prompts, raters, skips, votes
from service.store.assignments import Held
from service.store.models import Mark
from service.store.raters import Sitter
from service.usecases.blind import places

LEASE = timedelta(minutes=30)
MAX_KEY = 64
MAX_DURATION_MS = 86_400_000


@dataclass(frozen=True)
class CastVote:
    """What a rater is told about a stored vote."""

    revision: int
    choice: str
    is_late: bool
    repeated: bool


def cast(
    session: Session,
    rater_id: int,
    token: str,
    choice: str,
    client_key: str,
    now: datetime,
    supersedes: int = 0,
    duration_ms: int | None = None,
    sitter: Sitter | None = None,
) -> CastVote:
    """Store a vote once and for ever, and return what was stored.

    A key that comes again with the same body gets the same answer. A vote on an expired
    assignment counts; one after the study closed or the rater finished is stored as late.
    A revision names the revision it supersedes. `sitter` is the rater, where this transaction
    has locked them already.

    Raises
    ------
    UnknownChoice, UnknownAssignment, KeyReused, AlreadyVoted, VotingIsOver, ChangedOften
    """
    parsed = parse_choice(choice)
    check_key(client_key)
    body = body_hash(token, parsed, supersedes)
    sitter = sitter or raters.locked(session, rater_id)
    found = votes.about_to_cast(session, token, client_key)
    if found is None or found.rater_id != rater_id:
        raise _unknown()
    if wanted_of(sitter.options).replaces_vote:
        raise MarksNotWanted("This study asks for grades and takes no votes.")
    if found.key_assignment_id is not None:
        return _repeat(found, body)
    if found.choice is not None:
        if supersedes != found.revision:
            error = AlreadyVoted("You have already voted on this one.")
            error.choice = found.choice
            raise error
        if sitter.is_over:
            raise VotingIsOver("You have finished, so votes can no longer be changed.")
        check_often(found.revision or 0)
    event = Event.JUDGE_LATE if sitter.is_over else Event.VOTE
    judge(session, sitter, Held(*found[:6]), event, now)
    stored = {
        "assignment_id": found.id,
        "revision": (found.revision or 0) + 1,
        "choice": parsed.value,
        "client_key": client_key,
        "body_hash": body,
        "is_late": sitter.is_over,
        "duration_ms": _bounded(duration_ms),
        "created_at": now,
    }
    if not votes.add(session, stored):
        raise _reused()
    votes.mark_dirty(session, sitter.study_id, [found.id])
    return CastVote((found.revision or 0) + 1, parsed, sitter.is_over, repeated=False)


def skip(
    session: Session,
    rater_id: int,
    token: str,
    client_key: str,
    now: datetime,
    sitter: Sitter | None = None,
) -> None:
    """Free the place of an assignment that the rater cannot tell; it is not dealt again.

    A key that comes again does nothing more, even where that was taken back in between. What
    was judged is left out only once that is taken back.

    Raises
    ------
    UnknownAssignment, KeyReused, AlreadyVoted, ChangedOften
    """
    check_key(client_key)
    sitter = sitter or raters.locked(session, rater_id)
    held = held_by(session, sitter, token)
    before = skips.by_key(session, client_key)
    if before is not None:
        if before.assignment_id != held.id or before.is_withdrawn:
            raise KeyReused("This was already sent for another matchup.")
        return
    if held.state in JUDGED:
        error = AlreadyVoted("You have already judged this one, so it is not skipped.")
        vote = votes.latest(session, held.id)
        error.choice = "" if vote is None else vote.choice or ""
        raise error
    if held.state == AssignmentState.SKIPPED:
        check_often(skips.count_of(session, held.id))
    _note_skip(session, held, client_key, now, is_withdrawn=False)
    if held.state != advance(held.state, Event.SKIP):
        judge(session, sitter, held, Event.SKIP, now)


def undo(
    session: Session,
    rater_id: int,
    client_key: str,
    now: datetime,
    token: str | None = None,
    lease: timedelta = LEASE,
) -> str | None:
    """Take back what the rater did last, or what they did with the named; return its token.

    That is a skip, or a vote with its marks, or grades that stand in place of a vote. It lies
    before its rater again for a lease and takes a place again, be it one more than was wanted:
    as an honest late vote does. A key that comes again gets the same answer and changes nothing.
    Where there is nothing to take back, nothing changes and the answer is None.

    Raises
    ------
    VotingIsOver, UnknownAssignment, KeyReused, ChangedOften
    """
    check_key(client_key)
    # One act of a rater after the other, so that an undo sent twice at once finds what it did.
    sitter = raters.locked(session, rater_id)
    before = journal.by_key(session, client_key)
    if before is not None:
        if not before.is_undo or before.rater_id != rater_id or token not in {None, before.token}:
            raise KeyReused("This was already sent for another matchup.")
        return before.token
    is_graded = wanted_of(sitter.options).replaces_vote
    token = token or journal.newest(session, rater_id, is_graded=is_graded)
    if token is None:
        return None
    held = held_by(session, sitter, token)
    vote, given = votes.latest(session, held.id), marks.latest(session, held.id)
    has_vote = vote is not None and vote.choice is not None
    has_marks = given is not None and not given.is_withdrawn
    was_skipped = held.state == AssignmentState.SKIPPED
    if not (was_skipped or (has_marks if is_graded else has_vote)):
        return None
    if sitter.is_over:
        raise VotingIsOver("You have finished, so votes can no longer be changed.")
    # What is taken back can always be judged anew.
    if was_skipped:
        check_often(skips.count_of(session, held.id) + 1)
    else:
        revisions = (one.revision for one in (vote, given) if one is not None)
        check_often(max(revisions) + 1)
    if was_skipped:
        _note_skip(session, held, client_key, now, is_withdrawn=True)
    else:
        if vote is not None and has_vote:
            _withdraw_vote(session, held, vote.revision, client_key, now)
        if given is not None and has_marks:
            _withdraw_marks(session, held, given.revision, client_key, now)
        votes.mark_dirty(session, sitter.study_id, [held.id])
    _reopen(session, sitter, held, now + lease)
    return held.token


def _withdraw_vote(
    session: Session, held: Held, revision: int, client_key: str, now: datetime
) -> None:
    withdrawn = {
        "assignment_id": held.id,
        "revision": revision + 1,
        "choice": None,
        "client_key": client_key,
        "body_hash": body_hash(held.token, None, revision),
        "is_late": False,
        "created_at": now,
    }
    if not votes.add(session, withdrawn):
        raise _reused()


def _withdraw_marks(
    session: Session, held: Held, revision: int, client_key: str, now: datetime
) -> None:
    withdrawn = Mark(
        assignment_id=held.id,
        revision=revision + 1,
        is_withdrawn=True,
        client_key=client_key,
        body_hash=hash_of_marks(held.token, None, revision),
        is_late=False,
        created_at=now,
    )
    if not marks.add(session, withdrawn, ()):
        raise _reused()


def _note_skip(
    session: Session, held: Held, client_key: str, now: datetime, *, is_withdrawn: bool
) -> None:
    noted = {
        "assignment_id": held.id,
        "is_withdrawn": is_withdrawn,
        "client_key": client_key,
        "created_at": now,
    }
    if not skips.add(session, noted):
        raise KeyReused("This was already sent for another matchup.")


def held_by(session: Session, sitter: Sitter, token: str) -> Held:
    """Return an assignment of this rater, as it stands now.

    Raises
    ------
    UnknownAssignment
        The token is nobody's, or another rater's: the same answer for both.
    """
    found = assignments.held(session, token)
    if found is None or found.rater_id != sitter.rater_id:
        raise _unknown()
    return found


def judge(session: Session, sitter: Sitter, held: Held, event: Event, now: datetime) -> None:
    """Let an act of its rater end an assignment; the prompt's places follow.

    Where it takes the same places before and after, nothing but its row is touched. Otherwise
    the prompt comes first, as for everybody, since somebody may be freeing what lapsed.
    """
    after = advance(held.state, event)
    is_same = (held.state in HOLDS_A_PLACE) == (after in HOLDS_A_PLACE)
    if is_same and assignments.move(session, held.id, held.state, after, now):
        return
    prompts.lock(session, held.prompt_id)
    fresh = assignments.held(session, held.token) or held
    after = advance(fresh.state, event)
    assignments.move(session, fresh.id, fresh.state, after, now)
    _recount(session, sitter, fresh, after)


def _reopen(session: Session, sitter: Sitter, held: Held, lease_until: datetime) -> None:
    prompts.lock(session, held.prompt_id)
    after = advance(held.state, Event.UNDO)
    assignments.open_again(session, held.id, after, lease_until)
    _recount(session, sitter, held, after)


def _recount(session: Session, sitter: Sitter, held: Held, after: AssignmentState) -> None:
    takes_places = held.kind == AssignmentKind.REGULAR
    if takes_places and (held.state in HOLDS_A_PLACE) != (after in HOLDS_A_PLACE):
        places.recount(session, sitter, held.prompt_id)


def _repeat(found: votes.Cast, body: str) -> CastVote:
    """Answer a key that came before."""
    if found.key_assignment_id != found.id or found.key_body_hash != body:
        raise _reused()
    return CastVote(
        found.key_revision or 0, str(found.key_choice), bool(found.key_is_late), repeated=True
    )


def _reused() -> KeyReused:
    return KeyReused("This vote was already sent with another answer.")


def _unknown() -> UnknownAssignment:
    return UnknownAssignment("This matchup is not there. Go back to where you were rating.")


def check_often(revisions: int) -> None:
    """Raise where so many revisions are more than anybody means."""
    if revisions >= MOST_REVISIONS:
        raise ChangedOften("You have changed this one very often, so it stays as it is now.")


def check_key(client_key: str) -> None:
    """Raise unless a page may have made this idempotency key."""
    if not client_key or len(client_key) > MAX_KEY or not client_key.isascii():
        raise Invalid("The page sent an unreadable vote. Please reload it and vote again.")


def _bounded(duration_ms: int | None) -> int | None:
    return None if duration_ms is None else max(0, min(duration_ms, MAX_DURATION_MS))
