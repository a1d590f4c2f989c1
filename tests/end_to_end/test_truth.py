"""A known truth in, the same figures out: page, JSON and command line against an own computation.

Nothing of `service.stats` is used here: ratings are a maximum of the likelihood by plain Newton
steps, and intervals come from an exact jackknife, which fits anew without each rater, prompt and
vote in turn.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from html import unescape
from itertools import combinations

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import t as student

from service.cli import cli
from service.database import Database
from service.settings import Settings
from service.usecases.sighted.lookup import find
from service.web.app import create_app
from tests import factories
from tests.web.researcher.conftest import sign_in
from workers import leaderboards

NAMES = ("plain", "fewshot", "retrieval", "tuned")
STRENGTHS = np.array([-0.5, -0.1, 0.2, 0.6])
RATERS, PROMPTS = 30, 40
POINTS = 400 / np.log(10)
PAIRS = tuple(combinations(range(len(NAMES)), 2))


@dataclass(frozen=True)
class Vote:
    """One vote: `won` is 1, 0 or ½ for the first, by its position in `NAMES`."""

    rater: int
    prompt: int
    first: int
    second: int
    won: float
    winner: str


def draw() -> list[Vote]:
    """Let each rater judge each prompt once; raters and prompts differ in what they like."""
    rng = np.random.default_rng(11)
    by_rater = 0.3 * rng.standard_normal((RATERS, len(NAMES)))
    by_prompt = 0.3 * rng.standard_normal((PROMPTS, len(NAMES)))
    found = []
    for rater in range(RATERS):
        for prompt in range(PROMPTS):
            one, two = PAIRS[(5 * rater + prompt) % len(PAIRS)]
            liking = STRENGTHS + by_rater[rater] + by_prompt[prompt]
            chance = 1 / (1 + np.exp(liking[two] - liking[one]))
            at = rng.random()
            if at < 0.1:
                won, winner = 0.5, "both_bad" if at < 0.04 else "both_good"
            else:
                won = float(rng.random() < chance)
                winner = "left" if won else "right"
            found.append(Vote(rater, prompt, one, two, won, winner))
    return found


def wins(votes: Iterable[Vote]) -> np.ndarray:
    """Return how often each won against each, a tie half."""
    won = np.zeros((len(NAMES), len(NAMES)))
    for vote in votes:
        won[vote.first, vote.second] += vote.won
        won[vote.second, vote.first] += 1 - vote.won
    return won


def fit(won: np.ndarray) -> np.ndarray:
    """Return the strengths of greatest likelihood, their mean zero."""
    met = won + won.T
    theta = np.zeros(len(NAMES))
    for _ in range(12):
        chance = 1 / (1 + np.exp(theta[None, :] - theta[:, None]))
        curve = met * chance * (1 - chance)
        slope = (won - met * chance).sum(axis=1)
        theta = theta + np.linalg.solve(np.diag(curve.sum(axis=1)) - curve + 1, slope)
        theta -= theta.mean()
    return theta


def jackknife(votes: list[Vote], of: Callable[[Vote], Hashable]) -> np.ndarray:
    """Return the covariance of the strengths by leaving out each cluster in turn."""
    groups = defaultdict(list)
    for vote in votes:
        groups[of(vote)].append(vote)
    whole = wins(votes)
    shifts = np.array([fit(whole - wins(group)) for group in groups.values()]) - fit(whole)
    return (len(groups) - 1) / len(groups) * shifts.T @ shifts


@dataclass(frozen=True)
class Truth:
    """What the figures have to be."""

    votes: list[Vote]
    theta: np.ndarray
    errors: np.ndarray
    factor: float

    @classmethod
    def of(cls, votes: list[Vote]) -> "Truth":
        by_rater = jackknife(votes, lambda vote: vote.rater)
        by_prompt = jackknife(votes, lambda vote: vote.prompt)
        alone = jackknife(votes, lambda vote: (vote.rater, vote.prompt))
        # Of a sum less another no direction has less than no variance.
        spread, axes = np.linalg.eigh(by_rater + by_prompt - alone)
        both = (axes * np.maximum(spread, 0)) @ axes.T
        variance = np.maximum(np.diag(both), np.diag(alone))
        return cls(votes, fit(wins(votes)), np.sqrt(variance), student.ppf(0.975, RATERS - 1))

    def rating(self, at: int) -> tuple[float, float, float]:
        """Return a rating with the two ends of its interval."""
        reach = self.factor * self.errors[at] * POINTS
        middle = 1000 + POINTS * self.theta[at]
        return middle, middle - reach, middle + reach

    def expected(self, at: int) -> float:
        """Return the mean share against each of the others in turn."""
        others = [other for other in range(len(NAMES)) if other != at]
        return float(np.mean([1 / (1 + np.exp(self.theta[o] - self.theta[at])) for o in others]))

    def counted(self, at: int) -> tuple[float, int]:
        """Return the share of one's own votes, ties half, and how many they are."""
        own = [
            v.won if v.first == at else 1 - v.won for v in self.votes if at in (v.first, v.second)
        ]
        return sum(own) / len(own), len(own)

    def tally(self, one: int, two: int) -> tuple[int, int, int]:
        """Return wins, losses and ties of one against another."""
        met = [v for v in self.votes if {v.first, v.second} == {one, two}]
        won = [v.won if v.first == one else 1 - v.won for v in met]
        return won.count(1.0), won.count(0.0), won.count(0.5)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth.of(draw())


@dataclass(frozen=True)
class Shown:
    """The same leaderboard in three ways."""

    page: str
    data: dict
    lines: list[str]


@pytest.fixture
def shown(truth, address, tmp_path) -> Shown:
    """Import the world as a researcher would, let a worker rate it, and look."""
    write(tmp_path, truth.votes)
    environment = {
        "DATABASE_URL": address,
        "DATA_DIR": str(tmp_path),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "COLUMNS": "160",
    }

    def type_(*arguments: str) -> str:
        done = CliRunner().invoke(cli, list(arguments), env=environment)
        assert done.exception is None, (done.output, done.exception)
        return done.output

    type_("study", "apply", str(tmp_path / "study.yaml"))
    for name in ("completions.jsonl", "votes.csv"):
        type_("import", "truth", str(tmp_path / name))
    database = Database(address)
    with database.reading() as session:
        study_id = find(session, "truth").id
    leaderboards.refresh(database, study_id)
    app = create_app(Settings(data_dir=tmp_path, secret_key=factories.KEY), database)
    studio = sign_in(app, database)
    page = unescape(studio.page("truth/leaderboard"))
    data = studio.get("truth/leaderboard.json").get_json()["leaderboard"]
    assert data == json.loads(type_("leaderboard", "truth", "--json"))
    lines = type_("leaderboard", "truth").splitlines()
    database.engine.dispose()
    return Shown(page, data, lines)


def write(folder, votes: list[Vote]) -> None:
    (folder / "study.yaml").write_text("title: Truth\nname: truth\n")
    with (folder / "completions.jsonl").open("w") as file:
        for prompt in range(PROMPTS):
            for name in NAMES:
                row = {"prompt": f"Question {prompt}", "configuration": name}
                file.write(json.dumps({**row, "completion": f"{name} answers {prompt}"}) + "\n")
    with (folder / "votes.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["prompt", "left", "right", "winner", "rater"])
        for vote in votes:
            rows.writerow(
                [
                    f"Question {vote.prompt}",
                    NAMES[vote.first],
                    NAMES[vote.second],
                    vote.winner,
                    f"rater {vote.rater}",
                ]
            )


def figures_of(page: str, name: str) -> list[str]:
    """Return the cells of a configuration's row in the table of all figures."""
    table = page.partition('class="figures"')[2].partition("</table>")[0]
    (row,) = [row for row in table.split("<tr") if f"</span>{name}" in row]
    cells = re.findall(r'<td class="n">(.*?)</td>', row, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


class TestFigures:
    def test_are_those_of_the_truth_to_the_printed_digit(self, truth, shown):
        rows = {row["configuration"]: row for row in shown.data["ratings"]}
        order = sorted(range(len(NAMES)), key=lambda at: -truth.theta[at])
        assert [row["configuration"] for row in shown.data["ratings"]] == [
            NAMES[at] for at in order
        ]
        for at, name in enumerate(NAMES):
            middle, low, high = truth.rating(at)
            stored = rows[name]["rating"]
            assert stored["points"] == pytest.approx(middle, abs=0.01)
            assert (stored["low"], stored["high"]) == pytest.approx((low, high), abs=0.2)
            printed = f"{middle:,.0f} [{low:,.0f}–{high:,.0f}]"
            share, number = truth.counted(at)
            cells = figures_of(shown.page, name)
            assert cells[0] == printed
            assert cells[2].startswith(f"{100 * truth.expected(at):.0f}\xa0%")
            assert cells[3] == f"{100 * share:.0f}\xa0% of {number} votes"
            (line,) = [line for line in shown.lines if re.match(rf" *{name} +[\d,]+ ", line)]
            assert line.split()[1:3] == [f"{middle:,.0f}", f"{low:,.0f}–{high:,.0f}"]
            assert f"{100 * share:.0f}\xa0%" in line

    def test_of_each_matchup_are_counted(self, truth, shown):
        for cell in shown.data["matrix"]:
            one, two = NAMES.index(cell["first"]), NAMES.index(cell["second"])
            assert truth.tally(one, two) == (
                cell["first_wins"],
                cell["second_wins"],
                cell["ties"] + cell["both_bad"],
            )
        for one, two in PAIRS:
            won, lost, tied = truth.tally(one, two)
            label = f"{NAMES[one]} against {NAMES[two]}: {won} won, {lost} lost, {tied} tied"
            assert label in shown.page

    def test_of_ties_are_counted(self, truth, shown):
        tied = sum(vote.won == 0.5 for vote in truth.votes) / len(truth.votes)
        bad = sum(vote.winner == "both_bad" for vote in truth.votes) / len(truth.votes)
        (part,) = shown.data["parts"]
        assert part["tied"]["value"] == pytest.approx(tied)
        assert part["both_bad"]["value"] == pytest.approx(bad)
        assert f"{100 * tied:.0f}\xa0% of votes [" in shown.page
        assert f"{100 * bad:.0f}\xa0% of votes [" in shown.page


class TestSentences:
    def test_are_the_same_on_page_and_command_line(self, shown):
        (card,) = re.findall(r'<section class="card decision".*?</section>', shown.page, re.DOTALL)
        said = re.findall(r"<dt>(.*?)</dt>", card)
        assert 0 < len(said) <= len(shown.lines)
        for text, line in zip(said, shown.lines, strict=False):
            assert line.startswith(text)
