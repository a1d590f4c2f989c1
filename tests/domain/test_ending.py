from datetime import UTC, date, datetime

import pytest

from service.domain.claims import Claim, Claims
from service.domain.ending import By, DeclaredEnd, Met, Then, When, declared, is_decided, met

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


class TestDeclaredEnd:
    def test_comes_with_so_many_votes(self):
        end = DeclaredEnd(votes=400)
        assert not end.is_reached(399, NOON)
        assert end.is_reached(400, NOON)

    def test_comes_when_its_day_is_over(self):
        assert not DeclaredEnd(day=date(2026, 3, 12)).is_reached(9, NOON)
        assert DeclaredEnd(day=date(2026, 3, 11)).is_reached(9, NOON)

    def test_is_whichever_comes_first(self):
        assert DeclaredEnd(400, date(2026, 3, 11)).is_reached(9, NOON)
        assert DeclaredEnd(9, date(2026, 3, 30)).is_reached(9, NOON)

    def test_says_which_came_first(self):
        end = DeclaredEnd(400, date(2026, 3, 11))
        assert end.reached_by(400, NOON) is By.VOTES
        assert end.reached_by(9, NOON) is By.DATE
        assert DeclaredEnd(400, decided=When.WINNER).reached_by(9, NOON) is None

    def test_has_a_last_look_only_where_one_is_fixed_and_the_study_ends_at_it(self):
        assert DeclaredEnd(400, decided=When.WINNER).has_last_look
        assert not DeclaredEnd(decided=When.WINNER).has_last_look
        assert not DeclaredEnd(400, date(2026, 3, 11), then=Then.NOTIFY).has_last_look


def claims(*told):
    return Claims("a", tuple(Claim("a", *each) for each in told))


class TestIsDecided:
    AHEAD, EQUAL = claims(("b", "ahead", "always")), claims(("b", "equal", "always"))
    BOTH = claims(("b", "ahead", "always"), ("c", "equal", "always"))

    @pytest.mark.parametrize(
        ("when", "found", "expected"),
        [
            ("winner", AHEAD, True),
            ("winner", EQUAL, False),
            ("winner", BOTH, False),
            ("settled", AHEAD, True),
            ("settled", EQUAL, True),
            ("settled", BOTH, True),
            ("settled", claims(("b", "ahead", "always"), ("c", "open")), False),
            (None, AHEAD, False),
        ],
    )
    def test_asks_for_what_was_declared(self, when, found, expected):
        in_service = {"a", *(each.rival for each in found.rivals)}
        assert is_decided(when, found, in_service) is expected

    @pytest.mark.parametrize("when", ["winner", "settled"])
    def test_never_rests_on_a_look_that_was_fixed(self, when):
        assert not is_decided(when, claims(("b", "ahead", "at_end")), {"a", "b"})

    def test_waits_for_configurations_of_which_nothing_is_known(self):
        assert not is_decided("winner", self.AHEAD, {"a", "b", "newcomer"})


class TestDeclared:
    def test_holds_what_must_be_decided_and_what_happens_then(self):
        found = declared(None, None, "settled", "notify")
        assert found == DeclaredEnd(decided=When.SETTLED, then=Then.NOTIFY)

    def test_that_it_was_met_is_kept_as_it_was(self):
        told = Met("2026-03-12T12:00:00+00:00", "decided", 40, "a")
        assert met(told.to_stored()) == told
        assert met(None) is None

    def test_is_none_where_a_study_declares_none(self):
        assert declared(None, None) is None
        assert declared(400, None) == DeclaredEnd(votes=400)
