"""The trust report: real figures reproduced, simulated judges found out, examples never scored."""

from dataclasses import replace
from itertools import combinations

import pytest

from service.domain.judge import GradedText, JudgedMatchup, PersonVote, Pool, Verdict
from service.domain.vote import Outcome
from service.usecases.sighted.judges import report
from tests.oracles import judges
from tests.oracles.judges import World


@pytest.fixture(scope="module")
def real():
    return report.compute(judges.mt_bench())


class TestOnMTBench:
    def test_reproduces_agreement_kappa_and_flips(self, real):
        assert real.agreement.with_people.value == pytest.approx(0.672, abs=5e-4)
        assert real.agreement.kappa.value == pytest.approx(0.505, abs=5e-4)
        assert real.flips.value == pytest.approx(0.158, abs=5e-4)
        assert real.heard.unsettled == 380

    def test_intervals_are_those_of_a_bootstrap_over_prompts(self, real):
        shown = real.agreement.with_people
        assert (shown.low, shown.high) == pytest.approx((0.643, 0.702), abs=0.004)
        kappa = real.agreement.kappa
        assert (kappa.low, kappa.high) == pytest.approx((0.461, 0.549), abs=0.004)

    def test_shows_people_with_each_other_beside_the_judge_with_people(self, real):
        assert real.agreement.people.value == pytest.approx(0.655, abs=5e-4)
        assert real.agreement.judge.value == pytest.approx(0.660, abs=5e-4)
        assert real.agreement.gap.low < 0 < real.agreement.gap.high

    def test_names_its_own_family_and_that_it_leans_to_it(self, real):
        assert real.same_family == ("gpt-3.5-turbo", "gpt-4")
        (own,) = (one for one in real.leanings if one.name == "own_family")
        assert own.is_found
        assert own.figure.value > 0

    def test_says_every_tag_of_twenty_matchups(self, real):
        assert len(real.tags) == 8
        assert min(one.matchups for one in real.tags) >= 20

    def test_begins_with_what_is_worst_to_read(self, real):
        worst = real.disagreements[0]
        assert worst.votes in {(5, 0, 0), (0, 0, 5)}
        assert worst.judge == ("first" if worst.votes[2] else "second")


class TestOnLlmfao:
    def test_counts_what_a_plain_loop_counts(self):
        evidence = judges.llmfao()
        found = report.compute(evidence).agreement
        alike, pairs, with_judge, votes = 0, 0, 0, 0
        for one in evidence.matchups:
            signs = [vote.outcome.sign for vote in one.votes]
            if len(signs) > 1:
                said = {"first": 1, "second": -1}.get(one.settled.value, 0)
                pairs += len(signs) * (len(signs) - 1) // 2
                alike += sum(a == b for a, b in combinations(signs, 2))
                votes, with_judge = votes + len(signs), with_judge + signs.count(said)
        assert found.matchups == 2139
        assert found.people.value == pytest.approx(alike / pairs)
        assert found.judge.value == pytest.approx(with_judge / votes)
        # Thirteen prompts: the interval says how little is known beyond them.
        assert found.gap.high - found.gap.low > 0.15


def leaning(found, name):
    (one,) = (each for each in found.leanings if each.name == name)
    return one


KNOWN = {
    "position": World(position=0.5),
    "length": World(length=0.5),
    "own_family": World(family=0.6),
}


class TestASimulatedJudge:
    @pytest.mark.parametrize("name", KNOWN)
    def test_bias_is_found_and_within_its_interval(self, name):
        world = KNOWN[name]
        truth = leaning(report.compute(judges.simulate(replace(world, prompts=500, seed=5))), name)
        found = leaning(report.compute(judges.simulate(world)), name)
        assert found.is_found
        assert found.figure.low <= truth.figure.value <= found.figure.high

    @pytest.mark.parametrize("name", KNOWN)
    def test_that_leans_to_nothing_is_not_accused(self, name):
        found = leaning(report.compute(judges.simulate(World(seed=3))), name)
        assert found.figure.low <= 0 <= found.figure.high

    def test_leniency_is_found_within_its_interval_and_mended(self):
        evidence = replace(judges.simulate(World()), grades=judges.grades(12, lenient=0.8))
        found = report.compute(evidence)
        lean = leaning(found, "leniency")
        assert lean.is_found
        assert lean.figure.low <= 0.65 <= lean.figure.high  # 0.8 less what the scale's end takes
        assert found.graded.is_map_applied
        assert found.graded.mapped_error < found.graded.raw_error

    def test_gate_refuses_a_map_that_would_harm(self):
        evidence = replace(judges.simulate(World()), grades=judges.grades(5, lenient=0.0, seed=4))
        assert not report.compute(evidence).graded.is_map_applied

    def test_that_knows_little_may_replace_nobody(self):
        found = report.compute(judges.simulate(World(gain=0.1, noise=1.0)))
        assert found.replacing.state == "may_not"

    def test_that_follows_people_may(self):
        found = report.compute(judges.simulate(World(prompts=200, noise=0.1)))
        assert found.replacing.state == "may"

    def test_of_one_judged_by_few_there_is_not_enough(self):
        found = report.compute(judges.simulate(World(prompts=4)))
        assert found.replacing.state == "not_enough"
        assert found.replacing.needed >= 30

    def test_tuned_on_labels_that_reverse_the_truth_is_refused_by_the_audit(self):
        world = judges.simulate(World(gain=-1.0, noise=0.2))
        # Chosen by hand: those few on which it happens to agree.
        chosen = [
            replace(one, pool=Pool.CALIBRATION) if _agrees(one) else one for one in world.matchups
        ]
        evidence = replace(world, matchups=tuple(chosen))
        found = report.compute(evidence)
        assert any(one.pool is Pool.CALIBRATION for one in evidence.matchups)
        assert found.agreement.kappa.high < 0
        assert found.replacing.state == "may_not"
        assert found.board("corrected").why in {"failed", "not_related"}


def _agrees(matchup):
    signs = {vote.outcome.sign for vote in matchup.votes}
    return signs == {{"first": 1, "second": -1}.get(matchup.settled.value, 0)}


class TestWhatItHasSeen:
    def test_scores_no_audit_matchup_that_stands_among_its_examples(self):
        evidence = judges.simulate(World(prompts=30))
        shown = tuple(one.key for one in evidence.matchups[:40])
        found = report.compute(replace(evidence, shown=shown))
        assert found.shown == 40
        assert found.agreement.matchups == len(evidence.matchups) - 40

    def test_scores_no_grade_that_it_was_shown(self):
        known = [replace(one, was_shown=True) for one in judges.grades(5, lenient=0)]
        evidence = replace(judges.simulate(World(prompts=4)), grades=tuple(known))
        assert (report.compute(evidence).graded.grades, report.compute(evidence).graded.scored) == (
            5,
            0,
        )


class TestAtTheLimits:
    def test_of_nothing_it_says_nothing(self):
        evidence = replace(judges.simulate(World(prompts=1)), matchups=())
        found = report.compute(evidence)
        assert found.agreement.with_people is None
        assert found.worth.correlation is None
        assert {board.why for board in found.boards} <= {"no_votes", "borrowed", "no_judgements"}

    def test_states_are_counted_and_retired_configurations_left_out(self):
        votes = (PersonVote("r", Outcome.FIRST),)
        ends = [
            (Verdict.REFUSED, Verdict.FIRST),
            (Verdict.FIRST, Verdict.MALFORMED),
            (Verdict.FIRST, None),
            (None, None),
            (Verdict.FIRST, Verdict.SECOND),
        ]
        matchups = [
            JudgedMatchup(str(at), "p", (), "own-0", "other-1", 1, 2, votes, *both, Pool.AUDIT)
            for at, both in enumerate(ends)
        ]
        gone = replace(matchups[4], key="9", first="retired")
        evidence = replace(judges.simulate(World(prompts=1)), matchups=(*matchups, gone))
        heard = report.compute(evidence).heard
        assert (heard.refused, heard.malformed, heard.waiting, heard.unsettled) == (1, 1, 1, 1)

    def test_five_of_five(self):
        grades = [
            GradedText(str(n), str(n), "own-0", "r", n % 5 + 1, n % 5 + 1.2) for n in range(5)
        ]
        evidence = replace(judges.simulate(World(prompts=1)), grades=tuple(grades))
        found = report.compute(evidence).graded
        assert (found.alike, found.scored, round(found.low, 2)) == (5, 5, 0.48)
