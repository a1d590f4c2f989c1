"""What a rater may look up: what is asked, and the link that is theirs alone."""

from flask import Response, render_template, url_for

from service.usecases import invites
from service.usecases.blind import progress
from service.web import services
from service.web.languages import gettext
from service.web.rater import answers, raters
from service.web.rater.blueprint import pages


@pages.get("/rate/<handle>/help", endpoint="help")
def help_page(handle: str) -> str:
    """Show what is asked and where things are; on pages without JavaScript."""
    with raters.at_work(handle) as rater:
        standing = progress.progress(rater.session, rater.id)
        first = raters.first_page(rater.session, rater.id)
    return render_template(
        "rater/help.html",
        handle=handle,
        target=url_for(first, handle=handle),
        progress=standing,
    )


@pages.get("/rate/<handle>/link")
def link(handle: str) -> str | Response:
    """Show a rater their personal link, to keep it and to go on elsewhere."""
    having = services.current()
    with raters.at_work(handle) as rater:
        token = invites.personal_link_of(rater.session, rater.id, having.signing_key)
        standing = progress.progress(rater.session, rater.id)
        first = raters.first_page(rater.session, rater.id)
    if token is None:
        return answers.to_page("rate", handle)
    # Never the Host of a request, which anybody may write: link.js puts in what the browser has
    # in its address bar.
    where = having.settings.web_address
    return render_template(
        "rater/link.html",
        link=where + url_for("rater.landing", token=token),
        target=url_for(first, handle=handle),
        progress=standing,
        button=gettext("Go on") if standing.done else gettext("Begin"),
    )
