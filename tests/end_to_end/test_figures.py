"""What pages and the command line print equals, to the printed digit, what the library computes.

Two studies are imported as a researcher would: crowd votes of llmfao, between the eight models with
most of them, and a known truth with costs and latencies. Beside each stands the same computation
by `service.stats` straight from the file, and peers where they know the figure: choix for ratings,
krippendorff for agreement.
"""

import csv
import json
import re
from collections import Counter
from html import unescape
from itertools import combinations
from pathlib import Path

import choix
import krippendorff
import numpy as np
import pytest
from click.testing import CliRunner

from service.cli import cli
from service.database import Database
from service.reporting import decision
from service.settings import Settings
from service.stats import find_intervals, fit, from_clusters, paired, scale
from service.stats.counts import SIGN, Outcome
from service.stats.ranks import gap_errors
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from service.usecases.sighted.lookup import find
from service.web.app import create_app
from tests import databases, factories
from tests.end_to_end import test_truth
from tests.end_to_end.test_truth import figures_of
from tests.web.researcher.conftest import sign_in
from workers import leaderboards

VOTES = Path(__file__).parents[1] / "formats/excerpts/llmfao-crowd-eight.csv"
NBSP = "\N{NO-BREAK SPACE}"
# USD per 1,000 requests and milliseconds; prompts cost up to three times as much as others.
TAKES = {"plain": (0.8, 700), "fewshot": (1.1, 800), "retrieval": (2.6, 1900), "tuned": (0.4, 640)}
OUTCOMES = {
    "left": Outcome.FIRST,
    "right": Outcome.SECOND,
    "tie": Outcome.TIE,
    "both_good": Outcome.BOTH_GOOD,
    "both_bad": Outcome.BOTH_BAD,
}


class Library:
    """What `service.stats` says of single votes: (rater, prompt, left, right, winner) each."""

    def __init__(self, votes):
        self.votes = list(votes)
        self.names = sorted({name for vote in self.votes for name in vote[2:4]})
        at = {name: place for place, name in enumerate(self.names)}
        who, on = (
            np.unique([vote[place] for vote in self.votes], return_inverse=True)[1]
            for place in (0, 1)
        )
        self.first, self.second = (
            np.array([at[vote[place]] for vote in self.votes]) for place in (2, 3)
        )
        self.outcome = np.array([OUTCOMES[vote[4]] for vote in self.votes])
        told = (self.first, self.second, self.outcome)
        self.raters = bound_clusters(from_clusters(self.names, int(who.max()) + 1, who, *told))
        prompts = from_clusters(self.names, int(on.max()) + 1, on, *told)
        self.fit = fit(merge_clusters(self.raters), prior=0.0)
        plain = fit(merge_clusters(prompts), prior=0.0)
        self.intervals = find_intervals(
            self.fit, raters=self.raters, prompts=prompts, unweighed=plain
        )

    def rating(self, name):
        """Return a rating with its interval, as pages print it."""
        at = self.names.index(name)
        middle = scale.rating(float(self.fit.strengths[at]))
        low, high = self.intervals.ratings_low[at], self.intervals.ratings_high[at]
        return f"{middle:,.0f}", f"{low:,.0f}–{high:,.0f}"

    def expected(self, name):
        at = self.names.index(name)
        gaps = self.fit.strengths[at] - np.delete(self.fit.strengths, at)
        return f"{100 * scale.win_share(gaps).mean():.0f}{NBSP}%"

    def between(self, one, two):
        """Return the expected share of one against another with its interval."""
        at, other = self.names.index(one), self.names.index(two)
        gap = self.fit.strengths[at] - self.fit.strengths[other]
        reach = self.intervals.quantile * gap_errors(self.intervals)[at, other]
        share, low, high = (100 * scale.win_share(gap + add) for add in (0, -reach, reach))
        return f"{share:.0f}{NBSP}%", f"{low:.0f}–{high:.0f}"

    def by_choix(self):
        """Return ratings by another library, from the same weighed votes with ties half."""
        wins = np.zeros((len(self.names), len(self.names)))
        cells = self.raters
        won = (1 + SIGN[cells.outcome]) / 2
        np.add.at(wins, (cells.first, cells.second), cells.votes * won)
        np.add.at(wins, (cells.second, cells.first), cells.votes * (1 - won))
        found = choix.ilsr_pairwise_dense(wins, tol=1e-12, max_iter=10_000)
        return {
            name: scale.rating(float(one))
            for name, one in zip(self.names, found - found.mean(), strict=True)
        }

    def tally(self, one, two):
        """Return wins, losses and ties of one against another."""
        counted = Counter()
        for _, _, left, right, winner in self.votes:
            if {left, right} == {one, two}:
                who = {"left": left, "right": right}.get(winner)
                counted["tied" if who is None else "won" if who == one else "lost"] += 1
        return counted["won"], counted["lost"], counted["tied"]

    def agreement(self):
        """Return alpha of what raters said of the same two texts, and how many these are."""
        units: dict[tuple[str, ...], dict[str, int]] = {}
        for rater, prompt, left, right, winner in self.votes:
            one, two = sorted((left, right))
            said = {"left": left, "right": right}.get(winner)
            value = 0 if said is None else 1 if said == one else -1
            units.setdefault((prompt, one, two), {})[rater] = value
        raters = sorted({vote[0] for vote in self.votes})
        data = [[said.get(rater, np.nan) for said in units.values()] for rater in raters]
        several = sum(len(said) > 1 for said in units.values())
        alpha = krippendorff.alpha(np.array(data), level_of_measurement="interval")
        return round(100 * alpha), several


def crowd():
    for row in csv.DictReader(VOTES.read_text("utf-8").splitlines()):
        yield row["worker"], row["prompt"], row["left"], row["right"], row["winner"]


def truth():
    for vote in test_truth.draw():
        names = (test_truth.NAMES[vote.first], test_truth.NAMES[vote.second])
        yield f"rater {vote.rater}", str(vote.prompt), *names, vote.winner


def taken(name, prompt):
    """Return what an answer takes, each prompt as much more as it is longer."""
    cost, latency = TAKES[name]
    more = 1 + (7 * prompt % 11) / 5
    return cost * more, round(latency * (1 + prompt % 5 / 4))


def takes(measure, name):
    values = [taken(name, prompt)[measure] for prompt in range(test_truth.PROMPTS)]
    return np.array(values, dtype=np.float64)


def write(folder, library, name, *, priced):
    """Write a study, answers and votes as files; texts say no more than whose they are."""
    (folder / f"{name}.yaml").write_text(f"title: {name}\nname: {name}\n")
    prompts = dict.fromkeys(vote[1] for vote in library.votes)
    with (folder / f"{name}.jsonl").open("w") as file:
        for prompt in prompts:
            for each in library.names:
                row = {"prompt": f"Question {prompt}", "configuration": each}
                row["completion"] = f"{each} answers {prompt}"
                if priced:
                    cost, latency = taken(each, int(prompt))
                    row |= {"cost": cost / 1000, "latency_ms": latency}
                file.write(json.dumps(row) + "\n")
    with (folder / f"{name}.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["prompt", "left", "right", "winner", "rater"])
        for rater, prompt, left, right, winner in library.votes:
            rows.writerow([f"Question {prompt}", left, right, winner, rater])


class Shown:
    """One leaderboard in three ways, beside what the library says."""

    def __init__(self, library, page, data, lines):
        self.library, self.page, self.data, self.lines = library, page, data, lines


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    address = databases.fresh_sqlite(databases.sqlite_template(folder), folder)
    database = Database(address)
    studio = sign_in(
        create_app(Settings(data_dir=folder, secret_key=factories.KEY), database), database
    )
    environment = {
        "DATABASE_URL": address,
        "DATA_DIR": str(folder),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "COLUMNS": "160",
    }

    def type_(*arguments):
        done = CliRunner().invoke(cli, list(arguments), env=environment)
        assert done.exception is None, (done.output, done.exception)
        return done.output

    found = {}
    for name, votes, priced in (("llmfao", crowd(), False), ("truth", truth(), True)):
        library = Library(votes)
        write(folder, library, name, priced=priced)
        type_("study", "apply", str(folder / f"{name}.yaml"))
        for ending in ("jsonl", "csv"):
            type_("import", name, str(folder / f"{name}.{ending}"))
        with database.reading() as session:
            study_id = find(session, name).id
        leaderboards.refresh(database, study_id)
        found[name] = Shown(
            library,
            unescape(studio.page(f"{name}/leaderboard")),
            json.loads(type_("leaderboard", name, "--json")),
            type_("leaderboard", name, "--all").splitlines(),
        )
    yield found
    database.engine.dispose()


@pytest.fixture(params=["llmfao", "truth"])
def shown(boards, request):
    return boards[request.param]


class TestRatings:
    def test_are_the_library_s_on_page_and_command_line(self, shown):
        rows = {row["configuration"]: row for row in shown.data["ratings"]}
        theirs = shown.library.by_choix()
        assert set(rows) == set(shown.library.names)
        for name in shown.library.names:
            middle, ends = shown.library.rating(name)
            assert rows[name]["rating"]["points"] == pytest.approx(theirs[name], abs=1e-4)
            assert figures_of(shown.page, name)[0] == f"{middle} [{ends}]"
            (line,) = (
                one for one in shown.lines if re.match(rf" *{re.escape(name)} +[\d,]+ ", one)
            )
            assert f" {middle} " in line
            assert f" {ends} " in line

    def test_expected_and_counted_shares(self, shown):
        for name in shown.library.names:
            cells = figures_of(shown.page, name)
            assert cells[2].startswith(f"{shown.library.expected(name)} [")
            won = [
                shown.library.tally(name, other) for other in shown.library.names if other != name
            ]
            wins, losses, ties = map(sum, zip(*won, strict=True))
            votes = wins + losses + ties
            assert cells[3] == f"{100 * (wins + ties / 2) / votes:.0f}{NBSP}% of {votes} votes"
            both_bad = sum(
                name in vote[2:4] and vote[4] == "both_bad" for vote in shown.library.votes
            )
            assert cells[4] == f"{wins}–{losses}–{ties - both_bad}"

    def test_of_pairs_on_the_card(self, shown):
        best = shown.data["parts"][0]["claims"]["leader"]
        for row in shown.data["differences"]:
            share, ends = shown.library.between(row["first"], row["second"])
            told = (
                f"{100 * row['share']:.0f}{NBSP}%",
                f"{100 * row['low']:.0f}–{100 * row['high']:.0f}",
            )
            assert told == (share, ends)
        said = re.findall(r"Expected for ([^:<]+): (\d+\s%) \[([\d–]+)\]", shown.page)
        # Many rivals are summed up; single ones then stand in the matrix alone.
        assert said or len(shown.library.names) > decision.MOST_SENTENCES
        for name, share, ends in said:
            assert (share, ends) == shown.library.between(name, best)


class TestHeadToHead:
    def test_counts_and_shades_are_of_the_votes(self, shown):
        for one, two in combinations(shown.library.names, 2):
            won, lost, tied = shown.library.tally(one, two)
            if not won + lost + tied:
                continue
            label = f"{one} against {two}: {won} won, {lost} lost, {tied} tied"
            shade = round(10 * (won + tied / 2) / (won + lost + tied))
            cell = re.search(rf'<td class="shade(\d+)">\s*<a[^>]*"{re.escape(label)}"', shown.page)
            assert cell is not None, label
            assert int(cell[1]) == shade


class TestAgreement:
    def test_is_krippendorff_s_alpha(self, shown):
        alpha, units = shown.library.agreement()
        said = re.search(
            r"On ([\d,]+) matchups? that several judged, agreement is (\S+) of", shown.page
        )
        assert (said[1], said[2].replace("\N{MINUS SIGN}", "-")) == (f"{units:,}", f"{alpha}")
        assert any(said[0] in line for line in shown.lines)


class TestPrices:
    @pytest.mark.parametrize("measure", [0, 1])
    def test_of_means_and_differences_are_paired_by_prompt(self, boards, measure):
        shown = boards["truth"]
        for name in shown.library.names:
            found = paired.mean(takes(measure, name))
            printed = [
                money(one) if measure == 0 else time(one)
                for one in (found.value, found.low, found.high)
            ]
            assert f"{printed[0]} [{printed[1]} to {printed[2]}]" in shown.page
        best = shown.data["parts"][0]["claims"]["leader"]
        (gap,) = paired.gaps(takes(measure, "fewshot"), [takes(measure, best)], pairs=6)
        (kept,) = (
            one
            for one in shown.data["prices"]["gaps"]
            if (one["measure"], {one["first"], one["second"]})
            == (("cost", "latency")[measure], {"fewshot", best})
        )
        sign = 1 if kept["first"] == "fewshot" else -1
        assert sign * kept["value"] == pytest.approx(gap.value)
        assert sorted([sign * kept["low"], sign * kept["high"]]) == pytest.approx(
            [gap.low, gap.high]
        )


def money(value):
    return f"${value:,.2f}"


def time(value):
    return f"{value:.0f}{NBSP}ms" if value < 1000 else f"{value / 1000:.1f}{NBSP}s"
