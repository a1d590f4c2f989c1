"""Laws that hold for all votes whatever: what must not matter, does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import stats
from service.stats import Outcome, covariance, tally
from service.stats.counts import SWAPPED

MODELS = st.sampled_from(["bradley_terry", "davidson"])
CLOSE = {"rel": 1e-6, "abs": 1e-7}


@st.composite
def cells(draw, size=5):
    """Draw any cells: pairs, outcomes, sides and numbers of votes."""
    count = draw(st.integers(1, 25))
    first = draw(st.lists(st.integers(0, size - 1), min_size=count, max_size=count))
    step = draw(st.lists(st.integers(1, size - 1), min_size=count, max_size=count))
    kind = draw(st.lists(st.sampled_from(list(Outcome)), min_size=count, max_size=count))
    left = draw(st.lists(st.integers(-1, 1), min_size=count, max_size=count))
    votes = draw(st.lists(st.integers(1, 30), min_size=count, max_size=count))
    second = [(one + more) % size for one, more in zip(first, step, strict=True)]
    return tuple(np.array(column) for column in (first, second, kind, votes, left))


def whole(columns, model, size=5, **kinds):
    first, second, kind, votes, left = columns
    counts = stats.from_counts(size, first, second, kind, votes, left=left)
    fitted = stats.fit(counts, model=model, position=True, **kinds)
    return stats.find_intervals(fitted)


@given(cells(), MODELS)
@settings(max_examples=40, deadline=None)
def test_swapping_the_sides_changes_nothing(columns, model):
    first, second, kind, votes, left = columns
    turned = (second, first, SWAPPED[kind], votes, np.where(left < 0, left, 1 - left))
    one, two = whole(columns, model), whole(turned, model)
    assert one.fit.parameters == pytest.approx(two.fit.parameters, **CLOSE)
    assert one.covariance == pytest.approx(two.covariance, **CLOSE)


@given(cells(), MODELS, st.permutations(range(5)))
@settings(max_examples=40, deadline=None)
def test_relabelling_the_items_relabels_the_result(columns, model, order):
    first, second, *rest = columns
    place = np.array(order)
    one, two = whole(columns, model), whole((place[first], place[second], *rest), model)
    assert one.fit.strengths == pytest.approx(two.fit.strengths[place], **CLOSE)
    assert one.standard_errors == pytest.approx(two.standard_errors[place], **CLOSE)
    assert {f.code for f in one.findings} == {f.code for f in two.findings}


@given(cells(), MODELS)
@settings(max_examples=40, deadline=None)
def test_merging_and_splitting_cells_changes_nothing(columns, model):
    votes = columns[3]
    single = tuple(np.repeat(column, votes) for column in columns)
    split = (*single[:3], np.ones(len(single[0])), single[4])
    one, two = whole(columns, model), whole(split, model)
    assert one.fit.parameters == pytest.approx(two.fit.parameters, **CLOSE)
    assert one.covariance == pytest.approx(two.covariance, **CLOSE)
    by_codes = stats.from_counts(5, *single[:3], left=single[4])
    assert by_codes.votes.tolist() == one.fit.counts.votes.tolist()


@given(cells(), MODELS)
@settings(max_examples=40, deadline=None)
def test_everything_is_finite_and_centred(columns, model):
    for prior in (stats.WEAK_PRIOR, 0.0):
        found = whole(columns, model, prior=prior)
        assert np.isfinite(found.fit.parameters).all()
        assert np.isfinite(found.covariance).all()
        assert (found.standard_errors > 0).all()
        assert found.fit.converged
        for part in np.unique(found.fit.component):
            inside = found.fit.component == part
            assert found.fit.strengths[inside].mean() == pytest.approx(0, abs=1e-9)


@given(cells())
@settings(max_examples=40, deadline=None)
def test_davidson_without_ties_is_bradley_terry(columns):
    first, second, kind, votes, _ = columns
    decided = np.where(kind % 2, Outcome.FIRST, Outcome.SECOND)
    counts = stats.from_counts(5, first, second, decided, votes)
    one, two = (stats.fit(counts, model=model) for model in ("bradley_terry", "davidson"))
    assert one.strengths == pytest.approx(two.strengths, **CLOSE)
    assert two.tie_strength == 0


@given(cells())
@settings(max_examples=40, deadline=None)
def test_more_votes_of_the_same_kind_narrow_the_intervals(columns):
    first, second, kind, votes, left = columns
    one = whole(columns, "bradley_terry")
    two = whole((first, second, kind, votes * 10, left), "bradley_terry", prior=1.0)
    assert two.fit.strengths == pytest.approx(
        whole(columns, "bradley_terry", prior=0.1).fit.strengths, abs=1e-6
    )
    assert np.trace(two.fit.bread) <= np.trace(one.fit.bread) + 1e-9


@given(cells(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_clusters_of_one_vote_are_the_sandwich(columns, seed):
    first, second, kind, *_ = columns
    rater = np.random.default_rng(seed).permutation(len(first))
    by_rater = stats.from_clusters(5, len(first), rater, first, second, kind)
    fitted = stats.fit(tally.merge_clusters(by_rater))
    found = covariance.cluster_robust(fitted, by_rater, leave_out=False)
    factor = len(first) / max(len(first) - 1, 1) if len(first) > 1 else 0
    assert found == pytest.approx(covariance.sandwich(fitted) * factor, **CLOSE)
