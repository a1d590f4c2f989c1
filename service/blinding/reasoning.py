"""Reasoning that models write into their answers, and the answer without it."""

import re
from typing import Final

# Where reasoning begins and where it ends, by the templates that write it.
_TAGS: Final = (
    *("think", "thinking", "thought", "thoughts", "reasoning", "scratchpad"),
    *("inner_monologue", "internal_monologue", "antthinking", "seed:think"),
)
_PAIRS: Final = (
    *((f"<{tag}>", f"</{tag}>") for tag in _TAGS),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|start_thinking|>", "<|end_thinking|>"),
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("<|start|>assistant<|channel|>analysis<|message|>", "<|end|>"),
    ("<|channel|>commentary<|message|>", "<|end|>"),
)
_END_OF: Final = dict(_PAIRS)
# The end alone says nothing where it ends other things, too.
_ENDS: Final = tuple(dict.fromkeys(end for _, end in _PAIRS if end != "<|end|>"))
_SEARCH_FOR: Final = {
    end: re.compile(re.escape(end), re.IGNORECASE) for end in {end for _, end in _PAIRS}
}
# Code is passed over: what stands there is what the answer talks about.
_SIGNS: Final = re.compile(
    r"(?P<fence>^[ \t]*(?:```|~~~))|`[^`\n]*`"
    rf"|(?P<begin>{'|'.join(re.escape(begin) for begin, _ in reversed(_PAIRS))})"
    rf"|(?P<end>{'|'.join(map(re.escape, _ENDS))})",
    re.IGNORECASE | re.MULTILINE,
)
# One of these begins every sign: most texts hold none, which a look at each character tells.
_BEGINNINGS: Final = re.compile(r"[`~<\[◁]")
# What stands around the answer itself where reasoning stood before it.
_FRAMES: Final = tuple(
    (begin, end)
    for begin, end in (
        ("<answer>", "</answer>"),
        ("<|begin_of_solution|>", "<|end_of_solution|>"),
        ("<|start_response|>", "<|end_response|>"),
        ("<|start|>assistant<|channel|>final<|message|>", "<|return|>"),
        ("<|channel|>final<|message|>", "<|return|>"),
    )
)


def without(text: str, prompt: str = "") -> str:
    """Give an answer without the reasoning that its model wrote into it.

    Reasoning stands between two signs of which the first begins a line; without a second one it
    goes on to the end, and where only the second one stands, at an end of a line, it began with
    the text, since some templates put the first into the prompt. Signs within code or within a
    line of words are what the answer talks about and stay, and so do signs that the prompt
    brings up. Nothing is left of an answer that is
    reasoning alone. A text without reasoning comes back as it is.
    """
    if not _BEGINNINGS.search(text):
        return _unframed(text)
    kept: list[str] = []
    at = start = 0
    in_fence = False
    asked = prompt.lower()
    while (found := _SIGNS.search(text, at)) is not None:
        at = found.end()
        if found["fence"] is not None:
            in_fence = not in_fence
        elif in_fence or (found[0].lower() in asked):
            continue
        elif found["begin"] is not None and _begins_a_line(text, found.start(), start):
            kept.append(text[start : found.start()])
            ended = _SEARCH_FOR[_END_OF[found["begin"].lower()]].search(text, at)
            at = start = len(text) if ended is None else ended.end()
        elif found["end"] is not None and _is_beside_a_line_end(text, found):
            kept, start = [], at
    if not start:
        return _unframed(text)
    return _unframed("".join([*kept, text[start:]]).strip())


def _begins_a_line(text: str, place: int, start: int) -> bool:
    before = text[max(start, text.rfind("\n", start, place) + 1) : place]
    return not before.strip()


def _is_beside_a_line_end(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 1) : found.start()]
    after = text[found.end() : found.end() + 1]
    return before in {"", "\n"} or after in {"", "\n", "\r"}


def _unframed(text: str) -> str:
    stripped = text.strip()
    for begin, end in _FRAMES:
        if stripped[: len(begin)].lower() == begin:
            inner = stripped[len(begin) :]
            for last in (end, "<|end|>"):
                if inner[-len(last) :].lower() == last:
                    inner = inner[: -len(last)]
            return inner.strip()
    return text
