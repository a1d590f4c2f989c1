"""Views of the tokens by which a person's own programs use the API."""

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import Conflict, Invalid, ServiceError
from service.usecases import api_tokens
from service.usecases.sighted.studies import overviews
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

_LONGEST = 1000


@studio.get("/studio/tokens")
@access.role("viewer")
def list_tokens() -> str:
    """Show whoever is signed in their own tokens, and let them make one."""
    return _page({})


@studio.post("/studio/tokens")
@access.role("viewer")
def make_token() -> Response:
    """Make a token, and show it this one time."""
    fields = forms.read_fields()
    try:
        with services.current().database.transaction() as session:
            token, _ = api_tokens.make(
                session,
                _account_id(),
                forms.text(fields, "label", _LONGEST, default=""),
                forms.text(fields, "scope", _LONGEST, default=""),
                forms.text(fields, "study", _LONGEST, default="") or None,
                forms.whole(forms.text(fields, "days", _LONGEST, default="").strip()) or 0,
                now(session),
            )
    except (Invalid, Conflict) as error:
        if errors.wants_json():
            raise
        return Response(_page(fields, refused=error), errors.status_of(error))
    return Response(_page({}, token=token))


@studio.post("/studio/tokens/<handle>/revoke")
@access.role("viewer")
def revoke_token(handle: str) -> AnyResponse:
    """Withdraw one of one's own tokens at once."""
    with services.current().database.transaction() as session:
        api_tokens.revoke(session, _account_id(), handle, now(session))
    flash(gettext("The token is withdrawn. Whatever uses it is refused from now on."))
    return redirect(url_for("studio.list_tokens"), 303)


def _page(fields: dict[str, str], *, token: str = "", refused: ServiceError | None = None) -> str:
    with services.current().database.reading() as session:
        tokens, moment = api_tokens.every(session, _account_id()), now(session)
        names = overviews.names(session)
    return render_template(
        "studio/tokens.html",
        tokens=[(each, each.holds(moment)) for each in tokens],
        studies=names,
        fields=fields,
        made=token,
        refused="" if refused is None else languages.message(refused),
        usual_days=api_tokens.USUAL_DAYS,
    )


def _account_id() -> int:
    account = access.current_or_none()
    if account is None:
        raise access.NotSignedIn("These pages need you to be signed in.")
    return account.id
