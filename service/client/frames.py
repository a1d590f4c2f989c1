"""DataFrames in and out, for notebooks; pandas is loaded when one is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def of(rows: Iterable[Any]) -> pd.DataFrame:
    """Return models of one kind as a DataFrame, a row each."""
    import pandas as pd  # noqa: PLC0415 - optional, and slow to load

    return pd.DataFrame([dataclasses.asdict(row) for row in rows])


def of_board(board: Mapping[str, Any]) -> pd.DataFrame:
    """Return a leaderboard's ratings as a DataFrame, best first; what has no rating is last."""
    import pandas as pd  # noqa: PLC0415 - optional, and slow to load

    kept = ("points", "low", "high", "expected_share", "expected_low", "expected_high", "group")
    rows = []
    for row in board["ratings"]:
        rating = row["rating"] or {}
        rows.append(
            {
                "configuration": row["configuration"],
                "approach": row["approach"],
                **{name: rating.get(name) for name in kept},
                **{name: row[name] for name in ("votes", "wins", "losses", "ties", "both_bad")},
            }
        )
    return pd.DataFrame(rows)


def csv(frame: pd.DataFrame) -> bytes:
    """Return a DataFrame as the CSV that an import takes."""
    text: str = frame.to_csv(index=False)
    return text.encode()
