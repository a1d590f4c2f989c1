import pytest

from service.domain.study import StudyNotOpen
from service.store import models
from service.usecases.sighted.generation import retries
from tests import factories

FAILED = {"state": "failed", "kind": "empty", "error_class": "empty", "attempts": 5}


@pytest.fixture
def study(session):
    factories.make_study(session, "noise", completion_fields={"Plain": FAILED})
    return factories.make_study(session, prompts=2, completion_fields={"Plain": FAILED})


def states(session, study):
    session.expire_all()
    rows = session.query(models.Completion).filter_by(study_id=study.id)
    return sorted(row.state for row in rows)


class TestRetryFailed:
    def test_puts_what_failed_back_to_work_and_leaves_the_rest(self, session, study, now):
        assert retries.retry_failed(session, study.name, now) == 2
        assert states(session, study) == ["pending", "pending", "ready", "ready"]
        assert retries.retry_failed(session, study.name, now) == 0

    def test_puts_back_the_one_that_was_asked_for(self, session, study, now):
        chosen = session.query(models.Completion).filter_by(study_id=study.id, state="failed")
        assert retries.retry_failed(session, study.name, now, chosen.first().id) == 1
        assert states(session, study) == ["failed", "pending", "ready", "ready"]

    @pytest.mark.parametrize("state", ["draft", "closed"])
    def test_is_for_open_studies(self, session, study, now, state):
        session.get_one(models.Study, study.id).state = state
        with pytest.raises(StudyNotOpen):
            retries.retry_failed(session, study.name, now)


class TestGiveUpBlocked:
    def test_counts_what_the_cap_stopped_as_failed_and_lets_the_rest_be_dealt(self, session):
        study = factories.make_study(
            session,
            configurations=("A", "B", "C"),
            prompts=1,
            completion_fields={"C": {"state": "blocked", "kind": None}},
        )
        prompt = session.get_one(models.Prompt, study.prompts[0])
        prompt.is_dealable = False
        assert retries.give_up_blocked(session, study.name) == 1
        assert states(session, study) == ["failed", "ready", "ready"]
        session.refresh(prompt)
        assert (prompt.is_dealable, prompt.places_open) == (True, 1)
        assert retries.give_up_blocked(session, study.name) == 0
