from dataclasses import replace

import pytest

from service.domain import normed
from service.domain.normed import Norming, Reasoned, Split, Stage
from service.reporting import norming_words
from service.reporting.words import ENGLISH


def found(*said, stage=Stage.DIVIDED, raters=4, **fields) -> Norming:
    given = (Reasoned("tone", 1, 2, 0),)
    splits = tuple(
        Split(f"p{at}", "P?", ("x", "y"), ("A", "B"), *one, reasons=given)
        for at, one in enumerate(said)
    )
    agreed = normed.agreed(splits)
    made = Norming("s", "S", stage, 5, len(said), raters, agreement=agreed, splits=splits)
    return replace(made, **fields)


class TestSays:
    @pytest.mark.parametrize(
        ("stage", "said"),
        [
            (Stage.NOT_ASKED, "no norming"),
            (Stage.DRAFT, "once the study is open"),
            (Stage.WAITS, "not drawn yet"),
            (Stage.NEVER, "closed before a panel was drawn"),
            (Stage.TOO_FEW, "too few matchups"),
            (Stage.NO_VOTES, "nobody has judged one yet"),
            (Stage.ONE_RATER, "takes two"),
            (Stage.ALONE, "4 people judged, but no matchup was judged by two of them"),
            (Stage.TIES, "4 people judged, and nobody preferred"),
            (Stage.AGREED, "4 people judged, and no matchup divides them"),
            (Stage.DIVIDED, "4 people judged, and 1 of 2 matchups divide them"),
        ],
    )
    @pytest.mark.parametrize("holds", [True, False])
    def test_has_a_sentence_in_every_state(self, stage, said, holds):
        told = norming_words.says(found((2, 0, 2), (4, 0, 0), stage=stage, holds=holds), ENGLISH)
        assert said in told
        before = {Stage.NOT_ASKED, Stage.DRAFT, Stage.WAITS, Stage.NEVER, Stage.TOO_FEW}
        is_drawn = stage not in before
        assert ("Nothing more is dealt" in told) == (holds and is_drawn)

    def test_does_not_say_that_nobody_judged_where_nothing_of_it_counts(self):
        fields = {"stage": Stage.NO_VOTES, "raters": 0, "left_out": 3}
        told = found((0, 0, 0), (0, 0, 0), **fields)
        assert "no judgement on them counts" in norming_words.says(told, ENGLISH)
        assert norming_words.progress(told, ENGLISH).startswith("3 judgements are left out")


class TestAgreement:
    def test_tells_it_with_its_interval(self):
        told = norming_words.agreement(found((4, 0, 0), (0, 1, 3), (2, 0, 2)), ENGLISH)
        assert told.startswith("On 3 matchups that several judged, agreement is ")

    def test_says_so_where_nothing_varies(self):
        told = norming_words.agreement(found((0, 4, 0), (0, 2, 0)), ENGLISH)
        assert told == "Agreement beyond chance cannot be told, for nothing varies."

    def test_says_nothing_of_one_person(self):
        assert norming_words.agreement(found((1, 0, 0), raters=1), ENGLISH) == ""


class TestSplit:
    def test_tells_for_which_text_unless_that_is_sealed(self):
        (one,) = found((2, 1, 3)).splits
        assert norming_words.split(one, ENGLISH, is_sealed=False) == (
            "2 for the first, 3 for the second, 1 for neither"
        )
        assert norming_words.split(one, ENGLISH, is_sealed=True) == "2 against 3, 1 for neither"
        assert norming_words.reasons(one, ENGLISH, is_sealed=True) == ["Tone: 3"]
        assert norming_words.reasons(one, ENGLISH, is_sealed=False) == [
            "Tone: 1 with the first, 2 with the second"
        ]

    def test_says_that_nobody_has_judged(self):
        (one,) = found((0, 0, 0)).splits
        assert norming_words.split(one, ENGLISH, is_sealed=False) == "nobody yet"


class TestProgress:
    def test_tells_what_is_left_out(self):
        told = norming_words.progress(found((1, 0, 1), done=1, left_out=2), ENGLISH)
        assert "1 person has judged all of the panel. 2 judgements are left out" in told
        assert norming_words.progress(found((0, 0, 0), raters=0), ENGLISH) == ""


class TestProposal:
    def test_is_made_where_people_divide(self):
        told = found((2, 0, 2), proposed=("tone", "clear"), criteria=("Kind", "clear"))
        assert "they gave these reasons" in norming_words.proposal(told, ENGLISH)
        assert norming_words.criteria(told, ENGLISH) == ["Kind", "clear", "Tone"]
        assert "Nobody gave a reason" in norming_words.proposal(found((2, 0, 2)), ENGLISH)
        assert "Nobody" not in norming_words.proposal(found((0, 4, 0), stage=Stage.TIES), ENGLISH)
        assert norming_words.proposal(found((4, 0, 0), stage=Stage.AGREED), ENGLISH) == ""
