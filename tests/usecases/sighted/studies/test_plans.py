import pytest

from service.domain.planning import Plan
from service.store import models
from service.usecases import invites
from service.usecases.sighted.studies import plans
from tests import factories
from tests.factories import later

KEY = "k" * 32


@pytest.fixture
def study(session):
    factories.make_study(session, "noise", prompts=9)
    return factories.make_study(
        session, configurations=("A", "B", "C"), prompts=40, votes_per_matchup=3
    )


def row(session, study):
    return session.get_one(models.Study, study.id)


class TestOfStudy:
    def test_multiplies_prompts_pairs_and_votes(self, session, study):
        view = plans.of_study(session, study.name, 5, 0.7)
        assert view.plan == Plan(3, 5, 40, 360)
        assert 0.5 < view.with_end < view.told < 0.95
        assert (view.wanted, view.has_texts, view.is_adaptive) == (0.7, True, False)
        assert view.minutes > 5

    def test_nobody_votes_twice_on_a_matchup(self, session, study):
        assert plans.of_study(session, study.name, 2).plan.votes == 240

    def test_a_quota_and_an_end_bound_the_votes(self, session, study):
        row(session, study).options = {"quota": 50}
        assert plans.of_study(session, study.name, 5).plan.votes == 250
        row(session, study).end_votes = 200
        assert plans.of_study(session, study.name, 5).plan == Plan(3, 5, 40, 200, has_end=True)

    def test_counts_who_has_a_link_two_at_least(self, session, study):
        assert plans.of_study(session, study.name).plan.raters == 2
        for number in range(4):
            made = invites.make(session, study.name, "personal", f"R{number}", later(0), KEY)
        invites.make(session, study.name, "shared", "", later(0), KEY)
        invites.revoke(session, study.name, made.handle, later(1))
        assert plans.of_study(session, study.name).plan.raters == 3

    def test_takes_two_in_service_and_a_prompt(self, session, study):
        for each in ("A", "B"):
            identity = study.configurations[each]
            session.get_one(models.Configuration, identity).retired_at = later(0)
        assert plans.of_study(session, study.name) is None
        bare = factories.make_study(session, "bare", prompts=0, state="draft")
        assert plans.of_study(session, bare.name) is None

    def test_takes_usual_answers_where_there_are_none(self, session):
        draft = factories.make_study(session, "draft", state="draft", ready=False, prompts=20)
        view = plans.of_study(session, draft.name)
        assert (view.has_texts, view.plan.votes_per_rater) == (False, 10)
        assert view.minutes == 15
