from datetime import date, timedelta

import pytest

from service.domain.ending import Met
from service.errors import Invalid
from service.store import models
from service.usecases.sighted.results import read, unsealing
from service.usecases.sighted.results.unsealing import NotSealed
from service.usecases.sighted.studies import opening
from tests import factories
from tests.usecases.sighted.results import rated


def row_of(session, study):
    return session.get_one(models.Study, study.id)


def sealed(session, **fields):
    return factories.make_study(session, **{"is_sealed": True, **fields})


class TestAtStopRule:
    def test_unseals_by_closing_where_no_end_is_declared(self, session, now):
        study = sealed(session)
        assert read.is_sealed(row_of(session, study))
        opening.close_study(session, study.name, now)
        row = row_of(session, study)
        assert (row.unsealed_at, row.unsealed_by) == (now, "")
        opening.close_study(session, study.name, now + timedelta(days=1))
        assert row.unsealed_at == now

    def test_does_not_unseal_by_closing_before_the_declared_votes(self, session, now):
        study = sealed(session, end_votes=4, votes_per_matchup=2)
        rated.vote(session, study)
        rated.board(session, study)
        opening.close_study(session, study.name, now)
        assert read.is_sealed(row_of(session, study))

    def test_unseals_once_the_declared_votes_are_in(self, session, now):
        study = sealed(session, end_votes=3)
        rated.vote(session, study)
        rated.board(session, study)
        found = rated.board(session, study)
        assert opening.end_as_declared(session, study.id, found.end.met, now)
        row = row_of(session, study)
        assert (row.state, row.unsealed_at, row.unsealed_by) == ("closed", now, "")

    def test_unseals_when_the_declared_day_is_over_although_closed_before(self, session, now):
        study = sealed(session, end_date=date(2026, 3, 12))
        opening.close_study(session, study.name, now)
        assert read.is_sealed(row_of(session, study))
        assert study.id not in read.overdue(session, now)
        after = now + timedelta(days=1)
        assert study.id in read.overdue(session, after)
        met = Met(after.isoformat(), "date", 0)
        assert opening.end_as_declared(session, study.id, met, after)
        assert not opening.end_as_declared(session, study.id, met, after)
        row = row_of(session, study)
        assert (row.closed_at, row.unsealed_at) == (now, after)
        assert study.id not in read.overdue(session, after)

    def test_unseals_an_open_study_whose_end_is_only_told(self, session, now):
        study = sealed(session, end_decided="winner", end_then="notify")
        opening.end_as_declared(session, study.id, Met(now.isoformat(), "decided", 3), now)
        row = row_of(session, study)
        assert (row.state, row.unsealed_at, row.unsealed_by) == ("open", now, "")

    def test_does_not_unseal_by_closing_before_it_is_decided(self, session, now):
        study = sealed(session, end_decided="winner")
        opening.close_study(session, study.name, now)
        assert read.is_sealed(row_of(session, study))

    def test_leaves_alone_what_is_not_sealed(self, session, now):
        study = factories.make_study(session)
        opening.close_study(session, study.name, now)
        assert row_of(session, study).unsealed_at is None


class TestUnseal:
    def test_is_for_good_with_who_and_why(self, session, now):
        study = sealed(session, end_votes=100)
        unsealing.unseal(session, study.name, "ada", " The boss asked. ", now)
        row = row_of(session, study)
        assert not read.is_sealed(row)
        assert (row.unsealed_by, row.unsealed_because) == ("ada", "The boss asked.")
        with pytest.raises(NotSealed, match="not sealed"):
            unsealing.unseal(session, study.name, "ben", "again", now)

    def test_needs_a_reason_and_a_sealed_study_that_is_open(self, session, now):
        study = sealed(session)
        with pytest.raises(Invalid, match="Say why"):
            unsealing.unseal(session, study.name, "ada", "  ", now)
        draft = sealed(session, name="draft", state="draft")
        with pytest.raises(NotSealed, match="draft"):
            unsealing.unseal(session, draft.name, "ada", "why not", now)
        plain = factories.make_study(session, "plain")
        with pytest.raises(NotSealed):
            unsealing.unseal(session, plain.name, "ada", "why not", now)
        assert read.is_sealed(row_of(session, study))

    def test_is_by_somebody_even_where_nobody_is_named(self, session, now):
        study = sealed(session)
        unsealing.unseal(session, study.name, "", "why", now)
        assert row_of(session, study).unsealed_by == "?"
