"""The pieces of HTML that a report is put together from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from service.reporting.tables import Table
from service.reporting.words import Words


def section(name: str, heading: str, content: Iterable[str]) -> Iterator[str]:
    """Yield a section under a heading, which has the name as its id."""
    yield f'<section aria-labelledby="{name}">'
    yield f'<h2 id="{name}">{escape(heading)}</h2>'
    yield from content
    yield "</section>"


def paragraph(text: str) -> str:
    """Return a text as a paragraph."""
    return f"<p>{escape(text)}</p>"


def listed(lines: Iterable[str]) -> Iterator[str]:
    """Yield texts as a list."""
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


def table_of(table: Table, *, is_text: bool = False) -> list[str]:
    """Return a table, whose cells are figures unless they are texts."""
    kind = "" if is_text else ' class="n"'

    def row(cells: Sequence[str], first: str, other: Callable[[str], str]) -> str:
        rest = "".join(other(escape(cell)) for cell in cells[1:])
        return f'<tr><th scope="{first}">{escape(cells[0])}</th>{rest}</tr>'

    return [
        *([paragraph(table.says)] if table.says else []),
        f'<div class="scroll" role="region" aria-label="{escape(table.label)}" tabindex="0">',
        "<table><thead>",
        row(table.columns, "col", lambda cell: f'<th scope="col"{kind}>{cell}</th>'),
        "</thead><tbody>",
        *(row(cells, "row", lambda cell: f"<td{kind}>{cell}</td>") for cells in table.rows),
        "</tbody></table></div>",
    ]


def swatch(colour: int) -> str:
    """Return the sign of a configuration's colour."""
    return f'<span class="swatch c{colour}" aria-hidden="true"></span>'
