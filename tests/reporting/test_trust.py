import pytest

from service.domain.trust import CAUTION, NOT_CHECKED, OK, Check
from service.reporting import trust
from service.reporting.words import ENGLISH
from tests import boards, panels

SPACE = "\N{NO-BREAK SPACE}"


def said(check):
    return trust.sentence(check, ENGLISH)


class TestLines:
    def test_state_every_check_once_in_order(self):
        lines = trust.lines(boards.board(), ENGLISH)
        assert [line.name for line in lines[:4]] == [
            "Enough people",
            "Enough prompts",
            "All met",
            "No rater dominates",
        ]
        assert len(lines) == len({line.name for line in lines}) == len(panels.CHECKED)
        assert {line.word for line in lines} == {"ok", "caution", "not checked", "measured"}

    def test_take_the_worst_of_several(self):
        board = boards.board(
            checks=(
                Check("bounded", CAUTION, "unbounded_above", ("a",)),
                Check("bounded", CAUTION, "prior_used", ("b",)),
                Check("bounded", CAUTION, "prior_used", ("b",)),
            )
        )
        (line,) = trust.lines(board, ENGLISH)
        assert (line.state, len(line.said)) == (CAUTION, 2)

    def test_say_what_is_not_counted_with_the_exclusions(self):
        (line,) = [each for each in trust.lines(boards.board(), ENGLISH) if "left out" in each.name]
        assert f"would be 60{SPACE}% instead of 61{SPACE}%." in line.said[0]
        assert "3 votes by people who had seen the results" in line.said[1]


class TestSummary:
    def test_counts_them(self):
        assert trust.summary(boards.board(), ENGLISH) == (
            "Checks: 2 cautions, 15 ok, 2 not checked."
        )
        assert trust.summary(boards.board(checks=()), ENGLISH) == ""


class TestSentence:
    @pytest.mark.parametrize(
        ("check", "words"),
        [
            (
                Check("robustness", OK, items=("a", "b"), figures={"votes": 12, "of": 900}),
                "Without 12 votes of 900, b would stand above a.",
            ),
            (
                Check("dominant_rater", CAUTION, "not_weighed", figures={"share": 0.7}),
                f"One rater cast 70{SPACE}% of the votes, and all of them count: most",
            ),
            (
                Check("self_consistency", NOT_CHECKED, "few_repeats", figures={"number": 3.0}),
                "Only 3 matchups were shown twice.",
            ),
            (Check("order", CAUTION, "cycle", ("a", "b", "c")), "a, b, c, and round again."),
            (Check("fit", CAUTION, "quite_new"), "quite new"),
            (
                Check("one_rater_out", OK, items=("a",), figures={"looked": 6.0}),
                "a stays on top without any of 6 raters, left out in turn.",
            ),
        ],
    )
    def test_has_its_figures(self, check, words):
        assert words in said(check)
