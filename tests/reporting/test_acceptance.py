"""What a decision card must never say: fifteen traps, each with votes that set it.

Votes are planted and go through the computation of a worker; what is looked at are the sentences.
Each test first shows that the votes do set the trap: that a card which goes by ranks, by single
intervals or by one figure would have said the wrong thing. The thirteenth, a cold link that
explains itself, is a page and stands in `tests/web/researcher/test_shared.py`.
"""

import json
import re
from dataclasses import replace
from html import unescape
from itertools import combinations

import numpy as np
import pytest

from service.domain.judge_report import Figure
from service.domain.leaderboard import End, Leaderboard, to_json
from service.domain.priced import COST, MEASURES
from service.domain.trust import CAUTION, CHECKS, NOTE
from service.reporting import (
    behind,
    captions,
    charts,
    decision,
    grounds,
    headline,
    judge_words,
    notes,
    price,
    scatter,
    trust,
)
from service.reporting.headline import Kind
from service.reporting.report.page import page
from service.reporting.words import ENGLISH
from service.stats import find_intervals, fit
from service.store.completions import Measures
from service.usecases.sighted.judges import report as judge_report
from service.usecases.sighted.results import numeric
from tests.oracles import judges
from tests.reporting.report.test_page import report
from tests.usecases.sighted.results import bases, planted
from tests.usecases.sighted.results.bases import won

NEVER_MET = (*won("a", "b", 60, 20), *won("c", "d", 50, 30))
# Two that cannot be told apart, and one that is plainly worse than both.
TWO_AND_ONE = (*won("a", "b", 52, 48), *won("a", "c", 90, 10), *won("b", "c", 88, 12))
BOARDS = {
    Kind.WINNER: (*won("a", "b", 90, 10), *won("a", "c", 90, 10), *won("b", "c", 60, 40)),
    Kind.SEVERAL: TWO_AND_ONE,
    Kind.CIRCLE: (*won("a", "b", 90, 30), *won("b", "c", 90, 30), *won("c", "a", 90, 30)),
    Kind.NO_SIGNAL: (("a", "b", "both_good", 40), ("a", "c", "both_bad", 40)),
}
COSTS = {"a": 10.0, "b": 9.0, "c": 50.0}


def priced(*matchups, costs, prompts=24, spread=0.3, **more) -> Leaderboard:
    """Return a leaderboard whose answers cost so much (USD per 1,000), more on later prompts."""
    made = bases.basis(*matchups, **more)
    rng = np.random.default_rng(4)
    taken = [
        Measures(
            identity,
            "ready",
            "complete",
            round(1e6 * costs[name] * (1 + spread * at) * (1 + 0.02 * rng.random())),
            round(100 * costs[name] * (1 + spread * at)),
            1,
            prompt_id=at,
        )
        for identity, name in made.names.items()
        if name in costs
        for at in range(prompts)
    ]
    return bases.compute.compute(replace(made, measures=tuple(taken)))


def card(board) -> list[str]:
    return [one.text for one in decision.decide(board, ENGLISH)]


def weighed(board) -> list[str]:
    """Return all that is said of prices: who costs less, who is beaten, what is traded."""
    less = [line for part in board.parts for line in price.cheaper(board, part, ENGLISH)]
    return [line.text for line in [*less, *price.weighed(board, ENGLISH)]]


def told_apart(board, *pair) -> bool:
    return board.difference(*pair).told_apart


class TestOneSentenceFirst:
    """1: one sentence before any chart, made by code, the same wherever it stands."""

    @pytest.mark.parametrize("kind", BOARDS)
    def test_is_the_same_on_card_command_line_and_report(self, kind):
        board = bases.board(*BOARDS[kind])
        (part,) = board.parts
        first = headline.of_part(part, ENGLISH)
        assert card(board)[0] == first
        assert decision.lines(board, ENGLISH)[0].startswith(first)
        made = page(report(board=board, decided=None), ENGLISH, "en")
        assert first in unescape(re.sub(r"<[^>]+>", "", made))

    def test_never_headlines_that_the_best_beats_the_worst(self):
        board = bases.board(*TWO_AND_ONE)
        best, _, worst = (row.configuration for row, _ in board.competing)
        assert told_apart(board, best, worst)  # true, and not what anybody asked
        assert card(board)[0] == "a and b cannot be told apart; c is behind a."


class TestKindsOfVerdict:
    """2: winner, several, circle, not comparable, no signal; nobody is crowned for being left."""

    @pytest.mark.parametrize("kind", BOARDS)
    def test_follow_from_the_votes(self, kind):
        assert headline.kind_of(bases.board(*BOARDS[kind]).parts[0]) is kind

    def test_of_those_who_never_met_is_said_first(self):
        assert card(bases.board(*NEVER_MET))[0] == (
            "Not comparable: a + b and c + d never met. Each group is judged by itself."
        )

    def test_do_not_crown_who_is_left_when_all_winners_and_losers_are_gone(self):
        # A card that drops who won all and who lost all is left with b alone, and crowns it.
        board = bases.board(*won("a", "b", 3, 0), *won("a", "c", 3, 0), *won("b", "c", 3, 0))
        rows = {row.configuration: (row.wins, row.losses) for row in board.ratings}
        assert [name for name, (wins, losses) in rows.items() if wins and losses] == ["b"]
        (part,) = board.parts
        assert (part.verdict.state, part.verdict.winner) == ("keep_going", None)
        assert not any("b is" in text or "preferred" in text for text in card(board))


class TestTheTopIsAClique:
    """3: those at the top can all be taken for one another."""

    def test_where_the_leader_can_be_told_from_neither_of_two_that_differ(self):
        # a has few votes and leads; b and c have many, and b is plainly better than c.
        board = bases.board(
            *won("a", "b", 16, 10), *won("a", "c", 18, 10), *won("b", "c", 160, 80), raters=9
        )
        (part,) = board.parts
        leader = part.claims.leader
        open_ = {claim.rival for claim in part.claims.not_ahead_of}
        assert (leader, open_) == ("a", {"b", "c"})  # "not separable from the leader": all three
        assert told_apart(board, "b", "c")
        assert not {"b", "c"} <= set(part.top)
        assert "b and c cannot be told apart" not in card(board)[0]
        assert not card(board)[0].startswith("Nobody is ahead yet")

    @pytest.mark.parametrize("seed", range(4))
    def test_on_any_leaderboard(self, seed):
        for part, board in some_boards(seed):
            assert not any(told_apart(board, *pair) for pair in combinations(part.top, 2))


def some_boards(seed):
    """Yield leaderboards of four configurations, each pair with its own share and votes."""
    rng = np.random.default_rng(seed)
    for _ in range(2):
        strength = rng.normal(0, 0.7, 4)
        matchups = []
        for one, two in combinations(range(4), 2):
            votes = int(rng.integers(10, 120))
            wins = rng.binomial(votes, 1 / (1 + np.exp(strength[two] - strength[one])))
            matchups += won("abcd"[one], "abcd"[two], int(wins), int(votes - wins))
        board = bases.board(*matchups)
        yield from ((part, board) for part in board.parts)


class TestSeparationIsAskedOnce:
    """4: of the difference, and every panel reads that answer."""

    @pytest.mark.parametrize("seed", range(4))
    def test_card_brackets_and_prices_agree(self, seed):
        for part, board in some_boards(seed):
            leader, said = part.claims.leader, " ".join(card(board))
            for claim in part.claims.rivals:
                is_ahead = claim.state == "ahead"
                assert told_apart(board, leader, claim.rival) == is_ahead
                assert (claim.rival in part.top) <= (not is_ahead)
                assert (f"{claim.rival} cannot be told from {leader}" in said) <= (not is_ahead)
            for pair in combinations(part.configurations, 2):
                together = any(set(pair) <= set(group) for group in part.groups)
                assert together == (not told_apart(board, *pair))

    def test_though_the_two_intervals_overlap(self):
        end = End(votes=520, reached=True)
        votes = (*won("a", "b", 240, 160), *won("a", "c", 45, 15), *won("b", "c", 38, 22))
        board = bases.board(*votes, end=end)
        first, second = (rating for _, rating in board.competing[:2])
        assert first.low < second.high  # two intervals that overlap: "cannot be told apart"
        assert card(board)[0] == "At the declared end: a is ahead of every other: b and c."
        (part,) = board.parts
        assert not any({"a", "b"} <= set(group) for group in part.groups)


class TestAcrossWhatNeverMet:
    """5: no winner, no cheaper equal, nobody to drop, and no figure."""

    def test_nothing_is_said(self):
        board = priced(*NEVER_MET, costs={"a": 9.0, "b": 8.0, "c": 0.1, "d": 0.1})
        made = bases.basis(*NEVER_MET)
        naive = fit(numeric.counts_of(made.names, made.cells), prior=1.0)
        width = float(np.ptp([find_intervals(naive).low[at] for at in (0, 2)]))
        assert width < 1  # a prior makes the gap finite, and looks as if it were measured
        for one, other in (("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")):
            assert board.difference(one, other) is None
            assert all(board.prices.gap(measure, one, other) is None for measure in MEASURES)
            pattern = re.compile(rf"\b({one}\b.*\b{other}|{other}\b.*\b{one})\b")
            said = [*card(board)[1:], *weighed(board)]
            assert not [text for text in said if pattern.search(text) and "not known" not in text]


class TestCheaperAndAsGood:
    """6: measured against what one would otherwise ship, paired by prompt, beyond noise."""

    def test_against_the_leader_and_not_the_dearest(self):
        even = (*won("a", "b", 52, 48), *won("a", "c", 52, 48), *won("b", "c", 51, 49))
        board = priced(*even, costs=COSTS)
        assert 1 - COSTS["b"] / COSTS["c"] == pytest.approx(0.82)  # "82 % less", of no use
        (line,) = (
            line
            for line in price.cheaper(board, board.parts[0], ENGLISH)
            if line.text.startswith("b costs less")
        )
        assert line.text == "b costs less than a and cannot be told from it."
        assert ", 10\xa0% less, on 24 prompts" in line.figure

    def test_is_paired_by_prompt(self):
        # Prompts cost up to eight times as much as others: means have overlapping intervals.
        board = priced(*TWO_AND_ONE, costs=COSTS)
        first, second = board.prices.of("a").cost, board.prices.of("b").cost
        assert second.high > first.low
        assert "b costs less than a and cannot be told from it." in weighed(board)

    def test_is_nothing_inside_the_noise(self):
        board = priced(*TWO_AND_ONE, costs={**COSTS, "b": 9.999})
        assert board.prices.of("b").cost.value != board.prices.of("a").cost.value
        assert not [text for text in weighed(board) if text.startswith("b costs less")]

    def test_is_not_claimed_of_few_prompts(self):
        board = priced(*TWO_AND_ONE, costs=COSTS, prompts=4)
        told = weighed(board)
        assert not [text for text in told if "costs less than" in text]
        assert "Too few prompts have costs of a and of b: which costs less is not claimed." in told

    @pytest.mark.parametrize("costs", [(2.0, 1.0), (1.0, 2.0), (1.0, 1.0)])
    def test_holds_one_way_at_most(self, costs):
        board = priced(*TWO_AND_ONE, costs=dict(zip("ab", costs, strict=True)))
        gap = board.prices.gap(COST, "a", "b")
        assert not (gap.is_less and gap.turned().is_less)
        assert board.prices.gap(COST, "b", "a") == gap.turned()


class TestBeatenOutrightOrTraded:
    """7: dominance over what is on record, else a genuine trade-off; no blended score."""

    def test_who_is_worse_and_dearer_can_be_dropped(self):
        board = priced(*BOARDS[Kind.WINNER], costs={"a": 1.0, "b": 2.0, "c": 3.0})
        assert "b is beaten outright by a and can be dropped." in weighed(board)

    def test_who_is_worse_and_cheaper_is_a_trade_off(self):
        board = priced(*BOARDS[Kind.WINNER], costs={"a": 3.0, "b": 1.0, "c": 3.0})
        assert "b against a is a genuine trade-off." in weighed(board)
        assert not [text for text in weighed(board) if text.startswith("b is beaten")]

    def test_quality_does_not_count_where_nobody_is_told_apart(self):
        board = priced(*TWO_AND_ONE, costs={"a": 1.0, "b": 2.0, "c": 9.0})
        first, second = (rating.expected_share for _, rating in board.competing[:2])
        assert first > second  # by rank b is worse and dearer: "drop it"
        assert not [text for text in weighed(board) if text.startswith("b is beaten")]

    def test_no_score_is_blended(self):
        board = priced(*TWO_AND_ONE, costs=COSTS)
        told = [*card(board), *weighed(board), *notes.verdicts(board, ENGLISH)]
        assert "score" not in " ".join(told).lower()
        assert '"score' not in json.dumps(to_json(board))


class TestEveryCheckIsStated:
    """8: also where all is well or nobody looked; what is only measured is no warning."""

    def test_with_a_sentence_of_its_own(self):
        lines = trust.lines(planted.board(planted.fair()), ENGLISH)
        assert len(lines) == len(CHECKS)
        assert all(line.word and line.said for line in lines)
        assert {line.state for line in lines} >= {"ok", "not_checked"}

    def test_length_three_times_that_of_others_is_measured_and_no_caution(self):
        votes = planted.fair()
        texts = {
            text: (300.0 if at == 0 else 100.0, 0, 0, 0, 0)
            for one in votes
            for at, text in enumerate(one.texts)
        }
        board = planted.board(votes, looks=planted.Looks(measured=texts))
        (check,) = planted.of(board, "length")
        assert check.state == NOTE
        (line,) = (one for one in trust.lines(board, ENGLISH) if "3.0 times as long" in one.said[0])
        assert (line.state, line.word) == (NOTE, "measured")


class TestManyPairs:
    """9: brackets carry how many pairs they speak of."""

    def test_are_allowed_for_and_named(self):
        board = bases.board(*TWO_AND_ONE)
        rows = charts.intervals(board, board.parts[0], {})
        said = captions.of_intervals(rows, ENGLISH)
        assert "Brackets allow for all 3 pairs at once" in said

    def test_what_is_told_by_luck_of_one_pair_is_not_told_of_many(self):
        # 72 of 100 is beyond chance where two are asked once, and not among ten pairs at any look.
        even = [won(*pair, 50, 50) for pair in combinations("abcde", 2) if pair != ("a", "b")]
        board = bases.board(*won("a", "b", 72, 28), *(end for pair in even for end in pair))
        alone = [one for one in board.differences if not one.spans_even]
        assert [one.first for one in alone] == ["a"] * len(alone) != []
        assert not any(one.told_apart for one in board.differences)
        assert card(board)[0].startswith("Nobody is ahead yet")


class TestTheAxisOfCosts:
    """10: an interval of the mean; of a single priced prompt none, and it is not drawn as exact."""

    def test_draws_intervals_and_a_single_prompt_as_open(self):
        board = priced(*TWO_AND_ONE, costs={"a": 3.0, "b": 1.0})
        one = replace(board.prices.of("b"), cost=priced_once())
        others = [one if each.configuration == "b" else each for each in board.prices.standings]
        board = replace(board, prices=replace(board.prices, standings=tuple(others)))
        found = scatter.draw(board, board.parts[0], COST, {})
        points = {point.name: point for point in found.points}
        assert points["a"].mean.low < points["a"].mean.value < points["a"].mean.high
        assert (points["a"].is_open, points["b"].is_open) == (False, True)
        drawn = found.svg(ENGLISH)
        assert drawn.count('class="dot open') == 1
        assert drawn.count("span thin") == 3  # both ways for a, upright alone for b
        assert found.unknown == ("c",)

    def test_size_is_the_third_measure(self):
        board = priced(*TWO_AND_ONE, costs=COSTS)
        least, most = scatter.draw(board, board.parts[0], COST, {}).sizes
        assert least.radius < most.radius


def priced_once():
    board = priced(*TWO_AND_ONE, costs=COSTS, prompts=1)
    return board.prices.of("b").cost


class TestNames:
    """11: what all begin with is left out, equal ones are numbered, the same everywhere."""

    LONG = ("support-replies/v2/plain", "support-replies/v2/tuned", "support-replies/v2/tuned ")

    def test_are_the_same_in_sentence_chart_and_prices(self):
        a, b, c = self.LONG
        board = priced(
            *won(a, b, 52, 48),
            *won(a, c, 90, 10),
            *won(b, c, 88, 12),
            costs={a: 10.0, b: 9.0, c: 50.0},
        )
        words = ENGLISH.naming(self.LONG)
        labels = [" ".join(words.name(name).split()) for name in self.LONG]
        assert labels == ["…plain", "…tuned (1)", "…tuned (2)"]
        first = " ".join(decision.decide(board, words)[0].text.split())
        assert first == "…plain and …tuned (1) cannot be told apart; …tuned (2) is behind …plain."
        drawn = scatter.draw(board, board.parts[0], COST, {}).svg(words)
        less = [line.text for line in price.cheaper(board, board.parts[0], words)]
        for label in labels[:2]:
            assert f">{label}</text>" in drawn
            assert label in less[0]


class TestBehindTheFigures:
    """12: a field of the matrix and a sentence open exactly the votes they speak of."""

    def test_are_the_votes_of_that_matchup(self):
        board = bases.board(*TWO_AND_ONE)
        _, cells = charts.matrix(board)
        for sentence in decision.decide(board, ENGLISH):
            if isinstance(sentence.behind, behind.Behind):
                cell = cells[sentence.behind.first, sentence.behind.second]
                assert sentence.behind.votes == cell.votes
        assert (cells["a", "b"].wins, cells["b", "a"].wins) == (52, 48)
        assert cells["a", "b"].share == pytest.approx(0.52)

    def test_reasons_count_both_sides_and_lead_to_examples(self):
        board = bases.board(*TWO_AND_ONE)
        board = replace(board, grounds=report().board.grounds)
        first, *_ = grounds.groups(board.grounds.reasons, ENGLISH)
        assert first.said.startswith("retrieval: 4 for, 0 against; fine-tune: 1 for, 3 against")
        assert [one.prompt for one in first.examples] == ["p1"]


class TestUnsettledVerdicts:
    """14: a judge that turns with the order is unsettled, no tie; more of it will not help."""

    def said(self, share):
        made = judge_report.compute(judges.simulate(judges.World(gain=2)))
        flips = Figure(share, share - 0.05, share + 0.05)
        lines = judge_words.lines(replace(made, flips=flips), ENGLISH)
        (line,) = (line for line in lines if line.name == "The order does not decide")
        return line

    def test_say_where_more_matchups_will_not_help(self):
        line = self.said(0.4)
        assert line.state == CAUTION
        assert "unsettled" in line.said[0]
        assert line.said[1] == (
            "More matchups will not change that: another judge or clearer instructions may."
        )

    def test_are_a_measurement_where_they_are_few(self):
        line = self.said(0.1)
        assert (line.state, len(line.said)) == (NOTE, 1)


class TestForecasts:
    """15: what is short is a range with "probably" before it, and never one number."""

    @pytest.mark.parametrize("seed", range(4))
    def test_are_ranges(self, seed):
        for part, _ in some_boards(seed):
            found, said = part.verdict, notes.verdict(part, ENGLISH)
            if found.more_low is None:
                assert not re.search(r"\d+ more", said)
            else:
                assert found.more_low < found.more_high
                assert f"Probably {found.more_low:,} to {found.more_high:,} more" in said

    def test_of_what_is_even_are_not_made_from_the_gap(self):
        # A power calculation on 51 of 100 asks for "6,000 more votes"; it knows nothing.
        board = bases.board(*won("a", "b", 51, 49))
        said = notes.verdict(board.parts[0], ENGLISH)
        assert not re.search(r"(?<!to )\b\d[\d,]* more", said)

    def test_stop_at_the_declared_end(self):
        board = bases.board(*won("a", "b", 75, 45), end=End(votes=120, reached=True))
        assert card(board)[0] == "At the declared end: a is preferred to b."
