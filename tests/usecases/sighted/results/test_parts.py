import itertools

import pytest

from service.domain.leaderboard import Clustering
from service.store.tallies import Cell
from service.usecases.sighted.results import parts
from service.usecases.sighted.results.parts import Joined

RATERS, PROMPTS = 8, 10


def joined(*matchups, raters=RATERS, prompts=PROMPTS, earlier=None):
    """Return a part from (first, second, outcome, votes), spread over raters and prompts."""
    names = {
        at + 1: name
        for at, name in enumerate(sorted({m[0] for m in matchups} | {m[1] for m in matchups}))
    }
    ids = {name: identity for identity, name in names.items()}
    counted = {scope: {} for scope in ("all", "rater", "prompt")}
    spread = itertools.count()
    for first, second, outcome, votes in matchups:
        for _ in range(votes):
            at = next(spread)
            places = {"all": 0, "rater": at % raters, "prompt": at // raters % prompts}
            for scope, place in places.items():
                key = Cell(scope, place, ids[first], ids[second], outcome, at % 2 == 0)
                counted[scope][key] = counted[scope].get(key, 0) + 1
    cells = [tuple(sorted(counted[scope].items())) for scope in ("all", "rater", "prompt")]
    if earlier is not None:
        cells[1:] = [(), ()]
    return Joined(0, names, *cells, earlier)


def rate(*matchups, **fields):
    return parts.rate(joined(*matchups, **fields))


def won(first, second, wins, losses):
    return (first, second, "first", wins), (first, second, "second", losses)


DECIDED = won("a", "b", 57, 6)
CIRCLE = (*won("a", "b", 60, 20), *won("b", "c", 60, 20), *won("c", "a", 60, 20))


class TestRate:
    def test_says_the_same_of_the_leader_everywhere(self):
        found = rate(*won("a", "b", 150, 50), *won("a", "c", 110, 90), *won("b", "c", 90, 110))
        part = found.part
        ahead = {claim.rival for claim in part.claims.ahead_of}
        told = {
            (row.first, row.second): row.told_apart
            for row in found.differences
            if part.claims.leader in (row.first, row.second)
        }
        for (first, second), apart in told.items():
            assert apart == ({first, second} - {part.claims.leader} <= ahead)
        assert set(part.top).isdisjoint(ahead)
        assert part.claims.leader in part.top

    def test_has_no_rank_of_its_own_for_a_leader_who_is_not_ahead(self):
        # Twelve against four: beside a half by its own interval, and open at every look.
        found = rate(*won("a", "b", 12, 4))
        assert found.part.verdict.state == "keep_going"
        assert found.ratings["a"].rank_high == 2
        assert found.part.groups == (("a", "b"),)

    def test_counts_ties_and_both_bad(self):
        found = rate(*DECIDED, ("a", "b", "both_good", 20), ("a", "b", "both_bad", 7)).part
        assert (found.votes, found.decisive) == (90, 63)
        assert (found.tied.value, found.both_bad.value) == (27 / 90, 7 / 90)
        assert found.both_bad.low < 7 / 90 < found.both_bad.high


class TestOrder:
    def test_names_a_busy_circle(self):
        found = rate(*CIRCLE).part
        (cycle,) = found.order.cycles
        assert set(cycle.configurations) == {"a", "b", "c"}
        assert cycle.shares == pytest.approx([0.75] * 3)
        assert found.order.is_doubtful
        assert found.verdict.state == "keep_going"

    def test_finds_none_where_there_is_one_order(self):
        found = rate(*won("a", "b", 60, 30), *won("b", "c", 60, 30), *won("a", "c", 80, 20)).part
        assert not found.order.is_doubtful

    def test_is_not_doubted_for_a_few_votes(self):
        found = rate(*won("a", "b", 3, 1), *won("b", "c", 3, 1), *won("c", "a", 3, 1)).part
        assert found.order.p_value == 1.0
        assert not found.order.is_doubtful


class TestSensitivity:
    def test_is_there_only_where_votes_found_both_bad(self):
        assert rate(*DECIDED).part.without_both_bad is None

    def test_says_who_is_at_the_top_without_them(self):
        # "b" met "c" in many votes that found both bad, which drew it towards even.
        matchups = (
            *won("a", "c", 40, 20),
            *won("b", "c", 30, 3),
            ("b", "c", "both_bad", 60),
            *won("a", "b", 12, 12),
        )
        found = rate(*matchups).part
        assert found.without_both_bad is not None
        assert found.without_both_bad.votes == 60
        assert found.without_both_bad.top[0] == "b"
        assert found.configurations[0] != "b" or "a" in found.top

    @pytest.mark.parametrize(
        "matchups",
        [
            [("a", "b", "both_bad", 30)],
            [*DECIDED, ("b", "c", "both_bad", 30)],
        ],
    )
    def test_says_that_too_little_is_left(self, matchups):
        found = rate(*matchups).part.without_both_bad
        assert found is not None
        assert (found.top, found.first_share) == ((), None)


class TestQuick:
    def test_carries_over_what_takes_cells(self):
        full = rate(*DECIDED).part
        quick = rate(*DECIDED, ("a", "b", "first", 30), earlier=full).part
        assert (quick.raters, quick.prompts, quick.verdict) == (
            full.raters,
            full.prompts,
            full.verdict,
        )
        assert (quick.votes, full.votes) == (93, 63)
        assert quick.clustering == full.clustering
        assert isinstance(quick.clustering, Clustering)
