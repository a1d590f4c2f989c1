"""What a rater may do: vote, say why, skip, flag, undo, finish; by form or by the page's module."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from service.domain import vote
from service.errors import Invalid
from service.usecases.blind import (
    flags,
    marks,
    progress,
    reasons,
    showing,
    voting,
)
from service.web import bodies
from service.web.rater import seats, sitting

MAX_KEY = 64
MAX_NOTE = 2000
LONGEST_MS = 24 * 3600 * 1000


class FieldInvalid(Invalid):
    """A field of the request is missing or of the wrong kind."""


def cast(handle: str, token: str) -> Response:
    """Store a vote; the same key and body again gets the same answer."""
    fields = read_fields()
    choice = vote.parse_choice(_text(fields, "choice", MAX_KEY))
    with seats.taken(handle, acts=True) as seat:
        stored = voting.cast(
            seat.session,
            seat.rater_id,
            token,
            choice.value,
            read_key(fields),
            seat.now,
            supersedes=read_number(fields, "supersedes", 1_000_000) or 0,
            duration_ms=read_number(fields, "duration_ms", LONGEST_MS),
            sitter=seat.sitter,
        )
        brought = bring(seat, fields)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
        is_form = not request.is_json
        waits = is_form and marks.owed(seat.session, seat.rater_id) is not None
    if request.is_json:
        said = {"choice": stored.choice, "revision": stored.revision, "is_late": stored.is_late}
        return answered(standing, brought, **said)
    is_first = stored.revision == 1 and not stored.repeated
    if deserves_pause(standing) and is_first and not waits:
        return sitting.to_page("pause", handle)
    return sitting.to_page("rate", handle, said=choice.value)


def skip(handle: str, token: str) -> Response:
    """Let go of a matchup that this rater cannot judge; it is not dealt to them again."""
    fields = read_fields()
    with seats.taken(handle, acts=True) as seat:
        key = read_key(fields)
        voting.skip(seat.session, seat.rater_id, token, key, seat.now, sitter=seat.sitter)
        brought = bring(seat, fields)
        standing = progress.progress(seat.session, seat.rater_id, seat.sitter)
    if request.is_json:
        return answered(standing, brought)
    return sitting.to_page("rate", handle, told="skipped")


def flag_form(handle: str, token: str) -> str:
    """Ask what the problem is; on pages without JavaScript."""
    with seats.taken(handle) as seat:
        showing.view(seat.session, seat.rater_id, token)
    return render_template("rater/flag.html", handle=handle, key=_fresh_key())


def flag(handle: str, token: str) -> Response:
    """Store a problem that the rater reports."""
    fields = read_fields()
    kind = _text(fields, "kind", MAX_KEY)
    if kind not in vote.FLAG_KINDS:
        raise FieldInvalid("Please say which kind of problem it is.")
    note = _text(fields, "note", MAX_NOTE, default="")
    with seats.taken(handle) as seat:
        key = read_key(fields)
        flags.flag(seat.session, seat.rater_id, token, kind, note, seat.now, key)
        standing = progress.progress(seat.session, seat.rater_id)
    return _stored(handle, standing, told="flagged")


def reason_form(handle: str, token: str) -> str:
    """Ask why a vote was cast; on pages without JavaScript."""
    with seats.taken(handle) as seat:
        showing.view(seat.session, seat.rater_id, token)
    return render_template("rater/reason.html", handle=handle, key=_fresh_key())


def reason(handle: str, token: str) -> Response:
    """Store why a rater voted as they did; the vote itself stays untouched."""
    fields = read_fields()
    kinds = fields.get("kinds", []) if request.is_json else request.form.getlist("kinds")
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise FieldInvalid("Please choose a reason or write one.")
    note = _text(fields, "note", MAX_NOTE, default="")
    with seats.taken(handle) as seat:
        reasons.add(seat.session, seat.rater_id, token, kinds, note, read_key(fields), seat.now)
        standing = progress.progress(seat.session, seat.rater_id)
    return _stored(handle, standing, told="reasoned")


def undo(handle: str) -> Response:
    """Take back the latest vote, or a named one, and show that assignment again."""
    fields = read_fields()
    named = _text(fields, "token", MAX_KEY, default="") or None
    with seats.taken(handle) as seat:
        token = voting.undo(
            seat.session, seat.rater_id, read_key(fields), seat.now, token=named, lease=seat.lease
        )
        if request.is_json:
            assignment = showing.view(seat.session, seat.rater_id, token)
            standing = progress.progress(seat.session, seat.rater_id)
            return jsonify(
                saved=True,
                assignment=sitting.pieces(assignment),
                progress=sitting.counters(standing),
            )
    return sitting.to_page("again", handle, token=token)


def finish(handle: str) -> Response:
    """End this rater's work for good."""
    with seats.taken(handle) as seat:
        progress.finish(seat.session, seat.rater_id, seat.now)
    return sitting.to_page("done", handle)


def deserves_pause(standing: progress.Progress) -> bool:
    """Tell whether this many judgements are a good moment for a break."""
    is_due = standing.done > 0 and standing.done % sitting.PAUSE_EVERY == 0
    return is_due and standing.done < standing.total


def _stored(handle: str, standing: progress.Progress, **shown: str) -> Response:
    if request.is_json:
        return answered(standing)
    return sitting.to_page("rate", handle, **shown)


def bring(seat: seats.Seat, fields: dict[str, Any]) -> sitting.Brought:
    """Deal what comes next to a page that says what it has; None for one that does not say.

    It comes in the answer to what was just stored, from the same transaction: one request for
    each matchup. Pages from before that ask for it by `next`.
    """
    if not request.is_json or "have" not in fields:
        return None
    having = fields["have"]
    if not isinstance(having, list) or not all(isinstance(token, str) for token in having):
        raise FieldInvalid("The field %(name)s is missing or no text.", name="have")
    return sitting.deal(seat, having, after_an_act=True)


def answered(standing: progress.Progress, brought: sitting.Brought = None, **said: Any) -> Response:
    """Tell the page's module that something is stored, and hand it what was brought along."""
    answer = {"saved": True, "progress": sitting.counters(standing), **said}
    if brought is None:
        return jsonify(answer)
    return sitting.small(jsonify(**answer, assignments=[sitting.pieces(one) for one in brought]))


def read_fields() -> dict[str, Any]:
    """Return what was sent, as JSON or by a form."""
    if request.is_json:
        return bodies.read_json()
    return {name: bodies.storable(value) for name, value in request.form.items()}


def _text(fields: dict[str, Any], name: str, longest: int, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise FieldInvalid("The field %(name)s is missing or no text.", name=name)
    return value.strip()[:longest] if name == "note" else _short(name, value, longest)


def _short(name: str, value: str, longest: int) -> str:
    if len(value) > longest:
        raise FieldInvalid("The field %(name)s is too long.", name=name)
    return value


def read_key(fields: dict[str, Any]) -> str:
    """Return the idempotency key; a form that lost it gets one that protects nothing."""
    return _text(fields, "key", MAX_KEY, default="") or _fresh_key()


def _fresh_key() -> str:
    return secrets.token_urlsafe(16)


def read_number(fields: dict[str, Any], name: str, largest: int) -> int | None:
    """Return a whole number up to the largest, None where there is none."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < MAX_KEY:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldInvalid("The field %(name)s is no whole number.", name=name)
    return min(max(value, 0), largest)


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of what a rater may do."""
    at = "/rate/<handle>"
    post = ["POST"]
    blueprint.add_url_rule(f"{at}/vote/<token>", view_func=cast, methods=post)
    blueprint.add_url_rule(f"{at}/skip/<token>", view_func=skip, methods=post)
    blueprint.add_url_rule(f"{at}/flag/<token>", view_func=flag_form)
    blueprint.add_url_rule(f"{at}/flag/<token>", view_func=flag, methods=post)
    blueprint.add_url_rule(f"{at}/reason/<token>", view_func=reason_form)
    blueprint.add_url_rule(f"{at}/reason/<token>", view_func=reason, methods=post)
    blueprint.add_url_rule(f"{at}/undo", view_func=undo, methods=post)
    blueprint.add_url_rule(f"{at}/finish", view_func=finish, methods=post)
