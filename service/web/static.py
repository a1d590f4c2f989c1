"""Stylesheets, modules and icons of both sides: read once, compressed once, named by a hash."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable

from flask import Response, request
from werkzeug.exceptions import NotFound

from service.web import security

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


@dataclass(frozen=True)
class File:
    """One file as it is sent."""

    body: bytes
    compressed: bytes
    content_type: str


class Files:
    """The files of one side; the address of each changes when any of them does.

    Modules import each other relatively and so inherit the version that stands in the address.
    """

    def __init__(self, at: str, *packages: str) -> None:
        """Serve the folders `static` of packages below an address, and what is vendored in them."""
        self._at = at
        self._packages = packages

    @cached_property
    def every(self) -> dict[str, File]:
        """All files by name: few and small. Licences and notes are not among them."""
        entries: list[Traversable] = []
        for package in self._packages:
            folder = resources.files(package) / "static"
            entries += folder.iterdir()
            if (vendored := folder / "vendor").is_dir():
                entries += vendored.iterdir()
        found: dict[str, File] = {}
        for entry in sorted(entries, key=lambda entry: entry.name):
            kind = _TYPES.get(entry.name.rpartition(".")[2])
            if kind is not None:
                body = entry.read_bytes()
                found[entry.name] = File(body, gzip.compress(body, 9, mtime=0), kind)
        return found

    @cached_property
    def version(self) -> str:
        """A hash over names and contents."""
        digest = hashlib.sha256()
        for name, file in self.every.items():
            digest.update(name.encode() + b"\0" + file.body + b"\0")
        return digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Return where a page finds a file."""
        if name not in self.every:
            raise LookupError(f"no such file: {name}")
        return f"{self._at}/{self.version}/{name}"

    def send(self, version: str, name: str) -> Response:
        """Return a file; browsers may keep it for ever where they asked for this version.

        Raises
        ------
        NotFound
            There is no such file.
        """
        found = self.every.get(name)
        if found is None:
            raise NotFound
        response = Response(content_type=found.content_type, headers={"Vary": "Accept-Encoding"})
        if request.accept_encodings["gzip"]:
            response.data = found.compressed
            response.headers["Content-Encoding"] = "gzip"
        else:
            response.data = found.body
        return security.allow_caching(response) if version == self.version else response


# What pages of raters and sighted pages look and act like; neither loads the other's.
RATER = Files("/assets", "service.web.rater")
STUDIO = Files("/studio/_files", "service.web.researcher", "service.reporting")
