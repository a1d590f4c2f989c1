import json
import random
from collections import Counter

import pytest

from service.domain import sitting
from service.domain.sitting import Past, SittingOptions


def pasts(number, repeats=()):
    """So many voted matchups, the named ones dealt once more at the end."""
    regular = [Past((n, n + 1), is_repeat=False, is_voted=True) for n in range(number)]
    return regular + [Past((n, n + 1), is_repeat=True, is_voted=True) for n in repeats]


def pick(history, share=0.05, *, at_end=False):
    return sitting.pick_repeat(history, share, random.Random(1), at_end=at_end)


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


class TestPickRepeat:
    def test_waits_until_an_original_lies_twenty_back(self):
        assert pick(pasts(19)) is None
        assert pick(pasts(20)) == 0
        assert all(pick(pasts(number), 0.5) <= number - 20 for number in range(20, 60))

    def test_keeps_to_the_share(self):
        assert pick(pasts(25, repeats=[0])) is None
        assert pick(pasts(30, repeats=[0])) in range(1, 12)

    def test_repeats_no_matchup_twice_and_no_repeat(self):
        assert pick(pasts(3, repeats=[0, 1]), 0.9, at_end=True) == 2
        assert pick(pasts(3, repeats=[0, 1, 2]), 1.0, at_end=True) is None

    def test_takes_the_oldest_at_the_end(self):
        assert pick(pasts(9), at_end=True) is None
        assert pick(pasts(10), at_end=True) == 0

    def test_leaves_out_what_was_not_voted(self):
        history = [Past((n, n + 1), is_repeat=False, is_voted=n == 3) for n in range(40)]
        assert pick(history) == 3

    def test_none_where_the_study_wants_none(self):
        assert pick(pasts(100), 0) is None
        assert pick(pasts(100), 0, at_end=True) is None


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
