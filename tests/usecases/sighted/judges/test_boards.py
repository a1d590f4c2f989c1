"""Three boards, never mixed: what people's alone is, and when a judge may steady it."""

from dataclasses import replace

import pytest

from service.domain.judge import PersonVote, Pool
from service.domain.vote import Outcome
from service.usecases.sighted.judges import report
from tests.oracles import judges
from tests.oracles.judges import World

BIG = World(prompts=150, voted=0.3, noise=0.3)


@pytest.fixture(scope="module")
def evidence():
    return judges.simulate(BIG)


@pytest.fixture(scope="module")
def found(evidence):
    return report.compute(evidence)


class TestBoards:
    def test_people_only_is_untouched_by_what_a_judge_says(self, evidence, found):
        mute = [replace(one, forward=None, backward=None) for one in evidence.matchups]
        other = report.compute(replace(evidence, matchups=tuple(mute)))
        assert other.board("people") == found.board("people")
        assert other.board("judge").why == "no_judgements"

    def test_corrected_leans_on_a_good_judge_and_is_narrower(self, found):
        board = found.board("corrected")
        assert board.weight > 0.3
        assert 0.03 < board.narrower < 0.4
        assert all(row.leans_on_judge for row in board.rows)
        assert not any(row.leans_on_judge for row in found.board("people").rows)

    def test_both_treatments_of_a_flip_stand_beside_each_other(self, found):
        kinds = [(board.kind, board.unsettled) for board in found.boards]
        assert kinds == [
            ("people", "half"),
            ("corrected", "half"),
            ("corrected", "dropped"),
            ("judge", "half"),
            ("judge", "dropped"),
        ]

    def test_nothing_is_corrected_where_votes_were_not_dealt_at_random(self, evidence):
        other = report.compute(replace(evidence, is_dealt_at_random=False))
        assert other.board("corrected").why == "not_at_random"

    def test_nothing_is_corrected_before_twenty_audit_votes_of_its_own(self):
        found = report.compute(judges.simulate(replace(BIG, prompts=12)))
        assert {one.state for one in found.carried} == {"borrowed"}
        assert found.board("corrected").why == "borrowed"

    def test_a_configuration_that_the_judge_favours_is_not_corrected(self):
        world = World(prompts=200, voted=0.6, family=1.5, noise=0.3)
        found = report.compute(judges.simulate(world))
        states = {one.configuration: one.state for one in found.carried}
        assert states["own-0"] == "failed"
        rows = {row.configuration: row for row in found.board("corrected").rows}
        assert not rows or not rows["own-0"].leans_on_judge

    def test_calibration_matchups_never_steady_it(self, evidence, found):
        chosen = [
            replace(one, pool=Pool.CALIBRATION) if one.pool is None else one
            for one in evidence.matchups
        ]
        other = report.compute(replace(evidence, matchups=tuple(chosen)))
        assert other.board("corrected").weight == 0
        assert found.board("corrected").weight > 0

    def test_best_comes_first_by_people(self):
        base = judges.simulate(World(prompts=40))
        won = (PersonVote("a", Outcome.SECOND), PersonVote("b", Outcome.SECOND))
        evidence = replace(base, matchups=tuple(replace(one, votes=won) for one in base.matchups))
        board = report.compute(evidence).board("people")
        assert board.rows[0].configuration == "other-3"
        assert board.rows[0].low < board.rows[0].points < board.rows[0].high
