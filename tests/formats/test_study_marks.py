import pytest

from service.domain.sitting import GoldTexts
from service.domain.study import DEFAULT_INSTRUCTIONS, GRADE_INSTRUCTIONS
from service.formats import study_file
from service.formats.study_problems import StudyFileInvalid

SMALL = "title: A study\nconfigurations: [{name: One}, {name: Two}]\n"


def read(text):
    return study_file.read(SMALL + text, "study.yaml", open)


class TestMarks:
    def test_are_not_asked_by_default(self):
        sitting = read("").sitting
        assert (sitting.criteria, sitting.grades) == ((), "none")

    def test_are_criteria_and_grades_beside_votes(self):
        study = read("criteria: [Kind, ' Well  founded ']\ngrades: with_votes\n")
        assert (study.sitting.criteria, study.sitting.grades) == (
            ("Kind", "Well founded"),
            "with_votes",
        )
        assert study.instructions == DEFAULT_INSTRUCTIONS

    def test_may_be_grades_alone_which_have_no_repeats(self):
        study = read("grades: only\n")
        assert (study.sitting.grades, study.sitting.repeats) == ("only", 0.0)
        assert study.instructions == GRADE_INSTRUCTIONS
        assert read("grades: only\ninstructions: Mine.\n").instructions == "Mine."

    @pytest.mark.parametrize(
        ("text", "line", "field", "words"),
        [
            ("criteria: [A, B, C, D, E, F]\n", 3, "criteria", "at most 5"),
            ("criteria: []\n", 3, "criteria", ""),
            ("criteria: Kind\n", 3, "criteria", "a list"),
            ("criteria:\n- Kind\n- ' '\n", 5, "criteria #2", "must not be empty"),
            ("criteria:\n- Kind\n- 'kind '\n", 5, "criteria #2", "criterion 1 already"),
            ("grades: sometimes\n", 3, "grades", "with_votes"),
            ("grades: only\ncriteria: [Kind]\n", 4, "criteria", "go with votes"),
            ("grades: only\nrepeats: 0.1\n", 4, "repeats", "compare votes"),
            ("grades: only\ndealing: adaptive\n", 4, "dealing", "follows votes"),
        ],
    )
    def test_that_do_not_go_together_are_named_by_line(self, text, line, field, words):
        with pytest.raises(StudyFileInvalid) as caught:
            read(text)
        (problem,) = caught.value.problems
        assert (problem.line, problem.field) == (line, field)
        assert words in problem.message


GOLD = "gold:\n- {prompt: 'Which? ', better: Good., worse: Bad.}\n"


class TestGold:
    def test_is_a_prompt_and_two_texts(self):
        assert read(GOLD).sitting.gold == (GoldTexts("Which?", "Good.", "Bad."),)
        assert read("").sitting.gold == ()

    @pytest.mark.parametrize(
        ("text", "line", "field", "words"),
        [
            (GOLD + "- {prompt: 'Which?', better: Good., worse: Bad.}\n", 5, "gold #2", "gold 1"),
            (
                GOLD + "- {prompt: 'So?', better: ok, worse: ' ok'}\n",
                5,
                "gold #2, worse",
                "same text",
            ),
            (GOLD + "- {prompt: ' ', better: a, worse: b}\n", 5, "gold #2, prompt", "empty"),
            (GOLD + "- {prompt: a, better: b}\n", 5, "gold #2", "worse"),
            (GOLD + "- {prompt: a, better: b, worse: c, right: d}\n", 5, "gold #2, right", ""),
            ("gold: []\n", 3, "gold", ""),
        ],
    )
    def test_that_cannot_be_used_is_named_by_line(self, text, line, field, words):
        with pytest.raises(StudyFileInvalid) as caught:
            read(text)
        (problem,) = caught.value.problems
        assert (problem.line, problem.field) == (line, field)
        assert words in problem.message


class TestProbes:
    def test_are_phrases_each_once(self):
        assert read("probes: [of  course, 'of course', Sure]\n").sitting.probes == (
            "of course",
            "Sure",
        )

    def test_are_not_empty(self):
        with pytest.raises(StudyFileInvalid, match="probes #1: must not be empty"):
            read("probes: ['  ']\n")


class TestNorming:
    def test_is_none_by_default_and_holds_where_it_is(self):
        plain, asked = read("").sitting, read("norming: 7\n").sitting
        assert (plain.norming, asked.norming, asked.norming_holds) == (0, 7, True)
        assert not read("norming: 7\nnorming_then: go_on\n").sitting.norming_holds
        assert read("norming: 0\n").sitting == plain

    @pytest.mark.parametrize("number", [1, 4, 11])
    def test_takes_five_to_ten(self, number):
        with pytest.raises(StudyFileInvalid) as caught:
            read(f"norming: {number}\n")
        assert "10" in str(caught.value)
