from itertools import groupby
from pathlib import Path

import pytest

from service.blinding import sides
from service.domain import vote
from service.domain.vote import OFFERED, Choice, Outcome, Side
from service.formats import columns, votes
from service.stats import counts

AS_FIRST, EXCHANGED = sides.BOTH
ROOT = Path(__file__).parents[2]


class TestTableOfChoices:
    def test_gives_each_choice_one_mirror(self):
        for choice in Choice:
            assert choice.mirror.mirror is choice
            assert choice.mirror.side == -choice.side
            assert choice.mirror.row.strength == choice.row.strength

    def test_unblinds_by_side(self):
        assert {choice: sides.unblind(choice, AS_FIRST) for choice in Choice} == {
            Choice.LEFT_MUCH: "first_much",
            Choice.LEFT: "first",
            Choice.BOTH_GOOD: "both_good",
            Choice.BOTH_BAD: "both_bad",
            Choice.RIGHT: "second",
            Choice.RIGHT_MUCH: "second_much",
            Choice.TIE: "tie",
        }
        for choice in Choice:
            there = sides.unblind(choice, AS_FIRST)
            here = sides.unblind(choice, EXCHANGED)
            assert there.exchanged is here
            assert here.exchanged is there
            assert here is sides.unblind(choice.mirror, AS_FIRST)

    def test_says_who_won(self):
        assert {outcome: outcome.sign for outcome in Outcome if outcome.sign} == {
            "first_much": 1,
            "first": 1,
            "second": -1,
            "second_much": -1,
        }
        assert [outcome for outcome in Outcome if outcome.is_bad] == ["both_bad"]

    def test_is_what_the_codes_of_statistics_mean(self):
        # Statistics import nothing of ours, so their codes are written down a second time.
        assert list(Outcome) == list(counts.OUTCOME_NAMES)
        assert [outcome.sign for outcome in Outcome] == counts.SIGN.tolist()
        codes = {name: code for code, name in enumerate(counts.OUTCOME_NAMES)}
        assert [codes[outcome.exchanged] for outcome in Outcome] == counts.SWAPPED.tolist()

    def test_is_what_the_bar_has_columns_for(self):
        groups = [len(list(group)) for _, group in groupby(OFFERED, key=lambda one: one.side)]
        style = (ROOT / "service/web/rater/static/rater.css").read_text("utf-8")
        layout = next(line for line in style.splitlines() if line.startswith(".bar fieldset"))
        assert " 8px ".join(f"repeat({number}, minmax(0, 1fr))" for number in groups) in layout

    def test_has_no_word_twice(self):
        words = [word for choice in Choice for word in (choice.value, *choice.row.names)]
        assert len(set(words)) == len(words)
        assert [columns.plain(word) for word in words] == words

    def test_names_what_files_may_hold(self):
        for word, choice in (
            ("A much better", Choice.LEFT_MUCH),
            ("model_b", Choice.RIGHT),
            ("tie (bothbad)", Choice.BOTH_BAD),
            ("Both good", Choice.BOTH_GOOD),
            ("draw", Choice.TIE),
        ):
            assert votes.choice_of(word, "x", "y") is choice

    def test_says_choices_in_words(self):
        assert [choice.label() for choice in OFFERED] == [
            "A much better",
            "A better",
            "Both good",
            "Both bad",
            "B better",
            "B much better",
        ]
        assert Outcome("second_much").choice.label("x{left}", "y") == "y much better"


class TestParseChoice:
    @pytest.mark.parametrize("choice", OFFERED)
    def test_takes_what_is_offered(self, choice):
        assert vote.parse_choice(choice.value) is choice

    @pytest.mark.parametrize("text", ["tie", "", "LEFT", "first", "left "])
    def test_refuses_all_else(self, text):
        with pytest.raises(vote.UnknownChoice, match="below the texts"):
            vote.parse_choice(text)


class TestSide:
    def test_turns_round_by_its_sign(self):
        assert -Side.LEFT == Side.RIGHT
        assert -Side.NEITHER == Side.NEITHER
