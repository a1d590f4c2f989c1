"""A choice is added in one place: planted in a copy of the service, it is known everywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = "domain/vote.py"
BEFORE = '    BOTH_GOOD = Row("both_good"'
PLANTED = """\
    LEFT_VASTLY = Row("left_vastly", Side.LEFT, 3, "{left} vastly better", ("a_vastly",))
    RIGHT_VASTLY = Row("right_vastly", Side.RIGHT, 3, "{right} vastly better", ("b_vastly",))
"""

EVERYWHERE = """
import io
from service.blinding import sides
from service.blinding import leaks
from service.domain import sitting, vote
from service.domain.vote import Choice, Outcome
from service.formats import votes
from service.store.tallies import Cell
from service.reporting import notes
from service.reporting.words import ENGLISH
from service.usecases.sighted.results import sums
from service.web.rater import words

new = vote.parse_choice("left_vastly")
assert sides.unblind(new, sides.BOTH[0]) == Outcome("first_vastly")
assert sides.unblind(new, sides.BOTH[1]) == Outcome("second_vastly")
assert Outcome("first_vastly").exchanged == "second_vastly"
assert sitting.agree_exchanged("left_vastly", "right")
assert not sitting.agree_exchanged("left_vastly", "left")
cell = Cell("all", 0, 1, 2, "first_vastly", True)
assert sums.by_configuration([(cell, 3)])[1].wins == 3
assert sums.matrix([(cell, 3)], {1: "x", 2: "y"})[0].first_wins == 3
assert words.CHOICES["left_vastly"] == "A vastly better"
assert notes.outcome("second_vastly", "x", "y", ENGLISH) == "y vastly better"
rows = b'{"prompt": "p", "left": "x", "right": "y", "winner": "B vastly"}'
assert [row.choice for row in votes.read(io.BytesIO(rows), "v.jsonl")] == ["right_vastly"]
assert leaks.find("The reviewer answered left_vastly.", ())
"""

CODES = """
from service.domain.vote import Outcome
from service.stats.counts import OUTCOME_NAMES
assert list(Outcome) != list(OUTCOME_NAMES)
"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A folder with the service, seven choices and their mirrors in its table."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(
        ROOT / "service", folder / "service", ignore=shutil.ignore_patterns("__pycache__")
    )
    table = folder / "service" / TABLE
    text = table.read_text("utf-8")
    assert text.count(BEFORE) == 1
    table.write_text(text.replace(BEFORE, PLANTED + BEFORE), "utf-8")
    return folder


def run(folder, code):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


class TestPlantedChoice:
    def test_is_known_to_all_that_follows_from_the_table(self, planted):
        ended = run(planted, EVERYWHERE)
        assert ended.returncode == 0, ended.stderr

    def test_differs_from_the_codes_of_statistics_until_they_follow(self, planted):
        # What `tests/domain/test_vote.py` compares: forgetting the codes cannot go unnoticed.
        ended = run(planted, CODES)
        assert ended.returncode == 0, ended.stderr

    def test_needs_its_mirror(self, tmp_path, planted):
        lame = tmp_path / "lame"
        shutil.copytree(planted, lame)
        table = lame / "service" / TABLE
        one, *_ = (line for line in PLANTED.splitlines(keepends=True) if "RIGHT" in line)
        table.write_text(table.read_text("utf-8").replace(one, ""), "utf-8")
        ended = run(lame, "import service.domain.vote")
        assert ended.returncode != 0
        assert "left_vastly has no mirror" in ended.stderr
