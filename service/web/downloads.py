"""Sends an export's file, whole or the part that a caller still lacks, piece by piece."""

from collections.abc import Iterator

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from service.database import Database, now
from service.domain import export
from service.usecases.sighted.studies import export_files
from service.usecases.sighted.studies.export_files import ExportFile


def send(database: Database, name: str, token: str) -> Response:
    """Return an export's file, or the part of it that the request asks for.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownExport
        The last also while it is not ready.
    RequestedRangeNotSatisfiable
    """
    with database.reading() as session:
        file = export_files.find(session, name, token, now(session))
    if not file.is_ready:
        raise export_files.unknown()
    first, last, is_part = _part(file)
    answer = Response(_content(database, name, token, first, last), mimetype="application/zip")
    answer.content_length = last - first + 1
    if is_part:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{file.form}.zip"'
    answer.set_etag(file.digest)
    return answer


def _part(file: ExportFile) -> tuple[int, int, bool]:
    """Return the first and last byte that are wanted, and whether that is a part only.

    A browser that goes on with another file than this one gets the whole of this one.
    """
    whole = 0, file.size - 1, False
    asked = request.range
    # What was begun of another file does not go on with this one.
    begun = request.if_range
    if asked is None or (begun.etag is not None and begun.etag != file.digest) or begun.date:
        return whole
    if asked.units != "bytes" or len(asked.ranges) != 1:
        return whole
    found = asked.range_for_length(file.size)
    if found is None:
        raise RequestedRangeNotSatisfiable(length=file.size)
    return found[0], found[1] - 1, True


def _content(database: Database, name: str, token: str, first: int, last: int) -> Iterator[bytes]:
    """Yield a file piece by piece; no connection is held while a slow reader takes one."""
    place = first
    while place <= last:
        end = min(last, place - place % export.PIECE_BYTES + export.PIECE_BYTES - 1)
        with database.reading() as session:
            content = b"".join(export_files.read(session, name, token, place, end, now(session)))
        if not content:
            return
        yield content
        place = end + 1
