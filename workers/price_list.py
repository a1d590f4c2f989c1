"""What litellm's own list says about models and prices, read without loading the library."""

import json
from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_FILE = "model_prices_and_context_window_backup.json"


Row = tuple[str, str, float | None, float | None, int | None, date | None]


def known_prices() -> list[Row]:
    """Return what the installed litellm knows of chat models, as `rows` gives it."""
    package = find_spec("litellm")
    if package is None or package.origin is None:
        return []
    text = (Path(package.origin).parent / _FILE).read_text(encoding="utf-8")
    return rows(json.loads(text))


def _day(text: object) -> date | None:
    """Return a day that is written as one; the list holds remarks as well."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def rows(entries: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Return the chat models of such a list.

    Rows of (``provider/model``, provider, USD per input token, USD per output token,
    most output tokens, day on which it is switched off); None where the list is silent.
    """
    found: dict[str, Row] = {}
    for name, entry in entries.items():
        provider = entry.get("litellm_provider")
        if entry.get("mode") not in {"chat", "responses"} or not provider:
            continue
        model = name if name.startswith(f"{provider}/") else f"{provider}/{name}"
        most = entry.get("max_output_tokens")
        found[model] = (
            model,
            str(provider),
            entry.get("input_cost_per_token"),
            entry.get("output_cost_per_token"),
            int(most) if isinstance(most, int | float) else None,
            _day(entry.get("deprecation_date")),
        )
    return list(found.values())
