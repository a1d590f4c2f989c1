"""Do intervals corrected by a judge cover, on real prompts drawn anew; and the peer's beside ours.

`make bench-judges`. MT-bench and llmfao: people's votes are kept on a share of the matchups of
prompts that are drawn with replacement; GPT-4's verdicts on all of them. ppi-python gets the very
same numbers as our means.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from service.stats import prediction_powered
from tests.benchmarks.table import Table
from tests.oracles import judges, resampled

SHARES = (0.05, 0.1, 0.3)
EVERY = (40, 20, 8)
# Run by the peer's own Python: reads means from standard input, writes its intervals.
PEER = """
import json, sys, numpy as np
from ppi_py import ppi_mean_ci
print(json.dumps([[float(end) for end in np.ravel(ppi_mean_ci(*map(np.array, one), alpha=0.05))]
                  for one in json.load(sys.stdin)]))
"""


def cover(table: Table, rounds: int) -> None:
    """Measure coverage of single strengths, and widths beside people's alone."""
    for voted in SHARES:
        held = resampled.resample(judges.mt_bench(), voted=voted, rounds=rounds)
        name = f"MT-bench, votes on {voted:.0%} of matchups"
        table.at_least(f"{name}: covers", held.both, 0.93, 1)
        table.at_most(f"{name}: not too often", held.both, 0.97)
        table.at_most(f"{name}: width beside people's alone", held.width, 1.0)
        table.told(f"{name}: people's alone cover", held.people)
    # Thirteen prompts and 59 configurations: at the limit of what clusters can say.
    for voted in (0.2, 0.5, 1.0):
        held = resampled.resample(judges.llmfao(), voted=voted, rounds=max(rounds // 5, 5))
        name = f"llmfao, votes on {voted:.0%} of matchups"
        if voted < 1:
            table.at_least(f"{name}: covers", held.both, 0.93, 1)
            table.at_most(f"{name}: not too often", held.both, 0.98)
        else:
            # Here one prompt in thirteen decides some items, and often is not among those drawn.
            table.told(f"{name}: covers", held.both)
        table.told(f"{name}: width beside people's alone", held.width)
    for name, world in resampled.UNEVEN.items():
        held = resampled.draw_worlds(world, rounds=max(rounds // 2, 20))
        table.at_least(f"simulated, {name}: covers", held.both, 0.93, 1)
        table.at_most(f"simulated, {name}: not too often", held.both, 0.98)
        table.told(f"simulated, {name}: width beside people's alone", held.width)


def beside_peer(table: Table, python: Path) -> None:
    """Hold our intervals of means against ppi-python's, and votes against what its widths say."""
    names, given, ours = [], [], []
    for data in (judges.mt_bench, judges.llmfao):
        people, judge = judges.points(data())
        for every in EVERY:
            chosen = np.arange(len(people)) % every == 0
            names.append(f"{data.__name__}, every {every}th")
            given.append([people[chosen], judge[chosen], judge[~chosen]])
            ours.append(prediction_powered.powered_mean(*given[-1]))
    answer = subprocess.run(
        [python, "-c", PEER],
        input=json.dumps([[list(part) for part in one] for one in given]),
        capture_output=True,
        text=True,
        check=True,
    )
    for name, one, found, (low, high) in zip(
        names, given, ours, json.loads(answer.stdout), strict=True
    ):
        width = found.mean.upper - found.mean.lower
        table.at_most(f"{name}: width beside ppi-python", width, high - low, 1.06)
        table.at_least(f"{name}: and no less", width, high - low, 0.97)
        apart = abs(found.mean.value - (low + high) / 2)
        table.at_most(f"{name}: means apart, of its width", apart, 0.05 * (high - low))
        number, others = len(one[0]), len(one[2])
        alone = 2 * 1.959964 * float(one[0].std()) / np.sqrt(number)
        rho = float(np.corrcoef(one[0], one[1])[0, 1])
        worth = prediction_powered.effective_votes(rho, number, others)
        table.at_most(f"{name}: effective votes", worth, number * (alone / (high - low)) ** 2, 1.1)
        table.at_least(f"{name}: and no fewer", worth, number * (alone / (high - low)) ** 2, 0.9)


def main() -> int:
    """Print the table; return 1 where a wanted figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--peer", type=Path, help="Python that has ppi-python.")
    options = parser.parse_args()
    table = Table()
    cover(table, options.rounds)
    if options.peer is not None:
        beside_peer(table, options.peer)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
