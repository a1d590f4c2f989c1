import json
import random
from collections import Counter

import pytest

from service.domain import sitting
from service.domain.sitting import SittingOptions


class TestSittingOptions:
    def test_stores_only_what_differs(self):
        assert SittingOptions().to_stored() == {}
        assert SittingOptions(repeats=0.1).to_stored() == {"repeats": 0.1}

    @pytest.mark.parametrize(
        "options",
        [
            SittingOptions(),
            SittingOptions(repeats=0, withdraws_flagged=True),
            SittingOptions(practice=(), labels={"One": "a", "Two": "b"}),
            SittingOptions(practice=("p", "a", "b"), asks_authors=False),
        ],
    )
    def test_comes_back_from_a_row_with_other_things_in_it(self, options):
        row = json.loads(json.dumps(options.to_stored()))
        assert sitting.from_stored({**row, "other": 1}) == options


class TestAgreeExchanged:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("left", "right"), ("left", "right_much"), ("both_good", "both_bad")],
    )
    def test_the_same_text_preferred_is_agreement(self, one, other):
        assert sitting.agree_exchanged(one, other)
        assert sitting.agree_exchanged(other, one)

    @pytest.mark.parametrize(
        ("one", "other"), [("left", "left"), ("left", "both_good"), ("right", "right_much")]
    )
    def test_the_same_side_is_not(self, one, other):
        assert not sitting.agree_exchanged(one, other)


class TestGold:
    def test_goes_with_each_begun_block(self):
        assert [sitting.gold_wanted(regular, 9) for regular in (0, 1, 8, 9, 17)] == [0, 1, 1, 2, 3]
        assert sitting.gold_wanted(100, 2) == 2

    def test_is_due_once_in_a_block_at_any_place_with_equal_chances(self):
        rng = random.Random(5)
        places = Counter()
        for _ in range(8000):
            place = next(n for n in range(1, 9) if sitting.gold_is_due(n, 0, rng, at_end=False))
            places[place] += 1
        assert set(places) == set(range(1, 9))
        assert all(abs(number - 1000) < 150 for number in places.values())

    def test_is_not_due_before_its_block_and_surely_after_it(self):
        rng = random.Random(5)
        assert not any(sitting.gold_is_due(8, 1, rng, at_end=False) for _ in range(99))
        assert all(sitting.gold_is_due(20, 1, rng, at_end=False) for _ in range(99))
        assert sitting.gold_is_due(1, 0, rng, at_end=True)
        assert not sitting.gold_is_due(8, 1, rng, at_end=True)


class TestLabelDoubts:
    KNOWN = {"Plain": "openai/gpt-4o-mini", "Own": None}  # noqa: RUF012

    def test_have_nothing_to_say_about_labels_that_hide_names(self):
        assert sitting.label_doubts({"Small": "Plain", "Large": "Own"}, self.KNOWN) == ()

    @pytest.mark.parametrize("label", ["plain", " Own ", "OpenAI/GPT-4o-mini"])
    def test_name_labels_that_give_a_secret_away(self, label):
        (doubt,) = sitting.label_doubts({label: "Plain"}, self.KNOWN)
        assert repr(label) in doubt
        assert "raters who have finished will read it" in doubt

    def test_name_labels_that_stand_for_nobody(self):
        (doubt,) = sitting.label_doubts({"Small": "plain"}, self.KNOWN)
        assert doubt == "The label 'Small' stands for 'plain', and no configuration is called so."


class TestTotalAsked:
    @pytest.mark.parametrize(
        ("quota", "done", "there_are", "total"),
        [
            (0, 0, 40, 40),
            (0, 3, 40, 40),
            (12, 0, 40, 12),
            (12, 12, 40, 12),
            (12, 13, 40, 40),
            (12, 3, 9, 9),
        ],
    )
    def test_is_the_quota_until_somebody_goes_on(self, quota, done, there_are, total):
        assert sitting.total_asked(quota, done, there_are) == total
