from service.domain.beside_votes import Criterion, Gold, Marks
from service.domain.finding import Finding
from service.reporting import marks
from service.reporting.words import ENGLISH
from tests import boards

FEW = Finding("too_few")


class TestOfGrades:
    def test_says_who_leads_with_interval_people_and_who_may_be_as_good(self):
        assert marks.of_grades(boards.MARKS, ENGLISH) == [
            (
                "retrieval has the highest mean grade, 4.2 of 5 (95 % interval 3.7–4.5), "
                "by 6 people, but fine-tune may be as good."
            ),
            "Its grades are higher than those of plain-prompt.",
            (
                "Too few grades for an interval: small-model. "
                "It takes five people or five prompts at least."
            ),
            "A mean hides that people use the scale differently; votes compare better.",
        ]

    def test_of_nothing_is_nothing(self):
        assert marks.of_grades(Marks(), ENGLISH) == []


class TestCautions:
    def test_are_said_once_where_they_hold_for_all_criteria(self):
        found = Marks(criteria=(Criterion("Kind", (), (FEW,)), Criterion("Right", (), (FEW,))))
        (said,) = marks.cautions(found, ENGLISH)
        assert said.startswith("Too few answers for an interval.")
        assert marks.cautions(Marks(), ENGLISH) == []

    def test_name_the_criterion_where_they_differ(self):
        found = Marks(criteria=(Criterion("Kind", (), (FEW,)), Criterion("Right")))
        (said,) = marks.cautions(found, ENGLISH)
        assert said.startswith("Kind: Too few answers")


class TestGoldCounted:
    def test_tells_what_is_right(self):
        assert "Right is a vote for it" in marks.gold_counted(Gold(by_grades=False), ENGLISH)
        assert "Right is a higher grade" in marks.gold_counted(Gold(by_grades=True), ENGLISH)
