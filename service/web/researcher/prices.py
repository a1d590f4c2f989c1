"""What a leaderboard's page shows of cost: who is beaten, the ladder, and when something pays."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from service.domain.break_even import MOST_REQUESTS
from service.domain.leaderboard import Leaderboard
from service.reporting import ladder_words, price
from service.reporting.price import Line
from service.reporting.tables import Table
from service.reporting.words import Words
from service.web import forms

VOLUME = "requests_per_month"


@dataclass(frozen=True)
class Asked:
    """How many requests a month somebody asks about, as typed, and what is wrong with it."""

    typed: str = ""
    number: int | None = None
    is_wrong: bool = False

    @property
    def query(self) -> dict[str, str]:
        """What an address carries to ask the same."""
        return {VOLUME: self.typed} if self.typed else {}


@dataclass(frozen=True)
class Shown:
    """All that the page says of cost."""

    lines: list[Line]
    steps: list[Line]
    ladder: Table | None
    pays: list[Line]
    asked: Asked

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.lines or self.steps or self.ladder or self.pays)


def asked() -> Asked:
    """Return what the address asks: a whole number, which may have its thousands set apart."""
    typed = request.args.get(VOLUME, "").strip()[:40]
    bare = typed.translate(
        str.maketrans("", "", " ,.'_\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
    )
    number = forms.whole(bare, digits=len(str(MOST_REQUESTS)))
    if not typed:
        return Asked()
    if number is None or not 1 <= number <= MOST_REQUESTS:
        return Asked(typed, is_wrong=True)
    return Asked(typed, number)


def of(board: Leaderboard, words: Words) -> Mapping[str, Shown]:
    """Return what templates are given."""
    found = asked()
    return {
        "price": Shown(
            price.weighed(board, words),
            ladder_words.steps(board, words),
            ladder_words.table(board, words),
            ladder_words.pays(board, found.number, words),
            found,
        )
    }
