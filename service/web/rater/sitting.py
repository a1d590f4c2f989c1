"""The pages of a sitting: the matchup, the pause, the own list, the end."""

import gzip
import secrets
from collections.abc import Collection
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from service.blinding import differences as compare
from service.blinding.payload import BlindAssignment
from service.domain.marks import Wanted
from service.usecases.blind import dealing, hunches, marks, progress, showing
from service.web import services
from service.web.languages import gettext
from service.web.rater import presenter, scripts, seats, words

AHEAD = 5
ENOUGH = 3
PAUSE_EVERY = 10
Brought = tuple[BlindAssignment, ...] | None


def rate(handle: str) -> str | Response:
    """Show the next matchup, or why there is none."""
    with seats.taken(handle, acts=True) as seat:
        waiting = marks.owed(seat.session, seat.rater_id)
        dealt = deal(seat)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
        asked = marks.wanted(seat.session, seat.rater_id)
    if standing.is_over or standing.is_finished:
        return to_page("done", handle)
    if waiting is not None:
        return to_page("marks", handle, token=waiting)
    if not dealt:
        heading, paragraphs = presenter.nothing_now(standing)
        return render_template(
            "rater/nothing_now.html",
            handle=handle,
            progress=standing,
            heading=heading,
            paragraphs=paragraphs,
            key=secrets.token_urlsafe(16),
        )
    return matchup_page(handle, dealt[0], standing, asked=asked, is_marking=asked.replaces_vote)


def practice(handle: str) -> str | Response:
    """Show a matchup to try the page on, its lines too; what is pressed leads to the real ones."""
    with seats.taken(handle) as seat:
        assignment = showing.practice(seat.session, seat.rater_id, words.practice())
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
        asked = marks.wanted(seat.session, seat.rater_id)
    is_late = standing.is_over or standing.is_finished
    if request.method == "POST" and asked.is_anything and "choice" in request.form:
        return to_page("practice", handle, lines=1)
    if request.method == "POST" or assignment is None or is_late:
        return to_page("rate", handle)
    is_marking = asked.replaces_vote or (asked.is_anything and "lines" in request.args)
    return render_template(
        "rater/practice.html",
        at=url_for("rater.rate", handle=handle),
        assignment=assignment,
        text_language=text_language(assignment),
        progress=standing,
        choices=presenter.choices(),
        marking=presenter.marking(asked, None, is_open=is_marking, is_practice=True),
        status=presenter.practice_status(asked, is_marking=is_marking),
        keys=presenter.keys(asked, is_practice=True),
    )


def differences(handle: str, token: str) -> Response:
    """Send both texts of a matchup with the words marked that the other does not have."""
    with seats.taken(handle) as seat:
        assignment = showing.view(seat.session, seat.rater_id, token)
    left, right = compare.mark(assignment.left_turns, assignment.right_turns)
    return small(
        jsonify(
            left=render_template("rater/_turns.html", turns=left),
            right=render_template("rater/_turns.html", turns=right),
        )
    )


def again(handle: str, token: str) -> str | Response:
    """Show one assignment of this rater once more, to judge it anew."""
    with seats.taken(handle) as seat:
        assignment = showing.view(seat.session, seat.rater_id, token)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
        cast = progress.own_votes(seat.session, seat.rater_id)
        asked = marks.wanted(seat.session, seat.rater_id)
        given = marks.standing(seat.session, seat.rater_id, token)
    if standing.is_over or standing.is_finished:
        return to_page("done", handle)
    if asked.replaces_vote:
        return to_page("marks", handle, token=token)
    mine = next((vote for vote in cast if vote.token == token), None)
    return matchup_page(handle, assignment, standing, mine, asked=asked, given=given)


def upcoming(handle: str) -> Response:
    """Send the open assignments that the page does not have yet, texts and all."""
    having = set(request.args.get("have", "").split(",")) - {""}
    with seats.taken(handle, acts=True) as seat:
        dealt = deal(seat, having)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
    fresh = [pieces(assignment) for assignment in dealt]
    return small(jsonify(assignments=fresh, progress=counters(standing)))


def small(response: Response) -> Response:
    """Compress an answer that holds several texts, where the browser understands it."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.data = gzip.compress(response.data, 6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response


def pause(handle: str) -> str:
    """Offer a break; on pages without JavaScript."""
    with seats.taken(handle) as seat:
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
    to_come = words.to_come(standing)
    return render_template("rater/pause.html", handle=handle, progress=standing, to_come=to_come)


def own_votes(handle: str) -> str:
    """List what this rater said, each with a way to say it anew."""
    with seats.taken(handle) as seat:
        cast = progress.own_votes(seat.session, seat.rater_id)
        marked = marks.own(seat.session, seat.rater_id)
        asked = marks.wanted(seat.session, seat.rater_id)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
    may_change = not (standing.is_finished or standing.is_over)
    return render_template(
        "rater/votes.html",
        handle=handle,
        votes=cast,
        marks=presenter.own_marks(asked, marked),
        progress=standing,
        summary=presenter.own_votes(standing, len(cast), len(marked)),
        may_change=may_change,
        button=gettext("Go on") if may_change else gettext("Back"),
    )


def finishing(handle: str) -> str | Response:
    """Ask once more before the irrevocable end."""
    with seats.taken(handle) as seat:
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
    if standing.is_finished or standing.is_over:
        return to_page("done", handle)
    return render_template(
        "rater/finish.html",
        handle=handle,
        progress=standing,
        warning=presenter.warning(standing),
    )


def done(handle: str) -> str | Response:
    """Thank, and sum up this rater's own sitting; nothing about what was compared."""
    with seats.taken(handle) as seat:
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
        agreed = progress.consistency(seat.session, seat.rater_id)
        is_withdrawn = progress.is_withdrawn(seat.session, seat.rater_id)
        has_questions = not is_withdrawn and hunches.remaining(seat.session, seat.rater_id)
    if not (standing.is_finished or standing.is_over):
        return to_page("rate", handle)
    return render_template(
        "rater/done.html",
        handle=handle,
        progress=standing,
        ending=presenter.ending(standing, is_withdrawn=is_withdrawn),
        pace=presenter.pace(standing),
        consistency=words.consistency(agreed.repeated, agreed.agreed) if agreed.repeated else "",
        has_questions=has_questions,
    )


def deal(
    seat: seats.Seat, having: Collection[str] = (), *, after_an_act: bool = False
) -> tuple[BlindAssignment, ...]:
    """Return this rater's open assignments, topped up, but for those that the page has.

    After an act in the same transaction nobody else is waited for, and nothing is added while
    enough lies there: several matchups are dealt in one go, every few votes.
    """
    dealer = dealing.Dealer(
        seat.session,
        seat.sitter,
        seat.now,
        services.current().rng,
        seat.lease,
        may_wait=not after_an_act,
    )
    return dealer.deal(AHEAD, having, at_least=ENOUGH if after_an_act else None)


def matchup_page(
    handle: str,
    assignment: BlindAssignment,
    standing: progress.Progress,
    mine: progress.OwnVote | None = None,
    *,
    asked: Wanted,
    given: marks.OwnMarks | None = None,
    is_marking: bool = False,
) -> Response:
    """Return the rating page for one assignment; `mine` is the vote that a new one revises.

    `asked` is what the study wants besides; `given` are marks that new ones revise, and
    `is_marking` shows their lines instead of the choices.
    """
    said, told = request.args.get("said", ""), request.args.get("told", "")
    stands = None if mine is None else mine.choice
    revises = mine is not None or given is not None
    page = render_template(
        "rater/rate.html",
        at=url_for("rater.rate", handle=handle),
        assignment=assignment,
        text_language=text_language(assignment),
        progress=standing,
        header=presenter.header(standing, is_saved=said in words.CHOICES or told in words.TOLD),
        key=secrets.token_urlsafe(16),
        choices=presenter.choices(stands),
        marking=presenter.marking(asked, given, is_open=is_marking),
        is_marked=given is not None,
        status=presenter.status(asked, is_marking=is_marking, said=said, told=told, stands=stands),
        keys=presenter.keys(asked),
        revises=revises,
        may_skip=not revises and (not is_marking or asked.replaces_vote),
        supersedes=0 if mine is None else mine.revision,
        pause_every=PAUSE_EVERY,
    )
    return small(make_response(page))


def pieces(assignment: BlindAssignment) -> dict[str, Any]:
    """Return an assignment as the page's own HTML, made by the same templates."""
    return {
        "token": assignment.token,
        "is_practice": assignment.is_practice,
        "lang": text_language(assignment),
        "prompt": render_template("rater/_prompt.html", assignment=assignment),
        "left": render_template("rater/_turns.html", turns=assignment.left_turns),
        "right": render_template("rater/_turns.html", turns=assignment.right_turns),
    }


def text_language(assignment: BlindAssignment) -> str:
    """Return the language of an assignment's texts, one for all of them; "" for unknown."""
    return scripts.language_of(
        *assignment.prompt_turns, *assignment.left_turns, *assignment.right_turns
    )


def counters(standing: progress.Progress) -> dict[str, Any]:
    """Return what the page's header shows, and whether there is more to do."""
    return {
        "done": standing.done,
        "total": standing.total,
        "pace": standing.pace_seconds,
        "is_over": standing.is_over or standing.is_finished,
        "is_waiting": standing.is_waiting,
    }


def to_page(name: str, handle: str, **values: Any) -> Response:
    """Return a redirect after which reloading repeats nothing."""
    return make_response(redirect(url_for(f"rater.{name}", handle=handle, **values), 303))


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of a sitting's pages."""
    at = "/rate/<handle>"
    blueprint.add_url_rule(f"{at}/", view_func=rate)
    blueprint.add_url_rule(f"{at}/next", view_func=upcoming)
    blueprint.add_url_rule(f"{at}/again/<token>", view_func=again)
    blueprint.add_url_rule(f"{at}/practice", view_func=practice, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{at}/differences/<token>", view_func=differences)
    blueprint.add_url_rule(f"{at}/pause", view_func=pause)
    blueprint.add_url_rule(f"{at}/votes", view_func=own_votes)
    blueprint.add_url_rule(f"{at}/finish", view_func=finishing)
    blueprint.add_url_rule(f"{at}/done", view_func=done)
