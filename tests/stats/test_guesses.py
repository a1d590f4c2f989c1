import json

import numpy as np
import pytest

from service.stats.findings import StatsError
from service.stats.guesses import Asked, expected_right, find_looks
from tests import counting


def texts(prompts, items):
    """A text of every item for every prompt."""
    return np.tile(np.arange(items), prompts), np.repeat(np.arange(prompts), items)


def labelled(prompts, items, first, said):
    return Asked.of(*texts(prompts, items), first, said)


def compared(rng, prompts, items, number, say):
    """So many comparisons out of a panel that regards no item, as raters are asked."""
    item, prompt = texts(prompts, items)
    panel = []
    while len(panel) < 60:
        one, two = rng.integers(len(item), size=2)
        if prompt[one] != prompt[two]:
            panel.append((one, two))
    asked = [panel[at] for at in rng.integers(60, size=number)]
    said = [int(say(one, two, item[one] == item[two])) for one, two in asked]
    return Asked.of(item, prompt, [one for one, _ in asked], said, [two for _, two in asked])


def is_alarmed(looks):
    return any(look.is_more or look.is_fewer for look in looks)


class TestFindLooks:
    def test_are_at_numbers_that_double(self):
        rng = np.random.default_rng(1)
        said = rng.integers(2, size=2000)
        asked = labelled(30, 2, rng.integers(60, size=2000), said)
        looks = find_looks(asked, draws=99)
        assert [look.answers for look in looks] == [20, 40, 80, 160, 320, 640, 1280]
        assert looks[-1].right == (asked.first[:1280] % 2 == said[:1280]).sum()
        assert sum(2 * look.level for look in looks) == pytest.approx(0.05)
        assert find_looks(labelled(30, 2, asked.first[:19], said[:19])) == ()
        assert json.dumps([look.to_dict() for look in looks], allow_nan=False)

    def test_follow_every_arrangement_of_a_few_texts(self):
        # Ten prompts of two, each asked about once and as often of either: of 1,024
        # arrangements only one has them all right.
        first = np.tile(2 * np.arange(10) + np.arange(10) % 2, 2)
        look = find_looks(labelled(10, 2, first, first % 2), level=0.5, draws=19_999)[0]
        assert look.right == 20
        assert look.more == pytest.approx(1 / 1024, abs=0.0005)
        assert look.fewer == 1
        assert not look.these_texts

    def test_see_who_knows_and_who_takes_them_for_each_other(self):
        first = np.arange(60) % 40
        for said, is_more in ((first % 2, True), (1 - first % 2, False)):
            looks = find_looks(labelled(20, 2, first, said))
            assert all((look.is_more, look.is_fewer) == (is_more, not is_more) for look in looks)

    @pytest.mark.parametrize("items", [2, 4])
    def test_see_who_tells_authors(self, items):
        asked = compared(np.random.default_rng(2), 20, items, 40, lambda _one, _two, same: same)
        assert find_looks(asked)[-1].is_more

    def test_see_one_that_gives_itself_away_among_eight(self):
        rng = np.random.default_rng(12)
        asked = compared(
            rng, 20, 8, 640,
            lambda one, two, same: same if 3 in (one % 8, two % 8) else rng.random() < 0.5,
        )  # fmt: skip
        look = find_looks(asked)[-1]
        assert look.is_more
        assert look.item == 3
        assert look.right == look.counted < look.answers == 640

    def test_take_a_habit_for_none(self):
        first = np.random.default_rng(3).integers(90, size=40)
        look = find_looks(labelled(30, 3, first, np.zeros(40, int)))[0]
        assert look.right == look.expected
        assert (look.more, look.fewer) == (1.0, 1.0)

    def test_speak_for_these_texts_where_prompts_are_few(self):
        first = np.arange(40) % 8
        look = find_looks(labelled(4, 2, first, first % 2))[0]
        assert look.these_texts
        assert look.is_more

    @pytest.mark.parametrize(("prompts", "items"), [(12, 2), (10, 3)])
    def test_seldom_alarm_though_texts_look_alike_to_everybody(self, prompts, items):
        rng, false = np.random.default_rng(4), 0
        for _ in range(100):
            look = rng.integers(items, size=prompts * items)
            first = rng.integers(prompts * items, size=160)
            guess = rng.integers(items, size=160)
            said = np.where(rng.random(160) < 0.7, look[first], guess)
            false += is_alarmed(find_looks(labelled(prompts, items, first, said), draws=499))
        assert false <= 5

    @pytest.mark.parametrize("items", [2, 3])
    def test_seldom_alarm_about_authors(self, items):
        rng, false = np.random.default_rng(5), 0
        for _ in range(60):
            style = rng.normal(size=12 * items)
            asked = compared(
                rng, 12, items, 80, lambda one, two, _same, s=style: abs(s[one] - s[two]) < 0.95
            )
            false += is_alarmed(find_looks(asked, draws=499))
        assert false <= 4

    def test_call_no_more_functions_for_more_answers(self):
        def work(number):
            rng = np.random.default_rng(6)
            answers = rng.integers(5000, size=number), rng.integers(5, size=number)
            asked = labelled(1000, 5, *answers)
            return counting.calls(lambda: find_looks(asked))

        assert work(100_000) <= 1.5 * work(25_000)

    @pytest.mark.parametrize(
        ("first", "said", "second"),
        [([0, 1], [1], None), ([4], [1], None), ([0], [1], [-1]), ([0], [1], [0, 1])],
    )
    def test_refuse_what_is_not_there(self, first, said, second):
        with pytest.raises(StatsError):
            Asked.of(*texts(2, 2), first, said, second)


class TestExpectedRight:
    def test_is_by_habit(self):
        assert expected_right([0, 0, 1, 1], [0, 0, 0, 1]) == 2.0
        assert expected_right([0, 1, 2], [1, 1, 1]) == 1.0
        assert expected_right([], []) == 0.0
