"""Stylesheet, modules and icon of rater pages: read once, named by a hash of them all."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from service.web import security

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    compressed: bytes
    content_type: str


@cache
def every() -> dict[str, Asset]:
    """Return all files by name; there are few and they are small."""
    folder = resources.files("service.web.rater") / "static"
    found: dict[str, Asset] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        kind = _TYPES.get(file.name.rpartition(".")[2])
        if kind is not None:
            body = file.read_bytes()
            found[file.name] = Asset(body, gzip.compress(body, 9, mtime=0), kind)
    return found


@cache
def version() -> str:
    """Return a hash over names and contents: it stands in every address of a file."""
    digest = hashlib.sha256()
    for name, asset in every().items():
        digest.update(name.encode() + b"\0" + asset.body + b"\0")
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Return the address of a file; it changes when any file does."""
    if name not in every():
        raise LookupError(f"no such file: {name}")
    return f"/assets/{version()}/{name}"


def asset(version: str, name: str) -> Response:
    """Send a file. Modules import each other relatively and so inherit the version."""
    found = every().get(name)
    if found is None:
        raise NotFound
    response = Response(content_type=found.content_type)
    if request.accept_encodings["gzip"]:
        response.data = found.compressed
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.data = found.body
    response.headers["Vary"] = "Accept-Encoding"
    if version == _current():
        security.allow_caching(response)
    return response


_current = version


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the files, and `asset_address` for templates of every page."""
    blueprint.add_url_rule("/assets/<version>/<name>", view_func=asset)
    blueprint.add_app_template_global(address, "asset_address")
