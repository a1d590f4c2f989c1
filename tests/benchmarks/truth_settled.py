"""How often a study that ends when nothing is open (`settled`) ends on something false.

Run by `make bench-settled`: three and five configurations that are equal, or of which one is better
by a little more than the margin. Looks come at 200 votes and whenever there are 10 % more, up to
12,000. An end is false where it says that one is ahead of another that is as good, or that two are
practically equal that differ by more than the margin, in the population that raters and prompts
are drawn from.
"""

import argparse
import os
import time
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
from scipy.optimize import brentq

from tests.oracles import boards
from tests.oracles.boards import Several
from tests.oracles.simulate import World

MOST, FIRST, GROWTH = 12_000, 200, 1.1
LOOKS = tuple(
    int(FIRST * GROWTH**step) for step in range(int(np.log(MOST / FIRST) / np.log(GROWTH)) + 1)
)
ERROR = 0.05
# Beyond the margin by so many points.
BEYOND = 0.5


@dataclass(frozen=True)
class Case:
    """Configurations of which the first is better by so many points, and the margin in points."""

    items: int
    better: float
    margin: int
    varied: bool = False

    @property
    def name(self) -> str:
        """What the table calls it."""
        truth = f"one better by {self.better:g} points" if self.better else "all equal"
        kind = "30 raters .2, 100 prompts .3" if self.varied else "independent votes"
        return f"{self.items} configurations, {truth}, margin {self.margin}, {kind}"

    def study(self) -> Several:
        """Return the study, its strengths such that the population prefers the first so much."""
        world = World(
            np.zeros(self.items),
            prompts=100,
            raters=30,
            prompt_spread=0.3 / np.sqrt(2) if self.varied else 0.0,
            rater_spread=0.2 / np.sqrt(2) if self.varied else 0.0,
            tie_strength=0.5,
        )
        spread = float(np.sqrt(2 * (world.prompt_spread**2 + world.rater_spread**2)))
        wanted = 0.5 + self.better / 100
        gap = brentq(lambda g: float(world.share(np.array([g]), spread)[0]) - wanted, -1.0, 3.0)
        return Several(replace(world, strengths=np.array([gap, *[0.0] * (self.items - 1)])))


CASES = tuple(
    Case(items, better, margin, varied)
    for items in (2, 3, 5)
    for margin, varied in ((5, False), (10, True))
    for better in (0.0, margin + BEYOND)
)


def run(task: tuple[Case, int, int]) -> list[tuple[float, float]]:
    """Return for each study when it ended (infinite: never) and whether on something false."""
    case, runs, seed = task
    rng = np.random.default_rng([20260312, seed])
    study, found = case.study(), []
    for _ in range(runs):
        ended, false = np.inf, False
        for votes in study.play(LOOKS, rng):
            seen = boards.judge(study, votes, case.margin)
            if seen is not None and seen.settled:
                ended, false = len(votes), _is_false(case, seen)
                break
        found.append((ended, float(false)))
    return found


def _is_false(case: Case, seen: boards.Look) -> bool:
    if not case.better:
        return bool(seen.ahead_of)
    if seen.leader == 0:  # all others differ from the best by more than the margin
        return bool(seen.equal_to)
    return bool(seen.ahead_of) or 0 in seen.equal_to


def main() -> int:
    """Print the table; return 1 where false ends are more than promised and chance explains."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs, began, missed = parser.parse_args().runs, time.perf_counter(), 0
    print("| world | studies | ended by 12,000 votes | median votes | ended on something false |")
    print("|---|---|---|---|---|", flush=True)
    with get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        waiting = {
            case: [pool.apply_async(run, ((case, 10, seed),)) for seed in range(runs // 10)]
            for case in CASES
        }
        for case, parts in waiting.items():
            ended, false = np.array([one for part in parts for one in part.get()]).T
            error = float(np.sqrt(ERROR * (1 - ERROR) / len(false)))
            missed += bool(false.mean() > ERROR + 2 * error)
            came = np.isfinite(ended)
            middle = f"{np.median(ended[came]):,.0f}" if came.any() else "–"
            print(
                f"| {case.name} | {len(false)} | {came.mean():.0%} | {middle} "
                f"| {false.mean():.1%} |",
                flush=True,
            )
    print(f"\n{time.perf_counter() - began:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
