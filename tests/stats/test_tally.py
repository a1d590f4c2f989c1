import numpy as np
import pytest

from service import stats
from service.stats import Code, Outcome, StatsError, tally
from service.stats.counts import SWAPPED
from tests.oracles.found import codes

FIRST, SECOND, TIE = Outcome.FIRST, Outcome.SECOND, Outcome.TIE


def cells(counts):
    columns = (counts.first, counts.second, counts.outcome, counts.left, counts.votes)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


class TestFromCounts:
    def test_adds_up_cells_seen_from_either_side(self):
        counts = stats.from_counts(2, [0, 1], [1, 0], [FIRST, SECOND], [3, 4], left=[1, 0])
        assert cells(counts) == [(0, 1, FIRST, 1, 7.0)]

    def test_keeps_every_kind_of_outcome(self):
        kinds = list(Outcome)
        counts = stats.from_counts(2, [0] * 7, [1] * 7, kinds, range(1, 8))
        assert [row[2] for row in cells(counts)] == sorted(kinds)
        turned = stats.from_counts(2, [1] * 7, [0] * 7, kinds, range(1, 8))
        much = turned.votes[turned.outcome == Outcome.SECOND_MUCH]
        assert much == [1.0], "first_much from the other side is second_much"

    def test_keeps_an_unknown_side_unknown_when_items_change_places(self):
        counts = stats.from_counts(2, [1, 1], [0, 0], [FIRST, FIRST], [1, 1], left=[-1, 1])
        assert cells(counts) == [(0, 1, SECOND, -1, 1.0), (0, 1, SECOND, 0, 1.0)]

    def test_leaves_out_comparisons_of_an_item_with_itself_and_says_so(self):
        counts = stats.from_counts(["a", "b"], [0, 0], [0, 1], [FIRST, FIRST], [30, 1])
        assert counts.total == 1
        assert counts.findings[0].code is Code.SELF_COMPARISON
        assert counts.findings[0].items == ("a",)
        assert counts.findings[0].figures == {"votes": 30.0}

    def test_forgets_empty_cells(self):
        assert len(stats.from_counts(2, [0, 0], [1, 1], [FIRST, TIE], [0, 2])) == 1

    def test_counts_in_a_table_and_by_sorting_alike(self):
        rng = np.random.default_rng(3)
        first = rng.integers(9, size=500)
        second = (first + rng.integers(1, 9, size=500)) % 9
        kind, weight = rng.integers(7, size=500), rng.random(500)
        arrays = (first, second, kind, weight)
        table = stats.from_counts(9, *arrays, squares=weight**2)
        by_sorting = stats.from_counts(5000, *arrays, squares=weight**2)
        assert np.array(cells(table)) == pytest.approx(np.array(cells(by_sorting)))
        assert table.squares == pytest.approx(by_sorting.squares)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"first": [0, 2]},
            {"second": [1, -1]},
            {"outcome": [7, 1]},
            {"outcome": [1]},
            {"outcome": [0.5, 1.0]},
            {"votes": [1, -1]},
            {"votes": [1, np.nan]},
            {"votes": [1]},
            {"left": [1, 2]},
            {"covariates": [[np.inf], [0.0]], "covariate_names": ["length"]},
            {"covariates": [[1.0], [0.0]]},
            {"first": [[0, 0]]},
        ],
    )
    def test_refuses_misuse(self, wrong):
        right = {"first": [0, 0], "second": [1, 1], "outcome": [1, 4], "votes": [1, 1]}
        with pytest.raises(StatsError):
            stats.from_counts(2, **{**right, **wrong})

    def test_refuses_two_items_of_one_name(self):
        with pytest.raises(StatsError):
            stats.from_counts(["a", "a"], [0], [1], [FIRST])


class TestFromSingleVotes:
    def votes(self, number=5000, size=6):
        rng = np.random.default_rng(1)
        first = rng.integers(size, size=number)
        second = (first + rng.integers(1, size, size=number)) % size
        left = rng.integers(-1, 2, size=number)
        return size, first, second, rng.integers(7, size=number), left, rng.random(number)

    def test_agrees_with_counting_by_hand(self):
        size, first, second, kind, left, _ = self.votes()
        turned = first > second
        rows = np.column_stack(
            [
                np.where(turned, second, first),
                np.where(turned, first, second),
                np.where(turned, SWAPPED[kind], kind),
                np.where(turned & (left >= 0), 1 - left, left),
            ]
        )
        found, often = np.unique(rows, axis=0, return_counts=True)
        expected = [(*row, number) for row, number in zip(found.tolist(), often, strict=True)]
        assert cells(stats.from_counts(size, first, second, kind, left=left)) == expected

    def test_counts_chunk_by_chunk(self):
        size, first, second, kind, _, weight = self.votes(number=2 * tally.CHUNK + 77)
        whole = stats.from_counts(size, first, second, kind, weight, squares=weight**2)
        key = np.minimum(first, second) * size + np.maximum(first, second)
        for name, one in (("votes", weight), ("squares", weight**2)):
            found = np.bincount(whole.first * size + whole.second, getattr(whole, name))
            assert found == pytest.approx(np.bincount(key, one))

    def test_counts_many_items_without_a_table(self):
        size, first, second, kind, left, weight = self.votes(number=300)
        kinds = {"left": left, "squares": weight**2}
        table = stats.from_counts(size, first, second, kind, weight, **kinds)
        by_sorting = stats.from_counts(5000, first, second, kind, weight, **kinds)
        assert np.array(cells(by_sorting)) == pytest.approx(np.array(cells(table)))
        assert by_sorting.squares == pytest.approx(table.squares)

    def test_takes_a_number_that_is_the_same_for_all(self):
        counts = stats.from_counts(2, [0] * 50, [1] * 50, [1] * 50, np.broadcast_to(3.0, (50,)))
        assert counts.total == 150

    def test_refuses_lengths_that_differ(self):
        with pytest.raises(StatsError):
            stats.from_counts(2, [0, 0], [1], [1, 1])


class TestFromClusters:
    def test_forgets_clusters_into_the_same_counts(self):
        rng = np.random.default_rng(2)
        first, second = rng.integers(3, size=40), rng.integers(3, 6, size=40)
        arrays = (second, first, rng.integers(7, size=40))
        by_rater = stats.from_clusters(6, 4, rng.integers(4, size=40), *arrays)
        assert cells(tally.merge_clusters(by_rater)) == cells(stats.from_counts(6, *arrays))

    def test_keeps_clusters_in_step_when_cells_are_left_out(self):
        by_rater = stats.from_clusters(2, 3, [0, 1, 2], [0, 0, 0], [1, 0, 1], [1, 1, 4])
        assert by_rater.cluster.tolist() == [0, 2]
        assert codes(by_rater.findings) == {Code.SELF_COMPARISON}

    def test_refuses_clusters_of_another_length(self):
        with pytest.raises(StatsError):
            stats.from_clusters(2, 1, [0], [0, 0], [1, 1], [1, 1])
