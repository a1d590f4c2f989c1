"""The allow-list: every tag and attribute that a rendered text may carry, and the last sieve."""

from typing import Final

import nh3

from service.blinding.highlighting import HIGHLIGHT_CLASSES

PLAIN_CLASS: Final = "plain"
PROSE_CLASS: Final = "prose"
ALIGNMENT_CLASSES: Final = ("align-center", "align-right")

_TEXT_TAGS: Final = frozenset(
    [
        "p",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "span",
        "blockquote",
        "ul",
        "ol",
        "li",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
# The part of MathML Core that draws. Left out although in Core: `mphantom` (text that nobody
# sees), `semantics` and `annotation` (foreign content), `mpadded` (moves over its neighbours).
MATHEMATICS_TAGS: Final = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "mtable",
        "mtr",
        "mtd",
    ]
)
TAGS: Final = _TEXT_TAGS | MATHEMATICS_TAGS

_YES_NO: Final = frozenset({"true", "false"})
_DIRECTIONS: Final = frozenset({"auto"})
_WIDTHS: Final = frozenset(
    [
        "0em",
        "0.167em",
        "0.1667em",
        "0.2222em",
        "0.222em",
        "0.2778em",
        "0.278em",
        "0.5em",
        "1em",
        "2em",
        "-0.167em",
        "-0.1667em",
    ]
)
# Values are listed wherever they can be; numbers of lists are numbers by construction.
ATTRIBUTE_VALUES: Final[dict[str, dict[str, frozenset[str]]]] = {
    **{
        tag: {"dir": _DIRECTIONS}
        for tag in ["p", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"]
    },
    "pre": {"dir": frozenset({"auto", "ltr"}), "class": frozenset({PLAIN_CLASS, PROSE_CLASS})},
    "code": {"dir": frozenset({"ltr"})},
    "span": {"class": frozenset(HIGHLIGHT_CLASSES)},
    "th": {"class": frozenset(ALIGNMENT_CLASSES)},
    "td": {"class": frozenset(ALIGNMENT_CLASSES)},
    "math": {"display": frozenset({"block", "inline"})},
    "mi": {"mathvariant": frozenset({"normal"})},
    "mo": dict.fromkeys(
        ["stretchy", "fence", "separator", "largeop", "movablelimits", "symmetric", "accent"],
        _YES_NO,
    )
    | {"form": frozenset({"prefix", "infix", "postfix"})},
    "mfrac": {"linethickness": frozenset({"0", "0pt"})},
    "mspace": {"width": _WIDTHS},
    "mstyle": {"displaystyle": _YES_NO, "scriptlevel": frozenset("0123")},
    "mover": {"accent": _YES_NO},
    "munder": {"accentunder": _YES_NO},
    "munderover": {"accent": _YES_NO, "accentunder": _YES_NO},
    "mtable": {"displaystyle": _YES_NO},
}
# The star is every tag: nothing, where the library would allow `lang` and `title`.
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "*": frozenset(),
    "ol": frozenset({"start"}),
    "li": frozenset({"value"}),
}

_SIEVE: Final = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=set(),
    attributes=ATTRIBUTES,
    tag_attribute_values=ATTRIBUTE_VALUES,
    generic_attribute_prefixes=set(),
    url_schemes=set(),
    link_rel=None,
    strip_comments=True,
)


def sanitise(html: str) -> str:
    """Give the HTML with nothing but the tags, attributes and values of the allow-list."""
    return _SIEVE.clean(html)
