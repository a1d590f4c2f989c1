"""The lines after a vote: criteria and grades, by form or by the page's module."""

from typing import Any

from flask import Blueprint, Response, request

from service.domain.marks import MOST_CRITERIA, Wanted
from service.usecases.blind import marks, progress, showing
from service.web.rater import acts, seats, sitting


def show(handle: str, token: str) -> str | Response:
    """Show an assignment with the lines that its vote waits for, or those given to it."""
    with seats.taken(handle) as seat:
        assignment = showing.view(seat.session, seat.rater_id, token)
        standing = progress.progress(seat.session, seat.rater_id)
        asked = marks.wanted(seat.session, seat.rater_id)
        given = marks.standing(seat.session, seat.rater_id, token)
        cast = progress.own_votes(seat.session, seat.rater_id)
    if standing.is_over or standing.is_finished:
        return sitting.to_page("done", handle)
    if not asked.is_anything:
        return sitting.to_page("rate", handle)
    if not asked.replaces_vote and all(vote.token != token for vote in cast):
        return sitting.to_page("again", handle, token=token)
    return sitting.matchup_page(
        handle, assignment, standing, asked=asked, given=given, is_marking=True
    )


def keep(handle: str, token: str) -> Response:
    """Store criteria and grades; the same key and body again gets the same answer."""
    fields = acts.read_fields()
    with seats.taken(handle, acts=True) as seat:
        asked = marks.wanted(seat.session, seat.rater_id)
        criteria, grades = _sent(fields) if request.is_json else _filled_in(fields, asked)
        kept = marks.keep(
            seat.session,
            seat.rater_id,
            token,
            criteria,
            grades,
            acts.read_key(fields),
            seat.now,
            supersedes=acts.read_number(fields, "supersedes", 1_000_000) or 0,
            sitter=seat.sitter,
        )
        brought = acts.bring(seat, fields)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
    if request.is_json:
        return acts.answered(standing, brought, revision=kept.revision, is_late=kept.is_late)
    if acts.deserves_pause(standing) and kept.revision == 1 and not kept.repeated:
        return sitting.to_page("pause", handle)
    return sitting.to_page("rate", handle)


def _sent(fields: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return what the page's module sent: answers in the order of the lines."""
    criteria, grades = fields.get("criteria", []), fields.get("grades", [])
    if not isinstance(criteria, list) or not isinstance(grades, list):
        raise acts.FieldInvalid("Please answer every line.")
    if not all(isinstance(answer, str) for answer in criteria):
        raise acts.FieldInvalid("Please answer every line.")
    if any(isinstance(grade, bool) for grade in grades):
        raise acts.FieldInvalid("Please give each answer a grade from 1 to 5.")
    return criteria, grades


def _filled_in(fields: dict[str, Any], asked: Wanted) -> tuple[list[Any], list[Any]]:
    """Return what the form held; a line without an answer is missing from both lists."""
    criteria = [
        fields[name] for place in range(MOST_CRITERIA) if (name := f"criterion-{place}") in fields
    ]
    grades = [
        acts.read_number(fields, name, 9)
        for name in ("grade-left", "grade-right")
        if name in fields
    ]
    return criteria, grades if asked.wants_grades else []


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of criteria and grades."""
    at = "/rate/<handle>/marks/<token>"
    blueprint.add_url_rule(at, "marks", show)
    blueprint.add_url_rule(at, "keep_marks", keep, methods=["POST"])
