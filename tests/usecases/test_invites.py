import random
from datetime import timedelta

import pytest

from service.database import now
from service.errors import Invalid
from service.store import models
from service.usecases import invites
from service.usecases.blind import progress, voting
from tests import factories

LEASE = timedelta(minutes=30)


@pytest.fixture
def begun(session):
    """A rater of a personal link who has voted once and holds another matchup."""
    study = factories.make_study(session, prompts=2)
    moment = now(session)
    invite = invites.make(session, study.name, "personal", "Ben", moment, factories.KEY)
    invites.start_rating(session, invite.link_token, "", moment, factories.KEY)
    rater = session.query(models.Rater).one()
    first, second = factories.deal(session, rater.id, moment, random.Random(1), LEASE)
    voting.cast(session, rater.id, first.token, "left", "first", moment)
    return study, invite, rater, second.token


class TestRevoke:
    def test_ends_the_sitting_of_a_personal_link_and_keeps_its_votes(self, session, begun):
        study, invite, rater, token = begun
        invites.revoke(session, study.name, invite.handle, now(session))
        assert progress.is_withdrawn(session, rater.id)
        assert progress.progress(session, rater.id).is_finished
        assert factories.deal(session, rater.id, now(session), random.Random(1), LEASE) == ()
        assert [vote.choice for vote in progress.own_votes(session, rater.id)] == ["left"]
        late = voting.cast(session, rater.id, token, "right", "late", now(session))
        assert late.is_late

    def test_frees_the_places_that_lay_before_the_rater(self, session, begun):
        study, invite, _, _ = begun
        invites.revoke(session, study.name, invite.handle, now(session))
        places = [row.places_open for row in session.query(models.Prompt)]
        assert sorted(places) == [0, 1]

    def test_of_a_shared_link_ends_nobodys_sitting(self, session, begun):
        study, _, rater, _ = begun
        shared = invites.make(session, study.name, "shared", "", now(session), factories.KEY)
        invites.revoke(session, study.name, shared.handle, now(session))
        assert not progress.is_withdrawn(session, rater.id)
        assert not progress.progress(session, rater.id).is_finished


class TestExpiry:
    def test_lets_nobody_in_after_its_days(self, session):
        study = factories.make_study(session)
        moment = now(session)
        made = invites.make(session, study.name, "shared", "", moment, factories.KEY, days=3)
        assert made.expires_at == moment + timedelta(days=3)
        token = made.link_token
        soon, late = moment + timedelta(days=2), moment + timedelta(days=4)
        assert invites.open_invite(session, token, soon, factories.KEY).kind == "shared"
        with pytest.raises(invites.InviteInvalid, match="expired"):
            invites.open_invite(session, token, late, factories.KEY)

    @pytest.mark.parametrize("days", [0, -1, 3651])
    def test_is_within_bounds(self, session, days):
        study = factories.make_study(session)
        with pytest.raises(Invalid, match="1 to 3,650 days"):
            invites.make(session, study.name, "shared", "", now(session), factories.KEY, days)


class TestCrowds:
    def test_begin_up_to_a_number_that_no_meeting_has(self, session):
        study = factories.make_study(session)
        moment = now(session)
        made = invites.make(session, study.name, "shared", "", moment, factories.KEY)

        def begin(press, at=moment):
            return invites.start_rating(session, made.link_token, "", at, factories.KEY, press)

        for number in range(invites.MOST_UNTRIED):
            begin(f"press {number}")
        with pytest.raises(invites.TooManyBegan, match="in an hour"):
            begin("one more")
        # Pressed twice is begun once, however many there are.
        assert begin("press 7").handle
        # Whoever has a link shuts no other.
        link = invites.make(session, study.name, "shared", "", moment, factories.KEY).link_token
        assert invites.start_rating(session, link, "", moment, factories.KEY, "one more").handle
        assert begin("still one more", moment + timedelta(hours=2)).handle

    def test_begin_through_a_link_up_to_a_number_a_day(self, session):
        study = factories.make_study(session)
        moment = now(session)
        one, other = (
            invites.make(session, study.name, "shared", "", moment, factories.KEY) for _ in range(2)
        )
        through = session.query(models.Invite).filter_by(handle=one.handle).one()
        session.execute(
            models.Rater.__table__.insert(),
            [
                {
                    "study_id": study.id,
                    "handle": f"h{n}",
                    "pseudonym": f"p{n}",
                    "origin": "invite",
                    "is_sighted": False,
                    "invite_id": through.id,
                    "created_at": moment - timedelta(hours=5),
                }
                for n in range(invites.MOST_THROUGH_LINK)
            ],
        )

        def begin(link, at=moment):
            return invites.start_rating(session, link.link_token, "", at, factories.KEY)

        with pytest.raises(invites.TooManyBegan):
            begin(one)
        assert begin(other).handle
        assert begin(one, moment + timedelta(hours=20)).handle

    def test_begin_from_an_address_up_to_a_number_a_day(self, session):
        study = factories.make_study(session)
        moment = now(session)
        link = invites.make(session, study.name, "shared", "", moment, factories.KEY).link_token
        start = moment - timedelta(hours=6)

        def begin(address, at=moment):
            return invites.start_rating(session, link, "", at, factories.KEY, address=address)

        for number in range(invites.MOST_FROM_ADDRESS):
            begin("93.184.215.14", start + timedelta(minutes=number))
        with pytest.raises(invites.TooManyBegan):
            begin("93.184.215.14")
        # Others, and those whom nothing tells apart: behind a proxy, on this machine.
        for address in ("93.184.215.15", "127.0.0.1", "10.0.0.7", "", "unix:", "fd00::1"):
            assert begin(address).handle
        assert begin("93.184.215.14", start + timedelta(days=1, minutes=2)).handle

    def test_addresses_are_kept_as_marks_and_for_a_day(self, session):
        study = factories.make_study(session)
        moment = now(session)
        link = invites.make(session, study.name, "shared", "", moment, factories.KEY).link_token
        for address in ("2606:4700::1111", "2606:4700::2222", "1.1.1.1", "127.0.0.1"):
            invites.start_rating(session, link, "", moment, factories.KEY, address=address)

        def marks():
            session.expire_all()
            return [row.address_mark for row in session.query(models.Rater).order_by("id")]

        six, again, four, none = marks()
        assert six == again != four
        assert none is None
        assert "1.1.1.1" not in f"{four}"
        later = moment + timedelta(days=2)
        invites.start_rating(session, link, "", later, factories.KEY, address="1.1.1.1")
        assert marks() == [None, None, None, None, four]
