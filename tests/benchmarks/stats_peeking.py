"""Print how often peeking finds a false winner, and how soon a true one is decided.

Run `python tests/benchmarks/stats_peeking.py [runs]`. Everybody looks after every 20 votes and
stops at the first winner. *Plain* is the usual 95 % interval with votes taken as independent (for
several items: the leader against each other item); *clustered* is the usual interval with the
two-way clustered standard error and Student's t. In all rows of the first table no item is
better than another in the population of raters and prompts that the votes are drawn from.
"Any pair" counts a run in which the intervals of all pairs at once ever tell two items apart.
Leaves with an error where a goal is missed: false winners <= 5 %, and a pair at 45/30/25 decided
within 500 votes (median).
"""

import sys
import time

import numpy as np
from scipy import special

from service.stats import dealing, fit, from_clusters, from_counts, intervals, sequential, verdicts
from service.stats.counts import SIGN
from service.stats.pair_sequence import pair_sequence
from service.stats.verdicts import State
from tests.benchmarks.table import Table
from tests.oracles.simulate import Votes, World

EVERY = 20
COLUMNS = ("plain", "clustered", "ours", "any pair")
PAIRS = (  # name, raters, prompts, rater spread, prompt spread, skew, votes
    ("pair, independent votes", 100, 200, 0.0, 0.0, 0.0, 4000),
    ("pair, raters and prompts differ", 30, 100, 0.5, 0.6, 0.0, 4000),
    ("pair, and one rater casts a third", 30, 100, 0.5, 0.6, 1.2, 4000),
    ("pair, eight raters", 8, 100, 0.5, 0.6, 0.0, 4000),
)
STUDIES = (  # name, items, dealing is adaptive, raters, prompts, rater spread, prompt spread, skew
    ("6 items, uniform", 6, False, 30, 100, 0.0, 0.0, 0.0),
    ("6 items, adaptive", 6, True, 30, 100, 0.0, 0.0, 0.0),
    ("6 items, adaptive, clusters", 6, True, 30, 100, 0.5, 0.6, 0.0),
    ("6 items, adaptive, clusters, skew", 6, True, 30, 100, 0.5, 0.6, 1.2),
)


def world(items, raters, prompts, rater_spread, prompt_spread, skew):
    return World(
        np.zeros(items),
        prompts=prompts,
        raters=raters,
        rater_spread=rater_spread,
        prompt_spread=prompt_spread,
        rater_skew=skew,
        tie_strength=0.8,
    )


def pair_run(row, seed):
    _, raters, prompts, *spreads, skew, votes = row
    rng = np.random.default_rng(seed)
    cast = world(2, raters, prompts, *spreads, skew).populate(rng).vote(votes, rng)
    sign = SIGN[cast.outcome] * np.where(cast.first == 0, 1, -1)
    found = {"plain": False, "ours": False}
    for stop in range(2 * EVERY, votes + 1, EVERY):
        mean, error = sign[:stop].mean(), sign[:stop].std(ddof=1) / stop**0.5
        found["plain"] |= bool(abs(mean) > 1.96 * error)
        if not found["ours"]:
            share = pair_sequence(
                sign[:stop], rater=cast.rater[:stop], prompt=cast.prompt[:stop]
            ).share
            found["ours"] = share.lower > 0.5 or share.upper < 0.5
    return found


def study_run(row, seed, votes=2000):
    _, items, adaptive, raters, prompts, *spreads, skew = row
    rng = np.random.default_rng(seed)
    study = world(items, raters, prompts, *spreads, skew).populate(rng)
    names = tuple(map(str, range(items)))
    pairs = np.triu_indices(items, 1)
    share = np.full(len(pairs[0]), 1 / len(pairs[0]))
    cast, whole = Votes.none(items), None
    found = {"plain": False, "clustered": False, "ours": False, "any pair": False}
    while len(cast) < votes and not all(found.values()):
        drawn = rng.choice(len(share), EVERY, p=share / share.sum())
        cast = cast.plus(study.cast(pairs[0][drawn], pairs[1][drawn], rng))
        counts = from_counts(items, cast.first, cast.second, cast.outcome)
        whole = fit(counts, start=whole)
        cells = [
            from_clusters(items, number, code, cast.first, cast.second, cast.outcome)
            for number, code in ((raters, cast.rater), (prompts, cast.prompt))
        ]
        clustered = intervals.find_intervals(whole, raters=cells[0], prompts=cells[1])
        found["plain"] |= wins(whole.strengths, clustered.independent, 1.96)
        usual = special.stdtrit(clustered.degrees, 0.975)
        found["clustered"] |= wins(whole.strengths, clustered.covariance, usual)
        verdict = verdicts.judge_intervals(clustered)
        found["ours"] |= verdict.state is State.DECIDED
        found["any pair"] |= tells_apart(whole.strengths, clustered)
        if adaptive:
            posterior = fit(counts, prior=dealing.PRIOR, start=whole)
            share = dealing.top_two_weights(
                names, posterior.strengths, posterior.bread, draws=300, seed=seed
            ).probability[pairs]
    return found


def tells_apart(strengths, clustered):
    """Return whether the anytime-valid intervals of all pairs at once tell any two apart."""
    size = len(strengths)
    one, two = np.triu_indices(size, 1)
    variances = [
        np.diag(cov)[one] + np.diag(cov)[two] - 2 * cov[one, two]
        for cov in (clustered.covariance[:size, :size], clustered.independent[:size, :size])
    ]
    low, high = sequential.contrast_intervals(
        strengths[one] - strengths[two],
        np.sqrt(np.maximum(*variances)),
        clustered.degrees,
        comparisons=len(one),
    )
    return bool((low > 0).any() or (high < 0).any())


def wins(strengths, covariance, reach):
    """Return whether the leader's plain intervals exclude every other item."""
    size, leader = len(strengths), strengths.argmax()
    cov = covariance[:size, :size]
    error = np.sqrt(np.maximum(cov[leader, leader] + np.diag(cov) - 2 * cov[leader], 1e-12))
    apart = strengths[leader] - strengths > reach * error
    return bool(apart.sum() == size - 1)


def decided_at(seed, *, clusters):
    rng = np.random.default_rng(seed)
    if not clusters:
        sign, codes = rng.choice([1, 0, -1], p=[0.45, 0.30, 0.25], size=4000), {}
    else:
        rater, prompt = rng.integers(30, size=4000), rng.integers(100, size=4000)
        lean = 0.45 / 0.7 + rng.normal(0, 0.05, 30)[rater] + rng.normal(0, 0.05, 100)[prompt]
        sign = np.where(rng.random(4000) < lean, 1, -1) * (rng.random(4000) >= 0.3)
        codes = {"rater": rater, "prompt": prompt}
    for stop in range(2 * EVERY, 4001, EVERY):
        share = pair_sequence(
            sign[:stop], **{name: code[:stop] for name, code in codes.items()}
        ).share
        if share.lower > 0.5 or share.upper < 0.5:
            return stop, share.upper < 0.5
    return 4000, False


def main(runs):
    began, table = time.perf_counter(), Table()
    print("False winners when nobody is better, looking every 20 votes\n")
    print("| study | runs | plain | clustered | ours | ours, any pair |\n|---|---|---|---|---|---|")
    rows = [(row, pair_run, 3 * runs) for row in PAIRS]
    rows += [(row, study_run, runs) for row in STUDIES]
    for row, run, often in rows:
        found = [run(row, seed) for seed in range(often)]
        share = {name: np.mean([one[name] for one in found]) for name in found[0]}
        table.at_most(f"{row[0]}: false winners", share["ours"], 0.05)
        if "any pair" in share:
            table.at_most(f"{row[0]}: any pair told apart", share["any pair"], 0.05)
        shown = [f"{share[name]:.1%}" if name in share else "-" for name in COLUMNS]
        print(f"| {row[0]} | {often} | {' | '.join(shown)} |", flush=True)
    print("\nVotes until a pair at 45 wins / 30 ties / 25 losses is decided\n")
    print("| votes | median | 90 % | wrong |\n|---|---|---|---|")
    for name, clusters in (("independent", False), ("30 raters, 100 prompts differ", True)):
        stops, wrong = zip(
            *(decided_at(seed, clusters=clusters) for seed in range(runs)), strict=True
        )
        median, late = np.median(stops), np.quantile(stops, 0.9)
        table.at_most(f"{name}: votes until decided", median, 500)
        print(f"| {name} | {median:.0f} | {late:.0f} | {np.mean(wrong):.1%} |", flush=True)
    print(f"\n{time.perf_counter() - began:.0f} s")
    return table.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
