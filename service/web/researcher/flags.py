"""The view that lifts what raters flagged, and the rows of the table that shows it."""

from typing import NamedTuple

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.errors import Invalid
from service.reporting import states
from service.reporting.words import NONE, Words
from service.usecases.sighted.studies import flags
from service.web import forms, languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio

MOST_SHOWN = 200


class Row(NamedTuple):
    """One flag as the table shows it; `number` is set where its matchup has flags to lift."""

    prompt: str
    configurations: str
    rater: str
    problem: str
    note: str
    standing: str
    number: int | None


@studio.post("/studio/<name>/flags/lift")
@access.role("researcher")
def lift_flags(name: str) -> AnyResponse:
    """Lift all flags of one matchup, with the reason; it is dealt again where it was taken out."""
    number = forms.whole(request.form.get("flag", ""))
    because = forms.storable(request.form.get("because", ""))
    if number is None:
        raise Invalid("That is no flag. Reload the page and try again.")
    account = access.current_or_none()
    by = "" if account is None else account.name
    with services.current().database.transaction() as session:
        lifted = flags.lift(session, name, number, because, by, now(session))
    words = languages.words()
    flash(words.ngettext("%(number)s flag is lifted.", "%(number)s flags are lifted.", lifted))
    return redirect(url_for("studio.show_study", name=name, _anchor="flags"), 303)


def rows(session: Session, name: str, words: Words) -> list[Row]:
    """Return what raters reported, matchup by matchup; what can be lifted once for each."""
    found = flags.of_study(session, name)
    stand = {one.about for one in found if one.standing != "lifted"}
    return [
        Row(
            prompt=one.prompt_key,
            configurations=words.listed(one.configurations) or NONE,
            rater=one.pseudonym,
            problem=states.called(one.kind, words),
            note=one.note,
            standing=states.called(one.standing, words)
            + (f" ({one.lifted})" if one.lifted else ""),
            number=one.number if one.is_last and one.about in stand else None,
        )
        for one in found[:MOST_SHOWN]
    ]
