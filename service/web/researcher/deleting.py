"""The view that deletes a draft, after its name was typed."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.usecases.sighted.studies import deleting
from service.web import forms, languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio

MAX_NAME = 200


@studio.post("/studio/<name>/delete")
@access.role("researcher")
def delete_study(name: str) -> AnyResponse:
    """Delete a draft for good, and go back to the list."""
    typed = forms.text(forms.read_fields(), "typed", MAX_NAME, default="")
    account = access.current_or_none()
    who = "" if account is None else account.name
    with services.current().database.transaction() as session:
        done = deleting.delete_study(session, name, typed, who, now(session))
    deleting.tell(done)
    flash(languages.words().gettext("The draft %(title)s is deleted.", title=done.title))
    return redirect(url_for("studio.list_studies"), 303)
