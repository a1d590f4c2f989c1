"""Passages of a system prompt that come back in a text."""

from typing import Final

SHORTEST_ECHO: Final = 40  # characters; signs of double width, such as Chinese ones, count two
_SEED: Final = 16
_WIDE_FROM: Final = "\u1100"


def echoes(text: str, system_prompt: str, prompt_text: str) -> list[tuple[int, int]]:
    """Give the spans of the text that repeat `SHORTEST_ECHO` or more characters of a system prompt.

    Case and the kind and number of spaces don't count. What the prompt says as well is no echo,
    since every configuration saw it. The longest passages, from the left.
    """
    source = _normal(system_prompt)[0]
    if _width(source) < SHORTEST_ECHO:
        return []
    words, places = _normal(text)
    asked = _normal(prompt_text)[0]
    seeds = {source[at : at + _SEED] for at in range(len(source) - _SEED + 1)}
    found: list[tuple[int, int]] = []
    start = 0
    while start <= len(words) - _SEED:
        if words[start : start + _SEED] not in seeds:
            start += 1
            continue
        end = _longest(words, start, source)
        passage = words[start:end].strip()
        if _width(passage) < SHORTEST_ECHO or passage in asked:
            start += 1
            continue
        first = start + (words[start] == " ")
        last = end - 1 - (words[end - 1] == " ")
        found.append((places[first], places[last] + 1))
        start = end
    return found


def _longest(words: str, start: int, source: str) -> int:
    """Find where the longest passage of the source that begins here ends, by halving."""
    low, high = start + _SEED, min(len(words), start + len(source)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if words[start:middle] in source:
            low = middle
        else:
            high = middle
    return low


def _normal(text: str) -> tuple[str, list[int]]:
    """Give the text in lower case with single spaces, and where each character came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        shown = " " if sign.isspace() else sign.lower()
        if len(shown) != 1 or (shown == " " and (not signs or signs[-1] == " ")):
            continue
        signs.append(shown)
        places.append(place)
    return "".join(signs), places


def _width(text: str) -> int:
    return sum(2 if sign >= _WIDE_FROM else 1 for sign in text)
