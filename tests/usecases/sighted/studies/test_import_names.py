import pytest

from service.domain.prompt import Prompt
from service.store import models
from service.usecases.sighted.studies import import_names, imports
from service.usecases.sighted.studies.import_names import Prompts
from service.usecases.sighted.studies.imported import Imported
from tests import factories


def book(session, study, now, *given):
    row = session.get_one(models.Study, study.id)
    made = Prompts(session, row, imports.target(session, study.name), now, {})
    made.look_up(given, ())
    return made


def add(session, study, now, *turns):
    found = book(session, study, now).add(Prompt(turns=turns))
    session.flush()
    return found.id


class TestPrompts:
    @pytest.mark.parametrize("stored", ["What is dew?", "What is dew?\n", " What is dew?\u00a0"])
    @pytest.mark.parametrize("told", ["What is dew?", "What is dew? ", "\tWhat is dew?\n"])
    def test_finds_a_prompt_whatever_space_stands_around_it(self, session, now, stored, told):
        study = factories.make_study(session, prompts=0)
        known = add(session, study, now, stored)
        done = Imported()
        asked = Prompt(turns=(told,))
        assert book(session, study, now, asked).find(asked, 7, done).id == known
        assert [near.lines for near in done.near.values()] == [[7]] * (stored != told)

    @pytest.mark.parametrize("told", ["what is dew?", "What  is dew?", "What is dew"])
    def test_keeps_others_apart(self, session, now, told):
        study = factories.make_study(session, prompts=0)
        add(session, study, now, "What is dew?")
        asked = Prompt(turns=(told,))
        assert book(session, study, now, asked).find(asked, 7, Imported()) is None


class TestClosest:
    @pytest.mark.parametrize("name", ["Short", "SHORT ", "sh-ort", "shrot"])
    def test_names_what_may_be_meant(self, name):
        assert import_names.closest(name, ["long", "short"]) == "short"

    def test_names_nothing_where_nothing_is_like_it(self):
        assert import_names.closest("Gemma", ["long", "short"]) == ""
