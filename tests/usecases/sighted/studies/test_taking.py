import pytest

from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Origin, OriginKind
from service.formats import study_file, study_writer
from service.store import studies
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.studies import applying, filing, prompt_sets, taking
from service.usecases.sighted.studies.taking import NothingToTake
from tests import factories
from tests.usecases.sighted.results import rated

ONE, TWO = Prompt(turns=("Why?",)), Prompt(turns=("How?",), key="how", tags=("t",))


@pytest.fixture
def used(session, now):
    return prompt_sets.make(session, "Basics", (ONE, TWO), Origin(OriginKind.HAND), "ada", now)


class TestFromStudy:
    def test_takes_all_with_their_origin(self, session):
        study = factories.make_study(session, prompts=2)
        found, origin = taking.from_study(session, study.name, Chosen.ALL)
        assert [each.turns[0] for each in found] == ["Question 0?", "Question 1?"]
        assert origin == Origin(OriginKind.STUDY, study.name, chosen="all")

    def test_takes_those_on_which_people_disagreed(self, session):
        study = factories.make_study(session, prompts=2, votes_per_matchup=4)
        for name, liked in (("Ben", "Plain"), ("Cleo", "Plain"), ("Dan", "Retrieval")):
            rated.vote(session, study, name, prefers=liked)
        rated.board(session, study)
        found, _ = taking.from_study(session, study.name, Chosen.DIVIDING)
        assert len(found) == 2
        with pytest.raises(NothingToTake, match="called hard"):
            taking.from_study(session, study.name, Chosen.HARD)

    def test_takes_those_that_were_hard(self, session):
        study = factories.make_study(
            session, prompts=2, votes_per_matchup=3, configurations=("Plain", "Other", "Retrieval")
        )
        for name in ("Ben", "Cleo", "Dan"):
            rated.vote(session, study, name)
        rated.board(session, study)
        found, origin = taking.from_study(session, study.name, Chosen.HARD)
        assert (len(found), origin.chosen) == (2, "hard")

    def test_takes_those_that_told_and_all_but_the_saturated(self, session):
        study = factories.make_study(session, prompts=2, votes_per_matchup=3)
        for name in ("Ben", "Cleo", "Dan"):
            rated.vote(session, study, name, prefers="Plain")
        rated.board(session, study)
        found, origin = taking.from_study(session, study.name, Chosen.TELLING)
        assert (len(found), origin.chosen) == (2, "telling")
        assert len(taking.from_study(session, study.name, Chosen.UNSATURATED)[0]) == 2
        with pytest.raises(NothingToTake, match="saturated"):
            taking.from_study(session, study.name, Chosen.SATURATED)

    def test_tells_nothing_of_a_sealed_study_but_its_prompts(self, session):
        study = factories.make_study(session, is_sealed=True)
        for chosen in set(Chosen) - {Chosen.ALL}:
            with pytest.raises(StudySealed):
                taking.from_study(session, study.name, chosen)
        assert taking.from_study(session, study.name, Chosen.ALL)[0]

    def test_says_that_there_is_nothing(self, session):
        empty = factories.make_study(session, prompts=0)
        with pytest.raises(NothingToTake, match="no prompts yet"):
            taking.from_study(session, empty.name, Chosen.ALL)


class TestIntoStudy:
    def test_adds_what_is_not_there_and_names_the_version(self, session, now, used):
        study = factories.make_study(session, "draft", state="draft", prompts=1)
        taking.into_study(session, study.name, used.name, None, now)
        again = taking.into_study(session, study.name, used.name, 1, now)
        assert again.added_prompts == 0
        file = filing.file_of(session, study.name)
        assert [each.turns[0] for each in file.prompts] == ["Question 0?", "Why?", "How?"]
        assert file.prompt_set == used
        assert file.prompts[2] == TWO

    def test_round_trips_where_the_set_is_not_known(self, session, now, used):
        study = factories.make_study(session, "draft", state="draft", prompts=0)
        taking.into_study(session, study.name, used.name, 1, now)
        told = filing.file_of(session, study.name)
        text = study_writer.text(study_writer.told(told))
        elsewhere = study_file.read(
            text.replace("name: draft", "name: elsewhere"), "study.yaml", lambda _: ""
        )
        assert (elsewhere.prompts, elsewhere.prompt_set) == (told.prompts, used)
        applying.apply(session, elsewhere, now)
        assert studies.by_name(session, "elsewhere").prompt_set == used.to_stored()
        assert applying.apply(session, elsewhere, now).did_nothing

    def test_is_named_by_the_list_of_sets(self, session, now, used):
        study = factories.make_study(session, "draft", state="draft", prompts=0)
        taking.into_study(session, study.name, used.name, 1, now)
        assert [each.study for each in prompt_sets.uses(session, used.name)] == ["draft"]
        assert prompt_sets.every(session)[0].studies == 1
