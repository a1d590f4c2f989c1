import pytest

from service.domain.study import UnknownStudy
from service.store import models
from service.usecases import invites
from service.usecases.sighted.studies import overviews
from tests import factories


class TestEvery:
    def test_tells_how_each_study_stands_the_newest_first(self, session):
        factories.make_study(session, "older", prompts=2)
        newer = factories.make_study(session, "newer", prompts=1, ready=False, is_sealed=True)
        factories.make_rater(session, newer)
        found = overviews.every(session)
        assert [one.name for one in found] == ["newer", "older"]
        first, second = found
        assert (first.completions_ready, first.completions_total, first.raters) == (0, 2, 0)
        assert (first.is_invited, second.is_invited) == (True, False)
        assert (second.completions_ready, second.completions_total) == (4, 4)
        assert (first.is_sealed, second.is_sealed, first.votes) == (True, False, 0)


class TestStudy:
    def test_shows_configurations_with_what_they_took(self, session):
        study = factories.make_study(
            session,
            prompts=2,
            configuration_fields={"Plain": {"one_off_nanos": 2_500_000_000}},
            completion_fields={"Plain": {"leaks": {"found": ["acme"]}}},
        )
        view = overviews.study(session, study.name)
        plain, retrieval = view.configurations
        assert (plain.name, plain.states, plain.one_off_cost) == ("Plain", {"ready": 2}, 2.5)
        assert (plain.leaks, retrieval.leaks, retrieval.one_off_cost) == (2, 0, None)
        assert (view.prompts, view.prompts_dealable, view.places_open) == (2, 2, 2)
        assert (view.completions_total, view.completions_ready) == (4, 4)

    def test_lists_failures_with_their_reasons(self, session):
        failed = {"state": "failed", "error_class": "empty", "error_message": "Nothing came."}
        study = factories.make_study(session, prompts=1, completion_fields={"Retrieval": failed})
        view = overviews.study(session, study.name)
        (failure,) = view.failures
        assert (failure.configuration, failure.error_class) == ("Retrieval", "empty")
        assert (failure.message, failure.prompt_key) == ("Nothing came.", "p0")
        assert view.states == {"ready": 1, "failed": 1}

    def test_tells_what_the_cap_leaves(self, session):
        study = factories.make_study(
            session, cap_nanos=5_000_000_000, held_nanos=500_000_000, spent_nanos=1_500_000_000
        )
        budget = overviews.study(session, study.name).budget
        assert (budget.cap, budget.held, budget.spent, budget.left) == (5, 0.5, 1.5, 3)
        other = factories.make_study(session, "without-a-cap")
        assert overviews.study(session, other.name).budget.left is None

    def test_counts_people_alike_wherever_they_are_counted(self, session):
        study = factories.make_study(session, prompts=2)
        invites.make(session, study.name, "personal", "unused", factories.MOMENT, factories.KEY)
        begun, busy = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        view = overviews.study(session, study.name)
        assert [each.name for each in view.raters] == ["Ada", "Ben"]
        assert view.people == overviews.every(session)[0].raters == 0
        factories.fill_places(session, study, study.prompts[0], {("Plain", "Retrieval"): busy})
        view = overviews.study(session, study.name)
        assert view.people == overviews.every(session)[0].raters == 1
        assert [each.votes for each in view.raters] == [0, 1]
        assert begun != busy

    def test_joins_a_name_to_its_pseudonym_and_shows_no_choice(self, session):
        study = factories.make_study(session, prompts=1)
        rater_id = factories.make_rater(session, study, "Ben")
        factories.fill_places(session, study, study.prompts[0], {("Plain", "Retrieval"): rater_id})
        pseudonym = session.get_one(models.Rater, rater_id).pseudonym
        (rater,) = overviews.study(session, study.name).raters
        assert (rater.pseudonym, rater.is_finished) == (pseudonym, False)
        assert (rater.name, rater.votes) == ("Ben", 1)
        assert "left" not in repr(rater)

    def test_knows_no_study_of_another_name(self, session):
        with pytest.raises(UnknownStudy, match="nowhere"):
            overviews.study(session, "nowhere")
