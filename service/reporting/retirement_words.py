"""When a model retires, in words: how soon, and on which day."""

from collections.abc import Mapping
from datetime import date

from service.reporting.words import Words, msgid

_MONTHS = (
    msgid("%(day)s January %(year)s"),
    msgid("%(day)s February %(year)s"),
    msgid("%(day)s March %(year)s"),
    msgid("%(day)s April %(year)s"),
    msgid("%(day)s May %(year)s"),
    msgid("%(day)s June %(year)s"),
    msgid("%(day)s July %(year)s"),
    msgid("%(day)s August %(year)s"),
    msgid("%(day)s September %(year)s"),
    msgid("%(day)s October %(year)s"),
    msgid("%(day)s November %(year)s"),
    msgid("%(day)s December %(year)s"),
)
_WEEK, _MONTH, _YEAR = 7, 30.44, 365.25
# Up to so many of a unit it is used; then the next larger one.
_MOST_DAYS, _MOST_WEEKS, _MOST_MONTHS = 13, 17 * _WEEK, 23 * _MONTH


def day(on: date, words: Words) -> str:
    """Return a day as one writes it, such as "14 January 2027"."""
    return words.gettext(_MONTHS[on.month - 1], day=on.day, year=on.year)


def when(on: date, today: date, words: Words) -> str:
    """Return how soon a model retires and when, or since when it is retired."""
    left = (on - today).days
    values = {"day": day(on, words)}
    if left < 0:
        return words.gettext("is retired since %(day)s", **values)
    if left == 0:
        return words.gettext("retires today, on %(day)s", **values)
    if left <= _MOST_DAYS:
        return words.ngettext(
            "retires in %(number)s day, on %(day)s",
            "retires in %(number)s days, on %(day)s",
            left,
            **values,
        )
    if left <= _MOST_WEEKS:
        return words.ngettext(
            "retires in %(number)s week, on %(day)s",
            "retires in %(number)s weeks, on %(day)s",
            round(left / _WEEK),
            **values,
        )
    if left <= _MOST_MONTHS:
        return words.ngettext(
            "retires in %(number)s month, on %(day)s",
            "retires in %(number)s months, on %(day)s",
            round(left / _MONTH),
            **values,
        )
    return words.ngettext(
        "retires in %(number)s year, on %(day)s",
        "retires in %(number)s years, on %(day)s",
        round(left / _YEAR),
        **values,
    )


def told(days: Mapping[str, date], today: date, words: Words) -> dict[str, str]:
    """Return the same for each configuration that has such a day, the next one first."""
    ordered = sorted(days.items(), key=lambda one: (one[1], one[0]))
    return {name: when(on, today, words) for name, on in ordered}


def sentences(days: Mapping[str, date], today: date, words: Words) -> list[str]:
    """Return the same as sentences, for where they stand by themselves."""
    return [
        words.gettext("%(name)s %(retires)s.", name=words.name(name), retires=said)
        for name, said in told(days, today, words).items()
    ]
