"""Views of a study's webhooks: addresses that are told what happens, and what they were sent."""

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.domain import webhook
from service.domain.webhook import Event
from service.errors import Conflict, Invalid, ServiceError
from service.usecases.sighted import webhooks
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio


@studio.get("/studio/studies/<name>/webhooks")
@access.role("researcher")
def list_webhooks(name: str) -> str:
    """Show a study's webhooks, and let somebody add one."""
    return _page(name, "")


@studio.post("/studio/studies/<name>/webhooks")
@access.role("researcher")
def add_webhook(name: str) -> Response:
    """Have an address told what happens, and show the secret."""
    address = forms.text(forms.read_fields(), "address", webhook.MOST_ADDRESS, default="").strip()
    bundle = services.current()
    account = access.current_or_none()
    try:
        with bundle.database.transaction() as session:
            made = webhooks.make(
                session,
                name,
                address,
                [each for each in Event if request.form.get(f"event_{each.value}")],
                account.name if account else "",
                now(session),
                may_be_private=bundle.settings.webhooks_to_private,
            )
    except (Invalid, Conflict) as error:
        if errors.wants_json():
            raise
        return Response(_page(name, address, refused=error), errors.status_of(error))
    return Response(_page(name, "", secret=webhook.secret_of(made.handle, bundle.signing_key)))


@studio.post("/studio/studies/<name>/webhooks/<handle>/revoke")
@access.role("researcher")
def revoke_webhook(name: str, handle: str) -> AnyResponse:
    """Tell an address nothing any more."""
    with services.current().database.transaction() as session:
        webhooks.revoke(session, name, handle, now(session))
    flash(gettext("The webhook is withdrawn."))
    return redirect(url_for("studio.list_webhooks", name=name), 303)


def _page(name: str, address: str, *, secret: str = "", refused: ServiceError | None = None) -> str:
    with services.current().database.reading() as session:
        found, sent = webhooks.of_study(session, name), webhooks.deliveries(session, name)
    return render_template(
        "studio/webhooks.html",
        name=name,
        webhooks=found,
        deliveries=sent,
        address=address,
        secret=secret,
        events=_words(),
        refused="" if refused is None else languages.message(refused),
    )


def _words() -> dict[str, str]:
    return {
        Event.OPENED.value: gettext("the study opens"),
        Event.GENERATED.value: gettext("everything is generated"),
        Event.DECIDED.value: gettext("a decision is recorded"),
        Event.EXPORT_READY.value: gettext("an export is ready"),
        Event.CAP_AT_80.value: gettext("four fifths of a cap are spent"),
    }
