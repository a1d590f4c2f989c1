"""The statistics beside their peers, and beside what any machine does: ratios of one run.

Every figure is taken in a process of its own, after a warm-up. Work on counts is told in Cholesky
factorisations of as many items, work on single votes in passes of numpy over the same votes, both
measured in turn with it; the peers run in environments of their own (requirements/bench-*.txt).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import linalg

from service import stats
from tests.benchmarks import stats_peers
from tests.benchmarks.table import Table
from tests.oracles import simulate

PEERS = Path(stats_peers.__file__)
Run = Callable[[], np.ndarray]
SIZES = {
    "20x1e5": (20, 100_000),
    "100x1e6": (100, 1_000_000),
    "300x1e6": (300, 1_000_000),
    "100x1e7": (100, 10_000_000),
}


def write_votes(folder: Path, items: int, votes: int) -> None:
    """Write votes with ties, raters and prompts as integer codes."""
    rng = np.random.default_rng(1)
    world = simulate.World(
        rng.standard_normal(items), prompts=1000, raters=7215, rater_skew=0.5, tie_strength=0.7
    )
    parts = [world.populate(rng)]
    for start in range(0, votes, 1_000_000):
        part = parts[0].vote(min(1_000_000, votes - start), rng)
        for name in ("first", "second", "outcome", "rater", "prompt"):
            dtype = np.int8 if name == "outcome" else np.int32
            array = getattr(part, name).astype(dtype)
            path = folder / f"{name}.npy"
            np.save(path, np.concatenate([np.load(path), array]) if start else array)


def load(folder: Path, *names: str) -> list[np.ndarray]:
    return [np.load(folder / f"{name}.npy") for name in names]


def rank(counts: stats.Counts, start: stats.Fit | None = None) -> np.ndarray:
    fitted = stats.fit(counts, prior=0, start=start)
    stats.rank_items(stats.find_intervals(fitted))
    return fitted.ratings


def from_codes(folder: Path) -> Run:
    arrays = load(folder, "first", "second", "outcome")
    return lambda: rank(stats.from_counts(int(arrays[0].max()) + 1, *arrays))


def points_from_codes(folder: Path) -> Run:
    arrays = load(folder, "first", "second", "outcome")
    return lambda: stats.fit(stats.from_counts(int(arrays[0].max()) + 1, *arrays), prior=0).ratings


def maintained(folder: Path) -> tuple[object, ...]:
    arrays = load(folder, "first", "second", "outcome")
    kept = stats.from_counts(int(arrays[0].max()) + 1, *arrays)
    return kept.items, kept.first, kept.second, kept.outcome, kept.votes


def from_counts(folder: Path) -> Run:
    cells = maintained(folder)
    return lambda: rank(stats.from_counts(*cells))


def one_more(folder: Path) -> Run:
    cells = maintained(folder)
    earlier = stats.fit(stats.from_counts(*cells))
    votes = cells[-1].copy()
    votes[len(votes) // 2] += 1
    counts = stats.from_counts(*cells[:-1], votes)
    return lambda: stats.fit(counts, start=earlier).ratings


def two_way(folder: Path) -> Run:
    columns = load(folder, "first", "second", "outcome")
    rater, prompt = load(folder, "rater", "prompt")
    size = int(columns[0].max()) + 1
    fitted = stats.fit(stats.from_counts(size, *columns))

    def run() -> np.ndarray:
        raters = stats.from_clusters(size, 7215, rater, *columns)
        prompts = stats.from_clusters(size, 1000, prompt, *columns)
        stats.find_intervals(fitted, raters=raters, prompts=prompts)
        return fitted.ratings

    return run


OURS: dict[str, Callable[[Path], Run]] = {
    "codes to ratings": points_from_codes,
    "codes to intervals, ranks, P(best)": from_codes,
    "counts to intervals, ranks, P(best)": from_counts,
    "one more vote": one_more,
    "two-way clustered intervals": two_way,
}


def factorise(folder: Path) -> Callable[[], object]:
    """Return a Cholesky factorisation of as many items as the votes are about."""
    size = int(load(folder, "first")[0].max()) + 1
    matrix = np.eye(size) * size - np.ones((size, size)) / 2
    return lambda: linalg.cholesky(matrix, lower=True, check_finite=False)


def count(folder: Path) -> Callable[[], object]:
    """Return a pass of numpy over the votes: how often each pair met in each way."""
    first, second, outcome = load(folder, "first", "second", "outcome")
    size = int(first.max()) + 1
    return lambda: np.bincount((first.astype(np.int64) * size + second) * 7 + outcome)


YARDSTICKS = {"a Cholesky factorisation": factorise, "a pass of np.bincount": count}


@dataclass(frozen=True)
class Line:
    """What is measured at a size: beside a yardstick, within megabytes, and beside peers.

    `most` is how many yardsticks it may take; a peer's number, how many times as long it takes
    at least (0: only told).
    """

    size: str
    ours: str
    yardstick: str = ""
    most: float = 0.0
    megabytes: float = 0.0
    peers: tuple[tuple[str, str, float], ...] = ()


PLAN = (
    Line("20x1e5", "codes to ratings", peers=(("choix", "choix", 0), ("evalica", "evalica", 0))),
    Line(
        "20x1e5",
        "codes to intervals, ranks, P(best)",
        peers=(("evalica", "evalica bootstrap 100", 500),),
    ),
    Line(
        "100x1e6",
        "codes to ratings",
        "a pass of np.bincount",
        most=4,
        peers=(("choix", "choix", 0), ("evalica", "evalica", 0), ("choix", "fastchat", 0)),
    ),
    Line(
        "100x1e6",
        "codes to intervals, ranks, P(best)",
        "a pass of np.bincount",
        most=8,
        megabytes=64,
        peers=(
            ("arena-rank", "arena-rank codes", 40),
            ("choix", "fastchat bootstrap 100", 100),
        ),
    ),
    Line("100x1e6", "counts to intervals, ranks, P(best)", "a Cholesky factorisation", most=350),
    Line("300x1e6", "counts to intervals, ranks, P(best)", "a Cholesky factorisation", most=180),
    Line("100x1e6", "one more vote", "a Cholesky factorisation", most=40),
    Line("100x1e6", "two-way clustered intervals", "a pass of np.bincount", most=100),
    Line("300x1e6", "codes to intervals, ranks, P(best)", "a pass of np.bincount", most=35),
    Line("100x1e7", "codes to intervals, ranks, P(best)", "a pass of np.bincount", most=3),
)


def call(python: str, script: Path, *task: str, single: bool) -> dict:
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} if single else {}
    root = {"PYTHONPATH": str(Path(__file__).parents[2])} if single else {}
    done = subprocess.run(
        [python, str(script), *task],
        env={**os.environ, **threads, **root},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"error": (done.stderr.strip() or "ended without a word").splitlines()[-1][:100]}
    return json.loads(done.stdout.splitlines()[-1])


def compare(table: Table, folder: Path, line: Line, envs: Path | None) -> None:
    """Measure one line of the plan and add to the table what it is beside each limit."""
    name = f"{folder.name} {line.ours}"
    print(name, flush=True)
    task = (line.ours, str(folder), "25", line.yardstick)
    mine = call(sys.executable, Path(__file__), *task, single=True)
    if "error" in mine:
        sys.exit(f"{name}: {mine['error']}")
    if line.yardstick:
        yard = mine["yardstick"] * 1e3
        table.at_most(f"{name} / {line.yardstick}", mine["computed"] * 1e3, yard, line.most, "ms")
    if line.megabytes:
        table.at_most(f"{name}, memory", mine["megabytes"], line.megabytes, unit="MB")
    for environment, task, least in line.peers if envs else ():
        python = str(envs / environment / "bin" / "python")
        theirs = call(python, PEERS, task, str(folder), "3", single=False)
        if "error" in theirs:
            table.told(f"{name} / {task}: {theirs['error']}", float("nan"))
            if least:
                table.at_least(f"{name} / {task}: not measured", 0.0, 0.0, least)
            continue
        rates = (1 / mine["seconds"], 1 / theirs["seconds"])
        if least:
            table.at_least(f"{name} / {task}", *rates, least, "/s")
        else:
            table.told(f"{name} / {task}, times as fast", rates[0] / rates[1])
        off = np.abs(np.array(theirs["ratings"]) - mine["ratings"]).max()
        table.told(f"{name} / {task}, ratings differ by", off, "points")


def main() -> int:
    """Print the table; return 1 where a wanted ratio is missed. With four arguments: one task."""
    if len(sys.argv) == 5 and sys.argv[1] in OURS:
        task, folder, runs, yardstick = sys.argv[1:]
        unit = YARDSTICKS[yardstick](Path(folder)) if yardstick else None
        print(json.dumps(stats_peers.measure(OURS[task](Path(folder)), int(runs), unit)))
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--envs", type=Path, default=Path("var/bench"))
    parser.add_argument("--only", default="", help="a size, such as 100x1e6")
    parser.add_argument("--alone", action="store_true", help="leave the peers out")
    options = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory() as root:
        for size, (items, votes) in SIZES.items():
            plan = [line for line in PLAN if line.size == size and options.only in {"", size}]
            if not plan:
                continue
            folder = Path(root) / size
            folder.mkdir()
            write_votes(folder, items, votes)
            for line in plan:
                compare(table, folder, line, None if options.alone else options.envs)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
