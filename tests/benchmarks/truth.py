"""Print what the decision card promises beside what it does in worlds whose truth is known.

Run by `make bench-truth`, reduced (some minutes); with `--full` about an hour on two cores.
Everybody looks after every vote and stops at the first claim; at several configurations they look
after 20 votes and whenever there are 5 % more (thirty: 150 votes and 10 %). In an *equal* world no
configuration is better, in the population that the card names; *false* is the share of studies
that claimed something there at any look to 3,000 votes. *Decided* and *median votes* are of the
same world where one wins 70 % of the votes that are no ties. Leaves with an error where a promise
is missed by more than chance (two standard errors).
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np

from service.stats import ahead, fit, from_clusters
from service.stats.intervals import ENOUGH, find_intervals
from service.stats.ranks import gap_errors
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from tests.benchmarks import truth_beside
from tests.oracles import boards, looks
from tests.oracles.boards import Several
from tests.oracles.looks import Pair
from tests.oracles.simulate import World

VOTES = 3000
ERROR = 0.05
CHUNK = 500
BETTER = 0.7
FEW = 5
PROMISED = {
    "independent, 10 × 20": Pair(),
    "raters .3, prompts .5, 10 × 20": Pair(10, 20, 0.3, 0.5),
    "raters .3, prompts .5, 30 × 100": Pair(30, 100, 0.3, 0.5),
    "raters .3, prompts .5, 5 × 20": Pair(5, 20, 0.3, 0.5),
    "four raters (these)": Pair(4, 20, 0.3, 0.5),
    "one rater (this one)": Pair(1, 20, 0.3, 0.5),
    "one of twelve casts 60 %": Pair(12, 20, 0.3, 0.5, busiest=0.6),
    "two of ten always press left": Pair(10, 20, 0.3, 0.5, always_left=2),
    "three prompts (these)": Pair(10, 3, 0.3, 0.5),
    "a third are ties": Pair(10, 20, 0.3, 0.5, ties=0.33),
}
TOLD = {
    "raters 0.6, 5 × 20": Pair(5, 20, 0.6, 0.5),
    "raters 1.0, 5 × 20": Pair(5, 20, 1.0, 0.5),
    "five prompts": Pair(10, 5, 0.3, 0.5),
    "drift: the first 300 at 62 %": Pair(10, 20, early=0.62),
}


def spread(items: int, best: float = 0.0, **fields: float) -> World:
    """Return several equal ones, or one that is better by `best`; effects as for a pair."""
    strengths = np.concatenate([[best], np.zeros(items - 1)])
    return World(
        strengths,
        prompts=int(fields.get("prompts", 40)),
        raters=int(fields.get("raters", 12)),
        prompt_spread=0.5 / np.sqrt(2),
        rater_spread=0.3 / np.sqrt(2),
        tie_strength=0.5,
    )


def at_looks(first: int, growth: float) -> tuple[int, ...]:
    """Return after how many votes they look: whenever there are so many times more."""
    steps = int(np.log(VOTES / first) / np.log(growth)) + 1
    found = {*np.round(first * growth ** np.arange(steps)).astype(int).tolist(), VOTES}
    return tuple(sorted(found))


OFTEN, SELDOM = at_looks(20, 1.05), at_looks(150, 1.1)
SEVERAL = {  # name: study, looks
    "two configurations": (Several(spread(2)), OFTEN),
    "five configurations": (Several(spread(5)), OFTEN),
    "five, adaptive dealing": (Several(spread(5), adaptive=True), OFTEN),
    "thirty configurations": (Several(spread(30)), SELDOM),
    **{
        f"two, a newcomer with {number}": (Several(spread(2), newcomer=number), OFTEN)
        for number in (0, 1, 2, 10, 30)
    },
    "two, one retired": (Several(spread(2), retired=True), OFTEN),
}
# What one pass of 5 × 20 is to decide (raters and prompts .3, ties 15 %), and what a test of
# fixed size does that knows the end; then the votes within which half the studies are decided.
ONE_PASS = ((0.6, 0.04, 0.18), (0.7, 0.25, 0.59), (0.8, 0.60, 0.94), (0.9, 0.95, 1.00))
MEDIANS = ((0.6, 450), (0.7, 110), (0.8, 55), (0.95, 26))


@dataclass(frozen=True)
class Task:
    """One thing to simulate: which function, of what, how often, from which seed on."""

    kind: str
    what: object
    runs: int
    seed: int


def run(task: Task) -> dict[str, list[float]]:
    """Simulate; return a list of figures, an entry a study."""
    rng = np.random.default_rng([20260312, task.seed])
    return KINDS[task.kind](task.what, task.runs, rng)


def of_pair(pair, runs, rng):
    """Return for each study of an equal pair if it claimed anything, and if intervals cover."""
    cast = pair.cast(runs, VOTES, rng)
    looked = looks.look(cast)
    covered = [float(covers(cast, at)) for at in range(min(runs, 40))]
    return {"false": list((looked.first <= VOTES).astype(float)), "covers": covered}


def first_of(what, runs, rng):
    """Return for each study when it was decided, infinite where it was not or wrongly so."""
    pair, votes, end = what
    looked = looks.look(pair.cast(runs, votes, rng), end=end)
    won = (looked.first <= looked.votes) & (looked.winner > 0)
    return {
        "first": list(np.where(won, looked.first, np.inf)),
        "any": list((looked.first <= looked.votes).astype(float)),
    }


def covers(cast, at):
    """Return whether the 95 % interval of one study at its end covers an even share."""
    sign, none = cast.sign[at], np.zeros(cast.sign.shape[1], dtype=np.int64)
    outcome = np.where(sign > 0, 1, np.where(sign < 0, 4, 6))
    raters, prompts = (
        from_clusters(2, number, code[at], none, none + 1, outcome)
        for number, code in ((cast.pair.raters, cast.rater), (cast.pair.prompts, cast.prompt))
    )
    plain = fit(merge_clusters(raters), prior=0.0)
    bounded = bound_clusters(raters) if cast.pair.raters >= ENOUGH else raters
    whole = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
    found = find_intervals(whole, raters=bounded, prompts=prompts, unweighed=plain)
    gap = whole.strengths[0] - whole.strengths[1]
    return abs(gap) <= found.quantile * gap_errors(found)[0, 1]


def of_several(what, runs, rng):
    """Return for each study of equal ones what it claimed; the one more is no equal."""
    study, looks_at = what
    equal = set(range(len(study.world.strengths)))
    found = {"false": [], "verdict": [], "covers": []}
    for _ in range(runs):
        preferred = verdict = False
        for votes in study.play(looks_at, rng):
            seen = boards.judge(study, votes)
            if seen is not None:
                # Ahead of the one more is true; that one ahead of anybody is not.
                others = set(seen.ahead_of) & equal if seen.leader in equal else set(seen.ahead_of)
                preferred |= bool(others)
                verdict |= seen.decided and bool(others)
        found["false"].append(float(preferred))
        found["verdict"].append(float(verdict))
        covered = boards.covers(study, votes, 0, 1)
        found["covers"] += [] if covered is None else [float(covered)]
    return found


def of_better(what, runs, rng):
    """Return for each study with one better by 70 % when the verdict named it."""
    study, looks_at = what
    better = replace(study, world=replace_best(study.world, np.log(BETTER / (1 - BETTER))))
    found = []
    for _ in range(runs):
        first = np.inf
        for votes in better.play(looks_at, rng):
            seen = boards.judge(better, votes)
            if seen is not None and seen.decided:
                first = len(votes) if seen.leader == 0 else np.inf
                break
        found.append(first)
    return {"first": found}


def replace_best(world, gap):
    """Return the world with its first item ahead by so much."""
    return replace(world, strengths=np.concatenate([[gap], world.strengths[1:]]))


KINDS = {
    "pair": of_pair,
    "first": first_of,
    "several": of_several,
    "better": of_better,
    "forecasts": truth_beside.forecasts,
    "drift": truth_beside.drift,
    "busy": truth_beside.busy,
}
FORESEEN = {
    "independent, 70 %, after 40": (Pair(share=0.7), 40),
    "independent, 60 %, after 100": (Pair(share=0.6), 100),
    "raters .3, prompts .5, 75 %, after 40": (Pair(10, 20, 0.3, 0.5, 0.75), 40),
    "5 × 20, 70 %, after 40": (Pair(5, 20, 0.3, 0.5, 0.7), 40),
}
DRIFTING = {  # name: what, and whether there is drift
    "none, 600 votes": ((Pair(10, 20, 0.3, 0.5), 600, False), False),
    "none, raters one by one": ((Pair(10, 20, 0.3, 0.5), 600, True), False),
    "first 300 at 62 %, then even, 1,200 votes": ((Pair(10, 20, early=0.62), 1200, False), True),
    "first 300 at 75 %, then even, 1,200 votes": ((Pair(10, 20, early=0.75), 1200, False), True),
}
# The other eleven cast 1,200 votes.
BUSY = {
    f"{share:.0%} by one of twelve, raters {spread:g}": (
        Pair(12, 60, spread, 0.0, busiest=share),
        round(1200 / (1 - share)),
    )
    for spread in (0.0, 0.3)
    for share in (1 / 12, 0.3, 0.6)
}
KEPT, ALARMS, WIDER = 0.75, 0.03, 1.1


class Bench:
    """Tasks with what came of them, and what was missed."""

    def __init__(self, pool, *, full):
        self.pool, self.full, self.waiting, self.missed = pool, full, {}, []

    def ask(self, name, kind, what, runs, chunk=CHUNK):
        """Start simulating; in parts, so that all cores have work."""
        parts = [min(chunk, runs - start) for start in range(0, runs, chunk)]
        self.waiting[name] = [
            self.pool.apply_async(run, (Task(kind, what, part, seed),))
            for seed, part in enumerate(parts)
        ]

    def get(self, name):
        """Return all figures of what was asked for under a name."""
        found = {}
        for part in self.waiting.pop(name):
            for key, values in part.get().items():
                found.setdefault(key, []).extend(values)
        return {key: np.array(values) for key, values in found.items()}

    def at_most(self, name, values, limit):
        """Return a share as text; note it where it is above the limit by more than chance."""
        value, error = float(np.mean(values)), slack(values, limit)
        if value > limit + 2 * error:
            self.missed.append(f"{name}: {value:.1%} where at most {limit:.0%} is promised")
        return f"{value:.1%} ± {error:.1%}"

    def at_least(self, name, values, limit):
        """Return a share as text; note it where it is below the limit by more than chance."""
        value, error = float(np.mean(values)), slack(values, limit)
        if value < limit - 2 * error:
            self.missed.append(f"{name}: {value:.1%} where at least {limit:.0%} is promised")
        return f"{value:.1%} ± {error:.1%}"

    def within(self, name, value, limit):
        """Return a number as text; note it where it is above the limit."""
        if not value <= limit:
            self.missed.append(f"{name}: {value:,.1f} where at most {limit:,.1f} is promised")
        return f"{value:,.4g}" if np.isfinite(value) else f"over {VOTES:,}"


def slack(values, share):
    """Return the standard error of a share where the promised one is true."""
    return float(np.sqrt(share * (1 - share) / max(len(values), 1)))


def median(values):
    """Return the median in words: of studies that were never decided it may be beyond all."""
    middle = float(np.median(values))
    return f"{middle:,.0f}" if np.isfinite(middle) else f"over {VOTES:,}"


def ask_all(bench):
    """Start everything, what takes longest first."""
    full = bench.full
    for name, what in SEVERAL.items():
        study, _ = what
        is_large = len(study.world.strengths) > FEW
        runs = (160 if is_large else 600) if full else (12 if is_large else 40)
        bench.ask(name, "several", what, runs, 10)
        if not study.newcomer:
            bench.ask(f"{name} +", "better", what, 60 if full else 10, 10)
    for name, pair in (PROMISED | TOLD).items():
        bench.ask(name, "pair", pair, 10_000 if full else 600)
        better = (replace(pair, share=BETTER), 1000, None)
        bench.ask(f"{name} +", "first", better, 500 if full else 200)
    for share, *_ in (*ONE_PASS, (0.5, 0.05)):
        pair = Pair(5, 20, 0.3, 0.3, share, 0.15, one_pass=True)
        for end in (None, 100):
            bench.ask(("pass", share, end), "first", (pair, 100, end), 8000 if full else 1000)
    for share, _ in MEDIANS:
        bench.ask(
            ("median", share), "first", (Pair(share=share), 1500, None), 1000 if full else 500
        )
    for name, pair in ENDS.items():
        bench.ask(("end", name), "first", (pair, 400, 400), 10_000 if full else 1000)


ENDS = {name: pair for name, pair in PROMISED.items() if pair.raters != 30}


def ask_beside(bench):
    """Start what stands beside the claims."""
    runs = 1000 if bench.full else 200
    for kind, worlds in (("forecasts", FORESEEN), ("busy", BUSY)):
        for name, what in worlds.items():
            bench.ask(name, kind, what, runs)
    for name, (what, _) in DRIFTING.items():
        bench.ask(name, "drift", what, runs)


def tell(bench):
    """Print the tables."""
    print("## Equal worlds, a look after every vote to 3,000\n")
    print("| world | studies | covers | false “preferred” | false verdict | promised |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in PROMISED:
        found = bench.get(name)
        tell_equal(bench, name, found["covers"], found["false"], found["false"], ERROR)
    for name in SEVERAL:
        found = bench.get(name)
        tell_equal(bench, name, found["covers"], found["false"], found["verdict"], ERROR)
    for name in TOLD:
        found = bench.get(name)
        tell_equal(bench, name, found["covers"], found["false"], found["false"], None)
    print("\n## The same where one wins 70 %\n")
    print("| world | studies | decided by the end | median votes |\n|---|---|---|---|")
    for name in [*PROMISED, *SEVERAL, *TOLD]:
        if f"{name} +" in bench.waiting:
            first = bench.get(f"{name} +")["first"]
            print(
                f"| {name} | {len(first):,} | {np.isfinite(first).mean():.0%} | {median(first)} |"
            )
    print("\n## One pass: 5 raters × 20 prompts, each once; raters and prompts .3, ties 15 %\n")
    print("| wins | decided, looking | promised | with a declared end | knows the end |")
    print("|---|---|---|---|---|")
    for share, wanted, fixed in ONE_PASS:
        always, ended = (bench.get(("pass", share, end))["first"] for end in (None, 100))
        said = bench.at_least(f"one pass at {share:.0%}", np.isfinite(always), wanted)
        late = f"{np.isfinite(ended).mean():.1%}"
        print(f"| {share:.0%} | {said} | ≥ {wanted:.0%} | {late} | {fixed:.0%} |")
    equal = [bench.get(("pass", 0.5, end))["any"] for end in (None, 100)]
    said = [bench.at_most("one pass, equal", values, ERROR) for values in equal]
    print(f"| 50 % (false) | {said[0]} | ≤ 5% | {said[1]} | 5% |")
    print("\n## Independent votes without ties, 10 raters × 20 prompts\n")
    print("| wins | median votes | promised |\n|---|---|---|")
    for share, limit in MEDIANS:
        value = float(np.median(bench.get(("median", share))["first"]))
        print(
            f"| {share:.0%} | {bench.within(f'median at {share:.0%}', value, limit)} | ≤ {limit} |"
        )
    print("\n## Equal worlds with a declared end at 400 votes\n")
    print("| world | studies | false, at any look or the end | promised |\n|---|---|---|---|")
    for name in ENDS:
        values = bench.get(("end", name))["any"]
        said = bench.at_most(f"{name}, declared end", values, ERROR)
        print(f"| {name} | {len(values):,} | {said} | ≤ 5% |", flush=True)


def tell_beside(bench):
    """Print the tables of what stands beside the claims."""
    print("\n## Forecasts: decided within the votes that were foreseen at most\n")
    print("| world | foreseen in | kept | promised |\n|---|---|---|---|")
    for name in FORESEEN:
        found = bench.get(name)
        said = bench.at_least(name, found["kept"], KEPT)
        often = len(found["kept"]) / max(found["undecided"].sum(), 1)
        print(f"| {name} | {often:.0%} of the undecided | {said} | ≥ {KEPT:.0%} |")
    print("\n## The check for drift, one look\n\n| world | found | promised |\n|---|---|---|")
    for name, (_, is_there) in DRIFTING.items():
        values = bench.get(name)["found"]
        said = f"{np.mean(values):.0%}" if is_there else bench.at_most(name, values, ALARMS)
        print(f"| {name} | {said} | {'told' if is_there else f'≤ {ALARMS:.0%}'} |")
    print("\n## One diligent rater: median half-widths in rating points\n")
    print("| world | raters in general | covers | these raters | promised |\n|---|---|---|---|---|")
    even = 0.0
    for name in BUSY:
        found = bench.get(name)
        width, these = (float(np.median(found[key])) for key in ("general", "these"))
        is_even = name.startswith("8%")
        even = width if is_even else even
        said = f"{width:.1f}" if is_even else bench.within(name, width, WIDER * even)
        wanted = "" if is_even else f"≤ {WIDER * even:.1f}"
        print(f"| {name} | {said} | {np.mean(found['covers']):.0%} | {these:.1f} | {wanted} |")


def tell_equal(bench, name, covered, false, verdict, limit):
    """Print one row of the first table."""
    if limit is None:
        said, wanted = (f"{np.mean(values):.1%}" for values in (false, verdict)), "told"
    else:
        said = (bench.at_most(name, values, limit) for values in (false, verdict))
        wanted = f"≤ {limit:.0%}"
    first, second = said
    shown = f"{np.mean(covered):.0%}" if len(covered) else "–"
    print(f"| {name} | {len(false):,} | {shown} | {first} | {second} | {wanted} |", flush=True)


def main():
    """Run it; return 1 where a promise is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    cores = len(os.sched_getaffinity(0))
    size = "in full" if options.full else "reduced"
    print(f"The boundary is tightest at {ahead.TIGHTEST_AT:g} votes; {size}, {cores} processes.\n")
    with get_context("spawn").Pool(cores) as pool:
        bench = Bench(pool, full=options.full)
        ask_all(bench)
        ask_beside(bench)
        tell(bench)
        tell_beside(bench)
    print(f"\n{time.perf_counter() - began:.0f} s")
    for what in bench.missed:
        print(f"missed: {what}")
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
