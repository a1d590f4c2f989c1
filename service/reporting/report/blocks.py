"""The blocks of HTML that a report is built from; every text in them is escaped."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


def table(shown: Table, *, is_text: bool = False) -> list[str]:
    """Return a table; its cells are figures unless `is_text`."""
    kind = "" if is_text else ' class="n"'

    def row(cells: Sequence[str], first: str, other: Callable[[str], str]) -> str:
        rest = "".join(other(escape(cell)) for cell in cells[1:])
        return f'<tr><th scope="{first}">{escape(cells[0])}</th>{rest}</tr>'

    return [
        *([paragraph(shown.says)] if shown.says else []),
        f'<div class="scroll" role="region" aria-label="{escape(shown.label)}" tabindex="0">',
        "<table><thead>",
        row(shown.columns, "col", lambda cell: f'<th scope="col"{kind}>{cell}</th>'),
        "</thead><tbody>",
        *(row(cells, "row", lambda cell: f"<td{kind}>{cell}</td>") for cells in shown.rows),
        "</tbody></table></div>",
    ]
