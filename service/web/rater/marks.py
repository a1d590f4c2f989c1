"""The lines after a vote: criteria and grades, by form or by the page's module."""

from typing import Any

from flask import Response, request

from service.domain.marks import MOST_CRITERIA, Wanted
from service.usecases.blind import marks, progress, showing
from service.web import forms
from service.web.rater import answers, raters
from service.web.rater.blueprint import pages


@pages.get("/rate/<handle>/marks/<token>", endpoint="marks")
def show(handle: str, token: str) -> str | Response:
    """Show an assignment with the lines that its vote waits for, or those given to it."""
    with raters.at_work(handle) as rater:
        assignment = showing.view(rater.session, rater.id, token)
        standing = progress.progress(rater.session, rater.id)
        asked = marks.wanted(rater.session, rater.id)
        given = marks.standing(rater.session, rater.id, token)
        cast = progress.own_votes(rater.session, rater.id)
    if standing.is_over or standing.is_finished:
        return answers.to_page("done", handle)
    if not asked.is_anything:
        return answers.to_page("rate", handle)
    if not asked.replaces_vote and all(vote.token != token for vote in cast):
        return answers.to_page("again", handle, token=token)
    return answers.matchup_page(
        handle, assignment, standing, asked=asked, given=given, is_marking=True
    )


@pages.post("/rate/<handle>/marks/<token>", endpoint="keep_marks")
def keep(handle: str, token: str) -> Response:
    """Store criteria and grades; the same key and body again gets the same answer."""
    fields = forms.read_fields()
    with raters.at_work(handle, acts=True) as rater:
        asked = marks.wanted(rater.session, rater.id)
        criteria, grades = _sent(fields) if request.is_json else _filled_in(fields, asked)
        kept = marks.keep(
            rater.session,
            rater.id,
            token,
            criteria,
            grades,
            forms.key(fields),
            rater.now,
            supersedes=forms.number(fields, "supersedes", 1_000_000) or 0,
            sitter=rater.sitter,
        )
        brought = answers.bring(rater, fields)
        standing = answers.standing(rater, brought)
    if request.is_json:
        return answers.answered(standing, brought, revision=kept.revision, is_late=kept.is_late)
    if answers.deserves_pause(standing) and kept.revision == 1 and not kept.repeated:
        return answers.to_page("pause", handle)
    return answers.to_page("rate", handle)


def _sent(fields: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return what the page's module sent: answers in the order of the lines."""
    criteria, grades = fields.get("criteria", []), fields.get("grades", [])
    if not isinstance(criteria, list) or not isinstance(grades, list):
        raise forms.FieldInvalid("Please answer every line.")
    if not all(isinstance(answer, str) for answer in criteria):
        raise forms.FieldInvalid("Please answer every line.")
    if any(isinstance(grade, bool) for grade in grades):
        raise forms.FieldInvalid("Please give each answer a grade from 1 to 5.")
    return criteria, grades


def _filled_in(fields: dict[str, Any], asked: Wanted) -> tuple[list[Any], list[Any]]:
    """Return what the form held; a line without an answer is missing from both lists."""
    criteria = [
        fields[name] for place in range(MOST_CRITERIA) if (name := f"criterion-{place}") in fields
    ]
    grades = [
        forms.number(fields, name, 9) for name in ("grade-left", "grade-right") if name in fields
    ]
    return criteria, grades if asked.wants_grades else []
