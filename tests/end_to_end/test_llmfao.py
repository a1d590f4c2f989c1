"""Real data in, golden ratings out: the crowd votes of llmfao, on both databases."""

import csv
import time
from math import log
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import cli
from service.database import Database, now
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import compute, fold
from service.usecases.sighted.studies import invariants, overviews

WHOLE = Path(__file__).parents[3] / "shared" / "data" / "llmfao"
EXCERPT = Path(__file__).parents[1] / "formats" / "excerpts"
STUDY = "title: Crowd votes of llmfao\nname: llmfao\n"


class Desk:
    """A researcher's terminal beside one database."""

    def __init__(self, address, folder):
        self.database = Database(address)
        self._environment = {
            "DATABASE_URL": address,
            "DATA_DIR": str(folder),
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        (folder / "study.yaml").write_text(STUDY)
        self.type("study", "apply", str(folder / "study.yaml"))

    def type(self, *arguments):
        done = CliRunner().invoke(cli, list(arguments), env=self._environment)
        assert done.exception is None, (done.output, done.exception)
        return done.output

    def board(self):
        with self.database.transaction() as session:
            study_id = find(session, "llmfao").id
            while fold.fold(session, study_id):
                pass
        with self.database.reading() as session:
            return compute.load(session, study_id, now(session))


@pytest.fixture
def desk(address, tmp_path):
    made = Desk(address, tmp_path)
    yield made
    made.database.engine.dispose()


def import_all(desk, prompts, completions, votes):
    desk.type("import", "llmfao", str(prompts))
    desk.type("import", "llmfao", str(completions))
    return desk.type("import", "llmfao", str(votes))


class TestExcerpt:
    def test_imports_each_row_once(self, desk):
        files = [
            EXCERPT / f"llmfao-{kind}"
            for kind in ("prompts.jsonl", "results.jsonl", "crowd-comparisons.csv")
        ]
        first = import_all(desk, *files)
        again = import_all(desk, *files)

        assert "0 votes added" in again
        assert "votes added, 0 were there" in first
        with desk.database.reading() as session:
            view = overviews.study(session, "llmfao")
            checks = invariants.check(session, now(session))
        assert view.votes > 0
        assert [line for check in checks for line in check.broken] == []


@pytest.mark.skipif(not WHOLE.exists(), reason="the whole of llmfao is not beside this checkout")
class TestWhole:
    def test_gives_the_golden_ratings(self, desk):
        started = time.monotonic()
        said = import_all(
            desk,
            WHOLE / "prompts.jsonl",
            WHOLE / "results.jsonl",
            WHOLE / "crowd-comparisons.csv",
        )
        took = time.monotonic() - started
        basis = desk.board()
        fitted = compute.strengths(basis, prior=0)
        golden = {
            row["item"]: log(float(row["score"]))
            for row in csv.DictReader((WHOLE / "ratings-golden.csv").read_text().splitlines())
            if row["algorithm"] == "bradley_terry"
        }
        mean = sum(golden.values()) / len(golden)
        ours = dict(zip(fitted.items, fitted.strengths, strict=True))
        centre = sum(ours[name] for name in golden) / len(golden)
        worst = max(abs(ours[name] - centre - (value - mean)) for name, value in golden.items())
        ties = sum(number for cell, number in basis.cells if cell.outcome == "tie")
        print(f"imported in {took:.1f} s; largest difference {worst:.2e}")

        assert "8931 votes added" in said
        assert (len(golden), ties) == (59, 3471)
        assert len(basis.names) == 70
        assert worst < 1e-6
