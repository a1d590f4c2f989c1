"""Marks the words in which two texts differ, from their safe HTML, both sides alike."""

import html
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Final

# Comparing can take the square of the number of pieces; longer texts are cut into larger ones.
MOST_PIECES: Final = 4_000
_CUTS: Final = (
    re.compile(r"\w+|\s+|[^\w\s]"),
    re.compile(r"[^.!?。！？\n]*[.!?。！？\n]*\s*"),
    re.compile(r"[^\n]*\n*"),
)
_BLOCKS: Final = frozenset(
    ("p", "pre", "blockquote", "hr", "h4", "h5", "h6", "table", "ul", "ol", "math")
)
_LINES: Final = frozenset(("li", "tr", "br"))


def mark(
    left_turns: Sequence[str], right_turns: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return both sides as plain text in safe HTML, turn by turn, with differing words marked."""
    pairs = [
        _mark_turn(plain(left), plain(right))
        for left, right in zip_longest(left_turns, right_turns, fillvalue="")
    ]
    return (
        tuple(left for left, _ in pairs[: len(left_turns)]),
        tuple(right for _, right in pairs[: len(right_turns)]),
    )


def plain(safe_html: str) -> str:
    """Return the words of safe HTML, each block on lines of its own."""
    reader = _Reader()
    reader.feed(safe_html)
    reader.close()
    return re.sub(r"\n\s*\n", "\n\n", "".join(reader.parts)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.depth_of_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.depth_of_pre += tag == "pre"
        is_item_text = tag == "p" and self.parts[-1:] == ["\n• "]
        if tag in _BLOCKS and not is_item_text:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n• " if tag == "li" else "\n")
        elif tag in {"td", "th"} and self.parts[-1:] != ["\n"]:
            self.parts.append(" · ")

    def handle_endtag(self, tag: str) -> None:
        self.depth_of_pre -= tag == "pre"
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        is_layout = data.isspace() and "\n" in data and not self.depth_of_pre
        if not is_layout:
            self.parts.append(data)


def _mark_turn(left: str, right: str) -> tuple[str, str]:
    if right < left:  # the library's answer depends on the order; ours must not
        second, first = _mark_turn(right, left)
        return first, second
    one, other = _pieces(left, right)
    matcher = SequenceMatcher(_is_space, one, other, autojunk=False)
    marked: tuple[list[str], list[str]] = ([], [])
    for kind, *places in matcher.get_opcodes():
        for out, words, start, end in (
            (marked[0], one, places[0], places[1]),
            (marked[1], other, places[2], places[3]),
        ):
            out.append(_shown("".join(words[start:end]), is_marked=kind != "equal"))
    return _framed(marked[0]), _framed(marked[1])


def _pieces(left: str, right: str) -> tuple[list[str], list[str]]:
    """Cut both texts alike: into words, else sentences, else lines, else not at all."""
    for cut in _CUTS:
        one, other = cut.findall(left), cut.findall(right)
        if max(len(one), len(other)) <= MOST_PIECES:
            return one, other
    return [left], [right]


def _is_space(word: str) -> bool:
    return word.isspace()


def _shown(text: str, *, is_marked: bool) -> str:
    escaped = html.escape(text, quote=False)
    return f"<mark>{escaped}</mark>" if is_marked and text.strip() else escaped


def _framed(parts: Sequence[str]) -> str:
    return f'<pre class="plain" dir="auto">{"".join(parts)}</pre>'
