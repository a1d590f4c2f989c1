"""What `evenhand leaderboard --check` does: an exit code that a build can stop at."""

import click

from service.cli.context import Outlet
from service.domain import regression
from service.domain.leaderboard import Leaderboard
from service.domain.regression import Regression
from service.errors import Conflict
from service.usecases.sighted.results import read

# No other end of a command has this code.
REGRESSION = 2
_SAID = {
    "worse": "%s is worse than %s, which is live today.",
    "fell": "%s has fallen back against %s since then.",
}


class NothingToCheck(Conflict):
    """There is no leaderboard that could be checked."""


def check(outlet: Outlet, study: str, since: int | None) -> int:
    """Say what fell back and return the exit code: 0 where nothing did, else 2.

    Raises
    ------
    NothingToCheck, UnknownStudy, StudySealed, UnknownLeaderboard
        These end with other codes, so a build never passes for want of a leaderboard.
    """
    with outlet.database.reading() as session:
        after = _readable(read.latest(session, study))
        before = None if since is None else _readable(read.at(session, study, since))
    if before is None and after.incumbent is None:
        raise NothingToCheck(
            "The study names no incumbent to check against. Name one in its file, or say since "
            "which leaderboard: --since NUMBER."
        )
    found = (
        regression.against_incumbent(after) if before is None else regression.since(before, after)
    )
    outlet.answer({"is_regression": bool(found), "regressions": found, "since": since})
    _tell(found)
    return REGRESSION if found else 0


def _readable(view: read.LeaderboardView | None) -> Leaderboard:
    if view is None or view.board is None:
        raise NothingToCheck(
            "There is no leaderboard to check yet, or a worker computes it anew just now."
        )
    return view.board


def _tell(found: tuple[Regression, ...]) -> None:
    if not found:
        click.echo("Nothing fell back.")
    for one in found:
        click.echo(_SAID[one.why] % (one.configuration, one.rival))
