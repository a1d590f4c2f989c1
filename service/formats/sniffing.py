"""What a file holds, told from its columns: prompts, completions, votes, or battles."""

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO, Literal

from service.errors import Invalid
from service.formats import columns, rows
from service.formats.rows import Row, RowError

Kind = Literal["prompts", "completions", "votes", "battles"]

_LOOK_AT = 100
_SHOWN = 3


class KindUnknown(Invalid):
    """The columns do not tell what the file holds."""


def sniff_file(stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged) -> Kind:
    """Return what a file holds by its first good row; the stream is left behind that row.

    Raises `FileUnreadable` or `KindUnknown`, with what was found and what would be understood.
    """
    first, bad = look(stream, name, prepare)
    if first:
        return sniff(first[0].values)
    if not bad:
        raise KindUnknown("%(name)s has a header, but no row below it.", name=name)
    reasons = "; ".join(f"line {row.line}: {row.message}" for row in bad[:_SHOWN])
    raise KindUnknown(
        "%(name)s has no row that can be read. %(reasons)s.", name=name, reasons=reasons
    )


def look(
    stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged
) -> tuple[list[Row], list[RowError]]:
    """Return the first rows of a file, good and bad."""
    found = list(islice(prepare(rows.read(stream, name)), _LOOK_AT))
    good = [row for row in found if isinstance(row, Row)]
    return good, [row for row in found if isinstance(row, RowError)]


def sniff(header: Iterable[str]) -> Kind:
    """Return what a file with these columns holds, or raise `KindUnknown`."""
    shown = [name for name in header if name]
    named = {columns.plain(name) for name in shown}
    if _has(named, columns.LEFT, columns.RIGHT):
        return _of_two(shown, named)
    if named.issuperset((columns.CHOSEN, columns.REJECTED)):
        raise _unknown(
            shown,
            "`chosen` and `rejected` do not say which configuration wrote which: "
            "write `configuration` and `completion`, or `model_a`, `model_b`, `response_a`, "
            "`response_b` and `winner`",
        )
    if _is_about_prompt(named) and (_has(named, columns.COMPLETION) or "choices" in named):
        if _has(named, columns.CONFIGURATION):
            return "completions"
        raise _unknown(
            shown,
            "it does not say which configuration answered: add `configuration`, or name it with "
            "--configuration",
        )
    if _has(named, ("text", *columns.PROMPT_TURNS)):
        return "prompts"
    return _wide_or_prompts(shown, named)


def _has(named: set[str], *groups: tuple[str, ...]) -> bool:
    return all(not named.isdisjoint(group) for group in groups)


def _is_about_prompt(named: set[str]) -> bool:
    return _has(named, columns.PROMPT_TEXT) or _has(named, columns.PROMPT_ID)


def _of_two(shown: list[str], named: set[str]) -> Kind:
    """Tell what a file holds in whose rows two configurations meet."""
    has_winner = _has(named, columns.WINNER) or not named.isdisjoint(columns.ONE_OF_WINNERS)
    if not has_winner:
        raise _unknown(shown, "for votes a `winner` is missing")
    if any(named.issuperset(pair) for pair in columns.TEXTS_OF_BOTH):
        return "battles"
    if not _is_about_prompt(named):
        raise _unknown(shown, "for votes a `prompt` is missing")
    return "votes"


def _wide_or_prompts(shown: list[str], named: set[str]) -> Kind:
    """Tell whether columns that we do not know are configurations."""
    beside = columns.ABOUT_PROMPT | columns.BESIDE_ANSWERS
    others = [name for name in shown if columns.plain(name) not in beside]
    has_prompt = _is_about_prompt(named) and (_has(named, columns.PROMPT_TEXT) or bool(others))
    if not has_prompt:
        raise _unknown(shown, "there is no `prompt` among them")
    if len(others) == 1:
        raise _unknown(
            shown,
            f"{others[0]!r} could be a configuration or a note: "
            "write `configuration` and `completion` columns, or leave it out",
        )
    return "completions" if others else "prompts"


def _unknown(shown: list[str], why: str) -> KindUnknown:
    listed = ", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")  # noqa: PLR2004
    return KindUnknown(
        "The columns (%(listed)s) do not tell what the file holds; %(why)s. "
        "Prompts have `text`; completions have `prompt`, `configuration`, "
        "`completion`, or `prompt` and a column per configuration; votes "
        "`prompt`, `left`, `right`, `winner`.",
        listed=listed,
        why=why,
    )
