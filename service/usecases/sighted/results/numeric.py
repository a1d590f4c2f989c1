"""Hands counts of matchups to statistics, where configurations are items."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from service.stats import ClusterCells, Counts, from_clusters, from_counts
from service.stats.counts import OUTCOME_NAMES
from service.usecases.sighted.results.competing import Counted

_KIND = {name: code for code, name in enumerate(OUTCOME_NAMES)}


def counts_of(names: Mapping[int, str], cells: tuple[Counted, ...]) -> Counts:
    """Return cells as counts of items, in the order of `names`, which has names by ids."""
    return from_counts(list(names.values()), **_codes(names, cells))


def clusters_of(names: Mapping[int, str], cells: tuple[Counted, ...]) -> ClusterCells:
    """Return cells kept apart by what their scope is: raters or prompts."""
    identities = sorted({cell.scope_id for cell, _ in cells})
    place = {identity: at for at, identity in enumerate(identities)}
    return from_clusters(
        list(names.values()),
        [str(identity) for identity in identities],
        np.array([place[cell.scope_id] for cell, _ in cells], dtype=np.int64),
        **_codes(names, cells),
    )


def _codes(names: Mapping[int, str], cells: tuple[Counted, ...]) -> dict[str, Any]:
    place = {identity: at for at, identity in enumerate(names)}
    return {
        "first": np.array(
            [place[cell.first_configuration_id] for cell, _ in cells], dtype=np.int64
        ),
        "second": np.array(
            [place[cell.second_configuration_id] for cell, _ in cells], dtype=np.int64
        ),
        "outcome": np.array([_KIND[cell.outcome] for cell, _ in cells], dtype=np.int64),
        "votes": np.array([number for _, number in cells], dtype=np.float64),
        "left": np.array([int(cell.first_was_left) for cell, _ in cells], dtype=np.int64),
    }
