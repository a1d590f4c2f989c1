"""The blocks of HTML that a report is built from; every text in them is escaped."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from service.reporting.tables import Table
from service.reporting.words import Words


def section(name: str, heading: str, content: Iterable[str]) -> Iterator[str]:
    """Yield a section with its heading, which names it."""
    yield f'<section aria-labelledby="{name}">'
    yield f'<h2 id="{name}">{escape(heading)}</h2>'
    yield from content
    yield "</section>"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def listed(lines: Iterable[str]) -> Iterator[str]:
    """Yield a list."""
    yield "<ul>"
    for line in lines:
        yield f"<li>{escape(line)}</li>"
    yield "</ul>"


def named(name: str, words: Words) -> str:
    """Return a configuration's label; its full name is in the title where the two differ."""
    label = words.name(name)
    if label == name:
        return escape(name)
    return f'<abbr title="{escape(name)}">{escape(label)}</abbr>'


def swatch(colour: int) -> str:
    """Return the colour of a configuration, for the eyes alone."""
    return f'<span class="swatch c{colour}" aria-hidden="true"></span>'


def table(shown: Table) -> list[str]:
    """Return a table; cells are figures but for its columns of texts."""

    def row(cells: Sequence[str], first: str, tag: str) -> str:
        rest = "".join(
            f"<{tag}{_kind(shown, at)}>{escape(cell)}</{tag[:2]}>"
            for at, cell in enumerate(cells[1:], start=1)
        )
        return f'<tr><th scope="{first}">{escape(cells[0])}</th>{rest}</tr>'

    return [
        *([paragraph(shown.says)] if shown.says else []),
        f'<div class="scroll" role="region" aria-label="{escape(shown.label)}" tabindex="0">',
        "<table><thead>",
        row(shown.columns, "col", 'th scope="col"'),
        "</thead><tbody>",
        *(row(cells, "row", "td") for cells in shown.rows),
        "</tbody></table></div>",
    ]


def _kind(shown: Table, at: int) -> str:
    return "" if at in shown.texts else ' class="n"'
