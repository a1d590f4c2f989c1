"""How often nominal 95 % intervals cover, and how wide they are, with raters and prompts."""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np

from service.stats import covariance
from service.stats.fitting import fit
from service.stats.intervals import find_intervals, quantile
from service.stats.ranks import gap_errors, rank_items
from service.stats.scale import POINTS
from tests.benchmarks.table import Table
from tests.oracles import simulate


@dataclass(frozen=True)
class Regime:
    """One row of the table: a world, and the half-width it must stay near to (points)."""

    name: str
    votes: int
    prompts: int
    raters: int
    prompt_spread: float
    rater_spread: float
    largest: float  # share of the busiest rater
    reference: float  # median half-width of two-way CR3 with t, as measured before; 0 is none


SIX = (
    Regime("no effects", 4000, 200, 100, 0.0, 0.0, 0.08, 17.8),
    Regime("prompts differ", 4000, 200, 100, 0.6, 0.0, 0.08, 19.5),
    Regime("raters differ", 4000, 200, 100, 0.0, 0.5, 0.08, 24.7),
    Regime("both differ", 4000, 200, 100, 0.6, 0.5, 0.08, 25.5),
    Regime("both, many votes", 20000, 200, 100, 0.6, 0.5, 0.08, 19.7),
    Regime("one busy rater", 4000, 200, 30, 0.3, 0.5, 0.28, 55.7),
)
FEW = tuple(
    Regime(f"{raters} rater{'s' * (raters > 1)}", 400 * raters, 200, raters, 0.6, 0.5, 0.0, 0.0)
    for raters in (1, 2, 3, 5)
)
# Small studies among friends, and one person with half of all votes: no promise, but shown.
HARD = (
    Regime("3 raters, few votes", 180, 20, 3, 0.6, 0.5, 0.0, 0.0),
    Regime("1 rater, few votes", 60, 20, 1, 0.6, 0.5, 0.0, 0.0),
    Regime("8 raters, few votes", 400, 30, 8, 0.6, 0.5, 0.0, 0.0),
    Regime("half by one rater", 4000, 200, 30, 0.0, 0.0, 0.5, 0.0),
    Regime("same, raters differ", 4000, 200, 30, 0.3, 0.5, 0.5, 0.0),
)
STRENGTHS = np.linspace(-0.75, 0.75, 8)
TIES = 0.7  # Davidson's nu: about a quarter of the votes are ties


def skew_for(raters: int, largest: float) -> float:
    """Find the power of the rank at which the busiest rater has this share."""
    low, high = 0.0, 4.0
    for _ in range(60):
        middle = (low + high) / 2
        share = simulate.World(STRENGTHS, raters=raters, rater_skew=middle).rater_shares[0]
        low, high = (middle, high) if share < largest else (low, middle)
    return low


def measure(regime: Regime, rounds: int, seed: int) -> dict[str, tuple[float, float]]:
    """Return coverage and median half-width (points) per kind of interval."""
    world = simulate.World(
        STRENGTHS,
        prompts=regime.prompts,
        raters=regime.raters,
        prompt_spread=regime.prompt_spread,
        rater_spread=regime.rater_spread,
        rater_skew=skew_for(regime.raters, regime.largest) if regime.largest else 0.0,
        tie_strength=TIES,
    )
    rng = np.random.default_rng(seed)
    seen: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        study = world.populate(rng)
        votes = study.vote(regime.votes, rng)
        # With too few raters the claim is about these raters; otherwise about all of them.
        truth = study.target() if regime.raters < 5 else world.target()
        for name, (covered, width) in compare(votes, truth).items():
            seen.setdefault(name, []).append((covered, width))
    return {
        name: (float(np.mean([c for c, _ in pairs])), float(np.median([w for _, w in pairs])))
        for name, pairs in seen.items()
    }


def compare(votes: simulate.Votes, truth: np.ndarray) -> dict[str, tuple[float, float]]:
    """Return coverage and median half-width of each kind of interval on one set of votes."""
    fitted = fit(votes.counts())
    off = np.abs(fitted.strengths - truth)
    raters, prompts = votes.by_rater(), votes.by_prompt()
    found = {}
    errors = np.sqrt(np.diag(covariance.sandwich(fitted)))
    reach = quantile(0.95, np.inf) * errors
    found["independent"] = (float((off <= reach).mean()), float(np.median(reach)) * POINTS)
    ours = find_intervals(fitted, raters=raters, prompts=prompts)
    reach = ours.quantile * ours.standard_errors
    found["ours"] = (float((off <= reach).mean()), float(np.median(reach)) * POINTS)
    gaps = np.abs((fitted.strengths - truth)[:, None] - (fitted.strengths - truth))
    reach = ours.quantile * gap_errors(ours)
    upper = np.triu_indices(len(truth), 1)
    found["ours, pairs"] = (
        float((gaps <= reach)[upper].mean()),
        float(np.median(reach[upper])) * POINTS,
    )
    ranking = rank_items(ours, draws=500)
    reach = ranking.critical * gap_errors(ours)
    found["ours, all pairs at once"] = (
        float((gaps <= reach)[upper].all()),
        float(np.median(reach[upper])) * POINTS,
    )
    return found


def main() -> int:
    """Print the tables; return 1 where a wanted figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    table = Table()
    print(f"{'regime':20} {'interval':26} {'covers':>7} {'half-width':>10}")
    for regime in SIX + FEW + HARD:
        started = time.perf_counter()
        for name, (covered, width) in measure(regime, options.rounds, options.seed).items():
            print(f"{regime.name:20} {name:26} {covered:7.1%} {width:10.1f}")
            if name == "ours" and regime not in HARD:
                table.at_least(f"{regime.name}: covers", covered, 0.93, 1)
            if name == "ours" and regime.reference:
                table.at_most(f"{regime.name}: covers not too often", covered, 0.97)
                half = f"{regime.name}: half-width"
                table.at_most(half, width, regime.reference, 1.3, "points")
        print(f"{'':20} ({time.perf_counter() - started:.0f} s)", flush=True)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
