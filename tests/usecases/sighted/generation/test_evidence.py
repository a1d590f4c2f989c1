import pytest

from service.store import models
from service.usecases.sighted.generation import evidence
from service.usecases.sighted.generation.evidence import UnknownCompletion
from tests import factories


@pytest.fixture
def study(session):
    factories.make_study(session, "noise")
    return factories.make_study(session, prompts=2)


def first_of(session, study, configuration="Plain"):
    return (
        session.query(models.Completion)
        .filter_by(study_id=study.id, configuration_id=study.configurations[configuration])
        .order_by(models.Completion.id)
        .first()
    )


class TestEvery:
    def test_lists_completions_prompt_by_prompt(self, session, study):
        found = evidence.every(session, study.name, "", 100)
        assert [(one.prompt_key, one.configuration) for one in found] == [
            ("p0", "Plain"), ("p0", "Retrieval"), ("p1", "Plain"), ("p1", "Retrieval"),
        ]  # fmt: skip

    def test_lists_those_of_one_configuration_up_to_a_limit(self, session, study):
        (found,) = evidence.every(session, study.name, "Retrieval", 1)
        assert (found.prompt_key, found.configuration) == ("p0", "Retrieval")

    @pytest.mark.parametrize("wanted", ["", "Retrieval"])
    def test_goes_through_all_page_by_page_once(self, session, study, wanted):
        factories.make_prompt(session, study.id, 9, "With no answer", position=1)
        whole = evidence.every(session, study.name, wanted, 100)
        for limit in (1, 3):
            seen, after = [], 0
            while found := evidence.every(session, study.name, wanted, limit, after):
                seen += found
                after = found[-1].completion_id
            assert seen == whole


class TestCompletion:
    def test_shows_what_was_asked_and_answered_and_what_it_took(self, session, study):
        row = first_of(session, study)
        row.cost_nanos, row.error_class, row.error_message = 2_000_000, "odd", "It ended oddly."
        found = evidence.completion(session, study.name, row.id)
        assert (found.prompt, found.turns) == (("Question 0?",), ("Plain says 0.",))
        assert (found.cost, found.error) == (0.002, "odd: It ended oddly.")
        assert (found.passages, found.traces, found.origins) == ((), (), ())

    def test_shows_passages_and_traces_as_text(self, session, study):
        row = first_of(session, study)
        passage = {"document": "handbook.md", "text": "Open at nine."}
        traces = [{"tool": "Größe"}, "plain", None]
        session.add(models.Evidence(completion_id=row.id, passages=[passage], traces=traces))
        session.flush()
        found = evidence.completion(session, study.name, row.id)
        assert found.passages == (passage,)
        assert '"tool": "Größe"' in found.traces[0]
        assert found.traces[1:] == ("plain", "")

    def test_knows_none_of_another_study(self, session, study):
        other = factories.make_study(session, "other")
        with pytest.raises(UnknownCompletion):
            evidence.completion(session, study.name, first_of(session, other).id)
        with pytest.raises(UnknownCompletion):
            evidence.completion(session, study.name, 10**6)
