from datetime import UTC, date, datetime

from service.domain.ending import DeclaredEnd, declared

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


class TestDeclared:
    def test_is_none_where_a_study_declares_none(self):
        assert declared(None, None) is None
        assert declared(400, None) == DeclaredEnd(votes=400)
