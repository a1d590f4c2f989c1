import pytest

from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models
from service.usecases.sighted import gold_shelves, marks
from service.web.researcher import mark_speech
from tests import factories
from tests.usecases.sighted.test_marks import rate

GOLD = (GoldTexts("Which?", "A good text.", "A bad text."),)
ASKS = SittingOptions(
    repeats=0, practice=(), criteria=("Kind", "<b>Right</b>"), grades="with_votes", gold=GOLD
)


@pytest.fixture
def rated(studio):
    """Make a study with marks of one rater."""

    def make(options=ASKS, **fields):
        study = studio.study(prompts=6, options=options.to_stored(), **fields)
        with studio.database.transaction() as session:
            row = session.get_one(models.Study, study.id)
            gold_shelves.fill(session, row, options.gold, factories.MOMENT)
            rate(session, factories.make_rater(session, study))
        return study

    return make


class TestMarks:
    @pytest.mark.parametrize("path", ["", "leaderboard"])
    def test_stand_on_the_page_of_the_study_and_below_its_leaderboard(self, studio, rated, path):
        page = studio.page(f"{rated().name}/{path}")
        assert "Retrieval has the highest mean grade, 5.0 of 5, by 1 person." in page
        assert "These are few grades" in page
        assert "&lt;b&gt;Right&lt;/b&gt;" in page
        assert "<b>Right" not in page
        assert "1 of 1" in page

    def test_of_a_sealed_study_are_not_shown(self, studio, rated):
        study = rated(is_sealed=True)
        for path in ("", "leaderboard"):
            page = studio.page(f"{study.name}/{path}")
            assert "what was marked is shown once it is closed" in page
            assert "Mean grade" not in page
            assert "Ahead" not in page

    def test_of_grades_alone_stand_where_a_ranking_would(self, studio, rated):
        study = rated(SittingOptions(repeats=0, practice=(), grades="only"))
        page = studio.page(f"{study.name}/leaderboard")
        assert "highest mean grade" in page
        assert "No votes yet." not in page

    def test_say_that_there_are_none_yet(self, studio):
        study = studio.study(options=ASKS.to_stored())
        assert "None are in yet." in studio.page(f"{study.name}/")

    def test_are_not_mentioned_where_none_are_asked(self, studio):
        study = studio.study()
        page = studio.page(f"{study.name}/")
        assert "Criteria and grades" not in page
        assert "Gold" not in page


class TestGrades:
    def test_name_those_that_are_level(self):
        level = tuple(marks.Graded(name, 4.0, (0, 0, 0, 30, 0)) for name in ("A", "B"))
        view = marks.MarksView(None, False, 3, level, (), ())  # noqa: FBT003 - not read here
        said = mark_speech.grades(view)
        assert said.startswith("A and B have the highest mean grade, 4.0 of 5, by 3 people.")
        assert "votes compare better" in said
