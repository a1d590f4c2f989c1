"""Routes of what leaves an installation: reports and links to them, and whole studies."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import BinaryIO

from flask import Response, g
from pydantic import Field

from service.reporting.report.page import page
from service.reporting.words import ENGLISH
from service.usecases.sighted.results import reports, shares
from service.usecases.sighted.studies import packing
from service.web import services
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter

chapter = Chapter("Sharing", "Reports to keep, links to them, and whole studies.")
MOST_ID = 2_147_483_647
# Beyond so many votes packing takes longer than a program likes to wait.
MOST_VOTES = 50_000


class NewShare(Asked):
    """A link to a report, for whoever has it."""

    days: int = Field(ge=1, le=shares.MOST_DAYS, description="After so many it ends.")
    label: str = Field("", max_length=shares.MAX_LABEL, description="Whom it is for.")
    leaderboard_id: int | None = Field(
        None, ge=1, le=MOST_ID, description="Always that leaderboard; null: always the newest."
    )
    texts: bool = Field(default=False, description="Show prompts and answers as well.")


class SharedLink(Answer):
    """A link to a report."""

    number: int
    leaderboard_id: int | None
    label: str
    shows_texts: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class SharedLinkMade(SharedLink):
    """A link that was just made."""

    address: str = Field(
        "", description='Shown this once: "" where the same request is answered again.'
    )


class SharedLinkList(Answer):
    """All links to a study's reports, the newest first."""

    items: list[SharedLink]


class ReportAsked(Asked):
    """Which report is wanted."""

    leaderboard: int | None = Field(None, ge=1, le=MOST_ID, description="The newest if absent.")
    texts: bool = Field(default=False, description="With prompts and answers.")


def _with_address(given: SharedLinkMade) -> None:
    token = g.get("api_share")
    if token is not None:
        given.address = f"{services.current().settings.web_address}/shared/{token}"


@chapter.get("/studies/<name>/shares", gives=SharedLinkList, role="researcher", conflicts=True)
def list_shares(call: Call, name: str) -> SharedLinkList:
    """List the links to a study's reports."""
    found = shares.of_study(call.session, name)
    return SharedLinkList(items=[SharedLink.model_validate(each) for each in found])


@chapter.post(
    "/studies/<name>/shares",
    gives=SharedLinkMade,
    takes=NewShare,
    status=HTTPStatus.CREATED,
    finish=_with_address,
)
def create_share(call: Call, name: str) -> shares.ShareView:
    """Make a link to a report that ends; who has it reads that, and nothing more."""
    sent = call.sent(NewShare)
    g.api_share = shares.make(
        call.session,
        name,
        sent.label,
        sent.days,
        call.now,
        leaderboard_id=sent.leaderboard_id,
        shows_texts=sent.texts,
    )
    return shares.of_study(call.session, name)[0]


@chapter.delete(f"/studies/<name>/shares/<int(max={MOST_ID}):number>")
def revoke_share(call: Call, name: str, number: int) -> None:
    """Withdraw a link at once; whoever opens it is told so."""
    shares.revoke(call.session, name, number, call.now)


@chapter.get("/studies/<name>/report", asks=ReportAsked, conflicts=True, sends="text/html")
def download_report(call: Call, name: str) -> Response:
    """Fetch a report on a leaderboard, in English, as one page that needs nothing beside it."""
    asked = call.asked(ReportAsked)
    told = reports.of_study(call.session, name, asked.leaderboard, with_texts=asked.texts)
    answer = Response(page(told, ENGLISH, "en"), mimetype="text/html")
    filename = f"{told.study}-report-{told.leaderboard_id}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


@chapter.get("/studies/<name>/pack", role="researcher", conflicts=True, sends="application/zip")
def download_pack(call: Call, name: str) -> Response:
    """Fetch all of a study in one archive, as secret as the study, for `evenhand study unpack`."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        packing.pack(call.session, name, version("evenhand"), file, MOST_VOTES)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    except BaseException:
        file.close()
        raise
    answer = Response(_pieces(file), mimetype="application/zip")
    answer.call_on_close(file.close)
    answer.content_length = file.seek(0, os.SEEK_END)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer.set_etag(digest[:32])
    return answer


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece
