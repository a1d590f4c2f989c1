"""What markdown means here: CommonMark, read as models write it, with its work counted."""

# ruff: noqa: FBT001, FBT003  (the parser's calling convention has booleans by position)
import re
import unicodedata
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from service.blinding.mathematics import add_mathematics

MOST_STEPS: Final = 100_000  # tokens that the parser looks at, those it only tries included
DEEPEST_PICTURE: Final = 10  # pictures within the words of pictures

_BREAK: Final = re.compile(r"<(?:br(?:[ \t][^<>\n]{0,40})?/?|/br[ \t]*)>", re.IGNORECASE)
_LONGEST_BREAK: Final = 50  # characters
# A sentence about the tag, not one that it breaks: "the <br> tag", "(<br>)".
_SPEAKS_BEFORE: Final = re.compile(
    r"\b(?:the|html|literal|use|using|with|insert|write|das|einen)[ ]\Z", re.IGNORECASE
)
_SPEAKS_AFTER: Final = re.compile(r" (?:tags?|elements?)\b|-(?:Tags?|Elemente?)\b")
_QUOTES: Final = frozenset({'""', "''", "()", "“”", "‘’", "„“", "«»", "「」"})
_BESIDE: Final = 12  # characters that are looked at on either side
_IDENTIFIER: Final = re.compile(r"__[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*__(?![A-Za-z0-9_])")
_LONGEST_IDENTIFIER: Final = 80  # characters
_LONGEST_LOOK: Final = 40  # tokens between two stars
# A star before one of these opens nothing, after one of those it closes nothing: f(*), t.*, /**/.
_OPENS_NOTHING: Final = frozenset(",;:!?)]}/")
_CLOSES_NOTHING: Final = frozenset("([{,;:/")
_AFTER_A_GROUP: Final = frozenset(")]}")
_CODE_SIGNS: Final = re.compile(r"[{}=<>\\|_`$#@^~]|;$|\(\)|://|^[-/.]", re.MULTILINE)


class TooMuchWork(Exception):
    """A text asks for more than `MOST_STEPS`, or nests pictures deeper than `DEEPEST_PICTURE`."""


def add_grammar(markdown: MarkdownIt) -> None:
    """Teach a parser how models write; its `env` then needs `steps` and `depth`, both 0.

    Parsing raises `TooMuchWork` where a text asks for more than its bounds.
    """
    markdown.enable(["table", "strikethrough"])
    # Definitions of targets stay where they stand, or a list of sources would vanish.
    markdown.disable(["html_inline", "html_block", "reference"])
    rules = markdown.inline
    markdown.inline = _Inline(rules)
    add_mathematics(markdown)
    markdown.inline.ruler.before("emphasis", "identifier", _identifier)
    markdown.inline.ruler2.before("emphasis", "unpair", _unpair)
    markdown.inline.ruler.before("autolink", "line_break", _line_break)
    interrupts = {"alt": ["code"]}
    markdown.block.ruler.before("code", "indented_prose", _indented_prose, interrupts)  # type: ignore[arg-type]


class _Inline(ParserInline):
    """Counts what it does, so that the same text ends in the same place on every machine."""

    def __init__(self, other: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = other.ruler, other.ruler2

    def skipToken(self, state: StateInline) -> None:  # noqa: N802  (the library's name)
        _count(state.env, 1)
        super().skipToken(state)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        env["depth"] += 1
        if env["depth"] > DEEPEST_PICTURE:
            raise TooMuchWork
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        _count(env, len(state.tokens))
        for rule in self.ruler2.getRules(""):
            rule(state)
        env["depth"] -= 1
        return state.tokens


def _count(env: EnvType, steps: int) -> None:
    env["steps"] += steps
    if env["steps"] > MOST_STEPS:
        raise TooMuchWork


class _State(StateInline):
    """Tells marks of emphasis from multiplication, wildcards and powers."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Tell what a run of marks may do.

        Beside CommonMark's rule: letters of full width need no space beside a mark that stands
        next to punctuation, since Chinese, Japanese and Korean put none; and a star between two
        factors, beside a wildcard's dot or in a list of arguments is a star.
        """
        found = super().scanDelims(start, canSplitWord)
        end = start + found.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        can_open, can_close = found.can_open, found.can_close
        if self.src[start] != "_":
            is_beside_wide = _is_wide(before) or _is_wide(after)
            can_open = can_open or (is_beside_wide and not after.isspace())
            can_close = can_close or (is_beside_wide and not before.isspace())
        if self.src[start] == "*":
            can_open = can_open and _may_open(before, after, found.length)
            can_close = can_close and _may_close(before, after, found.length)
        return Scanned(can_open, can_close, found.length)


def _is_wide(sign: str) -> bool:
    return sign >= "\u1100" and unicodedata.east_asian_width(sign) in {"W", "F"}


def _is_word(sign: str) -> bool:
    return sign.isalnum() and not _is_wide(sign)


def _is_between_factors(before: str, after: str, length: int) -> bool:
    """Tell 2*3, a*b and x**2 from **A**bbreviations."""
    if not (_is_word(before) and _is_word(after)):
        return False
    return length == 1 or before.isdigit() or after.isdigit()


def _may_open(before: str, after: str, length: int) -> bool:
    if after == "/" or _is_between_factors(before, after, length):
        return False
    return length > 1 or (after not in _OPENS_NOTHING and before not in _AFTER_A_GROUP)


def _may_close(before: str, after: str, length: int) -> bool:
    if before == "/" or _is_between_factors(before, after, length):
        return False
    return length > 1 or before not in _CLOSES_NOTHING


def _identifier(state: StateInline, silent: bool) -> bool:
    """Leave a name such as __init__ as it is written."""
    if state.src[state.pos] != "_":
        return False
    found = _IDENTIFIER.match(state.src, state.pos, state.pos + _LONGEST_IDENTIFIER)
    if found is None or (state.pos and state.src[state.pos - 1] == "_"):
        return False
    if not silent:
        token = state.push("text", "", 0)
        token.content = found.group()
    state.pos = found.end()
    return True


def _unpair(state: StateInline) -> None:
    """Take two stars apart that have half of a bracket, or another star, between them."""
    for opening in state.delimiters:
        if opening.marker != ord("*") or opening.length > 1 or opening.end < 0:
            continue
        ends = (opening.token + 1, state.delimiters[opening.end].token)
        if ends[1] - ends[0] > _LONGEST_LOOK:
            continue
        told = "".join(
            token.content for token in state.tokens[slice(*ends)] if token.type == "text"
        )
        if "*" in told or any(told.count(a) != told.count(b) for a, b in ("()", "[]")):
            opening.end = -1


def _line_break(state: StateInline, silent: bool) -> bool:
    """Break the line where a model wrote the tag for it, as it does within cells.

    Where the sentence is about the tag, the tag stands there as code.
    """
    if state.src[state.pos] != "<":
        return False
    found = _BREAK.match(state.src, state.pos, state.pos + _LONGEST_BREAK)
    if found is None:
        return False
    before = state.src[max(0, found.start() - _BESIDE) : found.start()]
    after = state.src[found.end() : found.end() + _BESIDE]
    state.pos = found.end()
    is_meant = before[-1:] + after[:1] in _QUOTES
    if is_meant or _SPEAKS_BEFORE.search(before) or _SPEAKS_AFTER.match(after):
        if not silent:
            state.push("code_inline", "code", 0).content = found.group()
        return True
    if not silent:
        state.push("hardbreak", "br", 0)
    if state.src[state.pos : state.pos + 1] == "\n":
        state.pos += 1  # one break, not two
    return True


def _indented_prose(state: StateBlock, first: int, beyond: int, silent: bool) -> bool:
    """Read an indented paragraph as one unless it looks like code: letters, and Chinese prose."""
    if silent or not state.is_code_block(first):
        return False
    last = first
    while last < beyond and not state.isEmpty(last) and state.is_code_block(last):
        last += 1
    content = state.getLines(first, last, state.blkIndent, False)
    lines = [line.strip() for line in content.split("\n")]
    if not all(map(_is_prose, lines[:1])) or _CODE_SIGNS.search("\n".join(lines)):
        return False
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [first, last]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = "\n".join(lines).strip(), [first, last], []
    state.push("paragraph_close", "p", -1)
    state.line = last
    return True


def _is_prose(line: str) -> bool:
    """Tell whether a line begins as sentences do: with a capital among small letters, or wide."""
    start = line.lstrip("\"'“”‘’„«»「『（(*_—–-")
    if not start:
        return False
    if _is_wide(start[0]):
        return True
    words = start.split()
    small = sum(word != word.upper() for word in words)
    return start[0].isupper() and len(words) > 1 and small * 2 > len(words)
