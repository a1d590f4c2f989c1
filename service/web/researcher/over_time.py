"""Views of a study over time and elsewhere: two moments compared, the same in other studies."""

from dataclasses import dataclass

from flask import render_template, request

from service.reporting import changes, elsewhere
from service.usecases.sighted.results import read
from service.usecases.sighted.results.elsewhere import find_elsewhere
from service.usecases.sighted.studies import heads
from service.web import languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio


@dataclass(frozen=True)
class _Kept:
    id: int
    label: str


@studio.get("/studio/<name>/leaderboard/compare")
@access.role("viewer")
def compare_leaderboards(name: str) -> str:
    """Show what changed between two leaderboards that are kept; the oldest and newest at first."""
    words = languages.words()
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        kept = read.kept(session, name)
        numbers = [one.id for one in kept]
        before, after = (
            request.args.get(which, ends[0] if ends else 0, type=int)
            for which, ends in (("before", numbers[-1:]), ("after", numbers[:1]))
        )
        both = [read.at(session, name, which) for which in (before, after)] if kept else []
    boards = [None if view is None else view.board for view in both]
    old, new = boards if len(boards) == 2 else (None, None)  # noqa: PLR2004 - two moments
    told = {}
    if old is not None and new is not None:
        words = words.naming(
            dict.fromkeys(row.configuration for board in (new, old) for row in board.ratings)
        )
        told = {
            "said": changes.sentences(old, new, words),
            "table": changes.table(old, new, words),
        }
    return render_template(
        "studio/over_time.html",
        study=study,
        kept=[
            _Kept(
                one.id,
                words.ngettext(
                    "%(moment)s, %(number)s vote",
                    "%(moment)s, %(number)s votes",
                    one.votes,
                    moment=words.moment(one.created_at),
                ),
            )
            for one in kept
        ],
        before=before,
        after=after,
        problem=""
        if told
        else words.gettext(
            "One of these was stored by an earlier Evenhand, which cannot be compared."
        ),
        **told,
    )


@studio.get("/studio/<name>/elsewhere")
@access.role("viewer")
def show_elsewhere(name: str) -> str:
    """Show in which other studies configurations of the same fingerprint stand."""
    words = languages.words()
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        found = find_elsewhere(session, name)
    return render_template(
        "studio/elsewhere.html",
        study=study,
        says=elsewhere.says(words),
        columns=elsewhere.columns(words),
        found=[(one.study, elsewhere.cells(one, words)) for one in found],
    )
