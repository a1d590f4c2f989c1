"""TeX in a text: where it stands, and the MathML that shows it."""

import html
import re
from typing import Final
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import Converter
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from service.blinding.sanitising import MATHEMATICS_TAGS

LONGEST_FORMULA: Final = 4_000  # characters of TeX
DEEPEST_FORMULA: Final = 40  # braces within braces

_CLOSING: Final = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
# One dollar is money, or a variable of a shell, unless the formula touches both signs and nothing
# touches them outside that money and variables have there.
_DOLLARS: Final = re.compile(
    r"(?<![A-Za-z0-9_\\$=%&@#])\$(?![\s$])((?:\\.|[^\\$])+)(?<![\s/:;])\$"
    r"(?!(?!(?:th|st|nd|rd)\b)[A-Za-z0-9_${(])",
    re.DOTALL,
)
# Two words in a row, or a little one between spaces: prose about money, no formula.
_PROSE: Final = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2}|\s(?:and|or|to|per|the|is|for|of)\s"
)
# Definitions may grow without bound; the rest reaches for what is not mathematics.
_REFUSED: Final = re.compile(
    r"\\(?:(?:re|provide)?newcommand|[egx]?def|let|href|url|style|class|cssId|includegraphics"
    r"|[bx]?cancel|sout|phantom|hphantom|vphantom)\b"
)
# What the converter doesn't know, in words that it knows; left alone, it would show "&" and run
# lines together. Numbers of equations go, since it would count from one in each formula.
_ENVIRONMENT: Final = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
_SYNONYMS: Final = {
    **dict.fromkeys(("aligned", "align", "eqnarray", "eqnarray*", "alignat*", "flalign*"), "split"),
    **dict.fromkeys(("gathered", "gather", "gather*", "multline", "multline*"), "matrix"),
    **dict.fromkeys(("dcases", "rcases"), "cases"),
    **dict.fromkeys(("equation", "equation*", "math", "displaymath"), ""),
}
_KNOWN: Final = frozenset(
    {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"}
    | {"array", "cases", "split", "align*"}
)
_BARE_FONT: Final = re.compile(r"(\\math(?:bb|bf|cal|frak|it|rm|scr|sf|tt))\s+([A-Za-z0-9])")
_NOT: Final = {r"\not=": r"\neq", r"\not\in": r"\notin", r"\not ": r"\not"}
_TWO_CHILDREN: Final = frozenset({"msub", "msup", "mover", "munder", "mfrac", "mroot"})
# What stands below these in a line of its own, and beside them within a sentence.
_WITH_LIMITS: Final = frozenset(
    {
        "lim",
        "lim inf",
        "lim sup",
        "liminf",
        "limsup",
        "max",
        "min",
        "sup",
        "inf",
        "argmax",
        "argmin",
    }
    | {"det", "gcd", "Pr"}
)
# Marks over several signs that fonts for formulas draw wide, for those that they draw small.
_WIDE: Final = {"―": "‾", "^": "\N{COMBINING CIRCUMFLEX ACCENT}"}
_AFTER_BLOCK: Final = re.compile(r"[ \t]*(?:[.,;:][ \t]*)?\Z")
_GREEDY_ENTITY: Final = re.compile(r"&#x[0-9A-Fa-f]+;|&[a-z]+;")


def formula(tex: str, *, display: bool) -> str | None:
    """Give the MathML of a formula, unsanitised, or None if it can't be shown as one.

    Refused: definitions of macros, links and styles, crossed-out and hidden parts, unknown
    environments, more than `LONGEST_FORMULA` characters,
    more than `DEEPEST_FORMULA` nested groups, and whatever the converter fails on.
    """
    if len(tex) > LONGEST_FORMULA or _depth(tex) > DEEPEST_FORMULA or _REFUSED.search(tex):
        return None
    try:
        # A fresh converter each time: it counts equations and remembers macros.
        converter = Converter(display="block" if display else "inline")
        root = converter.convert_to_element(_in_known_words(tex))
    except Exception:  # noqa: BLE001  (an unfinished formula raises a dozen unrelated kinds)
        return None
    return _serialise(root)


def _in_known_words(tex: str) -> str:
    """Give the TeX in words that the converter knows; ValueError for an unknown environment."""
    for old, new in _NOT.items():
        tex = tex.replace(old, new + " ")
    tex = _BARE_FONT.sub(r"\1{\2}", tex)
    rows = "\\\\" in tex and "\\begin" not in tex
    known = _ENVIRONMENT.sub(_rename, tex)
    if rows:
        name = "split" if "&" in known else "matrix"
        return f"\\begin{{{name}}}{known}\\end{{{name}}}"
    return known


def _rename(found: re.Match[str]) -> str:
    name = _SYNONYMS.get(found[2], found[2])
    if name and name not in _KNOWN:
        raise ValueError(found[2])
    return f"\\{found[1]}{{{name}}}" if name else " "


def _serialise(root: Element) -> str:
    # The converter writes signs as character references and would turn all of them, the
    # author's too, into markup. Read its own references here and let the serialiser escape.
    for element in root.iter():
        if element.text:
            element.text = _GREEDY_ENTITY.sub(lambda found: html.unescape(found[0]), element.text)
        if element.tag not in MATHEMATICS_TAGS:
            # The sieve would drop the tag and leave its children to a parent that counts them.
            element.tag = "mrow"
        if element.tag in _TWO_CHILDREN:
            for spare in list(element)[2:]:
                element.remove(spare)
        for name, value in element.attrib.items():
            element.attrib[name] = html.unescape(value)
    for element in root.iter():
        _mend(element)
    return tostring(root, encoding="unicode", short_empty_elements=False)


def _mend(element: Element) -> None:
    """Let limits stand below their word, and marks cover all that they stand over."""
    first, second = [*element, None, None][:2]
    if first is None or second is None:
        return
    if element.tag == "msub" and first.tag == "mo" and first.text in _WITH_LIMITS:
        element.tag = "munder"
        first.set("movablelimits", "true")
    if element.tag == "mover" and second.tag == "mo" and len(first) > 1:
        second.text = _WIDE.get(second.text or "", second.text)
        second.set("stretchy", "true")


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[{}]|\\left\b|\\right\b|\\begin\b|\\end\b", tex):
        depth += 1 if sign in {"{", "\\left", "\\begin"} else -1
        deepest = max(deepest, depth)
    return deepest


def add_mathematics(markdown: MarkdownIt) -> None:
    r"""Teach the parser $…$, $$…$$, \(…\) and \[…\], as tokens `math_inline` and `math_block`.

    The content of a token is the TeX, its markup the opening sign.
    """
    markdown.inline.ruler.before("escape", "math_inline", _inline)
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("fence", "math_block", _block, interrupts)  # type: ignore[arg-type]


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (the parser's calling convention)
    opening = state.src[state.pos : state.pos + 2]
    closing = _CLOSING.get(opening)
    if closing is not None:
        begin = state.pos + 2
        end = state.src.find(closing, begin, begin + LONGEST_FORMULA)
        if end < 0:
            return False
        after = end + 2
    elif opening.startswith("$"):
        found = _DOLLARS.match(state.src, state.pos)
        if found is None or ("\\" not in found[1] and _PROSE.search(found[1])):
            return False
        opening, (begin, end), after = "$", found.span(1), found.end()
    else:
        return False
    content = state.src[begin:end].strip()
    if not content:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content, token.markup = content, opening
    state.pos = after
    return True


def _block(state: StateBlock, first: int, beyond: int, silent: bool) -> bool:  # noqa: FBT001
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : start + 2]
    if opening not in {"$$", "\\["} or state.is_code_block(first):
        return False
    end = state.src.find(_CLOSING[opening], start + 2, start + LONGEST_FORMULA)
    last = _last_line(state, first, beyond, end)
    if last is None or not state.src[start + 2 : end].strip():
        return False
    if silent:
        return True
    starts = [start + 2, *(state.bMarks[line] for line in range(first + 1, last + 1))]
    ends = [*(state.eMarks[line] for line in range(first, last)), end]
    content = "\n".join(state.src[a:b] for a, b in zip(starts, ends, strict=True))
    token = state.push("math_block", "math", 0)
    token.content, token.markup, token.block = content.strip(), opening, True
    token.map = [first, last + 1]
    state.line = last + 1
    return True


def _last_line(state: StateBlock, first: int, beyond: int, end: int) -> int | None:
    """Find the line that ends a formula at `end`; None if blank lines or words are in the way."""
    last = first
    while last < beyond and state.eMarks[last] < end:
        last += 1
        if last < beyond and (state.isEmpty(last) or state.sCount[last] < state.blkIndent):
            return None
    if end < 0 or last >= beyond:
        return None
    return last if _AFTER_BLOCK.match(state.src[end + 2 : state.eMarks[last]]) else None


def as_written(content: str, opening: str) -> str:
    """Give the TeX with its signs, for a formula that stays visible as code."""
    return f"{opening}{content}{_CLOSING.get(opening, opening)}"
