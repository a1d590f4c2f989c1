"""Views that send a chart of a leaderboard as a file to keep, as SVG or as PNG."""

import re
from importlib import resources

import resvg_py
from flask import Response, request

from service.errors import NotFound
from service.reporting import charts, pictures
from service.reporting.pictures import Picture, Shown
from service.usecases.sighted.results import read
from service.usecases.sighted.studies import heads
from service.web import languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio

# A PNG has twice the pixels, so that it is sharp in a document.
ZOOM = 2
_FONT = resources.files("service.web.researcher") / "static" / "vendor" / "dejavu-sans.ttf"
# What our font has signs for; for others those of the machine are read, which takes a while.
_COVERED = re.compile("[\n -\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u22ff\u25a0-\u25ff]*")


class UnknownPlot(NotFound):
    """There is no such chart of this leaderboard."""


@studio.get("/studio/<name>/leaderboard/plots/<plot>.<any(svg, png):kind>")
@access.role("viewer")
def download_plot(name: str, plot: str, kind: str) -> Response:
    """Send one chart of the newest leaderboard, of its first part or of the one named."""
    made = _draw(name, plot, request.args.get("part", 0, type=int)).svg()
    answer = (
        Response(made, mimetype="image/svg+xml")
        if kind == "svg"
        else Response(_png(made), mimetype="image/png")
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{plot}.{kind}"'
    return answer


def _draw(name: str, plot: str, at: int) -> Picture:
    """Return a chart; a sealed study refuses, as it does everywhere."""
    draw = pictures.PLOTS.get(plot)
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        view = read.latest(session, name)
    board = None if view is None else view.board
    if draw is None or board is None or not 0 <= at < len(board.parts):
        raise UnknownPlot("There is no such picture of this leaderboard.")
    order = [each.name for each in study.configurations]
    words = languages.words().naming(row.configuration for row in board.ratings)
    found = draw(Shown(board, board.parts[at], words, charts.colours_of(board, order)))
    if found is None:
        raise UnknownPlot("There is no such picture of this leaderboard.")
    return found


def _png(made: str) -> bytes:
    """Return an SVG as PNG."""
    with resources.as_file(_FONT) as font:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=made,
                zoom=ZOOM,
                font_files=[str(font)],
                skip_system_fonts=_COVERED.fullmatch(made) is not None,
            )
        )
