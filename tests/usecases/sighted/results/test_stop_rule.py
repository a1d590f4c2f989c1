from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from service.domain.leaderboard import End
from service.store import models
from service.usecases.sighted.results import stop_rule
from tests import boards

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def study(**fields):
    usual = {"end_votes": None, "end_date": None, "end_decided": None, "end_then": "close"}
    return models.Study(**usual | {"end_met": None} | fields)


class TestEndOf:
    def test_is_none_where_none_is_declared(self):
        assert stop_rule.end_of(study(), 9, NOON) is None

    @pytest.mark.parametrize(
        ("fields", "by"),
        [({"end_votes": 9}, "votes"), ({"end_date": date(2026, 3, 11)}, "date")],
    )
    def test_is_met_by_what_came_first(self, fields, by):
        end = stop_rule.end_of(study(end_decided="winner", **fields), 9, NOON)
        assert (end.reached, end.met.by, end.met.votes) == (True, by, 9)
        assert end.is_last_look

    def test_stays_met_though_votes_were_left_out_since(self):
        met = {"at": NOON.isoformat(), "by": "votes", "votes": 9, "leader": None}
        end = stop_rule.end_of(study(end_votes=9, end_met=met), 3, NOON)
        assert (end.reached, end.met.votes) == (True, 9)

    def test_has_no_last_look_after_it_was_decided_or_where_it_is_only_told(self):
        met = {"at": NOON.isoformat(), "by": "decided", "votes": 9, "leader": "a"}
        decided = study(end_votes=20, end_decided="winner", end_met=met)
        assert not stop_rule.end_of(decided, 30, NOON).is_last_look
        told = stop_rule.end_of(study(end_votes=9, end_then="notify"), 9, NOON)
        assert (told.reached, told.has_last_look, told.is_last_look) == (True, False, False)


class TestIfDecided:
    END = End(decided="winner")

    def test_says_so_where_claims_that_always_hold_decide(self):
        found = stop_rule.if_decided(replace(boards.pair(), end=self.END), NOON.isoformat())
        assert found.end.reached
        assert (found.end.met.by, found.end.met.votes) == ("decided", found.votes)
        assert found.end.met.leader == found.parts[0].claims.leader

    @pytest.mark.parametrize("state", ["open", "equal", "at_end"])
    def test_leaves_a_board_as_it_is_where_they_do_not(self, state):
        board = replace(boards.pair(state=state), end=self.END)
        assert stop_rule.if_decided(board, NOON.isoformat()) is board

    def test_leaves_it_where_nothing_was_declared_or_one_waits_for_votes(self):
        board = boards.pair()
        assert stop_rule.if_decided(board, NOON.isoformat()) is board
        waits = replace(boards.pair(), end=self.END)
        waits = replace(waits, ratings=(*waits.ratings, boards.waiting("newcomer")))
        assert stop_rule.if_decided(waits, NOON.isoformat()) is waits
