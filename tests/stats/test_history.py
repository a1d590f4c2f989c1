from dataclasses import replace

import numpy as np

from service.stats.findings import Code
from service.stats.history import History, find_copies, find_drift
from tests.oracles.looks import Pair


def history(cast, study=0):
    sign, none = cast.sign[study], np.zeros(cast.sign.shape[1], dtype=np.int64)
    return History(
        items=("a", "b"),
        first=none,
        second=none + 1,
        outcome=np.where(sign > 0, 1, np.where(sign < 0, 4, 6)),
        rater=cast.rater[study],
        prompt=cast.prompt[study],
        raters=tuple(f"rater {at}" for at in range(cast.pair.raters)),
    )


def found_in(cast):
    return np.mean([bool(find_drift(history(cast, at))) for at in range(len(cast.sign))])


class TestFindDrift:
    def test_is_found_where_the_first_votes_differ(self):
        cast = Pair(10, 20, early=0.75).cast(40, 1200, np.random.default_rng(1))
        assert found_in(cast) >= 0.9
        (finding,) = find_drift(history(cast))
        assert finding.code is Code.DRIFT
        assert abs(finding.figures["early"] - finding.figures["late"]) > 0.1

    def test_is_hardly_ever_found_where_nothing_changed(self):
        cast = Pair(10, 20, 0.3, 0.5, 0.65).cast(200, 400, np.random.default_rng(2))
        assert found_in(cast) <= 0.03

    def test_raters_of_other_taste_who_come_later_are_no_drift(self):
        cast = Pair(10, 20, 0.6, 0.5).cast(100, 600, np.random.default_rng(3))
        order = np.argsort(cast.rater, axis=1, kind="stable")
        turned = {
            name: np.take_along_axis(getattr(cast, name), order, axis=1)
            for name in ("sign", "rater", "prompt")
        }
        assert found_in(replace(cast, **turned)) <= 0.04

    def test_a_handful_of_votes_says_nothing(self):
        cast = Pair(10, 20, early=0.99).cast(1, 50, np.random.default_rng(4))
        assert find_drift(history(cast)) == ()


class TestFindCopies:
    def votes(self, copies=0):
        cast = Pair(6, 40, 0.3, 0.5, 0.7, 0.2, one_pass=True).cast(1, 0, np.random.default_rng(5))
        votes = history(cast)
        for copy in range(copies):
            own = votes.rater == 0
            votes = replace(
                votes,
                raters=(*votes.raters, f"copy {copy}"),
                **{
                    name: np.append(getattr(votes, name), getattr(votes, name)[own])
                    for name in ("first", "second", "outcome", "prompt")
                },
                rater=np.append(votes.rater, np.full(own.sum(), 6 + copy)),
            )
        return votes

    def test_are_named_with_whom_they_copy(self):
        (finding,) = find_copies(self.votes(copies=2))
        assert finding.code is Code.COPIED_RATERS
        assert finding.items == ("rater 0", "copy 0", "copy 1")
        assert finding.figures == {"raters": 3.0, "votes": 40.0}

    def test_honest_raters_are_none(self):
        assert find_copies(self.votes()) == ()

    def test_two_raters_alone_cannot_be_told(self):
        votes = self.votes()
        assert find_copies(replace(votes, raters=votes.raters[:2])) == ()
