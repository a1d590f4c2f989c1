"""What a file holds, told from its columns: prompts, completions or votes."""

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO, Literal

from service.errors import Invalid
from service.formats import columns, rows
from service.formats.rows import Row

Kind = Literal["prompts", "completions", "votes"]

_LOOK_AT = 100


class KindUnknown(Invalid):
    """The columns do not tell what the file holds."""


def sniff_file(stream: BinaryIO, name: str) -> Kind:
    """Return what a file holds by its first good row; the stream is left behind that row.

    Raises `FileUnreadable` or `KindUnknown`, with what was found and what would be understood.
    """
    for row in islice(rows.read(stream, name), _LOOK_AT):
        if isinstance(row, Row):
            return sniff(row.values)
    raise KindUnknown(f"{name} has no row that can be read.")


def sniff(header: Iterable[str]) -> Kind:
    """Return what a file with these columns holds, or raise `KindUnknown`."""
    shown = [name for name in header if name]
    named = {columns.plain(name) for name in shown}

    def has(*groups: tuple[str, ...]) -> bool:
        return all(not named.isdisjoint(group) for group in groups)

    is_about_prompt = has(columns.PROMPT_TEXT) or has(columns.PROMPT_ID)
    if has(columns.LEFT, columns.RIGHT):
        return _votes(shown, has_winner=has(columns.WINNER), has_prompt=is_about_prompt)
    if is_about_prompt and (has(columns.COMPLETION) or "choices" in named):
        if has(columns.CONFIGURATION):
            return "completions"
        raise _unknown(shown, "it does not say which configuration answered: add `configuration`")
    others = [name for name in shown if columns.plain(name) not in columns.ABOUT_PROMPT]
    if has(("text", *columns.PROMPT_TURNS)):
        return "prompts"
    if not is_about_prompt:
        raise _unknown(shown, "there is no `prompt` among them")
    if not has(columns.PROMPT_TEXT) and not others:
        raise _unknown(shown, "there is no `prompt` among them")
    if len(others) == 1:
        raise _unknown(
            shown,
            f"{others[0]!r} could be a configuration or a note: "
            "write `configuration` and `completion` columns, or leave it out",
        )
    return "completions" if others else "prompts"


def _votes(shown: list[str], *, has_winner: bool, has_prompt: bool) -> Kind:
    if not has_winner:
        raise _unknown(shown, "for votes a `winner` is missing")
    if not has_prompt:
        raise _unknown(shown, "for votes a `prompt` is missing")
    return "votes"


def _unknown(shown: list[str], why: str) -> KindUnknown:
    listed = ", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")  # noqa: PLR2004
    return KindUnknown(
        f"The columns ({listed}) do not tell what the file holds; {why}. "
        "Prompts have `text`; completions have `prompt`, `configuration`, `completion`, or "
        "`prompt` and a column per configuration; votes `prompt`, `left`, `right`, `winner`."
    )
