"""What a rater may do: vote, say why, skip, flag, undo, finish; by form or by the page's module."""

from flask import Response, render_template, request

from service.domain import vote
from service.usecases.blind import (
    flags,
    marks,
    progress,
    reasons,
    showing,
    voting,
)
from service.web import forms
from service.web.rater import answers, raters
from service.web.rater.blueprint import pages

LONGEST_MS = 24 * 3600 * 1000


@pages.post("/rate/<handle>/vote/<token>")
def cast(handle: str, token: str) -> Response:
    """Store a vote; the same key and body again gets the same answer."""
    fields = forms.read_fields()
    choice = vote.parse_choice(forms.text(fields, "choice", forms.MAX_KEY))
    with raters.at_work(handle, acts=True) as rater:
        stored = voting.cast(
            rater.session,
            rater.id,
            token,
            choice.value,
            forms.key(fields),
            rater.now,
            supersedes=forms.number(fields, "supersedes", 1_000_000) or 0,
            duration_ms=forms.number(fields, "duration_ms", LONGEST_MS),
            sitter=rater.sitter,
        )
        brought = answers.bring(rater, fields)
        standing = answers.standing(rater, brought)
        waits = not request.is_json and marks.owed(rater.session, rater.id) is not None
    if request.is_json:
        said = {"choice": stored.choice, "revision": stored.revision, "is_late": stored.is_late}
        return answers.answered(standing, brought, **said)
    is_first = stored.revision == 1 and not stored.repeated
    if answers.deserves_pause(standing) and is_first and not waits:
        return answers.to_page("pause", handle)
    return answers.to_page("rate", handle, said=choice.value)


@pages.post("/rate/<handle>/skip/<token>")
def skip(handle: str, token: str) -> Response:
    """Let go of a matchup that this rater cannot judge; it is not dealt to them again."""
    fields = forms.read_fields()
    with raters.at_work(handle, acts=True) as rater:
        key = forms.key(fields)
        voting.skip(rater.session, rater.id, token, key, rater.now, sitter=rater.sitter)
        brought = answers.bring(rater, fields)
        standing = answers.standing(rater, brought)
    if request.is_json:
        return answers.answered(standing, brought)
    if answers.is_thanked(standing):
        return answers.to_page("pause", handle)
    return answers.to_page("rate", handle, told="skipped")


@pages.get("/rate/<handle>/flag/<token>")
def flag_form(handle: str, token: str) -> str:
    """Ask what the problem is; on pages without JavaScript."""
    with raters.at_work(handle) as rater:
        showing.view(rater.session, rater.id, token)
    return render_template("rater/flag.html", handle=handle, key=forms.fresh_key())


@pages.post("/rate/<handle>/flag/<token>")
def flag(handle: str, token: str) -> Response:
    """Store a problem that the rater reports."""
    fields = forms.read_fields()
    kind = forms.text(fields, "kind", forms.MAX_KEY)
    if kind not in vote.FLAG_KINDS:
        raise forms.FieldInvalid("Please say which kind of problem it is.")
    note = forms.note(fields)
    with raters.at_work(handle) as rater:
        key = forms.key(fields)
        flags.flag(rater.session, rater.id, token, kind, note, rater.now, key)
        standing = progress.progress(rater.session, rater.id)
    return answers.stored(handle, standing, told="flagged")


@pages.get("/rate/<handle>/reason/<token>")
def reason_form(handle: str, token: str) -> str:
    """Ask why a vote was cast; on pages without JavaScript."""
    with raters.at_work(handle) as rater:
        showing.view(rater.session, rater.id, token)
    return render_template("rater/reason.html", handle=handle, key=forms.fresh_key())


@pages.post("/rate/<handle>/reason/<token>")
def reason(handle: str, token: str) -> Response:
    """Store why a rater voted as they did; the vote itself stays untouched."""
    fields = forms.read_fields()
    kinds = fields.get("kinds", []) if request.is_json else request.form.getlist("kinds")
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise forms.FieldInvalid("Please choose a reason or write one.")
    note = forms.note(fields)
    with raters.at_work(handle) as rater:
        reasons.add(rater.session, rater.id, token, kinds, note, forms.key(fields), rater.now)
        standing = progress.progress(rater.session, rater.id)
    return answers.stored(handle, standing, told="reasoned")


@pages.post("/rate/<handle>/undo")
def undo(handle: str) -> Response:
    """Take back what was done last, or with a named one, and show that assignment again.

    Nothing to take back is no error: the page says so, and everything stays.
    """
    fields = forms.read_fields()
    named = forms.text(fields, "token", forms.MAX_KEY, default="") or None
    with raters.at_work(handle) as rater:
        token = voting.undo(
            rater.session, rater.id, forms.key(fields), rater.now, token=named, lease=rater.lease
        )
        if request.is_json:
            shown = None if token is None else showing.view(rater.session, rater.id, token)
            standing = progress.progress(rater.session, rater.id)
            pieces = None if shown is None else answers.pieces(shown)
            return answers.answered(standing, assignment=pieces)
    if token is None:
        return answers.to_page("rate", handle, told="nothing_undone")
    return answers.to_page("again", handle, token=token)


@pages.post("/rate/<handle>/finish")
def finish(handle: str) -> Response:
    """End this rater's work for good."""
    with raters.at_work(handle) as rater:
        progress.finish(rater.session, rater.id, rater.now)
    return answers.to_page("done", handle)
