"""Errors that people may see: one parent, four kinds; leaves stand beside the rule they guard."""

import re


class ServiceError(Exception):
    """Something a person asked for cannot be done; the message says what to do instead."""

    def __init__(self, text: str, **values: str | int) -> None:
        """Keep a message that is safe to show: no ids, no names, no internals.

        `values` fill the places of a text that is translated first: "%(name)s".
        """
        self.text = text
        self.values = values
        self.message = self.filled(text)
        super().__init__(self.message)

    def filled(self, text: str) -> str:
        """Return the text, or a translation of it, with its places filled in."""
        return text % self.values if self.values else text

    @property
    def code(self) -> str:
        """The class name in kebab-case: stable, for machines."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()


class NotFound(ServiceError):
    """There is no such thing, or none that this person may know of."""


class NotAllowed(ServiceError):
    """The thing exists and this person may not do that with it."""


class Invalid(ServiceError):
    """What was sent cannot be understood or breaks a rule on its own."""


class Conflict(ServiceError):
    """What was sent is fine but does not fit the state things are in."""


class TooMuch(Conflict):
    """There has been too much of this just now; `wait_seconds` later it is welcome again."""

    wait_seconds = 3600
