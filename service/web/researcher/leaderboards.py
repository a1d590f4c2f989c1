"""Views of a study's leaderboard, its data, and the votes behind one matchup."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, jsonify, render_template, request

from service.database import now
from service.usecases.sighted.results import leaderboards, marks, outcomes
from service.usecases.sighted.results.leaderboards import LeaderboardView, StudySealed
from service.usecases.sighted.results.marks import MarksView
from service.usecases.sighted.studies import overviews
from service.usecases.sighted.studies.overviews import StudyView
from service.web import services
from service.web.researcher import access, blind_speech, figures, mark_speech, pictures, speech
from service.web.researcher.blueprint import studio

MOST_VOTES_SHOWN = 200
# Computing takes so long at most where nothing is kept from an earlier leaderboard.
_A_MOMENT = 10.0
# What a configuration without completions or votes has no figures for.
_UNMEASURED = dict.fromkeys(
    ("share", "cost_per_1000", "latency_p50_ms", "latency_p95_ms", "rank_low", "rank_high")
) | {"rates": {}}


@studio.get("/studio/<name>/leaderboard")
@access.role("viewer")
def leaderboard(name: str) -> str:
    """Show the whole leaderboard."""
    return render_template("studio/leaderboard.html", **_context(_load(name)))


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
    """Return the stored leaderboard as data."""
    with services.current().database.reading() as session:
        found = leaderboards.latest(session, name)
    if found is None:
        return jsonify({"study": name, "leaderboard": None, "votes": 0})
    return jsonify(
        {
            "study": name,
            "created_at": found.created_at.isoformat(),
            "votes": found.votes,
            "pending": found.pending,
            "leaderboard": found.content,
        }
    )


@studio.get("/studio/<name>/matchup")
@access.role("viewer")
def matchup(name: str) -> str:
    """Show the votes behind one matchup of configurations, with the texts that were judged."""
    first, second = request.args.get("first", ""), request.args.get("second", "")
    with services.current().database.reading() as session:
        study = overviews.study(session, name)
        if is_sealed(study):
            raise StudySealed("This study is sealed: its votes are shown once it is closed.")
        votes = outcomes.behind(session, name, first, second, MOST_VOTES_SHOWN)
    return render_template(
        "studio/matchup.html",
        study=study,
        first=first,
        second=second,
        votes=votes,
        is_cut=len(votes) == MOST_VOTES_SHOWN,
    )


def is_sealed(study: StudyView) -> bool:
    """Tell whether results of this study are hidden just now: sealed and not yet at its end."""
    return study.is_sealed and study.state != "closed"


@dataclass(frozen=True)
class _Loaded:
    """A study with what may be shown of its leaderboard, and how old that is."""

    study: StudyView
    board: LeaderboardView | None
    age: str
    # How old what raters gave beside votes is, where that is older than the rest.
    beside_age: str
    marks: MarksView

    @property
    def mark(self) -> str:
        """What changes exactly when the picture of the leaderboard would."""
        board = self.board
        shown = (
            self.study.state,
            self.study.is_sealed,
            None
            if board is None
            else (board.created_at.isoformat(), board.pending, self.age, self.beside_age),
            repr(self.marks),
        )
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _load(name: str) -> _Loaded:
    with services.current().database.reading() as session:
        study = overviews.study(session, name)
        found = None if is_sealed(study) else leaderboards.latest(session, name)
        age = "" if found is None else figures.age(found.created_at, now(session))
        beside = "" if found is None else _beside_age(found, now(session))
        return _Loaded(study, found, age, beside, marks.of_study(session, name))


def _beside_age(found: LeaderboardView, moment: datetime) -> str:
    """Return when a quick leaderboard's marks and blindness were counted, "" for any other."""
    counted = found.content.get("beside_votes_at")
    at = found.created_at if counted is None else datetime.fromisoformat(counted)
    is_older = (found.created_at - at).total_seconds() > _A_MOMENT
    return figures.age(at, moment) if is_older else ""


def _context(loaded: _Loaded) -> dict[str, Any]:
    return {
        "study": loaded.study,
        "is_sealed": is_sealed(loaded.study),
        "board": loaded.board,
        "seen": loaded.mark,
        "age": loaded.age,
        "beside_age": loaded.beside_age,
        "marks": loaded.marks,
        "mark_speech": mark_speech,
        "blind_speech": blind_speech,
        **({} if loaded.board is None else _pictures(loaded.study, loaded.board.content)),
    }


def _pictures(study: StudyView, content: Mapping[str, Any]) -> dict[str, Any]:
    order = [each.name for each in study.configurations]
    rated = [str(row["configuration"]) for row in content["ratings"]]
    colour = pictures.colours(list(dict.fromkeys([*order, *sorted(rated)])))
    rows = pictures.intervals(content, colour)
    names, cells = pictures.matrix(content)
    picture = pictures.scatter(content, colour)
    return {
        "content": content,
        "table": [{**_UNMEASURED, **row} for row in content["ratings"]],
        "one_off": {
            each.name: each.one_off_cost
            for each in study.configurations
            if each.one_off_cost is not None and not each.is_retired
        },
        "colour": colour,
        "sentences": speech.decide(content),
        "verdict": speech.verdict(content),
        "notes": speech.notes(content),
        "left_out": speech.left_out(content),
        "intervals": rows,
        "axis": pictures.share_axis(speech.competing(content)),
        "names": names,
        "cells": cells,
        "picture": picture,
        "says": {
            "intervals": _say_intervals(rows),
            "matrix": _say_matrix(cells.values()),
            "cost": _say_cost(picture),
        },
    }


def _say_intervals(rows: Sequence[pictures.Interval]) -> str:
    sentence = (
        "The tick is the share of votes (ties count half) expected against an average rival, "
        "the bar its 95 % interval."
    )
    if any(row.brackets for row in rows):
        sentence += " A bracket joins configurations that cannot be told apart."
    return sentence


def _say_matrix(cells: Any) -> str:
    every = list(cells)
    if not every:
        return "No matchup has a vote yet."
    most = max(every, key=lambda cell: cell.shade * 1_000_000 + cell.votes)
    return (
        f"Wins and losses of the row against the column. The clearest: {most.first} won "
        f"{figures.tally(most.wins)} of {figures.tally(most.votes)} against {most.second}. "
        "A field opens the votes behind it."
    )


def _say_cost(picture: pictures.Scatter | None) -> str:
    if picture is None:
        return ""
    best = max(picture.points, key=lambda point: point.share)
    cheapest = min(picture.points, key=lambda point: point.cost)
    if best.name == cheapest.name:
        sentence = f"{best.name} has the largest share and costs the least."
    else:
        sentence = (
            f"{cheapest.name} is the cheapest ({figures.money(cheapest.cost)} per 1,000 requests); "
            f"{best.name} has the largest share and costs {figures.money(best.cost)}."
        )
    if picture.unknown:
        sentence += f" Cost unknown, so not shown: {speech.listed(picture.unknown)}."
    return sentence
