import pytest

from service.formats.exports import record
from service.formats.exports.record import Message
from tests.formats.exports.judged import votes


def asked(text: str) -> tuple[Message, ...]:
    return (Message("user", text),)


class TestPairId:
    def test_is_the_same_from_either_side_and_another_for_other_texts(self):
        one = record.pair_id(asked("Why?"), ["a"], ["b"])
        assert one == record.pair_id(asked("Why?"), ["b"], ["a"])
        others = {
            record.pair_id(asked("How?"), ["a"], ["b"]),
            record.pair_id(asked("Why?"), ["a"], ["c"]),
            record.pair_id(asked("Why?"), ["a", "b"], []),
        }
        assert len(others | {one}) == 4


class TestSplitKey:
    @pytest.mark.parametrize(
        "near", ["why is the  sky blue", "WHY is the sky: blue?!", "ｗｈｙ is the sky blue"]
    )
    def test_takes_near_identical_prompts_together(self, near):
        assert record.split_key(asked(near)) == record.split_key(asked("Why is the sky blue?"))

    def test_goes_by_the_first_message(self):
        later = (*asked("Why?"), Message("assistant", "So."), Message("user", "And?"))
        assert record.split_key(later) == record.split_key(asked("Why?"))

    def test_keeps_prompts_without_words_apart(self):
        assert record.split_key(asked("?!")) != record.split_key(asked("!!"))


class TestComesFirst:
    def test_puts_one_of_two_texts_first_and_never_both(self):
        assert record.comes_first(["a"], ["b"]) != record.comes_first(["b"], ["a"])
        assert record.comes_first(["a"], ["a"])


class TestTally:
    def test_counts_ties_and_both_bad_apart(self):
        told = votes(first=2, first_much=1, second=1, tie=1, both_good=2, both_bad=3)
        assert record.tally(told) == (3, 1, 3, 3)
        assert record.tally(told).votes == 10
