"""The pages after finishing: how blind was the sitting? They never say what was right."""

from flask import Blueprint, Response, render_template, request

from service.usecases.blind import hunches
from service.web import bodies, services
from service.web.rater import presenter, scripts, seats, sitting

MAX_ANSWER = 200


def hunch(handle: str) -> str | Response:
    """Ask the next question, or say thanks where there is none."""
    with seats.taken(handle) as seat:
        question = hunches.next_question(
            seat.session, seat.rater_id, seat.now, services.current().rng
        )
    if question is None:
        return sitting.to_page("done", handle)
    texts = [turn for passage in question.passages for turn in passage.turns]
    return render_template(
        "rater/closing_question.html",
        handle=handle,
        question=question,
        place=presenter.place_of_question(question.number, question.of),
        asks=presenter.closing_question(question.labels),
        text_language=scripts.language_of(*texts),
    )


def tell(handle: str, token: str) -> Response:
    """Keep an answer and go on to the next question."""
    said = bodies.storable(request.form.get("answer", ""))[:MAX_ANSWER]
    with seats.taken(handle) as seat:
        hunches.answer(seat.session, seat.rater_id, token, said, seat.now)
    return sitting.to_page("hunch", handle)


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the pages after finishing."""
    at = "/rate/<handle>/hunch"
    blueprint.add_url_rule(at, view_func=hunch)
    blueprint.add_url_rule(f"{at}/<token>", view_func=tell, methods=["POST"])
