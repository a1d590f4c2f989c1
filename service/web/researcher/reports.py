"""The view that sends a report as one file to keep."""

from flask import Response, request

from service.reporting.report.page import page
from service.usecases.sighted.results import reports
from service.web import languages, services
from service.web.researcher import access, deciding
from service.web.researcher.blueprint import studio


@studio.get("/studio/<name>/report")
@access.role("viewer")
def download_report(name: str) -> Response:
    """Send a report on the newest leaderboard, or the one named, in the language of the page."""
    number = deciding.number_of(request.args.get("leaderboard"))
    with services.current().database.reading() as session:
        told = reports.of_study(session, name, number, with_texts="texts" in request.args)
    spoken = languages.current()
    answer = Response(
        page(told, spoken.sighted, spoken.code, spoken.direction), mimetype="text/html"
    )
    filename = f"{told.study}-report-{told.leaderboard_id}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
