import pytest

from service.domain import prompt_set
from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Origin, OriginKind
from service.reporting import set_words
from service.reporting.words import ENGLISH


class TestOrigin:
    @pytest.mark.parametrize(
        ("told", "said"),
        [
            (Origin(OriginKind.HAND), "typed by hand"),
            (
                Origin(OriginKind.FILE, "a.csv", "ab" * 32),
                "from the file a.csv (SHA-256 abababababababab)",
            ),
            (Origin(OriginKind.STUDY, "x", chosen=Chosen.ALL), "from the study x"),
            (
                Origin(OriginKind.STUDY, "x", chosen=Chosen.HARD),
                "from the study x: where many said “both bad”",
            ),
            (
                Origin(OriginKind.STUDY, "x", chosen=Chosen.DIVIDING),
                "from the study x: where people disagreed",
            ),
        ],
    )
    def test_says_each_kind(self, told, said):
        assert set_words.origin(told, ENGLISH) == said


class TestChange:
    def test_says_how_much_or_that_nothing(self):
        one, two = Prompt(turns=("a",)), Prompt(turns=("b",))
        found = prompt_set.difference([one], [two])
        assert set_words.change(found, ENGLISH) == "1 added, 1 taken out, 0 changed."
        assert set_words.change(prompt_set.difference([one], [one]), ENGLISH) == (
            "The same prompts."
        )


class TestDiffering:
    def test_shows_where_long_texts_differ(self):
        long = "same " * 100
        old, new = Prompt(turns=(f"{long}then",)), Prompt(turns=(f"{long}now",))
        before, after = set_words.differing(old, new)
        assert before.startswith("… ")
        assert (before[-4:], after[-3:]) == ("then", "now")
        assert len(before) < 100

    def test_shows_whole_texts_that_are_short_and_a_part_of_endless_ones(self):
        one, two = Prompt(turns=("Why?",)), Prompt(turns=("Why? And how?",))
        assert set_words.differing(one, two) == ("Why?", "Why? And how?")
        other = Prompt(turns=("x" * 10**6,))
        assert len(set_words.differing(one, other)[1]) == 300


class TestDoubts:
    def test_name_the_prompts(self):
        said = set_words.doubts({"asks_who": ["a", "b"], "personal": ["c"]}, ENGLISH)
        assert said[0].endswith("leave them out: a, b")
        assert said[1].endswith("would read it: c")
        assert set_words.doubts({}, ENGLISH) == []
