"""A prompt that a rater suggests, over real calls: taken, answered under the cap, and dealt."""

import random
from datetime import timedelta

import pytest

from service.database import now
from service.store import models, raters
from service.usecases.blind import submitting
from service.usecases.sighted.studies import invariants, submissions
from tests import factories
from tests.workers.test_shift import work

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")

OPTIONS = {"repeats": 0, "practice": [], "submissions": 5}
MODELS = {name: {"model": f"openai/{name}", "endpoint": "models"} for name in ("one", "two")}


def taken(database, **fields):
    """Have Ada suggest a prompt that is taken; return the study, Ada and Ben."""
    with database.transaction() as session:
        study = factories.make_study(
            session,
            configurations=list(MODELS),
            configuration_fields=MODELS,
            prompts=0,
            options=OPTIONS,
            **fields,
        )
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        sitter = raters.locked(session, ada)
        submitting.submit(session, sitter, "How are roses pruned?", "k", now(session))
        number = session.query(models.Submission.id).scalar()
        submissions.accept(session, study.name, [number], (), "Iris", now(session))
    return study, ada, ben


def dealt(database, *rater_ids):
    with database.transaction() as session:
        assert not [one for one in invariants.check(session, now(session)) if one.broken]
        return [
            len(factories.deal(session, one, now(session), random.Random(1), timedelta(minutes=30)))
            for one in rater_ids
        ]


class TestSubmissions:
    def test_are_answered_and_dealt_to_others(self, database, here):
        study, ada, ben = taken(database, cap_calls=10, cap_tokens=1_000_000)
        assert dealt(database, ada, ben) == [0, 0]
        work(here)
        assert dealt(database, ada, ben) == [0, 1]
        with database.reading() as session:
            assert session.get_one(models.Study, study.id).spent_calls == 2

    def test_wait_where_the_cap_is_reached(self, database, here):
        study, ada, ben = taken(database, cap_calls=1, cap_tokens=1_000_000)
        work(here)
        assert dealt(database, ada, ben) == [0, 0]
        with database.reading() as session:
            assert session.get_one(models.Study, study.id).spent_calls == 1
            sitter = raters.sitter(session, ada)
            (one,) = submitting.own(session, sitter).items
            assert one.state == "accepted"  # whatever became of its answers
