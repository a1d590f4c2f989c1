"""Print how many votes it takes to find the best item, dealt uniformly and by top-two sampling.

Run `python tests/benchmarks/stats_sampling.py [seeds]`. Two layouts: in a *ladder* each item is
one gap below the one before; in a *pack* one item is a gap ahead of all others, which are equal
(there the others must all be told from the best, so no dealing can save much).
"Same error" compares the votes at which the measured share of seeds with a wrong leader has come
down to 5 % (or 10 %), the curve made monotone and read on a logarithmic scale. "Until decided"
stops by the anytime-valid verdict. Leaves with an error where top-two needs more than a quarter.
"""

import sys
import time
from enum import StrEnum

import numpy as np
from scipy.optimize import isotonic_regression

from service.stats import ahead, dealing, fit, from_clusters, from_counts
from service.stats.ahead import State
from service.stats.fitting import Fit
from service.stats.rivals import Clusters, score_rivals
from tests.benchmarks.table import Table

GOAL = 0.25  # of the votes that uniform dealing takes
BATCH = 20
LADDERS = ((10, 0.15), (20, 0.2))


class Policy(StrEnum):
    """How pairs are dealt."""

    UNIFORM = "uniform"
    TOP_TWO = "top_two"


class Study:
    """Votes on items of known strengths, dealt in batches."""

    def __init__(self, gaps, policy, seed):
        self.gaps, self.policy, self.rng = gaps, policy, np.random.default_rng(seed)
        self.size = len(gaps)
        self.items = tuple(map(str, range(self.size)))
        self.pairs = np.triu_indices(self.size, 1)
        self.chance = 1 / (1 + np.exp(gaps[self.pairs[1]] - gaps[self.pairs[0]]))
        self.wins, self.losses = np.zeros(len(self.chance)), np.zeros(len(self.chance))
        self.dealt = 0
        self.share = np.full(len(self.chance), 1 / len(self.chance))
        self.found: Fit | None = None

    def deal(self, votes):
        often = self.rng.multinomial(votes, self.share / self.share.sum())
        won = self.rng.binomial(often, self.chance)
        self.wins, self.losses = self.wins + won, self.losses + often - won
        self.dealt += votes

    def cells(self):
        return (
            *np.tile(self.pairs, 2),
            np.repeat([1, 4], len(self.chance)),
            np.concatenate([self.wins, self.losses]),
        )

    def refresh(self):
        self.found = fit(
            from_counts(self.size, *self.cells()), prior=dealing.PRIOR, start=self.found
        )
        if self.policy is Policy.TOP_TWO:
            self.share = dealing.top_two_weights(
                self.items, self.found.strengths, self.found.bread, draws=500, seed=self.dealt
            ).probability[self.pairs]

    def is_decided(self):
        """Return whether the leader is ahead of all others, whoever looks and when."""
        whole = fit(from_counts(self.size, *self.cells()), prior=0.0)
        leader = int(whole.strengths.argmax())
        cells = self.cells()
        nobody = from_clusters(self.size, 1, np.zeros(len(cells[0]), dtype=int), *cells)
        kind = Clusters(whole, nobody)
        others = np.delete(np.arange(self.size), leader)
        others = others[whole.component[others] == whole.component[leader]]
        scores = score_rivals(leader, others, whole, kind, kind)
        judged = ahead.judge(scores, self.size, margin=1e-9)
        return len(others) == self.size - 1 and {one.state for one in judged} == {State.AHEAD}

    def leads(self):
        return bool(self.found.strengths.argmax() == self.gaps.argmax())


def leaders(gaps, policy, checks, seeds):
    """Return (seeds, checks): whether the best item leads after so many votes."""
    right = np.zeros((seeds, len(checks)), dtype=bool)
    for seed in range(seeds):
        study = Study(gaps, policy, seed)
        for index, check in enumerate(checks):
            while study.dealt < check:
                left = check - study.dealt
                study.deal(min(BATCH, left) if policy is Policy.TOP_TWO else left)
                study.refresh()
            right[seed, index] = study.leads()
    return right


def votes_at(right, checks, error):
    wrong = isotonic_regression(1 - right.mean(axis=0), increasing=False).x
    if wrong[-1] > error:
        return np.inf
    place = int(np.argmax(wrong <= error))
    if place == 0:
        return float(checks[0])
    low, high = np.log(checks[place - 1 : place + 1])
    part = (wrong[place - 1] - error) / (wrong[place - 1] - wrong[place])
    return float(np.exp(low + part * (high - low)))


def same_error(table, name, gaps, seeds, most, wanted=None):
    grid = {
        Policy.UNIFORM: np.geomspace(200, most, 28).astype(int),
        Policy.TOP_TWO: np.geomspace(100, most / 4, 24).astype(int),
    }
    right = {policy: leaders(gaps, policy, grid[policy], seeds) for policy in Policy}
    rng = np.random.default_rng(1)
    for error in (0.10, 0.05):
        need = {policy: votes_at(right[policy], grid[policy], error) for policy in Policy}
        again = []
        for _ in range(300):
            rows = rng.integers(seeds, size=seeds)
            one, two = (votes_at(right[policy][rows], grid[policy], error) for policy in Policy)
            again.append(one / two if np.isfinite(two) else np.nan)
        low, high = np.nanquantile(again, [0.025, 0.975])
        uniform, top_two = need[Policy.UNIFORM], need[Policy.TOP_TWO]
        if wanted and error == 0.05:
            limit = uniform if np.isfinite(uniform) else float(most)
            table.at_most(f"{name}: votes at 5 % error", top_two, limit, wanted)
        print(
            f"| {name} | {error:.0%} | {uniform:,.0f} | {top_two:,.0f} "
            f"| {uniform / top_two:.1f} ({low:.1f} to {high:.1f}) |",
            flush=True,
        )


def until_decided(name, gaps, seeds, most):
    for policy in Policy:
        stops, wrong = [], 0
        every = BATCH if policy is Policy.TOP_TWO else 400
        for seed in range(seeds):
            study, decided = Study(gaps, policy, seed), False
            while study.dealt < most:
                study.deal(every)
                study.refresh()
                decided = study.is_decided()
                if decided:
                    break
            stops.append(study.dealt)
            wrong += decided and not study.leads()
        median, late = np.median(stops), np.quantile(stops, 0.9)
        print(f"| {name} | {policy} | {median:,.0f} | {late:,.0f} | {wrong}/{seeds} |", flush=True)


def main(seeds):
    began, table = time.perf_counter(), Table()
    print(f"Votes to find the best item at the same measured error, {seeds} seeds\n")
    print("| items | error | uniform | top two | fewer by (95 %) |\n|---|---|---|---|---|")
    for size, gap in LADDERS:
        name = f"ladder of {size}, {gap} nat"
        same_error(table, name, -gap * np.arange(size), seeds, 15_000, wanted=GOAL)
    pack = np.concatenate([[0.0], np.full(9, -0.15)])
    same_error(table, "pack of 10, 0.15 nat", pack, max(seeds // 4, 20), 30_000)
    print("\nVotes until the anytime-valid verdict decides\n")
    print("| items | dealing | median | 90 % | wrong |\n|---|---|---|---|---|")
    for size, gap in LADDERS:
        until_decided(f"ladder of {size}", -gap * np.arange(size), max(seeds // 4, 20), 80_000)
    print(f"\n{time.perf_counter() - began:.0f} s")
    return table.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400))
