"""The view that deletes a draft, after its name was typed."""

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.usecases.sighted.studies import deleting
from service.web import errors, forms, languages, services
from service.web.researcher import access, studies
from service.web.researcher.blueprint import studio

MAX_NAME = 200


@studio.post("/studio/<name>/delete")
@access.role("researcher")
def delete_study(name: str) -> AnyResponse:
    """Delete a draft for good, and go back to the list; a wrong name stays in its box."""
    typed = forms.text(forms.read_fields(), "typed", MAX_NAME, default="")
    account = access.current_or_none()
    who = "" if account is None else account.name
    try:
        with services.current().database.transaction() as session:
            done = deleting.delete_study(session, name, typed, who, now(session))
    except deleting.NameDiffers as error:
        if errors.wants_json():
            raise
        told = {"undeleted": languages.message(error), "typed": typed, "refused": ""}
        page = render_template("studio/study.html", **{**studies.context_of(name), **told})
        return Response(page, errors.status_of(error))
    deleting.tell(done)
    flash(languages.words().gettext("The draft %(title)s is deleted.", title=done.title))
    return redirect(url_for("studio.list_studies"), 303)
