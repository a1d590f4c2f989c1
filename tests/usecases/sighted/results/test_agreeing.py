import random
from dataclasses import replace

import pytest

from service.domain.trust import CAUTION, NOT_CHECKED, OK
from service.stats.agreement import Scale, krippendorff_alpha, tabulate
from service.usecases.sighted.results.fold import SaidAgain
from service.usecases.sighted.results.looks import Looks
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.results.planted import Vote, fair


def of_prompts(odd=(), raters=8, prompts=30, noise=0.1):
    """Return votes of people who mostly agree on each prompt, but for the odd ones."""
    rng = random.Random(3)
    better = [rng.random() < 0.6 for _ in range(prompts)]
    return [
        Vote(
            rater,
            prompt,
            "first" if better[prompt] ^ (rng.random() < noise) ^ (rater in odd) else "second",
            left=rng.random() < 0.5,
        )
        for rater in range(raters)
        for prompt in range(prompts)
    ]


def said(before, after, *, first_was_left=True):
    return SaidAgain(before, after, first_was_left)


class TestAgreement:
    def test_is_the_library_s_to_the_digit(self):
        votes = of_prompts()
        (check,) = planted.of(planted.board(votes), "agreement")
        said = [2 if one.outcome == "first" else 0 for one in votes]
        table = tabulate([one.prompt for one in votes], said, 3)
        theirs = krippendorff_alpha(table, Scale.INTERVAL)
        assert check.state == OK
        assert check.figures["value"] == pytest.approx(theirs.coefficient.value)
        assert check.figures["low"] == pytest.approx(theirs.coefficient.lower)
        assert check.figures["units"] == 30

    def test_is_a_caution_where_people_want_different_things(self):
        found = planted.board(of_prompts(noise=0.5))
        assert planted.state(found, "agreement")[0] == CAUTION

    def test_names_who_votes_unlike_all_others(self):
        checks = planted.of(planted.board(of_prompts(odd=(5,))), "agreement")
        assert [(check.why, check.items) for check in checks[1:]] == [("odd_raters", ("r05",))]
        assert len(planted.of(planted.board(of_prompts()), "agreement")) == 1

    def test_takes_two_people_on_some_matchups(self):
        assert planted.state(planted.board(fair(raters=1)), "agreement")[1] == "one_rater"
        alone = [replace(one, prompt=one.prompt + 100 * one.rater) for one in fair()]
        assert planted.state(planted.board(alone), "agreement")[1] == "few_twice"
        alike = planted.board(fair(share=1.0, prompts=12))
        assert planted.state(alike, "agreement")[1] == "nothing_varies"


class TestOwnRepeats:
    def test_are_counted(self):
        again = (*[said(1, 1)] * 18, said(1, 0), said(-1, -1, first_was_left=False))
        found = planted.board(fair(), looks=Looks(again=again))
        (check,) = planted.of(found, "self_consistency")
        assert check.state == OK
        assert check.figures["value"] == pytest.approx(0.95)
        assert check.figures["number"] == 20

    def test_find_who_chooses_the_same_side_again(self):
        turned = (said(1, -1), said(-1, 1, first_was_left=False)) * 10
        found = planted.board(fair(), looks=Looks(again=turned))
        assert planted.state(found, "self_consistency") == (CAUTION, "side_decides")

    @pytest.mark.parametrize(("number", "why"), [(0, "no_repeats"), (9, "few_repeats")])
    def test_say_nothing_of_a_few(self, number, why):
        looks = Looks(again=(said(1, 1),) * number)
        found = planted.board(fair(), looks=looks)
        assert planted.state(found, "self_consistency") == (NOT_CHECKED, why)


class TestLeftText:
    def test_finds_a_planted_position_bias(self):
        votes = [replace(one, outcome="first" if one.left else "second") for one in fair()]
        (check,) = planted.of(planted.board(votes), "position")
        assert check.state == CAUTION
        assert check.figures["value"] == 1

    def test_finds_one_rater_among_honest_ones(self):
        votes = [
            replace(one, outcome="first" if one.left else "second") if one.rater == 3 else one
            for one in fair(prompts=40, share=0.5)
        ]
        assert planted.state(planted.board(votes), "position") in {
            (CAUTION, "some_raters"),
            (CAUTION, ""),
        }

    def test_leaves_honest_raters_alone(self):
        assert planted.state(planted.board(fair(prompts=20)), "position")[0] == OK

    def test_is_not_asked_where_sides_were_not_drawn(self):
        votes = [replace(one, left=True) for one in fair()]
        assert planted.state(planted.board(votes), "position") == (NOT_CHECKED, "not_drawn")

    def test_takes_votes_for_a_side(self):
        ties = [replace(one, outcome="both_bad") for one in fair()]
        assert planted.state(planted.board(ties), "position") == (NOT_CHECKED, "few_sides")
