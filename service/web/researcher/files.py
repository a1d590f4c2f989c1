"""Stylesheets, scripts and icon of the sighted pages, under addresses that change with them."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from service.web import security
from service.web.researcher import access

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class File:
    """One file, packed, with the kind that browsers are told."""

    packed: bytes
    kind: str


@cache
def every() -> dict[str, File]:
    """Return our own and the vendored files by name; licences are not among them."""
    folder = resources.files(__package__) / "static"
    return {
        entry.name: File(gzip.compress(entry.read_bytes(), 9, mtime=0), kind)
        for place in (folder, folder / "vendor")
        for entry in place.iterdir()
        for ending, kind in _KINDS.items()
        if entry.name.endswith(ending)
    }


@cache
def edition() -> str:
    """Return a hash over all files."""
    digest = hashlib.sha256()
    for name, entry in sorted(every().items()):
        digest.update(name.encode() + entry.packed)
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Return where a page finds a file."""
    return url_for("studio.send_file", wanted=edition(), name=name)


@access.role("public")
def send_file(wanted: str, name: str) -> Response:
    """Send a file; browsers may keep it for ever when they asked for this edition."""
    found = every().get(name)
    if found is None:
        raise NotFound
    response = Response(content_type=found.kind, headers={"Vary": "Accept-Encoding"})
    if request.accept_encodings["gzip"]:
        response.headers["Content-Encoding"] = "gzip"
        response.data = found.packed
    else:
        response.data = gzip.decompress(found.packed)
    return security.allow_caching(response) if wanted == edition() else response


def add_to(pages: Blueprint) -> None:
    """Add the route of the files."""
    pages.add_url_rule("/studio/_files/<wanted>/<name>", "send_file", send_file)
