"""Views of a study's leaderboard and its data."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, jsonify, render_template, request

from service.database import now
from service.domain import break_even
from service.domain.leaderboard import Leaderboard, Part
from service.domain.prompt_set import SetVersion
from service.reporting import (
    behind,
    blindness,
    captions,
    charts,
    decision,
    incumbent,
    judge_boards,
    notes,
    pictures,
    retirement_words,
    scatter_words,
    slices,
    tables,
)
from service.reporting.words import Words
from service.usecases.sighted.generation import retirements
from service.usecases.sighted.judges import labelling
from service.usecases.sighted.results import decisions, disputed, read
from service.usecases.sighted.results.decisions import DecisionView
from service.usecases.sighted.results.disputed import Disputed
from service.usecases.sighted.results.read import LeaderboardView, MarksView
from service.usecases.sighted.studies import heads, taking
from service.usecases.sighted.studies.heads import StudyHead
from service.web import languages, services
from service.web.researcher import (
    access,
    deciding,
    pairs,
    panels,
    preregistrations,
    presenter,
    prices,
)
from service.web.researcher.blueprint import studio

# Computing takes so long at most where nothing is kept from an earlier leaderboard.
_A_MOMENT = 10.0


@studio.get("/studio/<name>/leaderboard")
@access.role("viewer")
def leaderboard(name: str) -> str:
    """Show the whole leaderboard, with what was decided on it or an earlier one."""
    loaded = _load(name)
    made: list[DecisionView] = []
    with services.current().database.reading() as session:
        if not presenter.is_sealed(loaded.study):
            made = decisions.of_study(session, name)
        judged = labelling.is_judged(session, name)
        registered = preregistrations.told(session, name, loaded.study.state)
    return render_template(
        "studio/leaderboard.html",
        **_context(loaded),
        **registered,
        decided=deciding.told(made[0]) if made else None,
        says_people=judge_boards.beside_others(languages.words()) if judged else "",
    )


@studio.get("/studio/<name>/leaderboard/board")
@access.role("viewer")
def board(name: str) -> Response:
    """Return the leaderboard's fragment, or nothing where the page shows this one already."""
    loaded = _load(name)
    if request.args.get("seen") == loaded.mark:
        return Response(status=204)
    return Response(render_template("studio/_board.html", **_context(loaded)))


@studio.get("/studio/<name>/leaderboard.json")
@access.role("viewer")
def leaderboard_json(name: str) -> Response:
    """Return the stored leaderboard as data; none while an older one is computed anew."""
    with services.current().database.reading() as session:
        found = read.latest(session, name)
        retires = retirements.of_study(session, name)
    if found is None:
        return jsonify({"study": name, "leaderboard": None, "votes": 0})
    return jsonify(
        {
            "study": name,
            "created_at": found.created_at.isoformat(),
            "votes": found.votes,
            "pending": found.pending,
            "leaderboard": found.content or None,
            "break_even": []
            if found.board is None
            else break_even.to_plain(break_even.find(found.board), prices.asked().number),
            "retires": {each: day.isoformat() for each, day in retires.items()},
        }
    )


@dataclass(frozen=True)
class _Loaded:
    """A study with what may be shown of its leaderboard, and how old that is."""

    study: StudyHead
    view: LeaderboardView | None
    age: str
    # How old what raters gave beside votes is, where that is older than the rest.
    beside_age: str
    marks: MarksView
    # The days on which its models retire, by configuration, as seen from today.
    retires: Mapping[str, date]
    today: date
    # Where people and its judges say the opposite, and the prompt set that it uses.
    disputed: Sequence[Disputed] = ()
    used_set: SetVersion | None = None

    @property
    def mark(self) -> str:
        """What changes exactly when the picture of the leaderboard would."""
        view = self.view
        shown = (
            self.study.state,
            self.study.is_sealed,
            None
            if view is None
            else (view.created_at.isoformat(), view.pending, self.age, self.beside_age),
            repr(self.marks),
            len(self.disputed),
        )
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _load(name: str) -> _Loaded:
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        found = None if presenter.is_sealed(study) else read.latest(session, name)
        age = beside = ""
        if found is not None:
            age = languages.words().age(found.created_at, now(session))
            beside = _beside_age(found, now(session))
        return _Loaded(
            study,
            found,
            age,
            beside,
            read.marks_of(session, name),
            retirements.of_study(session, name),
            now(session).date(),
            () if found is None else disputed.of_study(session, name),
            taking.used_set(session, name),
        )


def _beside_age(found: LeaderboardView, moment: datetime) -> str:
    """Return when a quick leaderboard's marks and blindness were counted, "" for any other."""
    if found.board is None:
        return ""
    at = datetime.fromisoformat(found.board.beside_votes_at)
    is_older = (found.created_at - at).total_seconds() > _A_MOMENT
    return languages.words().age(at, moment) if is_older else ""


def _context(loaded: _Loaded) -> dict[str, Any]:
    board = None if loaded.view is None else loaded.view.board
    words = languages.words()
    if board is not None:
        words = words.naming(row.configuration for row in board.ratings)
    return {
        "figures": words,
        "study": loaded.study,
        "is_sealed": presenter.is_sealed(loaded.study),
        "is_outdated": loaded.view is not None and board is None,
        "board": board,
        "seen": loaded.mark,
        "asked": {**prices.asked().query, **pairs.asked()},
        "beside_age": loaded.beside_age,
        **presenter.of_marks(loaded.marks, words),
        **({} if board is None else _of_board(loaded, board, words)),
    }


def _of_board(loaded: _Loaded, board: Leaderboard, words: Words) -> dict[str, Any]:
    study = loaded.study
    pending = 0 if loaded.view is None else loaded.view.pending
    order = [each.name for each in study.configurations]
    colour = charts.colours_of(board, order)
    names, cells = charts.matrix(board)
    one_off = {
        each.name: each.one_off_cost
        for each in study.configurations
        if each.one_off_cost is not None and not each.is_retired
    }
    return {
        "rests_on": tables.rests_on(board, loaded.age, pending, words),
        "figure_rows": tables.figures(board, colour, one_off, words),
        "figure_names": tables.figure_names(one_off, words),
        "sentences": decision.decide(board, words),
        "counted": lambda found: behind.counted(board, found, words),
        "verdict": notes.verdicts(board, words),
        **panels.of_board(board, colour, words),
        "disputed": panels.of_disputed(loaded.disputed, words),
        "used_set": loaded.used_set,
        "blinding_tables": tables.of_blinding(board.blinding, words),
        "of_blinding": [] if board.blinding is None else blindness.sentences(board.blinding, words),
        **_of_incumbent(board, colour, words),
        "parts": [_of_part(board, part, colour, words) for part in board.parts],
        "axis_svg": charts.axis_svg,
        "names": names,
        "cells": cells,
        "paired": [at for at, part in enumerate(board.parts) if pictures.has_pairs(part)],
        "rows_of_pairs": pairs.pages(names, prices.asked().query),
        **prices.of(board, words),
        "retires": retirement_words.told(loaded.retires, loaded.today, words),
        "retiring": retirement_words.sentences(loaded.retires, loaded.today, words),
        "says_matrix": captions.of_matrix(cells.values(), words),
    }


def _of_part(
    board: Leaderboard, part: Part, colour: Mapping[str, int], words: Words
) -> dict[str, Any]:
    """Return the pictures of one part, on axes of its own: nothing is compared across parts."""
    rows = charts.intervals(board, part, colour)
    return {
        "names": words.names(part.configurations) if len(board.parts) > 1 else "",
        "intervals": rows,
        "axis": charts.share_axis(rating for _, rating in board.of_part(part)),
        "pictures": scatter_words.of_part(board, part, colour, words),
        "says_intervals": captions.of_intervals(rows, words),
        "slices": slices.panel(board, part, colour, words),
    }


def _of_incumbent(board: Leaderboard, colour: Mapping[str, int], words: Words) -> dict[str, Any]:
    """Return what is said against the incumbent; nothing where the study names none."""
    found = incumbent.panel(board, words)
    rows = [] if found is None else incumbent.drawn(found, colour)
    return {
        "incumbent": found,
        "incumbent_plot": rows,
        "incumbent_axis": charts.axis_of(
            end for row in rows for end in (row.low, row.share, row.high)
        ),
        "incumbent_part": 0 if found is None else incumbent.place(board),
        "counted_against": lambda votes: incumbent.said_behind(board, votes, words),
    }
