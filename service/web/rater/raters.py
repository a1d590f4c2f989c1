"""Who is asking on a rater page: the one way in, and it opens the transaction."""

import functools
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service import database
from service.database import Session
from service.usecases import invites
from service.usecases.blind import progress
from service.web import languages, services, sessions

TRIES = 5
_PAUSE_MS = 50


def persistent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view that begins anew, a few times, where two transactions crossed.

    The one that was undone stored nothing, and every act of a rater is safe to repeat.
    """

    @functools.wraps(view)
    def patient(**arguments: Any) -> Any:
        for count in range(1, TRIES):
            try:
                return view(**arguments)
            except database.Crossed:
                time.sleep(secrets.randbelow(_PAUSE_MS * count) / 1000)
        return view(**arguments)

    return patient


@dataclass(frozen=True)
class Rater:
    """A rater at work: the open session, who, when, and where their pages are.

    `sitter` is the rater with what their study asks, read once for the whole request; only use
    cases look into it.
    """

    session: Session
    id: int
    now: datetime
    handle: str
    sitter: Any

    @property
    def lease(self) -> timedelta:
        """How long a matchup that is dealt now is kept for this rater."""
        return timedelta(minutes=services.current().settings.lease_minutes)


@contextmanager
def at_work(handle: str, *, acts: bool = False) -> Iterator[Rater]:
    """Open a transaction for the rater whose cookie came along; one who acts is locked.

    A browser that is also signed in on the sighted side, or has seen a shared report of the
    study, gets its rater marked; nothing in any response depends on that mark.

    Raises
    ------
    RaterUnknown
        No such rater, or the cookie is not theirs: the same answer for both.
    """
    having = services.current()
    with having.database.transaction() as session:
        key, token = having.signing_key, sessions.rater_token()
        sitter = invites.sitter_of(session, handle, token, key, is_locked=acts)
        # Errors from here on speak the study's language too.
        languages.fix(sitter.language)
        sighted, seen = sessions.studio_token(), sessions.seen_handles()
        if sighted is not None or seen:
            invites.note_sighted(session, sitter.rater_id, sighted, seen, sitter.now)
        yield Rater(session, sitter.rater_id, sitter.now, handle, sitter)


def first_page(session: Session, rater_id: int) -> str:
    """Return the route at which a rater begins or goes on: the practice comes before all else."""
    return "rater.practice" if progress.may_practise(session, rater_id) else "rater.rate"
