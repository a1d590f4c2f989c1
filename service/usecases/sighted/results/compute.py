"""Makes leaderboards from counts: load, compute without a connection, save (needs numpy)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version

import numpy as np
from sqlalchemy.orm import Session

from service.domain import ladder, leaderboard, preregistration, records
from service.domain.beside_votes import Blinding, Gold, Marks
from service.domain.budget import NANOS
from service.domain.finding import Finding
from service.domain.leaderboard import End, Leaderboard, Method, Rating, Row
from service.domain.matchup import pair_of
from service.domain.measured import Measured
from service.domain.preregistration import USUAL_MARGIN
from service.domain.study import Dealing
from service.stats import Fit, fit
from service.stats.dealing import PRIOR, top_two_weights
from service.stats.intervals import find_intervals
from service.store import completions, grades, leaderboards, models, prompts, studies, tallies
from service.store.completions import Measures
from service.store.tallies import Told
from service.usecases.sighted.results import (
    beyond,
    blindness,
    competing,
    history,
    looks,
    marks,
    numeric,
    parts,
    priced,
    read,
    standings,
    stop_rule,
    sums,
)
from service.usecases.sighted.results.blindness import BlindnessBasis
from service.usecases.sighted.results.competing import Counted, Field
from service.usecases.sighted.results.looks import Looks
from service.usecases.sighted.results.marks import MarksBasis
from service.usecases.sighted.results.parts import Joined, Rated
from service.usecases.sighted.results.read import SECONDS_BETWEEN
from service.usecases.sighted.results.sums import Sums

LEVEL = 0.95
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
    cells: tuple[Counted, ...]
    by_rater: tuple[Counted, ...]
    by_prompt: tuple[Counted, ...]
    measures: tuple[Measures, ...]
    excluded: Mapping[str, int]
    at: str
    is_adaptive: bool = False
    # The end that the study declared, and whether it is reached.
    end: End | None = None
    # The configuration that is live today, what each costs once in USD, and tags of prompts.
    incumbent: str | None = None
    one_off: Mapping[int, float] = field(default_factory=dict)
    tags: Mapping[int, Sequence[str]] = field(default_factory=dict)
    # Up to so many percentage points from an even share, configurations are practically equal.
    margin: int = USUAL_MARGIN
    # Single votes in their order, where they are looked at.
    history: tuple[Told, ...] = ()
    # What raters gave beyond votes; None where it is not looked at again.
    beside: Beside | None = None
    # What checks and grounds look at besides; None as above.
    looks: Looks | None = None
    # What the last clustered leaderboard found, where this basis holds counts alone.
    earlier: Leaderboard | None = None


def load(session: Session, study_id: int, now: datetime, *, with_cells: bool = True) -> Basis:
    """Return what a leaderboard of this moment rests on.

    Without cells the cost does not depend on the votes: intervals are then widened as the
    last clustered leaderboard says, where there is one.
    """
    study = studies.by_id(session, study_id)
    rows = studies.configurations(session, study_id)
    retired = frozenset(row.id for row in rows if row.retired_at is not None)
    names = leaderboards.configuration_names(session, study_id)
    cells = tuple(sorted(tallies.of_scope(session, study_id, tallies.ALL)))
    last = None if with_cells else read.newest(session, study_id)
    if last is not None and _parts_of(last) != competing.find(cells, retired).named(names):
        last = None  # who competes has changed: what was found of others says nothing
    excluded = leaderboards.not_counted(session, study_id) if last is None else last.excluded
    told = history.load(session, study_id) if last is None else ()
    return Basis(
        study_id=study_id,
        names=names,
        approaches={row.id: row.approach for row in rows},
        retired=retired,
        cells=cells,
        by_rater=_cells(session, study_id, tallies.BY_RATER, with_cells=last is None),
        by_prompt=_cells(session, study_id, tallies.BY_PROMPT, with_cells=last is None),
        measures=tuple(completions.measures(session, study_id)),
        excluded=excluded,
        at=now.isoformat(),
        is_adaptive=study.dealing == Dealing.ADAPTIVE,
        end=stop_rule.end_of(study, sum(n for _, n in cells) + excluded.get("excluded", 0), now),
        incumbent=_incumbent(study, rows, names),
        one_off={
            row.id: row.one_off_nanos / NANOS for row in rows if row.one_off_nanos is not None
        },
        tags=prompts.tags(session, study_id) if last is None else {},
        margin=preregistration.intent_of(study.intent).margin,
        history=told,
        beside=_load_beside(session, study_id) if last is None else None,
        looks=looks.load(session, study, told) if last is None else None,
        earlier=last,
    )


def _incumbent(
    study: models.Study, rows: Sequence[models.Configuration], names: Mapping[int, str]
) -> str | None:
    """Return what the incumbent is called: the one in service, else the last that was retired."""
    same = [row for row in rows if row.name == study.incumbent]
    last = max(same, key=lambda row: (row.retired_at is None, row.id), default=None)
    return None if last is None else names[last.id]


def may_be_quick(session: Session, study_id: int, now: datetime) -> tuple[bool, bool]:
    """Tell whether to refresh from counts alone first, and whether cells are due as well.

    A study with few cells and marks, or without a clustered leaderboard, is always done in full.
    """
    last = read.newest(session, study_id)
    counted = (tallies.has_more_cells, grades.has_more)
    if last is None or not any(more(session, study_id, CELLS_AT_ONCE) for more in counted):
        return False, True
    age = now - datetime.fromisoformat(last.clustered_at)
    return True, age.total_seconds() >= SECONDS_BETWEEN


def _parts_of(board: Leaderboard) -> list[frozenset[str]]:
    return [frozenset(part.configurations) for part in board.parts]


def _load_beside(session: Session, study_id: int) -> Beside:
    study = studies.by_id(session, study_id)
    return Beside(
        marks=marks.load(session, study),
        gold=read.gold_of(session, study),
        blindness=blindness.load(session, study),
    )


def _cells(session: Session, study_id: int, scope: str, *, with_cells: bool) -> tuple[Counted, ...]:
    return tuple(sorted(tallies.of_scope(session, study_id, scope))) if with_cells else ()


def strengths(basis: Basis, prior: float | None = None) -> Fit:
    """Return a fit of all there is, the retired too; `prior=0` asks for the exact maximum."""
    counts = numeric.counts_of(basis.names, basis.cells)
    return fit(counts) if prior is None else fit(counts, prior=prior)


def compute(basis: Basis) -> Leaderboard:
    """Return a leaderboard, the best of the part with most votes first.

    What a basis without cells does not hold is taken over from the leaderboard before.
    """
    earlier = basis.earlier
    field = competing.find(basis.cells, basis.retired)
    rated = [parts.rate(joined) for joined in _joined(basis, field)]
    ratings = {name: one for each in rated for name, one in each.ratings.items()}
    given, gold, blinding, at = _beside(basis)
    rows = _rows(basis, ratings)
    board = Leaderboard(
        ratings=rows,
        parts=tuple(each.part for each in rated),
        matrix=sums.matrix(basis.cells, basis.names),
        differences=tuple(difference for each in rated for difference in each.differences),
        findings=_findings(basis, field, rated) if earlier is None else earlier.findings,
        end=basis.end,
        raters=_number(field, basis.by_rater) if earlier is None else earlier.raters,
        prompts=_number(field, basis.by_prompt) if earlier is None else earlier.prompts,
        votes=sum(each.part.votes for each in rated),
        excluded={
            **{why: n for why, n in basis.excluded.items() if why not in competing.REASONS},
            **field.left_out,
        },
        marks=given,
        gold=gold,
        blinding=blinding,
        beside_votes_at=at,
        clustered_at=basis.at if earlier is None else earlier.clustered_at,
        dealing_weights=_dealing_weights(basis) if basis.is_adaptive else (),
        method=Method(
            model="bradley_terry_ties_half",
            prior="where_needed",
            level=LEVEL,
            intervals=rated[0].part.clustering.method if rated else "none",
            seed=parts.SEED,
            evenhand=version("evenhand"),
        ),
        incumbent=basis.incumbent,
        prices=priced.find(
            priced.Taken.of(basis.measures, basis.names, basis.one_off),
            rated,
            [*(row.configuration for row in ladder.speakers(rows).values()), basis.incumbent],
        ),
    )
    if earlier is not None:
        return replace(board, checks=earlier.checks, grounds=earlier.grounds, course=earlier.course)
    votes = beyond.Votes(basis.by_rater, basis.by_prompt, basis.history, basis.looks)
    full = beyond.add(board, votes, basis.names, field.parts[0] if field.parts else frozenset())
    return stop_rule.if_decided(full, basis.at)


def _findings(basis: Basis, field: Field, rated: Sequence[Rated]) -> tuple[Finding, ...]:
    """Return the findings of all parts, and what the history of the largest one tells."""
    told = [(each.part.configurations, each.findings) for each in rated]
    if told:
        names = {one: name for one, name in basis.names.items() if one in field.parts[0]}
        told[0] = (told[0][0], (*told[0][1], *history.check(basis.history, names)))
    return standings.of_parts(told)


def _joined(basis: Basis, field: Field) -> Iterator[Joined]:
    """Yield what each part is computed from."""
    earlier = () if basis.earlier is None else basis.earlier.parts
    before = {frozenset(part.configurations): part for part in earlier}
    for number, part in enumerate(field.parts):
        names = {identity: name for identity, name in basis.names.items() if identity in part}
        yield Joined(
            number,
            names,
            field.cells_of(part, basis.cells),
            field.cells_of(part, basis.by_rater),
            field.cells_of(part, basis.by_prompt),
            before.get(frozenset(names.values())),
            basis.end,
            basis.margin,
            basis.incumbent,
            basis.tags,
        )


def _rows(basis: Basis, ratings: Mapping[str, Rating]) -> tuple[Row, ...]:
    """Return a row for each configuration: those that compete, those that wait, the retired."""
    against_all = sums.by_configuration(basis.cells)
    in_service = sums.by_configuration(competing.in_service(basis.cells, basis.retired))
    took = sums.measured(basis.measures)
    rows = []
    for identity, name in basis.names.items():
        is_retired = identity in basis.retired
        own = (against_all if is_retired else in_service).get(identity, Sums())
        rows.append(
            Row(
                configuration=name,
                approach=basis.approaches[identity],
                is_retired=is_retired,
                rating=ratings.get(name),
                observed_share=own.share,
                votes=own.votes,
                wins=own.wins,
                losses=own.losses,
                ties=own.ties,
                both_bad=own.both_bad,
                measured=took.get(identity, Measured()),
            )
        )
    place = {name: at for at, name in enumerate(ratings)}
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.is_retired,
                place.get(row.configuration, len(place)),
                -row.votes,
                row.configuration,
            ),
        )
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
    digest = records.digest(content)
    made = models.Leaderboard(
        study_id=basis.study_id,
        created_at=now,
        votes=board.votes,
        content=content,
        version=leaderboard.VERSION,
        digest=digest,
        basis={
            "cells": [[*cell, number] for cell, number in basis.cells],
            "by_rater": [[*cell, number] for cell, number in basis.by_rater],
            "by_prompt": [[*cell, number] for cell, number in basis.by_prompt],
            # Who competes, and under which names, may change after: to be recomputed as it was.
            "names": list(basis.names.items()),
            "approaches": list(basis.approaches.items()),
            "retired": sorted(basis.retired),
            "is_quick": basis.earlier is not None,
            "hash": digest,
        },
    )
    session.add(made)
    session.flush()
    leaderboards.forget_old(session, basis.study_id)
    return made.id


def _number(field: Field, cells: tuple[Counted, ...]) -> int:
    """Return how many raters or prompts there are among those who compete."""
    inside = (counted for part in field.parts for counted in field.cells_of(part, cells))
    return len({cell.scope_id for cell, _ in inside})


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
        seed=parts.SEED,
    )
    return tuple(
        (
            *pair_of(identities[active[one]], identities[active[other]]),
            float(weights.probability[one, other]),
        )
        for one in range(len(active))
        for other in range(one + 1, len(active))
    )
