"""Marks the words in which two texts differ, from their safe HTML, both sides alike."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from html.parser import HTMLParser
from itertools import accumulate, zip_longest
from typing import Final

# Comparing can take the square of the pieces and more, so its steps are counted: about half a
# second where all are used, and the same answer on every machine.
MOST_STEPS: Final = 6_000_000
_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
# Sentences, else rows: compared as wholes first, then word by word where they face each other.
_LARGER: Final = (
    re.compile(r"[^.!?。！？\n]*[.!?。！？\n]+\s*|[^.!?。！？\n]+"),
    re.compile(r"[^\n]*\n|[^\n]+"),
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


class _TooMuchWork(Exception):
    pass


@dataclass
class _Budget:
    left: int

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise _TooMuchWork


class _Counted(SequenceMatcher[str]):
    """Pays for each look with the number of places that it goes through."""

    def __init__(self, one: Sequence[str], other: Sequence[str], budget: _Budget) -> None:
        super().__init__(_is_space, one, other, autojunk=False)
        self._budget = budget
        places: dict[str, list[int]] = self.b2j  # type: ignore[attr-defined]  # not in its types
        self._until = [0, *accumulate(1 + len(places.get(piece, ())) for piece in one)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        self._budget.spend(self._until[-1 if ahi is None else ahi] - self._until[alo])
        return super().find_longest_match(alo, ahi, blo, bhi)


Opcodes = Sequence[tuple[str, int, int, int, int]]


def _mark_turn(left: str, right: str) -> tuple[str, str]:
    if right < left:  # the library's answer depends on the order; ours must not
        second, first = _mark_turn(right, left)
        return first, second
    marked: tuple[list[str], list[str]] = ([], [])
    try:
        _mark_words(left, right, _Budget(MOST_STEPS // 2), marked)
    except _TooMuchWork:
        marked = ([], [])
        _mark_larger(left, right, marked)
    return _framed(marked[0]), _framed(marked[1])


def _mark_words(
    left: str, right: str, budget: _Budget, marked: tuple[list[str], list[str]]
) -> None:
    one, other = _WORDS.findall(left), _WORDS.findall(right)
    for kind, *places in _Counted(one, other, budget).get_opcodes():
        _write(one, other, places, marked, is_marked=kind != "equal")


def _mark_larger(left: str, right: str, marked: tuple[list[str], list[str]]) -> None:
    """Compare sentences or rows, and words only between those that face each other."""
    one, other, opcodes = _larger(left, right)
    budget = _Budget(MOST_STEPS // 4)
    for kind, *places in opcodes:
        if kind == "equal":
            _write(one, other, places, marked, is_marked=False)
            continue
        facing = zip_longest(one[places[0] : places[1]], other[places[2] : places[3]], fillvalue="")
        for pair in facing:
            own: tuple[list[str], list[str]] = ([], [])
            try:
                _mark_words(*pair, budget, own)
            except _TooMuchWork:
                own = ([_shown(pair[0], is_marked=True)], [_shown(pair[1], is_marked=True)])
            marked[0].extend(own[0])
            marked[1].extend(own[1])


def _larger(left: str, right: str) -> tuple[list[str], list[str], Opcodes]:
    for cut in _LARGER:
        one, other = cut.findall(left), cut.findall(right)
        try:
            return one, other, _Counted(one, other, _Budget(MOST_STEPS // 8)).get_opcodes()
        except _TooMuchWork:
            continue
    return one, other, [("replace", 0, len(one), 0, len(other))]


def _write(
    one: Sequence[str],
    other: Sequence[str],
    places: Sequence[int],
    marked: tuple[list[str], list[str]],
    *,
    is_marked: bool,
) -> None:
    for out, words, (start, end) in (
        (marked[0], one, places[:2]),
        (marked[1], other, places[2:]),
    ):
        out.append(_shown("".join(words[start:end]), is_marked=is_marked))


def _is_space(word: str) -> bool:
    return word.isspace()


def _shown(text: str, *, is_marked: bool) -> str:
    escaped = html.escape(text, quote=False)
    return f"<mark>{escaped}</mark>" if is_marked and text.strip() else escaped


def _framed(parts: Sequence[str]) -> str:
    return f'<pre class="plain" dir="auto">{"".join(parts)}</pre>'
