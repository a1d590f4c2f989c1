import pytest

from service.domain.prompt_set import Chosen
from service.usecases.sighted.results import difficult
from service.usecases.sighted.results.read import StudySealed
from tests import factories
from tests.usecases.sighted.results import rated


class TestChosen:
    def test_finds_prompts_from_folded_counts_of_this_study(self, session):
        noise = factories.make_study(session, "noise", votes_per_matchup=3)
        study = factories.make_study(session, prompts=2, votes_per_matchup=3)
        for name, liked in (("Ben", "Plain"), ("Cleo", "Retrieval"), ("Dan", "Plain")):
            rated.vote(session, noise, f"{name} too", prefers="Plain")
            rated.vote(session, study, name, prefers=liked)
        for each in (noise, study):
            rated.board(session, each)
        assert sorted(difficult.chosen(session, study.name, Chosen.DIVIDING)) == study.prompts
        assert difficult.chosen(session, study.name, Chosen.HARD) == []

    def test_tells_nothing_while_sealed(self, session):
        study = factories.make_study(session, is_sealed=True)
        with pytest.raises(StudySealed):
            difficult.chosen(session, study.name, Chosen.HARD)
