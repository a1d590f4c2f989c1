"""Puts the API beside the pages; it is loaded when somebody first asks it something.

Raters' pages neither wait for it nor carry its weight.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


class Mounted:
    """A WSGI application of pages, with another one below a path."""

    def __init__(
        self, pages: "WSGIApplication", path: str, make: "Callable[[], WSGIApplication]"
    ) -> None:
        """Serve `pages`, and what `make` returns for addresses that begin with `path`."""
        self._pages = pages
        self._path = path
        self._make = make
        self._made: WSGIApplication | None = None
        self._turn = Lock()

    def answer(self, environ: dict[str, Any], start: "StartResponse", /) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"].startswith(self._path):
            return self._below()(environ, start)
        return self._pages(environ, start)

    def _below(self) -> "WSGIApplication":
        if self._made is None:
            with self._turn:
                if self._made is None:
                    self._made = self._make()
        return self._made
