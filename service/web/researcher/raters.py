"""Views of a study's raters: how they judge, and leaving out what one of them has judged."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.reporting import habit_words
from service.reporting.words import NONE, Words
from service.usecases.sighted.studies import exclusions, habits, heads
from service.usecases.sighted.studies.habits import HabitsView
from service.usecases.sighted.studies.heads import StudyHead
from service.web import forms, languages, services
from service.web.researcher import access, presenter
from service.web.researcher.blueprint import studio


@dataclass(frozen=True)
class Row:
    """One rater as the table shows them; `is_out` where anything is left out just now."""

    pseudonym: str
    name: str
    judged: str
    pace: str
    repeats: str
    gold: str
    signs: tuple[str, ...]
    standing: str
    left_out: str
    is_out: bool


@studio.get("/studio/<name>/raters")
@access.role("viewer")
def list_raters(name: str) -> str:
    """Show how each rater judges, and what is left out and why."""
    after = forms.whole(request.args.get("after", "")) or 0
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        crowd = habits.of_study(session, name, after)
    words = languages.words()
    return render_template(
        "studio/raters.html",
        study=study,
        rows=[_row(each, study, words) for each in crowd.raters],
        by_reason=[
            (words.gettext(reason), words.count(number)) for reason, number in crowd.by_reason
        ],
        next_after=crowd.next_after,
        most_reason=exclusions.MAX_REASON,
    )


@studio.post("/studio/<name>/raters/leave-out")
@access.role("researcher")
def leave_out(name: str) -> AnyResponse:
    """Leave all that a rater has judged so far out of results, with the reason."""
    rater, because = _given("rater"), _given("because")
    with services.current().database.transaction() as session:
        done = exclusions.exclude(session, name, rater, because, now(session))
    words = languages.words()
    flash(
        words.ngettext(
            "%(number)s judgement is left out. The leaderboard follows within seconds; its place "
            "is dealt again.",
            "%(number)s judgements are left out. The leaderboard follows within seconds; their "
            "places are dealt again.",
            done.judgements,
        )
    )
    return _back(name)


@studio.post("/studio/<name>/raters/take-back")
@access.role("researcher")
def take_back(name: str) -> AnyResponse:
    """Let what was left out of a rater count again."""
    with services.current().database.transaction() as session:
        done = exclusions.lift(session, name, _given("rater"), now(session))
    words = languages.words()
    flash(
        words.ngettext(
            "%(number)s judgement counts again. The leaderboard follows within seconds.",
            "%(number)s judgements count again. The leaderboard follows within seconds.",
            done.judgements,
        )
    )
    return _back(name)


def _given(field: str) -> str:
    return forms.storable(request.form.get(field, ""))


def _row(each: HabitsView, study: StudyHead, words: Words) -> Row:
    left_out = NONE
    if each.left_out:
        left_out = f"{words.count(each.left_out)}: {', '.join(map(words.gettext, each.reasons))}"
    return Row(
        pseudonym=each.pseudonym,
        name=each.name,
        judged=words.count(each.judged),
        pace=habit_words.seconds(each.seconds, words),
        repeats=habit_words.part(each.repeats.agreed, each.repeats.repeated, words),
        gold=habit_words.part(*each.gold, words),
        signs=tuple(habit_words.sign(sign, words) for sign in each.signs),
        standing=presenter.standing(each, study, words),
        left_out=left_out,
        is_out=each.left_out > 0,
    )


def _back(name: str) -> AnyResponse:
    return redirect(url_for("studio.list_raters", name=name), 303)
