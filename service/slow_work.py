"""What takes several transactions: slow work stands between them, and no connection is held."""

import logging
import traceback
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from service.database import Database, now
from service.domain.study import RenderMode
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.judges import verdicts
from service.usecases.sighted.results import fold

log = logging.getLogger("evenhand.slow_work")

AT_A_TIME = 200
FOLD_AT_A_TIME = 2000


def publish(database: Database, ids: Iterable[int] | None = None) -> int:
    """Make recorded answers fit to show (those of `ids`, else any), at most 200 of them.

    Read, prepared with nothing held, stored. Returns how many were stored; 0 when none waits.

    Raises
    ------
    DatabaseAway
        Nothing was stored, or nothing is known of it: what is recorded stays recorded.
    """
    late = _publish_late(database) if ids is None else 0
    with database.reading() as session:
        waiting = publishing.recorded(session, AT_A_TIME, ids)
    if not waiting:
        return late
    prepared = [_prepared(one) for one in waiting]
    return late + _store(database, waiting, prepared)


def fold_all(database: Database, study_id: int, at_a_time: int = FOLD_AT_A_TIME) -> None:
    """Fold a study's new votes until none is left, so many a transaction that raters get in.

    Safe to run any number of times at once: a fold takes each vote once.
    """
    waiting = 1
    while waiting:
        with database.transaction() as session:
            waiting = fold.fold(session, study_id, at_a_time)


def _publish_late(database: Database) -> int:
    """Make fit one by one what others did not come to an end with, each twice at most.

    An answer that ends the process which tries it then is a failure, and holds up nobody.
    """
    done = 0
    for _ in range(AT_A_TIME):
        with database.transaction() as session:
            taken = publishing.begin_late(session, now(session))
        if taken is None:
            break
        waiting, is_worth_it = taken
        prepared = _prepared(waiting) if is_worth_it else publishing.give_up(waiting)
        done += _store(database, [waiting], [prepared])
    return done


def _store(
    database: Database, waiting: list[publishing.Recorded], prepared: list[publishing.Prepared]
) -> int:
    """Store what was made fit; what is then to be shown plainly beside it is made so before."""
    with database.reading() as session:
        others = publishing.to_show_alike(session, waiting, prepared)
    made = [(one, _prepared(replace(one, render_mode=RenderMode.PLAIN))) for one in others]
    plainly = {(one.completion_id, one.turns): plain for one, plain in made if plain.html}
    with database.transaction() as session:
        done = publishing.finish(session, prepared, now(session), plainly)
        verdicts.read_answers(session, [one.completion_id for one in prepared])
    return done


def _prepared(waiting: publishing.Recorded) -> publishing.Prepared:
    """Make one answer fit to show; plainly where that fails, and after that it is a failure.

    So no text waits for ever to be tried again.
    """
    plainly = partial(publishing.prepare_plainly, reason="fault")
    for prepare in (publishing.prepare, plainly):
        try:
            return prepare(waiting)
        except Exception as error:  # noqa: BLE001 - one bad text must not hold up the others
            log_bug(f"completion {waiting.completion_id} could not be made fit to show", error)
    return publishing.give_up(waiting)


def log_bug(what: str, error: Exception) -> None:
    """Log where an error came from, without the texts and keys that its message may carry."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    log.error("%s: %s at %s", what, type(error).__name__, place)
