"""Addresses of all sighted routes, from the application's own map: what joins it is walked too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from flask import Flask
from werkzeug.routing import Rule

VARIABLE = re.compile(r"<(?:[^:<>]*:)?([a-z_]+)>")


class UnknownVariable(AssertionError):
    """A route takes something in its address that whoever walks it has no value for."""


def every(app: Flask) -> Iterator[Rule]:
    """Yield all routes beside the raters' own, in the order of their addresses."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        if rule.endpoint.partition(".")[0] != "rater":
            yield rule


def addresses(rule: Rule, values: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the addresses of a route, one for each choice of values of its variables."""
    names = VARIABLE.findall(rule.rule)
    unknown = [name for name in names if name not in values]
    if unknown:
        raise UnknownVariable(
            f"{rule.rule} takes {', '.join(unknown)}: give the walk a value that really leads there"
        )
    found = []
    for chosen in product(*(values[name] for name in names)):
        filled = iter(chosen)
        found.append(VARIABLE.sub(lambda _, filled=filled: next(filled), rule.rule))
    return found
