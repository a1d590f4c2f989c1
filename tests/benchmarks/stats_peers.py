"""One task of one peer in the environment of that peer: prints seconds, megabytes, ratings.

Run by stats_speed.py; imports nothing of ours. "fastchat" takes the steps of FastChat's
rating_systems.py (which no package ships): unique rows of a table, L-BFGS-B with the slope
scattered row by row, a multinomial bootstrap over the rows in a pool of processes. It is spared
the reading of names, which costs FastChat about another second.
"""

import functools
import json
import math
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np

POINTS = 400 / math.log(10)
NAMES = ("model_a", "both_good", "both_bad", "model_b")


def load(folder, name):
    return np.load(Path(folder) / f"{name}.npy")


def columns(folder):
    """Return first, second and outcome (0 first, 1 tie, 2 second) of every vote."""
    code = load(folder, "outcome")
    return (
        load(folder, "first"),
        load(folder, "second"),
        np.select([code == 1, code == 4], [0, 2], 1),
    )


def frame(folder):
    """Return the votes as arena-rank reads them."""
    import pandas as pd  # noqa: PLC0415 - in the peer's environment only

    first, second, kind = columns(folder)
    winner = np.array(["model_a", "tie", "model_b"], dtype=object)[kind]
    return pd.DataFrame({"model_a": first, "model_b": second, "winner": winner})


def arena_rank(folder):
    from arena_rank.models.bradley_terry import BradleyTerry  # noqa: PLC0415
    from arena_rank.utils.data_utils import PairDataset  # noqa: PLC0415

    votes = frame(folder)

    def run():
        dataset = PairDataset.from_pandas(votes)
        model = BradleyTerry(n_competitors=len(dataset.competitors))
        found = model.compute_ratings_and_cis(dataset)
        order = np.argsort([str(name).zfill(9) for name in dataset.competitors])
        ratings = np.asarray(found["ratings"])[order]
        np.asarray(found["rating_lower"])
        return ratings

    return run


def evalica_bootstrap(folder, rounds):
    import evalica  # noqa: PLC0415

    first, second, kind = columns(folder)
    items = [f"model-{index:03d}" for index in range(int(first.max()) + 1)]
    xs, ys = ([items[code] for code in column] for column in (first, second))
    kinds = (evalica.Winner.X, evalica.Winner.Draw, evalica.Winner.Y)
    winners = [kinds[code] for code in kind]

    def run():
        if not rounds:
            scores = evalica.bradley_terry(xs, ys, winners).scores
        else:
            scores = evalica.bootstrap(
                evalica.bradley_terry,
                xs,
                ys,
                winners,
                n_resamples=rounds,
                bootstrap_method="percentile",
                random_state=0,
            ).result.scores
        return POINTS * np.log([scores[item] for item in items])

    return run


def choix_dense(folder):
    import choix  # noqa: PLC0415

    first, second, kind = columns(folder)
    size = int(first.max()) + 1

    def run():
        wins = np.zeros((size, size))
        for code, share in ((0, (1.0, 0.0)), (1, (0.5, 0.5)), (2, (0.0, 1.0))):
            chosen = kind == code
            key = first[chosen].astype(np.int64) * size + second[chosen]
            table = np.bincount(key, minlength=size * size).reshape(size, size)
            wins += share[0] * table + share[1] * table.T
        return POINTS * choix.ilsr_pairwise_dense(wins)

    return run


def fit_rows(rows, outcome, size, weights):
    """Fit unique rows as FastChat does: L-BFGS-B from zero, the slope scattered by row."""
    from scipy.optimize import minimize  # noqa: PLC0415
    from scipy.special import expit  # noqa: PLC0415

    alpha = math.log(10)
    signs = np.array([1.0, -1.0])

    def loss(ratings):
        met = ratings[rows]
        share = expit(alpha * (met[:, 0] - met[:, 1]))
        value = -((outcome * np.log(share) + (1 - outcome) * np.log(1 - share)) * weights).sum()
        slope = np.zeros(size)
        np.add.at(slope, rows, (-alpha * (outcome - share) * weights)[:, None] * signs)
        return value, slope

    options = {"gtol": 1e-6, "maxiter": 100}
    return minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options=options).x * 400


def fastchat(folder, rounds):
    """Do what FastChat's rating_systems.py does, from codes instead of a frame of names."""
    first, second, kind = columns(folder)
    size = int(first.max()) + 1

    def run():
        votes = np.column_stack([first, second, kind]).astype(np.int32)
        rows, often = np.unique(votes, return_counts=True, axis=0)
        known = (rows[:, :2], 1 - rows[:, 2] / 2, size)
        ratings = fit_rows(*known, often.astype(float))
        if rounds:
            rng = np.random.default_rng(0)
            drawn = rng.multinomial(len(votes), often / len(votes), size=rounds) / len(votes)
            with multiprocessing.Pool() as pool:
                samples = list(pool.imap_unordered(functools.partial(fit_rows, *known), drawn))
            np.quantile(samples, [0.025, 0.975], axis=0)
        return ratings

    return run


TASKS = {
    "arena-rank codes": arena_rank,
    "evalica": lambda folder: evalica_bootstrap(folder, 0),
    "evalica bootstrap 100": lambda folder: evalica_bootstrap(folder, 100),
    "choix": choix_dense,
    "fastchat": lambda folder: fastchat(folder, 0),
    "fastchat bootstrap 100": lambda folder: fastchat(folder, 100),
}


def memory(field):
    """Return a figure of this process in megabytes: VmRSS is now, VmHWM the most so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return float("nan")


def measure(run, runs, yardstick=None):
    """Run once to warm up and to see the memory, then `runs` times; return what to print.

    A yardstick (something that any machine does) is measured after each run, so that both meet
    the same moments. Both in seconds of this thread's processor, since something short is less
    often interrupted than something long; the best of either is what was disturbed least.
    """
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of loading the input
    started = time.perf_counter()
    ratings = run()
    seconds = [time.perf_counter() - started]
    megabytes = memory("VmHWM") - before
    computed, yards = [], []
    if runs > 1:
        seconds.clear()
    while len(seconds) < runs:
        started, computing = time.perf_counter(), time.thread_time()
        ratings = run()
        seconds.append(time.perf_counter() - started)
        computed.append(time.thread_time() - computing)
        for _ in range(5 if yardstick else 0):
            computing = time.thread_time()
            yardstick()
            yards.append(time.thread_time() - computing)
    found = np.asarray(ratings, dtype=float)
    return {
        "seconds": min(seconds),
        "computed": min(computed, default=None),
        "yardstick": min(yards, default=None),
        "megabytes": megabytes,
        "ratings": (found - found.mean()).tolist(),
    }


def main():
    task, folder, runs = sys.argv[1:4]
    print(json.dumps(measure(TASKS[task](folder), int(runs))))


if __name__ == "__main__":
    main()
