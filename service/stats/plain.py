"""Results as plain values: what json.dumps takes, and nothing else."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import Any

import numpy as np


def plain(value: object) -> Any:
    """Return `value` built from dict, list, str, int, float, bool and None only.

    Dataclasses become dicts of their public fields (a field with ``plain=False`` in its
    metadata is left out), arrays become nested lists, enums their values, and a number
    that is not finite becomes None, since JSON knows none.
    """
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if isfinite(value) else None
    if isinstance(value, str):
        return str(value)
    return _collection(value)


def _collection(value: object) -> Any:
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if is_dataclass(value):
        return {
            entry.name: plain(getattr(value, entry.name))
            for entry in fields(value)
            if entry.metadata.get("plain", True)
        }
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(entry) for entry in value]
    raise TypeError(f"{type(value).__name__} has no plain form")
