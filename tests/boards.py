"""A realistic leaderboard for tests, and rows to change in it."""

from collections.abc import Callable
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
from service.domain.finding import Finding
from service.domain.leaderboard import (
    VERSION,
    Cell,
    Claim,
    Claims,
    Clustering,
    Difference,
    Leaderboard,
    Measured,
    Method,
    Rates,
    Row,
    Verdict,
    to_json,
)
from service.store import models

FINDING = "With so few prompts the intervals speak for these prompts only."
SHARES = {
    "retrieval": (0.61, 0.54, 0.68, 2.60),
    "fine-tune": (0.59, 0.52, 0.66, 0.42),
    "plain-prompt": (0.48, 0.41, 0.55, 0.95),
    "small-model": (0.32, 0.26, 0.39, None),
}
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


def rating(share: float) -> float:
    return 1000 + 400 * log10(share / (1 - share))


def row(
    name: str, share: float, low: float, high: float, cost: float | None, **changes: Any
) -> Row:
    made = Row(
        configuration=name,
        approach="prompt",
        is_retired=False,
        rating=rating(share),
        low=rating(low),
        high=rating(high),
        observed_share=35 / 60,
        expected_share=share,
        expected_low=low,
        expected_high=high,
        group=0,
        component=0,
        rank_low=1,
        rank_high=2,
        p_best=0.5,
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


def difference(first: str, second: str, share: float, *, told_apart: bool) -> Difference:
    return Difference(first, second, share, share - 0.08, share + 0.08, told_apart, 0.9)


def with_rows(board: Leaderboard, change: Callable[[int, Row], Row]) -> Leaderboard:
    """Return a leaderboard whose rows were changed, by position."""
    return replace(board, ratings=tuple(change(at, row) for at, row in enumerate(board.ratings)))


def costing(row: Row, cost: float | None) -> Row:
    """Return a row whose requests cost so much."""
    return replace(row, measured=replace(row.measured, cost_per_1000=cost))


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
        groups=(("retrieval", "fine-tune"),),
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
        verdict=Verdict("keep_going", short_of="votes", margin=5),
        claims=(
            Claims(
                "retrieval",
                (
                    Claim("retrieval", "fine-tune", "open"),
                    Claim("retrieval", "plain-prompt", "ahead", "always"),
                    Claim("retrieval", "small-model", "ahead", "always"),
                ),
            ),
        ),
        end=None,
        raters=6,
        prompts=24,
        votes=120,
        excluded={"sighted": 3, "late": 1},
        marks=MARKS,
        gold=None,
        blinding=BLINDING,
        beside_votes_at="2099-01-01T00:00:00+00:00",
        clustering=Clustering("2026-03-12T09:30:00+00:00", "by_rater", None, {}),
        dealing_weights=(),
        method=Method("bradley_terry_ties_half", "weak", 0.95, "by_rater", 1, "0.1.0"),
    )
    return replace(made, **changes)
