"""The libraries of publishing: loaded when somebody publishes, and named where one is missing."""

import importlib
from typing import Any

from service.errors import Conflict


class LibraryMissing(Conflict):
    """A library that publishing needs is not installed here."""


class NotPublished(Conflict):
    """The other side refused; the message says what it said."""


def load(name: str, extra: str) -> Any:
    """Return a module of the library that an extra of ours brings.

    Raises
    ------
    LibraryMissing
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise LibraryMissing(
            "This needs one more library here: pip install 'evenhand[%(extra)s]'.", extra=extra
        ) from None
