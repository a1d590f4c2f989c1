"""Colours of code: a few classes, from a fixed list of languages."""

import html
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Any, Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

# Every class that a highlighted text may carry; the style sheet covers exactly these.
HIGHLIGHT_CLASSES: Final = (
    *("code-keyword", "code-name", "code-type", "code-string", "code-number", "code-comment"),
    *("code-added", "code-removed", "code-heading"),
)
# Lexers are patterns that try again and again: some need time that grows with the square of a
# line or of a run of blank lines. Beyond these, code is shown without colours.
LONGEST_CODE: Final = 8_000  # characters
LONGEST_LINE: Final = 300  # characters
MOST_BLANK_LINES: Final = 29  # in a row

_CLASS_OF: Final[tuple[tuple[Any, str], ...]] = (
    (Token.Comment.Preproc, "code-keyword"),
    (Token.Comment, "code-comment"),
    (Token.Keyword.Type, "code-type"),
    (Token.Keyword, "code-keyword"),
    (Token.Operator.Word, "code-keyword"),
    (Token.Name.Function, "code-name"),
    (Token.Name.Tag, "code-name"),
    (Token.Name.Attribute, "code-name"),
    (Token.Name.Decorator, "code-name"),
    (Token.Name.Class, "code-type"),
    (Token.Name.Builtin, "code-type"),
    (Token.Name.Exception, "code-type"),
    (Token.Literal.String, "code-string"),
    (Token.Literal.Number, "code-number"),
    (Token.Generic.Inserted, "code-added"),
    (Token.Generic.Deleted, "code-removed"),
    (Token.Generic.Heading, "code-heading"),
    (Token.Generic.Subheading, "code-heading"),
)
# Named by what authors write after the fence. A fixed list, so that a lexer installed beside
# ours changes nothing, and no lexer guesses.
_LANGUAGES: Final = frozenset(
    {
        *("bash", "c", "c++", "cpp", "c#", "cs", "csharp", "css", "dart"),
        *("diff", "docker", "dockerfile", "elixir", "erlang", "go", "golang", "graphql", "haskell"),
        *("html", "java", "javascript", "js", "json", "jsx", "julia", "kotlin"),
        *("latex", "tex", "lua", "objective-c", "ocaml", "perl"),
        *("php", "powershell", "proto", "python", "python3", "py", "r", "ruby", "rb"),
        *("rust", "rs", "sass", "scala", "scss", "sh", "shell", "sql", "swift"),
        *("toml", "ts", "tsx", "typescript", "xml", "yaml", "yml", "zsh"),
    }
)
# The lexers of Java and C# need seconds for a column of short words; the one of C++ knows their
# words well enough.
_SYNONYMS: Final = {
    "shell": "bash",
    "jsx": "javascript",
    "tsx": "typescript",
    **dict.fromkeys(("java", "csharp", "cs", "c#"), "cpp"),
}


def highlight(code: str, language: str) -> str:
    """Give the code as escaped HTML, with spans of `HIGHLIGHT_CLASSES` if the language is known.

    Line feeds stay as they are. Unknown languages and code that is too long come back
    without spans.
    """
    name = language.strip().lower()
    if name not in _LANGUAGES or not _is_easy(code):
        return html.escape(code)
    pieces: list[str] = []
    run, run_class = "", ""
    for kind, value in _lexer(_SYNONYMS.get(name, name)).get_tokens(code):
        class_name = _class_of(kind)
        if class_name != run_class:
            pieces.append(_span(run, run_class))
            run, run_class = "", class_name
        run += value
    pieces.append(_span(run, run_class))
    return "".join(pieces)


def _is_easy(code: str) -> bool:
    if len(code) > LONGEST_CODE:
        return False
    lines = code.split("\n")
    blank = (
        len(list(run))
        for is_blank, run in groupby(not line.strip(" \t") for line in lines)
        if is_blank
    )
    return max(map(len, lines)) <= LONGEST_LINE and max(blank, default=0) <= MOST_BLANK_LINES


def _span(text: str, class_name: str) -> str:
    escaped = html.escape(text)
    return f'<span class="{class_name}">{escaped}</span>' if class_name and text else escaped


@cache
def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in _CLASS_OF if kind in parent), "")


@cache
def _lexer(name: str) -> Lexer:
    # stripnl would eat blank lines that the author wrote.
    find: Callable[..., Lexer] = get_lexer_by_name
    return find(name, stripnl=False, ensurenl=False)
