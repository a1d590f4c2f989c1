import dataclasses

import pytest

from service.domain.leaderboard import Cell
from service.domain.measured import Rates
from service.domain.vote import Outcome
from service.store import completions, tallies, took
from service.store.completions import Measures
from service.usecases.sighted.results import sums
from service.usecases.sighted.results.fold import AHEAD, BEHIND, EQUAL, Given
from tests import factories


def counted(**numbers):
    """So many votes of each outcome on configurations 1 and 2, on either side."""
    return [
        (tallies.Cell("all", 0, 1, 2, outcome, is_left), number)
        for outcome, number in numbers.items()
        for is_left in (True, False)
    ]


class TestByConfiguration:
    def test_counts_each_vote_for_both(self):
        found = sums.by_configuration(counted(first=3, second_much=1, both_good=2, both_bad=1))
        first, second = found[1], found[2]
        assert (first.wins, first.losses, first.ties, first.both_bad) == (6, 2, 4, 2)
        assert (second.wins, second.losses, second.ties, second.both_bad) == (2, 6, 4, 2)
        assert (first.votes, first.share) == (14, pytest.approx(9 / 14))

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_knows_every_outcome(self, outcome):
        found = sums.by_configuration(counted(**{outcome: 1}))
        assert found[1].votes == found[2].votes == 2
        assert found[1].share + found[2].share == 1

    def test_has_no_share_without_votes(self):
        assert sums.Sums().share is None


class TestMatrix:
    def test_holds_each_matchup_once(self):
        found = sums.matrix(counted(first_much=2, second=1, tie=1), {1: "a", 2: "b"})
        assert found == (Cell("a", "b", first_wins=4, second_wins=2, ties=2, both_bad=0),)
        assert found[0].votes == 8


class TestMarks:
    def test_are_means_the_best_first(self):
        given = Given()
        given.add([1, 1, 2], [5, 2, 4], [7, 8, 7], [9, 9, 9])
        best, other = sums.graded(given, {1: "a", 2: "b"})
        assert (best.configuration, best.mean, best.number) == ("b", 4.0, 1)
        assert (other.mean, other.counts) == (3.5, (0, 1, 0, 0, 1))

    def test_count_equal_half(self):
        given = Given()
        given.add([1, 1, 1], [AHEAD, EQUAL, BEHIND], [7, 7, 7], [1, 2, 3])
        (row,) = sums.led(given, {1: "a"})
        assert (row.ahead, row.equal, row.behind, row.share) == (1, 1, 1, 0.5)


class TestMeasured:
    def measures(self, **changes):
        usual = {
            "configuration_id": 1,
            "state": "ready",
            "kind": "complete",
            "cost_nanos": 2_000_000,
            "latency_ms": 400,
            "saved_nanos": 0,
            "reused_calls": 0,
        }
        return Measures(**{**dict.fromkeys(Measures._fields), **usual, **changes})

    def test_is_unknown_as_soon_as_one_cost_is(self):
        rows = [self.measures(), self.measures(cost_nanos=None, latency_ms=600)]
        found = sums.measured(rows)[1]
        assert (found.cost, found.cost_per_1000, found.latency_p50_ms) == (None, None, 500.0)

    def test_gives_cost_and_how_completions_ended(self):
        rows = [
            self.measures(saved_nanos=500_000, reused_calls=1),
            self.measures(kind="refused"),
            self.measures(kind=None, state="failed", cost_nanos=None),
        ]
        found = sums.measured(rows)[1]
        assert found.cost_per_1000 == pytest.approx(2.0)
        assert (found.cost, found.saved, found.reused) == (0.0035, 0.0005, 1)
        third = pytest.approx(1 / 3)
        assert found.rates == Rates(third, 0.0, third, third)

    def test_of_nothing_that_ended_is_unknown(self):
        found = sums.measured([self.measures(kind=None, state="pending", cost_nanos=None)])[1]
        assert (found.completions, found.rates) == (0, Rates())


class TestOfGroups:
    def test_says_what_all_completions_say_one_by_one(self, session):
        """What the database adds up is what Python adds up, but for the 95th percentile."""
        study = factories.make_study(session, configurations=("Plain", "Dear", "None"), prompts=0)
        plain, dear, _ = study.configurations.values()
        told = [
            ("ready", "complete", 5, 100), ("ready", "cut_off", 7, 101), ("failed", None, None, 9),
            ("ready", "refused", 0, 300), ("pending", None, None, None),
            ("ready", "complete", 9, 1), ("replaced", "complete", 10**6, 10**6),
            ("quarantined", "complete", 4, None),
        ]  # fmt: skip
        for at, (state, kind, cost, took_ms) in enumerate(told):
            prompt = factories.make_prompt(session, study.id, at, f"Question {at}?")
            for one in (plain, dear):
                is_unknown = one == dear and at == 3
                factories.make_completion(
                    session, study.id, one, prompt, f"{one} {at}", state=state, kind=kind,
                    cost_nanos=None if is_unknown else cost, latency_ms=took_ms,
                    reused_calls=at % 2, saved_nanos=at % 2,
                )  # fmt: skip
        groups = took.groups(session, study.id)
        found = sums.of_groups(groups, took.medians(session, study.id))
        whole = sums.measured(completions.measures(session, study.id))
        assert found == {
            key: dataclasses.replace(one, latency_p95_ms=None) for key, one in whole.items()
        }
        assert (found[plain].latency_p50_ms, found[dear].cost) == (100.5, None)

    def test_counts_who_names_its_maker(self, session):
        study = factories.make_study(
            session,
            prompts=2,
            completion_fields={
                "Plain": {"leaks": {"found": [{"excerpt": "acme"}]}},
                "Retrieval": {"leaks": {"found": []}},
            },
        )
        assert took.leaks(session, study.id) == {study.configurations["Plain"]: 2}
