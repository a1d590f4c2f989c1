"""How views of rater pages answer: the matchup as a page or in pieces, counts, and redirects."""

import gzip
from collections.abc import Collection, Sequence
from typing import Any

from flask import (
    Response,
    get_template_attribute,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from service.blinding.payload import BlindAssignment
from service.domain.marks import Wanted
from service.usecases.blind import dealing, marks, progress
from service.web import forms, services
from service.web.rater import presenter, raters, text_languages, words

AHEAD = 5
ENOUGH = 3
PAUSE_EVERY = 10
# Shorter answers do not get smaller by compressing them.
WORTH_COMPRESSING = 1024
# Half of the work of the usual 6 for a fiftieth more bytes.
_LEVEL = 4
Brought = tuple[BlindAssignment, ...] | None


def to_page(name: str, handle: str, **values: Any) -> Response:
    """Return a redirect after which reloading repeats nothing."""
    return make_response(redirect(url_for(f"rater.{name}", handle=handle, **values), 303))


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
        key=forms.fresh_key(),
        choices=presenter.choices(stands),
        marking=presenter.marking(asked, given, is_open=is_marking),
        is_marked=given is not None,
        status=presenter.status(
            asked,
            is_marking=is_marking,
            said=said,
            told=told,
            stands=stands,
            counts_now=standing.follows_practice,
        ),
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
        "prompt": _text("prompt_of", assignment),
        "left": turns(assignment.left_turns),
        "right": turns(assignment.right_turns),
    }


def turns(of_one: Sequence[str]) -> str:
    """Return what was said in turns as the page's own HTML."""
    return _text("turns_of", of_one)


def _text(macro: str, value: object) -> str:
    """Return what a macro of the pages' own templates makes of a value."""
    return str(get_template_attribute("rater/_texts.html", macro)(value))


def text_language(assignment: BlindAssignment) -> str:
    """Return the language of an assignment's texts, one for all of them; "" for unknown."""
    return text_languages.language_of(
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


def deserves_pause(standing: progress.Progress) -> bool:
    """Tell whether this many judgements are a good moment for a break."""
    is_due = standing.done > 0 and standing.done % PAUSE_EVERY == 0
    return (is_due and standing.done < standing.total) or is_thanked(standing)


def is_thanked(standing: progress.Progress) -> bool:
    """Tell whether a rater has just done all that they were asked for."""
    return 0 < standing.quota == standing.done


def deal(
    rater: raters.Rater, having: Collection[str] = (), *, after_an_act: bool = False
) -> tuple[BlindAssignment, ...]:
    """Return this rater's open assignments, topped up, but for those that the page has.

    The rater is locked (`at_work(…, acts=True)`). After an act in the same transaction nobody
    else is waited for, and nothing is added while enough lies there: several are dealt in one
    go, every few votes.
    """
    dealer = dealing.Dealer(
        rater.session,
        rater.sitter,
        rater.now,
        services.current().rng,
        rater.lease,
        may_wait=not after_an_act,
    )
    return dealer.deal(AHEAD, having, at_least=ENOUGH if after_an_act else None)


def bring(rater: raters.Rater, fields: dict[str, Any]) -> Brought:
    """Deal what comes next to a page that says what it has; None for one that does not say.

    It comes in the answer to what was just stored, from the same transaction: one request for
    each matchup. Pages from before that ask for it by `next`.
    """
    if not request.is_json or "have" not in fields:
        return None
    having = fields["have"]
    if not isinstance(having, list) or not all(isinstance(token, str) for token in having):
        raise forms.FieldInvalid("The field %(name)s is missing or no text.", name="have")
    return deal(rater, having, after_an_act=True)


def standing(rater: raters.Rater, brought: Brought) -> progress.Progress:
    """Return a rater's progress, their pace with it where something new was brought.

    The page keeps the pace that it was told last: some votes more or less hardly change it.
    """
    is_new = brought is None or bool(brought)
    return progress.progress(rater.session, rater.id, rater.sitter, with_pace=is_new)


def answered(standing: progress.Progress, brought: Brought = None, **said: Any) -> Response:
    """Tell the page's module that something is stored, and hand it what was brought along."""
    answer = {"saved": True, "progress": counters(standing), **said}
    if brought is None:
        return jsonify(answer)
    return small(jsonify(**answer, assignments=[pieces(one) for one in brought]))


def stored(handle: str, standing: progress.Progress, **shown: str) -> Response:
    """Tell that something is stored: the page's module, or a form by the next page."""
    if request.is_json:
        return answered(standing)
    return to_page("rate", handle, **shown)


def small(response: Response) -> Response:
    """Compress an answer that holds several texts, where the browser understands it."""
    response.vary.add("Accept-Encoding")
    if len(response.data) >= WORTH_COMPRESSING and request.accept_encodings["gzip"]:
        response.data = gzip.compress(response.data, _LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response
