"""Fewer prompts out of many: so many of each tag as it has among all, and the same each time."""

import hashlib
import json
from collections.abc import Iterator

from service.formats.rows import Found, Row, RowError

_PROMPT = ("prompt_id", "messages", "turns", "prompt")


def choose(found: Found, most: int) -> frozenset[str]:
    """Return which prompts of mapped rows to take (by `identity`), at most so many.

    Each tag keeps its share by largest remainders, and where there is room one prompt at least.
    Which ones is decided by a hash of their text: nobody chooses, and the same file says the same.
    """
    by_tag: dict[str, dict[str, None]] = {}
    seen: set[str] = set()
    for row in found:
        if isinstance(row, RowError) or not (one := identity(row)) or one in seen:
            continue
        seen.add(one)
        tags = row.values.get("tags") or [""]
        by_tag.setdefault(str(tags[0]), {})[one] = None
    if len(seen) <= most:
        return frozenset(seen)
    places = _places({tag: len(those) for tag, those in by_tag.items()}, most)
    return frozenset(
        one for tag, those in by_tag.items() for one in sorted(those, key=_hash)[: places[tag]]
    )


def only(found: Found, chosen: frozenset[str]) -> Iterator[Row | RowError]:
    """Yield the rows about chosen prompts, and those that do not say what they are about."""
    for row in found:
        if isinstance(row, RowError) or not (one := identity(row)) or one in chosen:
            yield row


def identity(row: Row) -> str:
    """Return what tells a mapped row's prompt from others, "" where the row names none."""
    told = next((name for name in _PROMPT if row.values.get(name)), None)
    return "" if told is None else json.dumps([told, row.values[told]], ensure_ascii=False)


def _places(sizes: dict[str, int], most: int) -> dict[str, int]:
    """Share `most` places among tags of these sizes."""
    total = sum(sizes.values())
    least = 1 if len(sizes) <= most else 0
    exact = {tag: most * size / total for tag, size in sizes.items()}
    places = {tag: max(least, int(share)) for tag, share in exact.items()}
    by_need = sorted(sizes, key=lambda tag: (places[tag] - exact[tag], _hash(tag)))
    while sum(places.values()) < most:
        wanting = [tag for tag in by_need if places[tag] < sizes[tag]]
        for tag in wanting[: most - sum(places.values())]:
            places[tag] += 1
    while sum(places.values()) > most:
        more = [tag for tag in places if places[tag] > least]
        places[max(more, key=lambda tag: (places[tag] - exact[tag], places[tag]))] -= 1
    return places


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
