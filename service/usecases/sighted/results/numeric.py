"""Hands counts of matchups to statistics, where configurations are items."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from service.stats import ClusterCells, Counts, from_clusters, from_counts
from service.stats.counts import OUTCOME_NAMES, FloatArray
from service.store.tallies import Told
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


def told_by(
    told: Sequence[Told],
    names: Mapping[int, str],
    clusters: Sequence[str],
    covariates: FloatArray | None = None,
    covariate_names: Sequence[str] = (),
) -> ClusterCells:
    """Return single votes between these items, kept apart by what `clusters` says of each."""
    every = sorted(set(clusters))
    place = {identity: at for at, identity in enumerate(names)}
    return from_clusters(
        list(names.values()),
        every,
        np.searchsorted(np.array(every), np.array(clusters)).astype(np.int64),
        np.array([place[one.first_configuration_id] for one in told], dtype=np.int64),
        np.array([place[one.second_configuration_id] for one in told], dtype=np.int64),
        np.array([_KIND[one.outcome] for one in told], dtype=np.int64),
        covariates=covariates,
        covariate_names=covariate_names,
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
