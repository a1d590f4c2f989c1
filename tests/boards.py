"""A realistic leaderboard for tests, and rows to change in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import log10
from typing import Any

from sqlalchemy.orm import Session

from service.database import now
from service.domain.beside_votes import (
    Answers,
    BestGrade,
    Blinding,
    Criterion,
    FlagRow,
    Flags,
    GradeRow,
    LeadRow,
    Look,
    Marks,
    Recognised,
)
from service.domain.claims import Claim, Claims, Verdict
from service.domain.finding import Finding
from service.domain.leaderboard import (
    VERSION,
    Cell,
    Clustering,
    Cycle,
    Difference,
    Leaderboard,
    Method,
    Order,
    Part,
    Rating,
    Row,
    Sensitivity,
    Share,
    from_json,
    to_json,
)
from service.domain.measured import Measured, Rates
from service.domain.priced import Beaten, Frontier, Gap, Mean, Prices, Standing
from service.store import models
from tests import panels

FINDING = "With so few prompts the intervals speak for these prompts only."
SHARES = {
    "retrieval": (0.61, 0.54, 0.68, 2.60),
    "fine-tune": (0.59, 0.52, 0.66, 0.42),
    "plain-prompt": (0.48, 0.41, 0.55, 0.95),
    "small-model": (0.32, 0.26, 0.39, None),
}
LATENCIES = {"retrieval": 1900.0, "fine-tune": 640.0, "plain-prompt": 820.0}
MARKS = Marks(
    raters=6,
    grades=tuple(
        GradeRow(name, mean, counts, low, high)
        for name, mean, low, high, counts in (
            ("retrieval", 4.2, 3.7, 4.5, (1, 3, 8, 20, 28)),
            ("fine-tune", 3.9, 3.4, 4.3, (2, 4, 12, 22, 20)),
            ("plain-prompt", 3.1, 2.6, 3.6, (6, 14, 18, 14, 8)),
            ("small-model", 2.0, None, None, (1, 2, 1, 0, 0)),
        )
    ),
    best=BestGrade(("retrieval",), 6, near=("fine-tune",), behind=("plain-prompt",)),
    findings=(Finding("too_few", ("small-model",)),),
    criteria=(
        Criterion(
            "Kind",
            (
                LeadRow("retrieval", 20, 8, 12, 0.44, 0.74),
                LeadRow("small-model", 20, 8, 12),
            ),
            (Finding("these_prompts_only"),),
        ),
    ),
)
BLINDING = Blinding(
    state="no_sign",
    first_look=20,
    authors=Answers(
        right=12,
        number=24,
        expected=12.0,
        unsure=4,
        recognised=0.1,
        low=-0.27,
        high=0.44,
        looks=(
            Look(
                answers=20,
                counted=20,
                right=11,
                expected=10.0,
                more=0.4,
                fewer=0.7,
                level=0.0018,
                these_texts=True,
            ),
        ),
        next_look=40,
        by_configuration=(
            Recognised("retrieval", 24, 0.1, -0.27, 0.44),
            Recognised("small-model", 3),
        ),
    ),
    labels=Answers(
        right=5,
        number=16,
        expected=5.5,
        unsure=4,
        by_configuration=(Recognised("retrieval", 8, -0.2, -0.6, 0.3, 3, 3.5, 2),),
    ),
    flags=Flags(2, 60, by_configuration=(FlagRow("retrieval", 2, 30),)),
)


def points(share: float) -> float:
    return 1000 + 400 * log10(share / (1 - share))


def rating(share: float, low: float, high: float, **changes: Any) -> Rating:
    made = Rating(
        points=points(share),
        low=points(low),
        high=points(high),
        expected_share=share,
        expected_low=low,
        expected_high=high,
        part=0,
        group=0,
        rank_low=1,
        rank_high=2,
        p_best=0.5,
    )
    return replace(made, **changes)


def row(
    name: str, share: float, low: float, high: float, cost: float | None, **changes: Any
) -> Row:
    made = Row(
        configuration=name,
        approach="prompt",
        is_retired=False,
        rating=rating(share, low, high),
        observed_share=35 / 60,
        votes=60,
        wins=30,
        losses=20,
        ties=8,
        both_bad=2,
        measured=Measured(
            completions=250,
            cost=None if cost is None else cost / 4,
            cost_per_1000=cost,
            latency_p50_ms=820.0,
            latency_p95_ms=2300.0,
            rates=Rates(0.96, 0.02, 0.004, 0.016),
        ),
    )
    return replace(made, **changes)


def waiting(name: str, **changes: Any) -> Row:
    """Return a row of one that does not compete: without votes, unless said otherwise."""
    given = {"rating": None, "observed_share": None, "votes": 0, "wins": 0, "losses": 0}
    return row(name, 0.5, 0.4, 0.6, None, **{**given, "ties": 0, "both_bad": 0, **changes})


def difference(first: str, second: str, share: float, *, told_apart: bool) -> Difference:
    return Difference(first, second, share, share - 0.08, share + 0.08, told_apart, 0.9)


def claims(*states: str, leader: str = "retrieval", rivals: Sequence[str] = ()) -> Claims:
    """Return claims on a leader and each of the others: `ahead`, `at_end`, `equal` or `open`."""
    names = rivals or [name for name in SHARES if name != leader]
    return Claims(
        leader,
        tuple(
            Claim(leader, rival, "ahead", "at_end")
            if state == "at_end"
            else Claim(leader, rival, state, None if state == "open" else "always")
            for rival, state in zip(names, states, strict=True)
        ),
    )


def part(names: Sequence[str] = tuple(SHARES), **changes: Any) -> Part:
    made = Part(
        raters=6,
        prompts=24,
        tied=Share(0.15, 0.1, 0.22),
        both_bad=Share(0.05, 0.02, 0.1),
        claims=claims("open", "ahead", "ahead"),
        verdict=Verdict("keep_going", short_of="votes", margin=5),
        order=Order(0.4),
        without_both_bad=Sensitivity(6, tuple(names[:2]), 0.6),
        clustering=Clustering("by_rater", None, {}),
        configurations=tuple(names),
        groups=(tuple(names[:2]),),
        top=tuple(names[:2]),
        votes=120,
        decisive=102,
    )
    return replace(made, **changes)


def cycle(names: tuple[str, str, str]) -> Cycle:
    return Cycle(names, (0.7, 0.7, 0.7))


def with_part(board: Leaderboard, **changes: Any) -> Leaderboard:
    """Return a leaderboard whose first part was changed."""
    first, *others = board.parts
    return replace(board, parts=(replace(first, **changes), *others))


def pair(*, state: str = "ahead", share: float = 0.63, **changes: Any) -> Leaderboard:
    """Return a leaderboard of two, `retrieval` and `fine-tune`, with twenty votes between them."""
    names = ("retrieval", "fine-tune")
    is_ahead = state in {"ahead", "at_end"}
    holds = {"at_end": "at_end", "open": None}.get(state, "always")
    verdict = {"open": "keep_going", "equal": "practically_equal"}.get(state, "decided")
    made = board(
        ratings=tuple(row(name, *SHARES[name]) for name in names),
        differences=(difference(*names, share, told_apart=is_ahead),),
        matrix=(Cell(*names, first_wins=11, second_wins=6, ties=2, both_bad=1),),
        parts=(
            part(
                names,
                claims=claims(state, rivals=names[1:]),
                verdict=Verdict(
                    verdict, winner=names[0] if is_ahead else None, margin=5, holds=holds
                ),
                top=names[:1] if is_ahead else names,
                groups=(names[:1], names[1:]) if is_ahead else (names,),
                votes=20,
                decisive=17,
            ),
        ),
        votes=20,
    )
    return with_part(made, **changes)


def with_rows(board: Leaderboard, change: Callable[[int, Row], Row]) -> Leaderboard:
    """Return a leaderboard whose rows were changed, by position."""
    return replace(board, ratings=tuple(change(at, row) for at, row in enumerate(board.ratings)))


def prefixed(board: Leaderboard, prefix: str) -> Leaderboard:
    """Return a leaderboard all of whose configurations' names begin so."""
    told = json.dumps(to_json(board))
    for name in SHARES:
        told = told.replace(f'"{name}"', f'"{prefix}{name}"')
    return from_json(json.loads(told))


def prices(
    costs: Mapping[str, float | None],
    latencies: Mapping[str, float | None] | None = None,
    *,
    prompts: int = 24,
    spread: float = 0.1,
    one_off: Mapping[str, float] | None = None,
    **standings: Any,
) -> Prices:
    """Return prices whose intervals reach so far around means, and differences likewise.

    Costs are USD per 1,000 requests, latencies milliseconds. Told apart is what an interval of the
    difference, half as wide as the larger mean's, tells.
    """
    taken = {"cost": costs, "latency": latencies or {}}
    names = list(costs)
    means = {
        (measure, name): mean(value, prompts, spread)
        for measure, values in taken.items()
        for name, value in values.items()
        if value is not None
    }
    return Prices(
        tuple(
            Standing(
                name,
                means.get(("cost", name)),
                means.get(("latency", name)),
                (one_off or {}).get(name),
                **standings.get(name, {}),
            )
            for name in names
        ),
        tuple(
            gap(measure, first, second, means[measure, first], means[measure, second], spread)
            for measure in taken
            for place, first in enumerate(names)
            for second in names[place + 1 :]
            if (measure, first) in means and (measure, second) in means
        ),
    )


def mean(value: float, prompts: int = 24, spread: float = 0.1) -> Mean:
    if prompts == 1:
        return Mean(value, None, None, 1)
    return Mean(value, value * (1 - spread), value * (1 + spread), prompts)


def gap(measure: str, first: str, second: str, one: Mean, two: Mean, spread: float = 0.1) -> Gap:
    value, reach = one.value - two.value, spread / 2 * max(one.value, two.value)
    prompts = min(one.prompts, two.prompts)
    low, high = (None, None) if prompts < 5 else (value - reach, value + reach)
    is_told = low is not None and abs(value) > reach
    return Gap(
        measure, first, second, prompts, one.value, two.value, value, low, high, told_apart=is_told
    )


def priced(board: Leaderboard, *given: Any, **more: Any) -> Leaderboard:
    """Return a leaderboard with other prices."""
    return replace(board, prices=prices(*given, **more))


def keep(session: Session, study_id: int, board: Leaderboard) -> None:
    """Store a leaderboard as a worker would have."""
    session.add(
        models.Leaderboard(
            study_id=study_id,
            created_at=now(session),
            votes=board.votes,
            content=to_json(board),
            version=VERSION,
            basis={},
        )
    )


def board(**changes: Any) -> Leaderboard:
    """Two at the top that cannot be told apart, two behind them, one of unknown cost."""
    names = list(SHARES)
    made = Leaderboard(
        ratings=tuple(row(name, *figures) for name, figures in SHARES.items()),
        parts=(part(),),
        matrix=tuple(
            Cell(first, second, first_wins=12, second_wins=5, ties=2, both_bad=1)
            for place, first in enumerate(names)
            for second in names[place + 1 :]
        ),
        differences=(
            difference("retrieval", "fine-tune", 0.51, told_apart=False),
            difference("retrieval", "plain-prompt", 0.63, told_apart=True),
            difference("retrieval", "small-model", 0.79, told_apart=True),
            difference("fine-tune", "plain-prompt", 0.61, told_apart=True),
            difference("fine-tune", "small-model", 0.77, told_apart=True),
            difference("plain-prompt", "small-model", 0.66, told_apart=True),
        ),
        findings=(Finding("these_prompts_only", figures={"prompts": 4.0}),),
        end=None,
        raters=6,
        prompts=24,
        votes=120,
        excluded={"sighted": 3, "late": 1},
        marks=MARKS,
        gold=None,
        blinding=BLINDING,
        beside_votes_at="2099-01-01T00:00:00+00:00",
        clustered_at="2026-03-12T09:30:00+00:00",
        dealing_weights=(),
        method=Method("bradley_terry_ties_half", "weak", 0.95, "by_rater", 1, "0.1.0"),
        checks=panels.CHECKED,
        grounds=panels.GROUNDS,
        course=panels.COURSE,
        prices=prices(
            {name: cost for name, (_, _, _, cost) in SHARES.items()},
            dict(LATENCIES),
            **{
                "retrieval": {"cost_frontier": Frontier(is_on=True, chance=0.78)},
                "fine-tune": {"cost_frontier": Frontier(is_on=True, chance=0.99)},
                "plain-prompt": {
                    "cost_frontier": Frontier(is_on=False, chance=0.01),
                    "beaten": Beaten("fine-tune", ("cost", "latency")),
                },
            },
        ),
    )
    return replace(made, **changes)
