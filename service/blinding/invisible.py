"""Which characters nobody sees, and where the few that matter may stay."""

import re
import unicodedata
from typing import Final

REPLACEMENT: Final = 0xFFFD

_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_TEXT_STYLE: Final = "\ufe0e"
_EMOJI_STYLE: Final = "\ufe0f"
_DIRECTION_MARKS: Final = "\u200e\u200f\u061c"
_KEYCAP: Final = "\u20e3"

# Characters whose fate hangs on their neighbours; everything else is decided alone.
_CONTEXTUAL: Final = _ZWNJ + _ZWJ + _TEXT_STYLE + _EMOJI_STYLE + _DIRECTION_MARKS
_RUN: Final = re.compile(f"[{_CONTEXTUAL}]+")

# Format characters by category, yet drawn: Arabic number signs, end of ayah, Kaithi signs.
_DRAWN_FORMATS: Final = frozenset(
    [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]
)
# Blank although their category says letter, mark or symbol.
_BLANK: Final = frozenset(
    [
        *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE0E),
        *range(0xE0100, 0xE01F0),
    ]
)
_BRAILLE_BLANK: Final = 0x2800
_LINE_BREAKS: Final = frozenset([0x0B, 0x0C, 0x85, 0x2028, 0x2029])
# Blocks that newer Unicode versions keep filling with signs people see: an older table
# calls them unassigned.
_GROWING: Final = (range(0x1F000, 0x1FB00), range(0x20000, 0x33480))

# Scripts in which a joiner or non-joiner changes the shape of a word.
_JOINING: Final = re.compile(
    "[\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf"
    "\u1b00-\u1bff\ua840-\ua87f\ua880-\ua8ff\ua980-\ua9df\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010fff\U00011000-\U000116cf\U0001e900-\U0001e95f]"
)
# Letters only: a mark is no reason to keep a mark.
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u05d0-\u05f4\u0620-\u064a\u066e-\u06d3\u06fa-\u086a\u08a0-\u08c9\ufb1d-\ufdfb"
    "\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Signs drawn as text unless a selector asks for the coloured picture (Unicode's
# emoji-variation-sequences.txt, those without default emoji presentation).
_TEXT_BY_DEFAULT: Final = re.compile(
    "[©®‼⁉™ℹ↔-↙↩↪⌨⏏⏭-⏯⏱⏲⏸-⏺Ⓜ▪▫▶◀◻◼☀-☄☎☑☘☝☠☢☣☦☪☮☯☸-☺♀♂♟♠♣♥♦♨♻♾⚒⚔-⚗⚙⚛⚜⚠⚧⚰⚱⛈⛏⛑⛓⛩⛰⛱⛴"
    "⛷-⛹✂✈✉✌✍✏✒✔✖✝✡✳✴❄❇❣❤➡⤴⤵⬅-⬇〰〽㊗㊙"
    "\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237\U0001f321"
    "\U0001f324-\U0001f32c\U0001f336\U0001f37d\U0001f396\U0001f397\U0001f399-\U0001f39b"
    "\U0001f39e\U0001f39f\U0001f3cb-\U0001f3ce\U0001f3d4-\U0001f3df\U0001f3f3\U0001f3f5"
    "\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549\U0001f54a\U0001f56f\U0001f570"
    "\U0001f573-\U0001f579\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8"
    "\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4\U0001f5d1-\U0001f5d3"
    "\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa"
    "\U0001f6cb\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0\U0001f6f3]"
)


def replacement(code: int) -> int | str | None:
    """Say what stands for one character: itself, a space, a line break, or nothing (None).

    Characters that depend on their neighbours come back as they are; see `settle`.
    """
    character = chr(code)
    category = unicodedata.category(character)
    if code == 0 or category == "Cs":
        return REPLACEMENT
    if character in "\n\t" or character in _CONTEXTUAL or code in _DRAWN_FORMATS:
        return code
    if code in _LINE_BREAKS:
        return "\n"
    if category == "Zs" or code == _BRAILLE_BLANK:
        return " "
    growing = category == "Cn" and any(code in block for block in _GROWING)
    if code in _BLANK or (category in {"Cc", "Cf", "Co", "Cn"} and not growing):
        return None
    return code


class Table(dict[int, int | str | None]):
    """A table for `str.translate` that learns each character when it first meets it."""

    def __missing__(self, code: int) -> int | str | None:
        """Decide once and remember."""
        value = self[code] = replacement(code)
        return value


def settle(line: str) -> str:
    """Keep in one line only those joiners, selectors and direction marks that do something."""
    if not _RUN.search(line):
        return line
    has_direction = _RIGHT_TO_LEFT.search(line) is not None

    def decide(run: re.Match[str]) -> str:
        before = line[run.start() - 1 : run.start()]
        after = line[run.end() : run.end() + 1]
        return _keep(run.group(), before, after, has_direction=has_direction)

    return _RUN.sub(decide, line)


def _keep(run: str, before: str, after: str, *, has_direction: bool) -> str:
    """Give what is left of a run: at most one selector, one joiner and one direction mark."""
    kept = ""
    selector = next((sign for sign in run if sign in _TEXT_STYLE + _EMOJI_STYLE), "")
    if selector and _selects(before, selector, after):
        kept += selector
    joiner = next((sign for sign in run if sign in _ZWJ + _ZWNJ), "")
    if joiner and _joins(before, joiner, after):
        kept += joiner
    if has_direction:
        kept += next((sign for sign in run if sign in _DIRECTION_MARKS), "")
    return kept


def _selects(before: str, selector: str, after: str) -> bool:
    if before and before in "0123456789#*":
        return selector == _EMOJI_STYLE and after == _KEYCAP
    if selector == _EMOJI_STYLE:
        return bool(_TEXT_BY_DEFAULT.match(before))
    return _is_picture(before)


def _joins(before: str, joiner: str, after: str) -> bool:
    if not before:
        return False
    if joiner == _ZWJ and _is_picture(before) and _is_picture(after):
        return True
    if not _JOINING.match(before):
        return False
    # After a virama the joiner shows a half form, whatever follows.
    virama = unicodedata.combining(before) == 9  # noqa: PLR2004  (the class of viramas)
    return virama or bool(_JOINING.match(after))


def _is_picture(sign: str) -> bool:
    if not sign:
        return False
    growing = any(ord(sign) in block for block in _GROWING[:1])
    return growing or unicodedata.category(sign) == "So" or bool(_TEXT_BY_DEFAULT.match(sign))
