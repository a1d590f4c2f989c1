"""The pages after finishing: how blind was the sitting? They never say what was right."""

from flask import Response, render_template, request

from service.usecases.blind import closing_questions
from service.web import forms, services
from service.web.rater import answers, presenter, raters, text_languages
from service.web.rater.blueprint import pages

MAX_ANSWER = 200


@pages.get("/rate/<handle>/hunch")
def closing_question(handle: str) -> str | Response:
    """Ask the next question, or say thanks where there is none."""
    with raters.at_work(handle) as rater:
        question = closing_questions.next_question(
            rater.session, rater.id, rater.now, services.current().rng
        )
    if question is None:
        return answers.to_page("done", handle)
    texts = [turn for passage in question.passages for turn in passage.turns]
    return render_template(
        "rater/closing_question.html",
        handle=handle,
        question=question,
        place=presenter.place_of_question(question.number, question.of),
        asks=presenter.closing_question(question.labels),
        text_language=text_languages.language_of(*texts),
    )


@pages.post("/rate/<handle>/hunch/<token>")
def answer_question(handle: str, token: str) -> Response:
    """Keep an answer and go on to the next question."""
    said = forms.storable(request.form.get("answer", ""))[:MAX_ANSWER]
    with raters.at_work(handle) as rater:
        closing_questions.answer(rater.session, rater.id, token, said, rater.now)
    return answers.to_page("closing_question", handle)
