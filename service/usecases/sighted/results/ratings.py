"""Makes leaderboards from counts: load, compute without a connection, save (needs numpy)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from service.domain.matchup import pair_of
from service.domain.study import Dealing
from service.stats import ClusterCells, Counts, Fit, fit, from_clusters, from_counts
from service.stats.counts import OUTCOME_NAMES
from service.stats.dealing import PRIOR, top_two_weights
from service.stats.intervals import find_intervals
from service.stats.ranks import rank_items
from service.store import completions, grades, leaderboards, studies, tallies
from service.store.completions import Measures
from service.store.models import Leaderboard
from service.store.tallies import Cell
from service.usecases.sighted.results import besides, boards, clustering, standings, verdicts
from service.usecases.sighted.results.besides import Beside
from service.usecases.sighted.results.leaderboards import SECONDS_BETWEEN

SEED = 20260312
METHOD = {
    "model": "Bradley-Terry, ties and both-bad as half a win each, strength ignored",
    "prior": "weak",
    "intervals": "95 %, clustered by rater and prompt",
    "seed": SEED,
}


@dataclass(frozen=True)
class Basis:
    """All that a leaderboard is computed from: counts, cells and measures, no votes."""

    study_id: int
    names: dict[int, str]
    approaches: dict[int, str]
    retired: frozenset[int]
    cells: tuple[tuple[Cell, int], ...]
    by_rater: tuple[tuple[Cell, int], ...]
    by_prompt: tuple[tuple[Cell, int], ...]
    measures: tuple[Measures, ...]
    excluded: dict[str, int]
    at: str
    is_adaptive: bool = False
    # What raters gave beyond votes; None where it is not looked at again.
    beside: Beside | None = None
    # What the last clustered leaderboard found, where this basis holds counts alone.
    earlier: dict[str, Any] | None = None


def load(session: Session, study_id: int, now: datetime, *, with_cells: bool = True) -> Basis:
    """Return what a leaderboard of this moment rests on.

    Without cells the cost does not depend on the votes: intervals are then widened as the
    last clustered leaderboard says, which has to exist.
    """
    rows = studies.configurations(session, study_id)
    last = None if with_cells else leaderboards.latest(session, study_id)
    return Basis(
        study_id=study_id,
        names=leaderboards.configuration_names(session, study_id),
        approaches={row.id: row.approach for row in rows},
        retired=frozenset(row.id for row in rows if row.retired_at is not None),
        cells=tuple(sorted(tallies.of_scope(session, study_id, tallies.ALL))),
        by_rater=_cells(session, study_id, tallies.BY_RATER, with_cells=last is None),
        by_prompt=_cells(session, study_id, tallies.BY_PROMPT, with_cells=last is None),
        measures=tuple(completions.measures(session, study_id)),
        excluded=leaderboards.not_counted(session, study_id)
        if last is None
        else last.content["excluded"],
        at=now.isoformat(),
        is_adaptive=studies.by_id(session, study_id).dealing == Dealing.ADAPTIVE,
        beside=besides.load(session, study_id) if last is None else None,
        earlier=None if last is None else last.content,
    )


def may_be_quick(session: Session, study_id: int, now: datetime) -> tuple[bool, bool]:
    """Tell whether to refresh from counts alone first, and whether cells are due as well.

    A study with few cells and marks, or without a clustered leaderboard, is always done in full.
    """
    last = leaderboards.latest(session, study_id)
    counted = (tallies.has_more_cells, grades.has_more)
    if last is None or not any(
        more(session, study_id, clustering.CELLS_AT_ONCE) for more in counted
    ):
        return False, True
    age = now - datetime.fromisoformat(last.content["clustering"]["at"])
    return True, age.total_seconds() >= SECONDS_BETWEEN


def _cells(
    session: Session, study_id: int, scope: str, *, with_cells: bool
) -> tuple[tuple[Cell, int], ...]:
    return tuple(sorted(tallies.of_scope(session, study_id, scope))) if with_cells else ()


def strengths(basis: Basis, prior: float | None = None) -> Fit:
    """Return the fit of a basis; `prior=0` gives the exact maximum of the likelihood."""
    counts = _counts(basis)
    return fit(counts) if prior is None else fit(counts, prior=prior)


def compute(basis: Basis) -> dict[str, Any]:
    """Return a leaderboard's content as plain values, best configuration first."""
    fitted = strengths(basis)
    raters = _clusters(basis, basis.by_rater)
    prompts = _clusters(basis, basis.by_prompt)
    if basis.earlier is None:
        intervals = find_intervals(fitted, raters=raters, prompts=prompts)
        remembered = clustering.remember(intervals, basis.at)
    else:
        remembered = basis.earlier["clustering"]
        intervals = clustering.widen(find_intervals(fitted), remembered)
    ranking = rank_items(intervals, seed=SEED)
    identities = list(basis.names)
    seen = boards.sums(basis.cells)
    order = sorted(
        range(len(identities)),
        key=lambda at: (
            identities[at] in basis.retired,
            identities[at] not in seen,
            -float(fitted.strengths[at]),
            basis.names[identities[at]],
        ),
    )
    took = boards.measured(basis.measures)
    retired = frozenset(basis.names[identity] for identity in basis.retired)
    return {
        "ratings": [
            {
                "approach": basis.approaches[identities[at]],
                **standings.line(ranking, at, retired),
                **boards.row(seen.get(identities[at], boards.Sums())),
                **took.get(identities[at], {}),
            }
            for at in order
        ],
        "groups": [list(group) for group in ranking.groups],
        "matrix": boards.matrix(basis.cells, basis.names),
        "differences": standings.differences(ranking, order),
        "findings": [standings.plain(finding) for finding in intervals.findings]
        if basis.earlier is None
        else basis.earlier["findings"],
        "verdict": verdicts.of_board(
            intervals, raters, prompts, sum(number for _, number in basis.cells)
        )
        if basis.earlier is None
        else basis.earlier["verdict"],
        "raters": _clusters_in(basis, basis.by_rater, "raters"),
        "prompts": _clusters_in(basis, basis.by_prompt, "prompts"),
        "clustering": remembered,
        "dealing_weights": _dealing_weights(basis) if basis.is_adaptive else [],
        "votes": sum(number for _, number in basis.cells),
        "excluded": basis.excluded,
        **besides.compute(basis.beside, basis.earlier, basis.at),
        "method": {**METHOD, "intervals_used": intervals.method, "evenhand": version("evenhand")},
    }


def save(session: Session, basis: Basis, content: dict[str, Any], now: datetime) -> int:
    """Store a leaderboard with what it was computed from; returns its id."""
    made = Leaderboard(
        study_id=basis.study_id,
        created_at=now,
        votes=content["votes"],
        content=content,
        basis={
            "cells": [[*cell, number] for cell, number in basis.cells],
            "by_rater": [[*cell, number] for cell, number in basis.by_rater],
            "by_prompt": [[*cell, number] for cell, number in basis.by_prompt],
            "is_quick": basis.earlier is not None,
            "hash": digest(content),
        },
    )
    session.add(made)
    session.flush()
    leaderboards.forget_old(session, basis.study_id)
    return made.id


def verify(session: Session, study_id: int) -> tuple[bool, str]:
    """Rate anew from the counts of the newest leaderboard; tell whether the ratings agree."""
    stored = leaderboards.latest(session, study_id)
    if stored is None:
        return (
            False,
            "No leaderboard yet: it appears seconds after the first vote or grade.",
        )
    now_known = load(session, study_id, stored.created_at, with_cells=False)
    basis = Basis(
        study_id=study_id,
        names=now_known.names,
        approaches=now_known.approaches,
        retired=now_known.retired,
        cells=_stored(stored.basis["cells"]),
        by_rater=_stored(stored.basis["by_rater"]),
        by_prompt=_stored(stored.basis["by_prompt"]),
        measures=now_known.measures,
        excluded=now_known.excluded,
        at=stored.content["clustering"]["at"],
        earlier=stored.content if stored.basis["is_quick"] else None,
    )
    again = compute(basis)
    same = _votes_part(again) == _votes_part(stored.content)
    return same, (
        "The stored ratings follow from their stored counts."
        if same
        else "The stored ratings do not follow from their stored counts."
    )


def digest(content: dict[str, Any]) -> str:
    """Return a hash of a leaderboard's content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _votes_part(content: dict[str, Any]) -> Any:
    """Return what of a content follows from votes alone, rounded against other processors."""
    return [
        [row["configuration"], round(row["rating"], 6), round(row["low"], 6), round(row["high"], 6)]
        for row in sorted(content["ratings"], key=lambda row: str(row["configuration"]))
    ]


def _stored(cells: list[list[Any]]) -> tuple[tuple[Cell, int], ...]:
    return tuple((Cell(*cell[:-1]), cell[-1]) for cell in cells)


def _clusters_in(basis: Basis, cells: tuple[tuple[Cell, int], ...], name: str) -> int:
    if basis.earlier is not None:
        return int(basis.earlier[name])
    return len({cell.scope_id for cell, _ in cells})


def _dealing_weights(basis: Basis) -> list[list[Any]]:
    """Return how much each matchup in service should be dealt to find the best soon.

    The fit has a prior of its own: a stronger one keeps early luck from steering the dealing.
    """
    intervals = find_intervals(strengths(basis, PRIOR))
    active = [at for at, identity in enumerate(basis.names) if identity not in basis.retired]
    if len(active) < 2:  # noqa: PLR2004 - a matchup needs two
        return []
    identities = list(basis.names)
    weights = top_two_weights(
        tuple(str(identities[at]) for at in active),
        intervals.fit.strengths[active],
        intervals.covariance[np.ix_(active, active)],
        seed=SEED,
    )
    return [
        [
            *pair_of(identities[active[one]], identities[active[other]]),
            float(weights.probability[one, other]),
        ]
        for one in range(len(active))
        for other in range(one + 1, len(active))
    ]


def _codes(basis: Basis, cells: tuple[tuple[Cell, int], ...]) -> dict[str, Any]:
    place = {identity: at for at, identity in enumerate(basis.names)}
    kind = {name: code for code, name in enumerate(OUTCOME_NAMES)}
    return {
        "first": np.array(
            [place[cell.first_configuration_id] for cell, _ in cells], dtype=np.int64
        ),
        "second": np.array(
            [place[cell.second_configuration_id] for cell, _ in cells], dtype=np.int64
        ),
        "outcome": np.array([kind[cell.outcome] for cell, _ in cells], dtype=np.int64),
        "votes": np.array([number for _, number in cells], dtype=np.float64),
        "left": np.array([int(cell.first_was_left) for cell, _ in cells], dtype=np.int64),
    }


def _counts(basis: Basis) -> Counts:
    return from_counts(list(basis.names.values()), **_codes(basis, basis.cells))


def _clusters(basis: Basis, cells: tuple[tuple[Cell, int], ...]) -> ClusterCells:
    identities = sorted({cell.scope_id for cell, _ in cells})
    place = {identity: at for at, identity in enumerate(identities)}
    return from_clusters(
        list(basis.names.values()),
        [str(identity) for identity in identities],
        np.array([place[cell.scope_id] for cell, _ in cells], dtype=np.int64),
        **_codes(basis, cells),
    )
