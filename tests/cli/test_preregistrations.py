import json

from service.cli.preregistrations import show_preregistration, unseal
from service.database import now
from service.store import models
from service.usecases.sighted.results import preregistrations, read
from tests import factories


def frozen(home, **fields):
    with home.database.transaction() as session:
        study = factories.make_study(session, **fields)
        row = session.get_one(models.Study, study.id)
        preregistrations.freeze(session, row, now(session))
    return study


class TestShowPreregistration:
    def test_shows_verifies_and_prints_the_very_document(self, home, say):
        study = frozen(home)
        said = say(show_preregistration, study.name)
        assert "Stop rule: none declared" in said
        assert "Nothing deviates from what was registered." in said
        verified = say(show_preregistration, study.name, "--verify")
        assert "The stored document has this fingerprint." in verified
        told = json.loads(say(show_preregistration, study.name, "--json"))
        text = told["text"]
        assert told["is_intact"]
        assert json.loads(text)["study"] == study.name
        with home.database.reading() as session:
            assert preregistrations.declared(session, study.name).text == text

    def test_refuses_a_document_that_was_changed(self, home, say):
        study = frozen(home)
        with home.database.transaction() as session:
            session.get_one(models.Preregistration, study.id).digest = "0" * 64
        assert "not what was registered" in say(show_preregistration, study.name, "--verify")
        assert "not what was registered" in say(show_preregistration, study.name)

    def test_says_that_there_is_none(self, home, say):
        with home.database.transaction() as session:
            name = factories.make_study(session).name
        assert "made none" in say(show_preregistration, name)


class TestUnseal:
    def test_unseals_with_a_reason_that_is_told_as_a_deviation(self, home, say):
        study = frozen(home, is_sealed=True)
        assert "Say why" in say(unseal, study.name)
        assert "is unsealed" in say(unseal, study.name, "--because", "The boss asked.")
        with home.database.reading() as session:
            assert not read.is_sealed(session.get_one(models.Study, study.id))
        assert "Unsealed by command line" in say(show_preregistration, study.name)
