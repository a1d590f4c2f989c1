"""How one language says texts, lists and figures; unknown is never 0."""

import gettext as catalogues
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from service.domain.labels import Labels, labels_of

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NONE = "–"
MOST_NAMES = 4
_NANOS = 1_000_000_000
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def msgid(text: str) -> str:
    """Return a text as it is; it stands in the catalogues and is translated when it is shown."""
    return text


@dataclass(frozen=True)
class Words:
    """One language: its catalogue, English without one, and its signs in numbers.

    `labels` are the short names of the configurations that stand together on a page.
    """

    catalogue: catalogues.NullTranslations = field(default_factory=catalogues.NullTranslations)
    thousands: str = ","
    decimal: str = "."
    labels: Labels = field(default_factory=Labels)

    def naming(self, names: Iterable[str]) -> Self:
        """Return words that call these configurations by labels of their own."""
        return replace(self, labels=labels_of(names))

    def name(self, configuration: str) -> str:
        """Return what a configuration is called here; its full name belongs into a title."""
        return self.labels.of(configuration)

    def names(self, configurations: Iterable[str]) -> str:
        """Return configurations as one reads them aloud, each by its label."""
        return self.listed(map(self.name, configurations))

    def names_in_full(self, configurations: Iterable[str]) -> str:
        """Return all of them, however many, each by its label."""
        return self.listed_in_full(map(self.name, configurations))

    def of_names(self) -> str:
        """Return what the sign … stands for in all labels, "" where nothing is left out."""
        if not self.labels.elided:
            return ""
        return self.gettext("In names, … stands for “%(elided)s”.", elided=self.labels.elided)

    def gettext(self, text: str, **values: object) -> str:
        """Return a text with its places filled in: "%(name)s"."""
        told = self.catalogue.gettext(text)
        return told % values if values else told

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the form that goes with a number, which fills the place `number`."""
        told = self.catalogue.ngettext(one, many, number)
        return told % {"number": self.count(number), **values}

    def listed(self, names: Iterable[str]) -> str:
        """Return names as one reads them aloud: "a, b and c"; many are summed up."""
        every = list(names)
        if len(every) > MOST_NAMES + 1:
            others = self.gettext("%(number)s others", number=len(every) - MOST_NAMES)
            every = [*every[:MOST_NAMES], others]
        return self.listed_in_full(every)

    def listed_in_full(self, names: Iterable[str]) -> str:
        """Return all names, however many."""
        every = list(names)
        if len(every) < 2:  # noqa: PLR2004 - nothing to join
            return "".join(every)
        return self.gettext("%(first)s and %(last)s", first=", ".join(every[:-1]), last=every[-1])

    def unknown(self) -> str:
        """Return what stands where nobody knows a figure."""
        return self.gettext("unknown")

    def share(self, value: float | None) -> str:
        """Return a share of votes as a whole percentage, such as "63 %"."""
        return self.unknown() if value is None else f"{100 * value:.0f}{NO_BREAK}%"

    def interval(self, low: float | None, high: float | None) -> str:
        """Return the two ends of an interval of shares in points, such as "55–71"."""
        if low is None or high is None:
            return self.unknown()
        return f"{100 * low:.0f}–{100 * high:.0f}"

    def rate(self, value: float | None) -> str:
        """Return a rate as a percentage that does not round a rare event away."""
        if value is None:
            return self.unknown()
        decimals = 1 if 0 < value < 0.01 else 0  # noqa: PLR2004 - below one per cent
        return self._signs(f"{100 * value:.{decimals}f}") + f"{NO_BREAK}%"

    def decimals(self, value: float, number: int = 1) -> str:
        """Return a number with so many decimals, such as a mean grade."""
        return self._signs(f"{value:.{number}f}")

    def count(self, value: float | None) -> str:
        """Return a whole number with thousands apart, such as "8,931"."""
        return self.unknown() if value is None else self._signs(f"{value:,.0f}")

    def count_between(self, low: float, high: float) -> str:
        """Return an interval in whole numbers, such as "931–1,204", or "−136 to 1,204"."""
        if low >= 0:
            return f"{self.count(low)}–{self.count(high)}"
        # A minus beside a dash is not told from it.
        return self.gettext("%(low)s to %(high)s", low=self.count(low), high=self.count(high))

    def tally(self, value: float | None) -> str:
        """Return a count that may hold halves, such as "12" or "12.5"."""
        if value is None:
            return self.unknown()
        return self._signs(f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}")

    def points(self, value: float | None) -> str:
        """Return an index between -1 and 1 in whole points, such as "12" or "−25"."""
        return NONE if value is None else f"{round(100 * value)}".replace("-", MINUS)

    def points_between(self, low: float | None, high: float | None) -> str:
        """Return the interval of an index in points, such as "−25 to 34"."""
        if low is None or high is None:
            return NONE
        return self.gettext("%(low)s to %(high)s", low=self.points(low), high=self.points(high))

    def mean_between(self, low: float | None, high: float | None) -> str:
        """Return the interval of a mean grade, such as "3.4–4.1"."""
        if low is None or high is None:
            return self.gettext("too few")
        return f"{self.decimals(low)}–{self.decimals(high)}"

    def share_between(self, low: float | None, high: float | None) -> str:
        """Return the interval of a share of answers in points, such as "55–71"."""
        return self.gettext("too few") if low is None else self.interval(low, high)

    def money(self, dollars: float | None) -> str:
        """Return US dollars with as many digits as the sum deserves."""
        if dollars is None:
            return self.unknown()
        if dollars == 0:
            return self._dollars("0")
        if abs(dollars) >= 0.01:  # noqa: PLR2004 - below a cent two digits would read as nothing
            return self._dollars(f"{dollars:,.2f}")
        if abs(dollars) >= 0.0001:  # noqa: PLR2004 - the smallest sum worth telling
            return self._dollars(f"{dollars:.2g}")
        return self.gettext("under %(sum)s", sum=self._dollars("0.0001"))

    def nanos(self, value: int | None) -> str:
        """Return a sum that is kept in nanodollars."""
        return self.money(None if value is None else value / _NANOS)

    def duration(self, milliseconds: float | None) -> str:
        """Return a latency, such as "320 ms" or "1.8 s"."""
        if milliseconds is None:
            return self.unknown()
        if milliseconds < 1000:  # noqa: PLR2004 - a second
            return f"{milliseconds:.0f}{NO_BREAK}ms"
        return f"{self.decimals(milliseconds / 1000)}{NO_BREAK}s"

    def moment(self, at: datetime) -> str:
        """Return a time of today or of another day, in UTC, such as "14:05:10 UTC"."""
        return f"{at:%Y-%m-%d %H:%M:%S}{NO_BREAK}UTC"

    def age(self, then: datetime, now: datetime) -> str:
        """Return how long ago something was, in the largest fitting unit."""
        seconds = max(0, int((now - then).total_seconds()))
        if seconds < _MINUTE:
            return self.gettext("less than a minute ago")
        if seconds < _HOUR:
            return self.gettext("%(number)s min ago", number=seconds // _MINUTE)
        if seconds < 2 * _DAY:
            return self.gettext("%(number)s h ago", number=seconds // _HOUR)
        return self.gettext("%(number)s days ago", number=seconds // _DAY)

    def _dollars(self, amount: str) -> str:
        return self.gettext("$%(sum)s", sum=self._signs(amount))

    def _signs(self, number: str) -> str:
        return number.translate(str.maketrans(",.-", self.thousands + self.decimal + MINUS))


ENGLISH = Words()
