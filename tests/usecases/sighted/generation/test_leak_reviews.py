import pytest

from service.errors import Conflict, Invalid, NotFound
from service.store import models
from service.usecases.sighted.generation import leak_reviews, publishing
from tests import factories
from tests.factories import later

LEAKY = "As Plainbot, made by Acme, I would send it back."


@pytest.fixture
def kept_back(session):
    """A study with one answer that names its model and is kept back."""
    factories.make_study(session, "noise")
    study = factories.make_study(
        session,
        prompts=1,
        leak_policy="quarantine",
        configuration_fields={"Plain": {"model": "acme/Plainbot"}},
    )
    row = (
        session.query(models.Completion)
        .filter_by(configuration_id=study.configurations["Plain"])
        .one()
    )
    row.turns, row.state = [LEAKY], "recorded"
    session.flush()
    waiting = publishing.recorded(session, 1, [row.id])
    publishing.finish(session, [publishing.prepare(one) for one in waiting], later(0))
    session.expire_all()
    assert row.state == "quarantined"
    return study, row


def places(session, study):
    session.expire_all()
    return session.get_one(models.Prompt, study.prompts[0]).places_open


class TestDecide:
    def test_shows_it_as_it_is_and_deals_it(self, session, kept_back):
        study, row = kept_back
        (view,) = leak_reviews.waiting(session, study.name)
        assert (view.completion_id, view.configuration) == (row.id, "Plain")
        assert any("Plainbot" in one for one in view.excerpts)
        assert places(session, study) == 0
        leak_reviews.decide(session, study.name, row.id, "accept", "Ada", later(1))
        assert places(session, study) == 1
        assert (row.state, "Plainbot" in row.html[0]) == ("ready", True)
        assert row.details["reviewed"]["verdict"] == "accept"
        assert row.details["reviewed"]["by"] == "Ada"
        assert leak_reviews.waiting(session, study.name) == []

    def test_masks_it_also_when_its_prompt_turns_plain(self, session, kept_back):
        study, row = kept_back
        leak_reviews.decide(session, study.name, row.id, "mask", "Ada", later(1))
        assert places(session, study) == 1
        assert "Plainbot" not in row.html[0]
        other = (
            session.query(models.Completion)
            .filter_by(configuration_id=study.configurations["Retrieval"])
            .one()
        )
        other.turns, other.state = ["x\n" * 40_000], "recorded"
        session.flush()
        waiting = publishing.recorded(session, 1, [other.id])
        publishing.finish(session, [publishing.prepare(one) for one in waiting], later(2))
        session.expire_all()
        assert session.get_one(models.Prompt, study.prompts[0]).is_plain
        assert row.details["shown_plainly"]
        assert "Plainbot" not in row.html[0]

    def test_keeps_it_out_for_good(self, session, kept_back):
        study, row = kept_back
        leak_reviews.decide(session, study.name, row.id, "keep_out", "Ada", later(1))
        assert (places(session, study), row.state) == (0, "quarantined")
        assert leak_reviews.waiting(session, study.name) == []
        with pytest.raises(Conflict):
            leak_reviews.decide(session, study.name, row.id, "accept", "Ben", later(2))

    def test_refuses_what_is_none(self, session, kept_back):
        study, row = kept_back
        with pytest.raises(Invalid):
            leak_reviews.decide(session, study.name, row.id, "", "Ada", later(1))
        with pytest.raises(NotFound):
            leak_reviews.decide(session, "noise", row.id, "accept", "Ada", later(1))
