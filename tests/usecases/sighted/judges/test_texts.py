import pytest

from service.store import models
from service.usecases.sighted.judges import texts
from tests.usecases.sighted.judges import benches

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


class TestShown:
    def test_is_what_raters_read(self, session):
        made = benches.study(
            session,
            prompts=1,
            leak_policy="mask",
            text=lambda who, _: f"<think>{who} it is</think>I am GPT-4.\u200b It is so.",
        )
        study = session.get_one(models.Study, made.id)
        ids = [row.id for row in session.query(models.Completion)]
        found = texts.shown(session, study, ids)
        said = " ".join(turn for turns in found.answers.values() for turn in turns)
        assert set(found.answers) == set(ids)
        for hidden in ("think", "GPT-4", "\u200b"):
            assert hidden not in said
        assert found.prompts[made.prompts[0]] == (("Question 0?",), "")
