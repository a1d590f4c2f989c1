from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from service.formats import sampling
from service.formats.rows import Row, RowError


def many(sizes):
    return [
        Row(line, {"turns": [f"{tag} {number}"], "tags": [tag]})
        for tag, size in sizes.items()
        for line, number in enumerate(range(size), start=1)
    ]


def tags(rows, most):
    chosen = sampling.choose(iter(rows), most)
    return Counter(row.values["tags"][0] for row in sampling.only(iter(rows), chosen))


class TestChoose:
    def test_keeps_the_shares_of_tags(self):
        assert tags(many({"a": 60, "b": 30, "c": 10}), 10) == {"a": 6, "b": 3, "c": 1}

    def test_keeps_one_of_each_where_there_is_room(self):
        assert tags(many({"a": 997, "b": 2, "c": 1}), 5) == {"a": 3, "b": 1, "c": 1}

    def test_takes_all_where_there_are_no_more(self):
        assert tags(many({"a": 2, "b": 1}), 3) == {"a": 2, "b": 1}

    def test_does_not_take_those_that_come_first(self):
        rows = many({"a": 100})
        chosen = sampling.choose(iter(rows), 10)
        lines = [row.line for row in sampling.only(iter(rows), chosen)]
        assert lines != list(range(1, 11))
        assert chosen == sampling.choose(iter(reversed(rows)), 10)

    @given(
        st.dictionaries(st.text(max_size=3), st.integers(1, 30), min_size=1, max_size=8),
        st.integers(1, 60),
    )
    def test_takes_exactly_as_many_as_wanted(self, sizes, most):
        told = tags(many(sizes), most)
        assert sum(told.values()) == min(most, sum(sizes.values()))
        assert all(told[tag] <= sizes[tag] for tag in told)


class TestOnly:
    def test_keeps_all_answers_to_a_chosen_prompt_and_what_is_broken(self):
        rows = [
            Row(1, {"prompt_id": "p", "configuration": "A"}),
            Row(2, {"prompt_id": "q", "configuration": "A"}),
            Row(3, {"prompt_id": "p", "configuration": "B"}),
            RowError(4, "broken"),
            Row(5, {"configuration": "B"}),
        ]
        chosen = frozenset([sampling.identity(rows[0])])
        assert list(sampling.only(iter(rows), chosen)) == [rows[0], *rows[2:]]
        assert len(sampling.choose(iter(rows), 1)) == 1
