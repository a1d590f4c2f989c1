"""The job's part that reports on judges: reads what is known, computes, and stores the report."""

import logging

from service.database import Database, now
from service.usecases.sighted import lookup
from service.usecases.sighted.judges import evidence, report, reports

log = logging.getLogger("evenhand.ratings")


def refresh(database: Database, study_id: int) -> int:
    """Compute the trust reports of a study's judges that are old; returns how many were."""
    with database.reading() as session:
        due = reports.due(session, study_id, now(session))
        name = lookup.name_of(session, study_id) if due else ""
    for one in due:
        with database.reading() as session:
            known = evidence.of(session, name, one.name)
        found = report.compute(known)
        with database.transaction() as session:
            reports.save(session, one, found, now(session))
        log.info("%s: judge %s of %d matchups", name, one.name, len(known.matchups))
    return len(due)
