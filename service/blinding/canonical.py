"""The one text of a completion: taken from a provider's message and freed of hidden characters."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from service.blinding.invisible import Table, settle

_TABLE: Final = Table()
_TRAILING: Final = re.compile(r"[ \t]+$", re.MULTILINE)

# Parts that are neither answer nor reasoning: pictures, calls of tools, sealed reasoning.
_SILENT: Final = frozenset(
    {"image_url", "image", "input_audio", "audio", "file", "tool_use", "tool_call", "tool_result"}
    | {"redacted_thinking", "function_call", "server_tool_use", "web_search_call"}
)
_REASONING_TYPES: Final = frozenset({"thinking", "reasoning", "reasoning_content", "thought"})
# Where providers put reasoning beside the content.
_REASONING_KEYS: Final = (
    "reasoning_content",
    "reasoning",
    "thinking",
    "thinking_blocks",
    "reasoningContent",
)
_TEXT_KEYS: Final = ("text", "content", "parts", "output_text", "output", "refusal", "message")
_INNER_KEYS: Final = (
    *("thinking", "text", "content", "summary", "reasoning"),
    *("reasoning_content", "reasoningText", "parts"),
)

# Models that write their reasoning into the answer. Only at its beginning: further down, the
# same signs are what the answer talks about.
_OPENED: Final = re.compile(
    r"\s*(?:<(?P<tag>think|thinking|thought|reasoning)>(?P<a>.*?)(?:</(?P=tag)>|\Z)"
    r"|\[THINK\](?P<b>.*?)(?:\[/THINK\]|\Z)"
    r"|◁think▷(?P<c>.*?)(?:◁/think▷|\Z)"
    r"|<\|channel\|>analysis<\|message\|>(?P<d>.*?)(?:<\|end\|>|\Z))\s*",
    re.DOTALL,
)
# Some chat templates put the opening sign into the prompt, so that only the end is returned.
_ONLY_CLOSED: Final = re.compile(
    r"\A(?P<a>(?:(?!</?think>|```).)*)(?:^|\n)</think>(?:\n+|\Z)", re.DOTALL
)
_FINAL_CHANNEL: Final = re.compile(
    r"\A\s*(?:<\|start\|>assistant)?<\|channel\|>final<\|message\|>|<\|(?:return|end)\|>\s*\Z"
)


def extract(message: object, *, keep_reasoning: bool = False) -> str:
    """Give the text of a provider's message, with its reasoning before it or without.

    Takes what providers send as plain data: a string, a list of parts, None, or a mapping with
    `content` (or `text`, `parts`, `output`) and, beside it or among its parts or at the
    beginning of its text, reasoning. A study keeps reasoning for all configurations or drops it
    for all, so the argument is the study's, never the configuration's. Signs around the
    reasoning are dropped either way, since they tell models apart. Calls of tools and pictures
    are left out; an unknown shape gives the empty string. The text is not yet canonical.
    """
    thoughts: list[str] = []
    answers: list[str] = []
    for is_reasoning, text in _walk(message, reasoning=False):
        (thoughts if is_reasoning else answers).append(text)
    inline, answer = _split_reasoning("".join(answers))
    if not keep_reasoning:
        return answer
    told = [part.strip() for part in (*dict.fromkeys(thoughts), *inline)]
    return "\n\n".join(part for part in (*told, answer) if part)


def canonical(text: str) -> str:
    """Give the text as every rater sees it, whichever model wrote it.

    NFC; line feeds only; characters that nobody sees removed (format, private, unassigned,
    tags, selectors without effect, overrides of direction) save joiners where a script or an
    emoji needs them and direction marks in lines that run from right to left; exotic spaces
    become spaces; spaces before a line's end and blank lines around the text go; NUL and lone
    surrogates become U+FFFD. Idempotent.
    """
    shown = _join_surrogates(text).replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    # Removing a character may bring two others together that compose, and composing may change
    # the neighbour of a joiner; a second round settles both.
    for _ in range(2):
        shown = "\n".join(settle(line) for line in unicodedata.normalize("NFC", shown).split("\n"))
    shown = unicodedata.normalize("NFC", shown)
    return _TRAILING.sub("", shown).strip("\n")


def count_hidden(text: str) -> int:
    """Count the characters of the text that nobody sees and that `canonical` removes."""
    joined = _join_surrogates(text).replace("\r", "")
    left = "\n".join(settle(line) for line in joined.translate(_TABLE).split("\n"))
    return len(joined) - len(left)


def _join_surrogates(text: str) -> str:
    """Make one character of two surrogates that belong together; lone ones become U+FFFD."""
    if text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _walk(value: object, *, reasoning: bool) -> Iterator[tuple[bool, str]]:
    """Yield every piece of text in order, with whether it is reasoning."""
    if isinstance(value, str):
        yield reasoning, value
    elif isinstance(value, Mapping):
        yield from _walk_mapping(value, reasoning=reasoning)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for part in value:
            yield from _walk(part, reasoning=reasoning)


def _walk_mapping(part: Mapping[str, object], *, reasoning: bool) -> Iterator[tuple[bool, str]]:
    kind = part.get("type")
    if kind in _SILENT:
        return
    if reasoning or kind in _REASONING_TYPES or part.get("thought") is True:
        key = next((key for key in _INNER_KEYS if part.get(key)), None)
        if key is not None:
            yield from _walk(part[key], reasoning=True)
        return
    for key in _REASONING_KEYS:
        if part.get(key):
            yield from _walk(part[key], reasoning=True)
            break
    key = next((key for key in _TEXT_KEYS if part.get(key)), None)
    if key is not None:
        yield from _walk(part[key], reasoning=False)


def _split_reasoning(text: str) -> tuple[list[str], str]:
    """Separate reasoning written at the beginning of an answer from the answer."""
    inline: list[str] = []
    while (found := _OPENED.match(text)) is not None:
        inline.append(next(group for group in found.group("a", "b", "c", "d") if group is not None))
        text = text[found.end() :]
    if not inline and (closed := _ONLY_CLOSED.match(text)) is not None:
        inline.append(closed.group("a"))
        text = text[closed.end() :]
    return inline, _FINAL_CHANNEL.sub("", text)
