"""The pages of a sitting: the matchup, the pause, the own list, the end."""

from flask import (
    Response,
    jsonify,
    render_template,
    request,
    url_for,
)

from service.blinding import differences
from service.usecases.blind import closing_questions, marks, progress, showing
from service.web import forms
from service.web.languages import gettext
from service.web.rater import answers, presenter, raters, words
from service.web.rater.blueprint import pages


@pages.get("/rate/<handle>/")
def rate(handle: str) -> str | Response:
    """Show the next matchup, or why there is none."""
    with raters.at_work(handle, acts=True) as rater:
        waiting = marks.owed(rater.session, rater.id)
        dealt = answers.deal(rater)
        standing = progress.progress(rater.session, rater.id, rater.sitter)
        asked = marks.wanted(rater.session, rater.id)
    if standing.is_over or standing.is_finished:
        return answers.to_page("done", handle)
    if waiting is not None:
        return answers.to_page("marks", handle, token=waiting)
    if not dealt:
        heading, paragraphs = presenter.nothing_now(standing)
        return render_template(
            "rater/nothing_now.html",
            handle=handle,
            progress=standing,
            heading=heading,
            paragraphs=paragraphs,
            key=forms.fresh_key(),
        )
    return answers.matchup_page(
        handle, dealt[0], standing, asked=asked, is_marking=asked.replaces_vote
    )


@pages.route("/rate/<handle>/practice", methods=["GET", "POST"])
def practice(handle: str) -> str | Response:
    """Show a matchup to try the page on, its lines too; what is pressed leads to the real ones."""
    with raters.at_work(handle) as rater:
        assignment = showing.practice(rater.session, rater.id, words.practice())
        standing = progress.progress(rater.session, rater.id, rater.sitter)
        asked = marks.wanted(rater.session, rater.id)
    is_late = standing.is_over or standing.is_finished
    if request.method == "POST" and asked.is_anything and "choice" in request.form:
        return answers.to_page("practice", handle, lines=1)
    if request.method == "POST" or assignment is None or is_late:
        return answers.to_page("rate", handle)
    is_marking = asked.replaces_vote or (asked.is_anything and "lines" in request.args)
    return render_template(
        "rater/practice.html",
        at=url_for("rater.rate", handle=handle),
        assignment=assignment,
        text_language=answers.text_language(assignment),
        progress=standing,
        choices=presenter.choices(),
        marking=presenter.marking(asked, None, is_open=is_marking, is_practice=True),
        status=presenter.practice_status(asked, is_marking=is_marking),
        keys=presenter.keys(asked, is_practice=True),
    )


@pages.get("/rate/<handle>/differences/<token>", endpoint="differences")
def show_differences(handle: str, token: str) -> Response:
    """Send both texts of a matchup with the words marked that the other does not have."""
    with raters.at_work(handle) as rater:
        assignment = showing.view(rater.session, rater.id, token)
    left, right = differences.mark(assignment.left_turns, assignment.right_turns)
    return answers.small(
        jsonify(
            left=answers.turns(left),
            right=answers.turns(right),
        )
    )


@pages.get("/rate/<handle>/again/<token>")
def again(handle: str, token: str) -> str | Response:
    """Show one assignment of this rater once more, to judge it anew."""
    with raters.at_work(handle) as rater:
        assignment = showing.view(rater.session, rater.id, token)
        standing = progress.progress(rater.session, rater.id, rater.sitter)
        cast = progress.own_votes(rater.session, rater.id)
        asked = marks.wanted(rater.session, rater.id)
        given = marks.standing(rater.session, rater.id, token)
    if standing.is_over or standing.is_finished:
        return answers.to_page("done", handle)
    if asked.replaces_vote:
        return answers.to_page("marks", handle, token=token)
    mine = next((vote for vote in cast if vote.token == token), None)
    return answers.matchup_page(handle, assignment, standing, mine, asked=asked, given=given)


@pages.get("/rate/<handle>/next")
def upcoming(handle: str) -> Response:
    """Send the open assignments that the page does not have yet, texts and all."""
    having = set(request.args.get("have", "").split(",")) - {""}
    with raters.at_work(handle, acts=True) as rater:
        dealt = answers.deal(rater, having)
        standing = progress.progress(rater.session, rater.id, rater.sitter)
    fresh = [answers.pieces(assignment) for assignment in dealt]
    return answers.small(jsonify(assignments=fresh, progress=answers.counters(standing)))


@pages.get("/rate/<handle>/pause")
def pause(handle: str) -> str:
    """Offer a break; on pages without JavaScript."""
    with raters.at_work(handle) as rater:
        standing = progress.progress(rater.session, rater.id, rater.sitter)
    to_come = words.to_come(standing)
    return render_template("rater/pause.html", handle=handle, progress=standing, to_come=to_come)


@pages.get("/rate/<handle>/votes")
def own_votes(handle: str) -> str:
    """List what this rater said, each with a way to say it anew."""
    with raters.at_work(handle) as rater:
        cast = progress.own_votes(rater.session, rater.id)
        marked = marks.own(rater.session, rater.id)
        asked = marks.wanted(rater.session, rater.id)
        standing = progress.progress(rater.session, rater.id, rater.sitter)
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


@pages.get("/rate/<handle>/finish")
def finishing(handle: str) -> str | Response:
    """Ask once more before the irrevocable end."""
    with raters.at_work(handle) as rater:
        standing = progress.progress(rater.session, rater.id, rater.sitter)
    if standing.is_finished or standing.is_over:
        return answers.to_page("done", handle)
    return render_template(
        "rater/finish.html",
        handle=handle,
        progress=standing,
        warning=presenter.warning(standing),
    )


@pages.get("/rate/<handle>/done")
def done(handle: str) -> str | Response:
    """Thank, and sum up this rater's own sitting; nothing about what was compared."""
    with raters.at_work(handle) as rater:
        standing = progress.progress(rater.session, rater.id, rater.sitter)
        agreed = progress.consistency(rater.session, rater.id)
        is_withdrawn = progress.is_withdrawn(rater.session, rater.id)
        has_questions = not is_withdrawn and closing_questions.remaining(rater.session, rater.id)
    if not (standing.is_finished or standing.is_over):
        return answers.to_page("rate", handle)
    return render_template(
        "rater/done.html",
        handle=handle,
        progress=standing,
        ending=presenter.ending(standing, is_withdrawn=is_withdrawn),
        pace=presenter.pace(standing),
        consistency=words.consistency(agreed.repeated, agreed.agreed) if agreed.repeated else "",
        has_questions=has_questions,
    )
