"""Reads the published tables and the real votes that the statistics are tested against."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from service import stats
from service.stats import Outcome
from tests.oracles import tables

HERE = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[3] / "shared" / "data"
KINDS = {"first": Outcome.FIRST, "second": Outcome.SECOND, "tie": Outcome.TIE}
TEAMS = ("Baltimore", "Cleveland", "Boston", "New York", "Toronto", "Detroit", "Milwaukee")


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real data ../shared/data/{name} is absent")
    return path


def read(name, folder=HERE):
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


def baseball():
    rows = read("baseball.csv")
    return stats.from_counts(
        TEAMS,
        [TEAMS.index(row["home"]) for row in rows for _ in range(2)],
        [TEAMS.index(row["away"]) for row in rows for _ in range(2)],
        [Outcome.FIRST, Outcome.SECOND] * len(rows),
        [int(row[key]) for row in rows for key in ("home_wins", "away_wins")],
        left=[1] * (2 * len(rows)),
    )


def citations():
    rows = read("citations.csv")
    journals = [row["cited"] for row in rows]
    table = np.array([[int(row[name]) for name in journals] for row in rows])
    np.fill_diagonal(table, 0)
    return tables.from_wins(table, items=journals)


def golden():
    rows = read("llmfao_golden.csv")
    return [row["item"] for row in rows], np.log([float(row["score"]) for row in rows])


def llmfao():
    rows = read("llmfao_counts.csv")
    return stats.from_counts(
        golden()[0],
        [int(row["left"]) for row in rows],
        [int(row["right"]) for row in rows],
        [KINDS[row["outcome"]] for row in rows],
        [int(row["votes"]) for row in rows],
        left=[1] * len(rows),
    )


def llmfao_clusters():
    """Return the same votes by worker and by prompt."""
    rows = read("crowd-comparisons.csv", shared("llmfao/crowd-comparisons.csv").parent)
    items = golden()[0]
    kinds = {"left": Outcome.FIRST, "right": Outcome.SECOND, "tie": Outcome.TIE}
    first = [items.index(row["left"]) for row in rows]
    second = [items.index(row["right"]) for row in rows]
    outcome = [kinds[row["winner"]] for row in rows]
    found = []
    for key in ("worker", "prompt"):
        names = sorted({row[key] for row in rows})
        cluster = [names.index(row[key]) for row in rows]
        found.append(stats.from_clusters(items, names, cluster, first, second, outcome))
    return found


def arena():
    data = json.loads(shared("arena_20240814/chatbotarena_20240814.json").read_text())
    pairs = np.array(data["X"])
    kinds = [Outcome.FIRST, Outcome.SECOND, Outcome.TIE, Outcome.BOTH_BAD]
    return stats.from_counts(
        data["models"],
        np.repeat(pairs[:, 0], 4),
        np.repeat(pairs[:, 1], 4),
        np.tile(kinds, len(pairs)),
        np.array(data["Y"]).ravel(),
    )
