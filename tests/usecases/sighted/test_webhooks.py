import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.domain import webhook
from service.domain.completion import CompletionState
from service.domain.webhook import AddressRefused, Event, TooManyWebhooks, UnknownWebhook
from service.store import models
from service.usecases.sighted import webhooks
from service.usecases.sighted.results import decisions
from service.usecases.sighted.studies import export_files, opening
from tests import boards, factories
from tests.factories import MOMENT

ADDRESS = "https://hooks.example/x"


def make(session, study, *events, address=ADDRESS):
    return webhooks.make(
        session, study.name, address, list(events), "ada", MOMENT, may_be_private=False
    )


def told(session, study):
    return [(each.event, each.state) for each in webhooks.deliveries(session, study.name)]


class TestMake:
    def test_is_listed_without_a_secret_and_withdrawn(self, session):
        study = factories.make_study(session)
        made = make(session, study, "opened")
        assert webhooks.of_study(session, study.name) == [made]
        webhooks.revoke(session, study.name, made.handle, MOMENT)
        assert webhooks.of_study(session, study.name)[0].revoked_at == MOMENT
        with pytest.raises(UnknownWebhook):
            webhooks.revoke(session, study.name, "none", MOMENT)

    def test_refuses_bad_addresses_and_too_many(self, session):
        study = factories.make_study(session)
        with pytest.raises(AddressRefused):
            make(session, study, address="http://hooks.example/")
        for _ in range(webhook.MOST_OF_STUDY):
            make(session, study)
        with pytest.raises(TooManyWebhooks):
            make(session, study)


class TestHappened:
    def test_opening_and_deciding_are_told_once_to_whom_they_matter(self, session):
        study = factories.make_study(session, state="draft", opened_at=None, cap_calls=100)
        make(session, study, "opened", "decided")
        make(session, study, "generated")
        other = factories.make_study(session, "other")
        make(session, other)
        opening.open_study(session, study.name, MOMENT)
        opening.open_study(session, study.name, MOMENT)
        assert told(session, study) == [("opened", "waiting")]
        boards.keep(session, study.id, boards.board())
        for _ in range(2):
            decisions.decide(session, study.name, None, None, "Ada", "x", "ada", MOMENT)
        assert told(session, study) == [("decided", "waiting"), ("opened", "waiting")]
        assert told(session, other) == []

    def test_a_message_names_the_study_and_nothing_that_came_out(self, session):
        study = factories.make_study(session)
        make(session, study)
        row = session.get_one(models.Study, study.id)
        webhooks.happened(session, row, Event.DECIDED, "decided 1", MOMENT)
        body = json.loads(session.scalars(select(models.WebhookDelivery.body)).one())
        assert body == {"event": "decided", "study": study.name, "at": MOMENT.isoformat()}

    def test_goes_with_its_transaction(self, session):
        study = factories.make_study(session)
        make(session, study)
        before = session.begin_nested()
        row = session.get_one(models.Study, study.id)
        webhooks.happened(session, row, Event.DECIDED, "decided 1", MOMENT)
        assert told(session, study) != []
        before.rollback()
        assert told(session, study) == []

    def test_an_export_is_told_of_when_it_is_ready(self, session):
        study = factories.make_study(session)
        make(session, study, "export_ready")
        row = models.Export(
            token="t", study_id=study.id, form="csv", asked={}, state="running", fence=1,
            lease_until=factories.later(60), matchups=1, done=0, rows=0, size=0, digest="",
            note="", created_at=MOMENT, expires_at=factories.later(60),
        )  # fmt: skip
        session.add(row)
        session.flush()
        one = export_files.Claimed(row.id, 1, study.name, study.id, None, None, None)
        export_files.finish(session, one, 1, 1, "ab", MOMENT)
        assert told(session, study) == [("export_ready", "waiting")]


class TestNote:
    def test_tells_once_that_all_is_generated(self, session):
        study = factories.make_study(session, ready=False)
        make(session, study, "generated")
        assert not webhooks.is_due(session, MOMENT)
        session.execute(update(models.Completion).values(state=CompletionState.READY))
        assert webhooks.is_due(session, MOMENT)
        for _ in range(2):
            webhooks.note(session, MOMENT)
        assert told(session, study) == [("generated", "waiting")]

    @pytest.mark.parametrize(
        ("spent", "is_told"), [({"spent_calls": 79}, False), ({"spent_calls": 80}, True),
                               ({"spent_nanos": 10**9}, True)],
    )  # fmt: skip
    def test_tells_when_most_of_a_cap_is_spent(self, session, spent, is_told):
        study = factories.make_study(session, cap_calls=100, cap_nanos=100, **spent)
        make(session, study, "cap_at_80")
        webhooks.note(session, MOMENT)
        assert bool(told(session, study)) is is_told

    def test_says_nothing_of_studies_without_caps(self, session):
        study = factories.make_study(session, spent_calls=80)
        make(session, study, "cap_at_80")
        webhooks.note(session, MOMENT)
        assert told(session, study) == []


class TestClaim:
    @pytest.fixture
    def study(self, session):
        study = factories.make_study(session)
        self.hook = make(session, study)
        row = session.get_one(models.Study, study.id)
        webhooks.happened(session, row, Event.OPENED, "opened", MOMENT)
        return study

    def test_leaves_to_others_what_somebody_died_sending(self, session, study):
        first = webhooks.claim(session, MOMENT)
        assert webhooks.claim(session, MOMENT) is None
        later = MOMENT + webhook.LEASE
        second = webhooks.claim(session, later)
        assert (second.id, second.attempts) == (first.id, 2)
        webhooks.record(session, first, 500, "late", later)  # who comes late changes nothing
        webhooks.record(session, second, 200, "", later)
        assert told(session, study) == [("opened", "delivered")]

    def test_waits_ever_longer_and_gives_up(self, session, study):
        moment, waits = MOMENT, []
        while (sent := webhooks.claim(session, moment)) is not None:
            webhooks.record(session, sent, None, "away", moment)
            (each,) = webhooks.deliveries(session, study.name)
            if each.state == "waiting":
                waits.append(each.due_at - moment)
                moment = each.due_at
        assert tuple(waits) == webhook.BACKOFF
        assert told(session, study) == [("opened", "given_up")]
        assert sum(waits, timedelta()) > timedelta(days=1)

    def test_sends_nothing_to_who_was_withdrawn(self, session, study):
        (hook,) = webhooks.of_study(session, study.name)
        webhooks.revoke(session, study.name, hook.handle, MOMENT)
        assert webhooks.claim(session, MOMENT) is None
        assert told(session, study) == [("opened", "given_up")]

    def test_keeps_the_newest_messages(self, session, study):
        row = session.get_one(models.Study, study.id)
        for number in range(webhook.KEPT_DELIVERIES + 3):
            webhooks.happened(session, row, Event.DECIDED, f"decided {number}", MOMENT)
        while (sent := webhooks.claim(session, MOMENT)) is not None:
            webhooks.record(session, sent, 200, "", MOMENT)
        kept = session.scalars(select(models.WebhookDelivery.id)).all()
        assert len(kept) == webhook.KEPT_DELIVERIES
