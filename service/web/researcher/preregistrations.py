"""Views of what a study declared before anybody looked, and of unsealing one on purpose."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.reporting import preregistered
from service.usecases.sighted.results import preregistrations, unsealing
from service.web import forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio


@studio.get("/studio/<name>/preregistration.json")
@access.role("viewer")
def download_preregistration(name: str) -> Response:
    """Send the very document whose fingerprint is told."""
    with services.current().database.reading() as session:
        found = preregistrations.declared(session, name)
    answer = Response(found.text.encode(), mimetype="application/json")
    filename = f"{found.study}-preregistration.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


@studio.post("/studio/<name>/unseal")
@access.role("admin")
def unseal(name: str) -> AnyResponse:
    """Show results before the stop rule is met, for good."""
    account = access.current_or_none()
    by = "" if account is None else account.name
    because = forms.storable(request.form.get("because", ""))
    with services.current().database.transaction() as session:
        unsealing.unseal(session, name, by, because, now(session))
    flash(gettext("The study is unsealed. That stands beside its result as a deviation."))
    return redirect(url_for("studio.leaderboard", name=name), 303)


def told(session: Session, name: str, state: str) -> dict[str, Any]:
    """Return what pages say of a study's pre-registration, under the name they know it by."""
    words = languages.words()
    found = preregistrations.of_study(session, name)
    if found is None:
        said = preregistered.TO_COME if state == "draft" else preregistered.NONE_MADE
        return {"registered": {"missing": words.gettext(said)}}
    document = found.document
    return {
        "registered": {
            "missing": "",
            "at": words.moment(found.created_at),
            "fingerprint": preregistered.fingerprint(found.digest, words),
            "declared": [] if document is None else preregistered.declared(document, words),
            "broken": "" if found.is_intact else words.gettext(preregistered.BROKEN),
            "deviates": bool(found.deviations),
            "deviations": preregistered.deviations(found.deviations, words)
            if found.is_intact
            else [],
        }
    }
