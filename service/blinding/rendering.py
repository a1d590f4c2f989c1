"""From a text to the safe HTML that raters see: one renderer for both sides and the prompt."""

# ruff: noqa: ARG002  (the library calls every rule with the same four arguments)
import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from service.blinding.canonical import canonical
from service.blinding.grammar import TooMuchWork, add_grammar
from service.blinding.highlighting import highlight
from service.blinding.mathematics import as_written, formula
from service.blinding.sanitising import PLAIN_CLASS, PROSE_CLASS, sanitise

Mode = Literal["full", "light", "plain"]

LARGEST_TEXT: Final = 65_536  # bytes of UTF-8; beyond, plain text in a scroll box
LARGEST_HTML: Final = 524_288  # characters; a small text can ask for many boxes
LONGEST_TARGET: Final = 400  # characters of a link's target; one definition may serve many links
MOST_FORMULAS: Final = 300  # per text; the others stay visible as code
MOST_TEX: Final = 20_000  # characters of formulas per text; likewise
WIDEST_CODE: Final = 70  # letters in a line that no program would have
LETTERS_IN_PROSE: Final = 0.7  # of its characters; code has more signs
MOST_CODE: Final = 24_000  # characters of fenced code that get colours, per text
# Deterministic bounds on what the parser may be made to do; prose of 64 KiB is far below.
MOST_LINES: Final = 5_000
MOST_BRACKETS: Final = 5_000
MOST_CELLS: Final = 20_000  # lines times the most columns that any line could open

# h1 to h3 belong to the page.
_HEADING: Final = {"h1": "h4", "h2": "h5"}
_SMALLEST_HEADING: Final = "h6"
_HIDDEN_IN_LIGHT: Final = ("strong_open", "strong_close", "em_open", "em_close")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, and why it is plain where more was asked: `too_much` names what was too much.

    It is one of "bytes", "lines", "brackets", "cells", "steps", "characters", or empty.
    """

    html: str
    too_much: str = ""


def render(text: str, mode: Mode = "full") -> str:
    """Give the HTML of `attempt` alone."""
    return attempt(text, mode).html


def attempt(text: str, mode: Mode = "full") -> Rendered:
    """Give safe HTML for a text, the same for the same text, whoever wrote it.

    `full`: markdown with tables, coloured code and mathematics. `light`: the same structure
    without headings, emphasis and colours. `plain`: the characters as written, in
    `<pre class="plain">`, as well for texts over `LARGEST_TEXT`, and for those that would take
    too much work or grow beyond `LARGEST_HTML`. That is decided by counting and never by a
    clock: the same text looks the same on every machine. Who shows several texts side by side
    shows all of them plainly where one is. The text becomes canonical first. Nothing in the
    result loads, links, names or styles anything; see `sanitising`.

    Raises ValueError for another mode.
    """
    if mode not in get_args(Mode):
        raise ValueError(f"mode must be one of {get_args(Mode)}, not {mode!r}")
    shown = canonical(text)
    if mode == "plain":
        return Rendered(_plain(shown))
    too_much = _too_much(shown)
    if too_much:
        return Rendered(_plain(shown), too_much)
    env = {"steps": 0, "depth": 0, "formulas": 0, "tex": 0, "code": 0}
    try:
        rendered = _parser(mode).render(shown, env)
    except TooMuchWork:
        return Rendered(_plain(shown), "steps")
    if len(rendered) > LARGEST_HTML:
        return Rendered(_plain(shown), "characters")
    return Rendered(sanitise(rendered).strip("\n"))


def alike(texts: Sequence[str], mode: Mode = "full") -> tuple[str, ...]:
    """Give the HTML of texts that stand side by side: all plainly where one is too much."""
    made = [attempt(text, mode) for text in texts]
    if any(one.too_much for one in made):
        made = [attempt(text, "plain") for text in texts]
    return tuple(one.html for one in made)


def _too_much(shown: str) -> str:
    """Name what of a text is too much for the parser, before it begins."""
    lines = shown.count("\n") + 1
    if len(shown.encode()) > LARGEST_TEXT:
        return "bytes"
    if lines > MOST_LINES:
        return "lines"
    if shown.count("[") > MOST_BRACKETS:
        return "brackets"
    widest = max(line.count("|") for line in shown.split("\n"))
    return "cells" if widest * lines > MOST_CELLS else ""


def _plain(shown: str) -> str:
    escaped = html.escape(shown, quote=False)
    return sanitise(f'<pre class="{PLAIN_CLASS}" dir="auto">{escaped}</pre>')


@cache
def _parser(mode: Mode) -> MarkdownIt:
    # breaks: a line that the author broke stays broken, as in the plain mode.
    parser = MarkdownIt(
        "commonmark",
        {"html": False, "linkify": False, "typographer": False, "breaks": True},
        renderer_cls=_Light if mode == "light" else _Full,
    )
    add_grammar(parser)
    return parser


class _Full(RendererHTML):
    """Writes tokens as HTML; one method per kind of token that is not written as it stands."""

    def renderToken(  # noqa: N802  (the library's name)
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write a tag, with a direction of its own on the outermost block only.

        A block that inherits its direction follows the first letters of the whole block, so a
        list or a table turns as one.
        """
        token = tokens[idx]
        if token.nesting >= 0:
            alignment = str(token.attrGet("style") or "")
            token.attrs = {"start": token.attrs["start"]} if "start" in token.attrs else {}
            if token.type == "list_item_open" and token.info:
                # As written: 3., 3., 7. are what the author says, whatever the browser counts.
                token.attrs["value"] = int(token.info)
            if alignment in {"text-align:right", "text-align:center"}:
                token.attrs["class"] = "align-" + alignment.partition(":")[2]
            if token.block and token.level == 0 and token.tag != "hr":
                token.attrs["dir"] = "auto"
        return super().renderToken(tokens, idx, options, env)

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write a heading below those of the page."""
        tokens[idx].tag = _HEADING.get(tokens[idx].tag, _SMALLEST_HEADING)
        return self.renderToken(tokens, idx, options, env)

    heading_close = heading_open

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Write fenced code; its language shows in colours only."""
        words = tokens[idx].info.split(maxsplit=1)
        env["code"] += len(tokens[idx].content)
        language = words[0] if words and env["code"] <= MOST_CODE else ""
        code = highlight(tokens[idx].content, language)
        return f'<pre dir="ltr"{_wraps(code)}><code>{code}</code></pre>\n'

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write indented code."""
        code = html.escape(tokens[idx].content)
        return f'<pre dir="ltr"{_wraps(code)}><code>{code}</code></pre>\n'

    def code_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write code within a line."""
        return f'<code dir="ltr">{html.escape(tokens[idx].content)}</code>'

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write nothing: the words of a link stand as they are."""
        return ""

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write the target after the words, since a source is part of what is judged."""
        opening = _opening(tokens, idx)
        target = str(tokens[opening].attrGet("href") or "")
        words = "".join(token.content for token in tokens[opening + 1 : idx])
        bare = words == target or tokens[opening].markup == "autolink"
        if bare or not target.startswith(("http://", "https://")):
            return ""
        return f" ({html.escape(_cut(target))})"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Write what an image would show in words, or where it is; nothing is loaded."""
        words = self.renderInlineAsText(tokens[idx].children or [], options, env).strip()
        target = str(tokens[idx].attrGet("src") or "")
        return html.escape(f"[{words or _cut(target) or '…'}]")

    def math_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write a formula, or its TeX as code if it can't be shown."""
        token = tokens[idx]
        env["formulas"] += 1
        env["tex"] += len(token.content)
        shown = None
        if env["formulas"] <= MOST_FORMULAS and env["tex"] <= MOST_TEX:
            shown = formula(token.content, display=token.markup in {"$$", "\\["})
        if shown is not None:
            return shown
        return f'<code dir="ltr">{html.escape(as_written(token.content, token.markup))}</code>'

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write a formula that stands on lines of its own."""
        return f"<p>{self.math_inline(tokens, idx, options, env)}</p>\n"


class _Light(_Full):
    """Writes the structure of a text without the marks that make parts of it louder."""

    def renderToken(  # noqa: N802  (the library's name)
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write a tag, or nothing for emphasis."""
        if tokens[idx].type in _HIDDEN_IN_LIGHT:
            return ""
        return super().renderToken(tokens, idx, options, env)

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write a heading as a paragraph."""
        tokens[idx].tag = "p"
        return self.renderToken(tokens, idx, options, env)

    heading_close = heading_open

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Write fenced code without colours."""
        return self.code_block(tokens, idx, options, env)


def _wraps(code: str) -> str:
    """Give the class of letters and prompts that a model fenced in: they wrap, code does not."""
    is_coloured = "<span" in code
    longest = max(code.split("\n"), key=len)
    is_prose = sum(map(str.isalpha, longest)) > LETTERS_IN_PROSE * len(longest) > WIDEST_CODE
    return f' class="{PROSE_CLASS}"' if is_prose and not is_coloured else ""


def _cut(target: str) -> str:
    return target if len(target) <= LONGEST_TARGET else target[:LONGEST_TARGET] + "…"


def _opening(tokens: Sequence[Token], idx: int) -> int:
    """Find where the link that ends here begins; links don't nest."""
    return next(at for at in range(idx - 1, -1, -1) if tokens[at].type == "link_open")
