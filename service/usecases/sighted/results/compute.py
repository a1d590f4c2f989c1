"""Makes leaderboards from counts: load, compute without a connection, save (needs numpy)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from service.domain import leaderboard
from service.domain.beside_votes import Blinding, Gold, Marks
from service.domain.leaderboard import Leaderboard, Measured, Method
from service.domain.matchup import pair_of
from service.domain.study import Dealing
from service.stats import ClusterCells, Counts, Fit, fit, from_clusters, from_counts
from service.stats.counts import OUTCOME_NAMES
from service.stats.dealing import PRIOR, top_two_weights
from service.stats.intervals import find_intervals
from service.stats.ranks import rank_items
from service.store import completions, grades, leaderboards, models, studies, tallies
from service.store.completions import Measures
from service.store.tallies import Cell
from service.usecases.sighted.results import blindness, claims, marks, read, standings, sums
from service.usecases.sighted.results.blindness import BlindnessBasis
from service.usecases.sighted.results.marks import MarksBasis
from service.usecases.sighted.results.read import SECONDS_BETWEEN
from service.usecases.sighted.results.sums import Sums

SEED = 20260312
# Below this many cells the clustered intervals cost milliseconds and are always computed.
CELLS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Beside:
    """What there is beside the votes of a study; marks are None where none are asked."""

    marks: MarksBasis | None
    gold: Gold | None
    blindness: BlindnessBasis


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
    excluded: Mapping[str, int]
    at: str
    is_adaptive: bool = False
    # What raters gave beyond votes; None where it is not looked at again.
    beside: Beside | None = None
    # What the last clustered leaderboard found, where this basis holds counts alone.
    earlier: Leaderboard | None = None


def load(session: Session, study_id: int, now: datetime, *, with_cells: bool = True) -> Basis:
    """Return what a leaderboard of this moment rests on.

    Without cells the cost does not depend on the votes: intervals are then widened as the
    last clustered leaderboard says, where there is one.
    """
    rows = studies.configurations(session, study_id)
    last = None if with_cells else read.newest(session, study_id)
    return Basis(
        study_id=study_id,
        names=leaderboards.configuration_names(session, study_id),
        approaches={row.id: row.approach for row in rows},
        retired=frozenset(row.id for row in rows if row.retired_at is not None),
        cells=tuple(sorted(tallies.of_scope(session, study_id, tallies.ALL))),
        by_rater=_cells(session, study_id, tallies.BY_RATER, with_cells=last is None),
        by_prompt=_cells(session, study_id, tallies.BY_PROMPT, with_cells=last is None),
        measures=tuple(completions.measures(session, study_id)),
        excluded=leaderboards.not_counted(session, study_id) if last is None else last.excluded,
        at=now.isoformat(),
        is_adaptive=studies.by_id(session, study_id).dealing == Dealing.ADAPTIVE,
        beside=_load_beside(session, study_id) if last is None else None,
        earlier=last,
    )


def may_be_quick(session: Session, study_id: int, now: datetime) -> tuple[bool, bool]:
    """Tell whether to refresh from counts alone first, and whether cells are due as well.

    A study with few cells and marks, or without a clustered leaderboard, is always done in full.
    """
    last = read.newest(session, study_id)
    counted = (tallies.has_more_cells, grades.has_more)
    if last is None or not any(more(session, study_id, CELLS_AT_ONCE) for more in counted):
        return False, True
    age = now - datetime.fromisoformat(last.clustering.at)
    return True, age.total_seconds() >= SECONDS_BETWEEN


def _load_beside(session: Session, study_id: int) -> Beside:
    study = studies.by_id(session, study_id)
    return Beside(
        marks=marks.load(session, study),
        gold=read.gold_of(session, study),
        blindness=blindness.load(session, study),
    )


def _cells(
    session: Session, study_id: int, scope: str, *, with_cells: bool
) -> tuple[tuple[Cell, int], ...]:
    return tuple(sorted(tallies.of_scope(session, study_id, scope))) if with_cells else ()


def strengths(basis: Basis, prior: float | None = None) -> Fit:
    """Return the fit of a basis; `prior=0` gives the exact maximum of the likelihood."""
    counts = _counts(basis)
    return fit(counts) if prior is None else fit(counts, prior=prior)


def compute(basis: Basis) -> Leaderboard:
    """Return a leaderboard, best configuration first.

    What a basis without cells does not hold is taken over from the leaderboard before.
    """
    fitted = strengths(basis)
    raters = _clusters(basis, basis.by_rater)
    prompts = _clusters(basis, basis.by_prompt)
    earlier = basis.earlier
    if earlier is None:
        intervals = find_intervals(fitted, raters=raters, prompts=prompts)
    else:
        intervals = standings.widen(find_intervals(fitted), earlier.clustering)
    ranking = rank_items(intervals, seed=SEED)
    identities = list(basis.names)
    seen = sums.by_configuration(basis.cells)
    order = sorted(
        range(len(identities)),
        key=lambda at: (
            identities[at] in basis.retired,
            identities[at] not in seen,
            -float(fitted.strengths[at]),
            basis.names[identities[at]],
        ),
    )
    took = sums.measured(basis.measures)
    retired = frozenset(basis.names[identity] for identity in basis.retired)
    votes = sum(number for _, number in basis.cells)
    given, gold, blinding, at = _beside(basis)
    active = {basis.names[identity] for identity in seen if identity not in basis.retired}
    claimed = (
        claims.claims(raters, prompts, active)
        if earlier is None
        else claims.keep(earlier.claims, active)
    )
    return Leaderboard(
        ratings=tuple(
            standings.row(
                ranking,
                at,
                retired,
                basis.approaches[identities[at]],
                seen.get(identities[at], Sums()),
                took.get(identities[at], Measured()),
            )
            for at in order
        ),
        groups=tuple(tuple(group) for group in ranking.groups),
        matrix=sums.matrix(basis.cells, basis.names),
        differences=standings.differences(ranking, order),
        findings=standings.plain(intervals.findings) if earlier is None else earlier.findings,
        verdict=claims.verdict(claimed),
        claims=claimed,
        end=None,
        raters=_number(basis.by_rater) if earlier is None else earlier.raters,
        prompts=_number(basis.by_prompt) if earlier is None else earlier.prompts,
        votes=votes,
        excluded=dict(basis.excluded),
        marks=given,
        gold=gold,
        blinding=blinding,
        beside_votes_at=at,
        clustering=standings.clustering(intervals, basis.at)
        if earlier is None
        else earlier.clustering,
        dealing_weights=_dealing_weights(basis) if basis.is_adaptive else (),
        method=Method(
            model="bradley_terry_ties_half",
            prior="weak",
            level=intervals.level,
            intervals=str(intervals.method),
            seed=SEED,
            evenhand=version("evenhand"),
        ),
    )


def _beside(basis: Basis) -> tuple[Marks | None, Gold | None, Blinding | None, str]:
    """Return what raters gave beside votes, and of which moment that is."""
    beside, earlier = basis.beside, basis.earlier
    if beside is not None:
        return (
            None if beside.marks is None else marks.compute(beside.marks),
            beside.gold,
            blindness.compute(beside.blindness),
            basis.at,
        )
    if earlier is not None:
        return earlier.marks, earlier.gold, earlier.blinding, earlier.beside_votes_at
    return None, None, None, basis.at


def save(session: Session, basis: Basis, board: Leaderboard, now: datetime) -> int:
    """Store a leaderboard with what it was computed from; returns its id."""
    content = leaderboard.to_json(board)
    made = models.Leaderboard(
        study_id=basis.study_id,
        created_at=now,
        votes=board.votes,
        content=content,
        version=leaderboard.VERSION,
        basis={
            "cells": [[*cell, number] for cell, number in basis.cells],
            "by_rater": [[*cell, number] for cell, number in basis.by_rater],
            "by_prompt": [[*cell, number] for cell, number in basis.by_prompt],
            "is_quick": basis.earlier is not None,
            "hash": _digest(content),
        },
    )
    session.add(made)
    session.flush()
    leaderboards.forget_old(session, basis.study_id)
    return made.id


def _digest(content: dict[str, Any]) -> str:
    """Return a hash of a leaderboard's content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _number(cells: tuple[tuple[Cell, int], ...]) -> int:
    return len({cell.scope_id for cell, _ in cells})


def _dealing_weights(basis: Basis) -> tuple[tuple[int, int, float], ...]:
    """Return how much each matchup in service should be dealt to find the best soon.

    The fit has a prior of its own: a stronger one keeps early luck from steering the dealing.
    """
    intervals = find_intervals(strengths(basis, PRIOR))
    active = [at for at, identity in enumerate(basis.names) if identity not in basis.retired]
    if len(active) < 2:  # noqa: PLR2004 - a matchup needs two
        return ()
    identities = list(basis.names)
    weights = top_two_weights(
        tuple(str(identities[at]) for at in active),
        intervals.fit.strengths[active],
        intervals.covariance[np.ix_(active, active)],
        seed=SEED,
    )
    return tuple(
        (
            *pair_of(identities[active[one]], identities[active[other]]),
            float(weights.probability[one, other]),
        )
        for one in range(len(active))
        for other in range(one + 1, len(active))
    )


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
