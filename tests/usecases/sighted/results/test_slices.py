"""Results by tag, over planted truths: what differs is found, and what is little is not said."""

import random
from dataclasses import replace

import numpy as np
import pytest

from service.reporting import incumbent, slices
from service.reporting.words import ENGLISH
from service.stats import fit
from service.stats import slices as library
from service.stats.intervals import find_intervals
from service.usecases.sighted.results import compute, numeric
from service.usecases.sighted.results.slices import MOST_TAGS
from tests.usecases.sighted.results import bases

PLANTED = {
    "legal": {("new", "live"): 0.2, ("other", "live"): 0.5, ("new", "other"): 0.3},
    "chat": {("new", "live"): 0.9, ("other", "live"): 0.5, ("new", "other"): 0.9},
    "mail": {("new", "live"): 0.9, ("other", "live"): 0.5, ("new", "other"): 0.9},
    "code": {("new", "live"): 0.9, ("other", "live"): 0.5, ("new", "other"): 0.9},
}


@pytest.fixture(scope="module")
def planted():
    votes, tags = bases.by_tag(PLANTED)
    return bases.of_votes(votes, tags=tags, incumbent="live")


@pytest.fixture(scope="module")
def board(planted):
    return compute.compute(planted)


def rows(board, tag):
    (part,) = board.parts
    (found,) = [one for one in part.slices.slices if one.tag == tag]
    return {row.configuration: row for row in found.rows}


class TestRate:
    def test_finds_what_was_planted_and_leans_on_the_whole(self, board):
        legal, chat = rows(board, "legal"), rows(board, "chat")
        assert legal["new"].against.high < 0.5 < chat["new"].against.low
        assert 0.2 <= legal["new"].against.share < 0.4
        assert 0.7 < chat["new"].against.share <= 0.93

    def test_gives_the_figures_of_the_library(self, planted, board):
        names, cells = planted.names, planted.by_prompt
        counts = fit(numeric.counts_of(names, planted.cells), prior=0.0)
        prompts = numeric.clusters_of(names, cells)
        raters = numeric.clusters_of(names, planted.by_rater)
        whole = find_intervals(counts, raters=raters, prompts=prompts)
        parts = {
            tag: prompts.only(
                np.array([tag in planted.tags[int(prompts.clusters[at])] for at in prompts.cluster])
            )
            for tag in PLANTED
        }
        words = ENGLISH
        for one in library.rate_slices(whole, parts).slices:
            for name, row in rows(board, one.tag).items():
                at = whole.fit.items.index(name)
                printed = (row.points, row.low, row.high)
                ends = (one.strengths[at], one.low[at], one.high[at])
                told = [1000 + 400 / np.log(10) * float(end) for end in ends]
                assert [words.count(end) for end in printed] == [words.count(end) for end in told]
                assert row.votes == one.item_votes[at]

    def test_shrinks_a_tag_with_few_votes_more(self):
        few = bases.by_tag({"few": {("new", "live"): 0.2}}, votes=4, prompts=6)[0]
        votes, tags = bases.by_tag({name: PLANTED[name] for name in ("chat", "mail", "code")})
        moved = [(*vote[:4], vote[4] + 100) for vote in few]
        known = {**tags, **{prompt: ["few"] for prompt in range(100, 106)}}
        board = compute.compute(bases.of_votes([*votes, *moved], tags=known, incumbent="live"))
        row = rows(board, "few")["new"]
        observed = sum(vote[2] == "first" for vote in moved) / len(moved)
        assert observed < 0.4
        assert row.against.share > observed + 0.05

    def test_says_nothing_of_a_tag_with_few_votes_or_prompts(self):
        votes, tags = bases.by_tag(PLANTED)
        lone = [("new", "live", "second", number % 8, 99) for number in range(60)]
        for more, known in ((lone[:5], range(95, 100)), (lone, (99,))):
            given = {**tags, **{prompt: ["lone"] for prompt in known}}
            board = compute.compute(bases.of_votes([*votes, *more], tags=given, incumbent="live"))
            assert all(row.expected is None for row in rows(board, "lone").values())
            assert all(row.against is None for row in rows(board, "lone").values())
            found = incumbent.panel(board, ENGLISH)
            assert "lone" not in {one.tag for one in found.regressions}
            assert "Not enough votes or prompts to look at: “lone”." in found.notes
            told = slices.panel(board, board.parts[0], {}, ENGLISH)
            assert "Not enough votes or prompts: “lone”." in told.says

    def test_counts_the_direct_votes_on_a_tag(self, planted, board):
        met = rows(board, "legal")["new"].met
        assert met == 120
        assert rows(board, "legal")["live"].met == 0

    def test_keeps_to_so_many_tags_and_counts_the_others(self, planted):
        given = {
            prompt: [*found, *(f"tag {at:02}" for at in range(prompt % 6, 20, 2))]
            for prompt, found in planted.tags.items()
        }
        (part,) = compute.compute(replace(planted, tags=given)).parts
        assert len(part.slices.slices) == MOST_TAGS
        assert part.slices.left_out == 24 - MOST_TAGS
        votes = [one.votes for one in part.slices.slices]
        assert votes == sorted(votes, reverse=True)

    def test_is_silent_without_tags(self, planted):
        (part,) = compute.compute(replace(planted, tags={})).parts
        assert part.slices.slices == ()

    def test_finds_few_regressions_where_there_are_none(self):
        found = looked = 0
        for seed in range(12):
            pairs = {("new", "live"): 0.6}
            shares = {f"tag {at}": pairs for at in range(6)}
            votes, tags = bases.by_tag(shares, votes=10, seed=seed)
            random.Random(seed).shuffle(votes)
            board = compute.compute(bases.of_votes(votes, tags=tags, incumbent="live"))
            found += len(incumbent.panel(board, ENGLISH).regressions)
            looked += 6
        assert found <= 0.025 * looked
