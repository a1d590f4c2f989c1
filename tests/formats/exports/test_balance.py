from service.formats.exports import balance, policy
from service.formats.exports.policy import Policy
from tests.formats.exports.judged import judged


def pair(number, chosen, rejected):
    return policy.keep(judged(number, first=chosen, second=rejected), Policy())


LONGER = [pair(n, f"long {n} answer", f"short {n}") for n in range(70)]
SHORTER = [pair(n, f"short {n}", f"long {n} answer") for n in range(70, 90)]
EQUAL = [pair(n, f"same {n}", f"size {n}") for n in range(90, 95)]


def kept(pairs, part="train"):
    drawn = balance.of((each, part) for each in pairs)
    return [each for each in pairs if not drawn.why_not(each, part)]


class TestOf:
    def test_leaves_as_many_of_each_direction_and_all_that_are_equal(self):
        left = kept([*LONGER, *SHORTER, *EQUAL])
        assert [sum(each in left for each in of) for of in (LONGER, SHORTER, EQUAL)] == [20, 20, 5]
        assert kept([*reversed(EQUAL), *SHORTER, *LONGER]) != left
        assert {each.record.pair_id for each in kept([*SHORTER, *EQUAL, *LONGER])} == {
            each.record.pair_id for each in left
        }

    def test_balances_each_part_by_itself(self):
        parted = [(each, "train") for each in LONGER] + [(each, "test") for each in SHORTER]
        drawn = balance.of(parted)
        assert all(drawn.why_not(each, part) == "length_balance" for each, part in parted)

    def test_leaves_out_nothing_where_nothing_was_asked(self):
        assert not any(balance.NONE.why_not(each, "train") for each in LONGER)
