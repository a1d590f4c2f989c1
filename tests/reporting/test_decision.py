from dataclasses import replace

import pytest

from service.domain.leaderboard import Cell, Cycle, End, Order, Sensitivity, Share
from service.reporting import behind, decision
from service.reporting.behind import Behind, Tied
from service.reporting.words import ENGLISH
from tests import boards

ALL_BAD = Share(1.0, 0.88, 1.0)
MOSTLY_BAD = Share(0.84, 0.7, 0.92)


def decide(board):
    return decision.decide(board, ENGLISH)


def said(board) -> list[str]:
    return [sentence.text for sentence in decide(board)]


def about(board, beginning):
    """Return the one sentence that begins so."""
    (found,) = [each for each in decide(board) if each.text.startswith(beginning)]
    return found


class TestPairs:
    def test_call_the_expected_share_expected_and_open_the_counted_votes(self):
        board = boards.board()
        found = about(board, "retrieval is preferred to plain-prompt.")
        assert found.figure == (
            "Expected: 63\xa0% of votes between the two (ties count half), 95\xa0% interval 55–71"
        )
        assert found.behind == Behind("retrieval", "plain-prompt", 20)
        counted = behind.counted(board, found.behind, ENGLISH)
        assert counted == "counted: 68\xa0% of 20 votes"

    def test_never_say_preferred_beside_an_interval_that_spans_even(self):
        wide = replace(
            boards.difference("retrieval", "plain-prompt", 0.99, told_apart=True), low=0.48
        )
        found = about(boards.board(differences=(wide,)), "retrieval is preferred to plain-prompt.")
        assert found.figure == (
            "Expected: 99\xa0% of votes between the two (ties count half); how far ahead it is "
            "cannot be said yet"
        )

    def test_say_who_cannot_be_told_apart_and_how_far_they_may_be(self):
        found = about(boards.board(), "fine-tune cannot be told from retrieval.")
        assert found.figure == (
            "Expected for fine-tune: 49\xa0% [41–57]; more than 9 percentage points from an even "
            "share is unlikely"
        )

    def test_say_plainly_that_an_interval_over_everything_says_nothing(self):
        wide = replace(boards.difference("fine-tune", "retrieval", 0.5, told_apart=False), low=0.02)
        found = about(boards.board(differences=(wide,)), "fine-tune cannot")
        assert found.figure.endswith("so far the votes say little about the two")
        assert "±" not in found.figure
        assert "unlikely" not in found.figure

    def test_explain_an_interval_beside_the_middle_that_does_not_settle_it(self):
        beside = boards.difference("retrieval", "fine-tune", 0.6, told_apart=False)
        found = about(boards.board(differences=(beside,)), "fine-tune cannot")
        assert "not settled yet, since one may look at any time" in found.figure

    def test_prefer_only_where_the_claim_does(self):
        # The interval of the pair lies beside the middle and told apart: the claim alone counts.
        board = boards.with_part(boards.board(), claims=boards.claims("open", "open", "ahead"))
        assert not [text for text in said(board) if "preferred to plain-prompt" in text]
        assert "plain-prompt cannot be told from retrieval." in said(board)

    def test_say_what_holds_at_the_declared_end_alone(self):
        board = boards.with_part(boards.board(), claims=boards.claims("open", "at_end", "ahead"))
        assert "At the declared end: retrieval is preferred to plain-prompt." in said(board)
        assert "retrieval is preferred to small-model." in said(board)

    def test_sum_up_many_rivals(self):
        names = [f"rival-{number}" for number in range(9)]
        board = boards.board(
            ratings=tuple(boards.row(name, 0.5, 0.4, 0.6, None) for name in ["best", *names]),
            differences=tuple(
                boards.difference("best", name, 0.6 + place / 100, told_apart=True)
                for place, name in enumerate(names)
            ),
            parts=(
                boards.part(
                    ["best", *names],
                    claims=boards.claims(*["ahead"] * 9, leader="best", rivals=names),
                ),
            ),
        )
        found = about(board, "best is preferred to 9 of the others.")
        assert found.figure.startswith("The closest of them is rival-0: Expected: 60\xa0%")
        open_ = boards.claims(*["open"] * 9, leader="best", rivals=names)
        board = boards.with_part(board, claims=open_)
        assert "9 others cannot be told from best." in said(board)
        # Nothing is said of brackets that the plot does not draw.
        nearest = "The nearest are rival-0, rival-1 and rival-2"
        for groups, more in (
            ([[name] for name in ["best", *names]], ""),
            ([["best", *names]], "; brackets beside the plot join them with best"),
            ([["best", one] for one in names], ""),  # too many to be drawn
        ):
            told = about(
                boards.with_part(board, groups=tuple(map(tuple, groups))),
                "9 others cannot be told from best.",
            )
            assert told.figure == f"{nearest}{more}."
        # An end that was declared asks once: the sentence about looking often has no place there.
        strict = "Asked alone, and once, 9 of them would be told from best."
        assert strict in said(board)
        end = End(votes=500)
        assert strict not in said(replace(board, end=end))


class TestDirectVotes:
    LOST = Cell("retrieval", "plain-prompt", first_wins=8, second_wins=12, ties=5, both_bad=0)

    def board(self, cell):
        pair = {cell.first, cell.second}
        others = [one for one in boards.board().matrix if {one.first, one.second} != pair]
        return boards.board(matrix=(cell, *others))

    def test_that_go_against_the_ratings_are_named(self):
        found = about(self.board(self.LOST), "The direct votes differ")
        assert found.text == (
            "The direct votes differ: against plain-prompt, retrieval won 8 and lost 12."
        )
        assert found.behind == Behind("retrieval", "plain-prompt", 25)

    def test_that_agree_are_not_worth_a_word(self):
        even = replace(self.LOST, second_wins=8)
        assert not [text for text in said(self.board(even)) if "differ" in text]

    def test_are_read_from_the_leader_wherever_it_is_stored(self):
        board = self.board(self.LOST.turned())
        assert about(board, "The direct votes differ").text.endswith("won 8 and lost 12.")


class TestOrder:
    CIRCLE = Cycle(("rock", "paper", "scissors"), (0.75, 0.74, 0.76))

    def test_of_a_circle_at_the_top_speaks_of_no_pair_in_it(self):
        cycle = replace(self.CIRCLE, configurations=tuple(boards.SHARES)[:3])
        board = boards.with_part(
            boards.board(),
            claims=boards.claims("open", "open", "ahead"),
            top=tuple(boards.SHARES)[:3],
            order=Order(0.0, (cycle,)),
        )
        texts = said(board)
        assert texts[0] == "There is no best: preferences run in a circle."
        assert texts[1].startswith("Preferences run in a circle: retrieval over fine-tune")
        assert not [text for text in texts if "cannot be told from" in text]

    def test_names_a_circle_with_its_counted_shares(self):
        board = boards.with_part(boards.board(), order=Order(0.0, (self.CIRCLE,)))
        found = about(board, "Preferences run in a circle")
        assert found.text.endswith("rock over paper, paper over scissors, scissors over rock.")
        assert found.figure.startswith("Counted: 75\xa0%, 74\xa0% and 76\xa0%")

    def test_says_that_one_order_does_not_fit(self):
        board = boards.with_part(boards.board(), order=Order(0.001))
        assert "One order does not describe these votes well." in said(board)

    @pytest.mark.parametrize("p_value", [0.01, 0.4, 1.0])
    def test_is_silent_where_there_is_one(self, p_value):
        board = boards.with_part(boards.board(), order=Order(p_value))
        assert not [text for text in said(board) if "order" in text or "circle" in text]


class TestTies:
    def test_and_both_bad_stand_with_their_intervals(self):
        board = boards.board()
        for text, figure, votes in (
            ("Neither was preferred", "15\xa0% of votes [10–22]", Tied(0, "tied", 18)),
            ("Both were bad", "5\xa0% of votes [2–10]", Tied(0, "both_bad", 6)),
        ):
            found = about(board, text)
            assert (found.figure, found.behind) == (figure, votes)
            assert behind.counted(board, votes, ENGLISH) == f"{votes.votes} votes"

    def test_are_not_mentioned_where_there_were_none(self):
        none = Share(0.0, 0.0, 0.03)
        board = boards.with_part(
            boards.board(), tied=none, both_bad=none, without_both_bad=None, decisive=120
        )
        assert not [text for text in said(board) if "Neither" in text or "bad" in text]

    @pytest.mark.parametrize(
        ("top", "words"),
        [
            (("retrieval", "fine-tune"), "the top stays the same"),
            (("fine-tune",), "the top would be: fine-tune"),
            ((), "too little is left to compare all"),
        ],
    )
    def test_left_out_where_both_are_bad_change_the_top_or_not(self, top, words):
        board = boards.with_part(boards.board(), without_both_bad=Sensitivity(6, top, 0.6))
        found = about(board, "With the 6 votes “both bad” left out")
        assert found.figure == words


class TestCost:
    def test_is_told_of_those_at_the_top_against_the_leader(self):
        found = about(boards.board(), "fine-tune costs less")
        assert found.text == "fine-tune costs less than retrieval and cannot be told from it."
        assert found.figure.startswith("$2.18 less per 1,000 requests [$2.05 to $2.31], 84")

    def test_is_no_reason_where_most_votes_find_both_bad(self):
        board = boards.with_part(boards.board(), both_bad=MOSTLY_BAD, tied=MOSTLY_BAD)
        assert "Most votes find both answers bad." in said(board)
        assert not [text for text in said(board) if "costs less" in text]

    def test_is_one_where_many_but_not_surely_most_are_bad(self):
        board = boards.with_part(boards.board(), both_bad=Share(0.55, 0.45, 0.65))
        assert "Most votes find both answers bad." not in said(board)
        found = about(board, "fine-tune costs less")
        assert found.text == "fine-tune costs less than retrieval and cannot be told from it."


class TestWaiting:
    def test_are_named_and_change_nothing_of_what_is_said(self):
        board = boards.board()
        more = [boards.waiting("new"), boards.waiting("newer", votes=10, wins=4, losses=6)]
        longer = replace(board, ratings=(*board.ratings, *more))
        before, after = said(board), said(longer)
        assert after[: len(before)] == before
        assert after[len(before) :] == [
            "No votes yet: new.",
            "Too few votes to compare yet: newer (10).",
        ]

    def test_that_are_retired_are_not_mentioned(self):
        board = boards.board()
        retired = boards.waiting("old", is_retired=True, votes=40, wins=40)
        assert said(replace(board, ratings=(*board.ratings, retired))) == said(board)


class TestPopulation:
    @pytest.mark.parametrize(
        ("raters", "prompts", "words"),
        [
            (2, 24, "All this speaks for these 2 raters."),
            (1, 24, "All this speaks for this one rater."),
            (6, 3, "All this speaks for these 3 prompts."),
            (1, 1, "All this speaks for this one rater and for this one prompt."),
        ],
    )
    def test_is_named_in_the_last_sentence(self, raters, prompts, words):
        claims = replace(
            boards.claims("open", "ahead", "ahead"),
            for_these_raters=raters < 5,
            for_these_prompts=prompts < 5,
        )
        board = boards.with_part(boards.board(), claims=claims, raters=raters, prompts=prompts)
        assert said(board)[-1] == words

    def test_is_not_narrowed_where_there_are_enough(self):
        assert not [text for text in said(boards.board()) if "speaks for" in text]


class TestDecide:
    def test_says_not_enough_data_and_what_to_do(self):
        board = boards.board(ratings=(boards.waiting("new"),), parts=(), votes=0)
        (sentence,) = decide(board)
        assert sentence.text == "There is not enough data to compare yet."
        assert "Invite a rater" in sentence.figure

    def test_says_it_of_votes_on_the_retired_alone(self):
        rows = (boards.waiting("new"), boards.waiting("old", is_retired=True, votes=9, wins=9))
        (sentence,) = decide(boards.board(ratings=rows, parts=(), votes=0))
        assert sentence.figure == "More votes are needed between configurations in service."

    def test_speaks_of_a_pair_in_one_sentence(self):
        texts = said(boards.pair())
        assert texts[0] == "retrieval is preferred to fine-tune."
        assert not [text for text in texts[1:] if "preferred to" in text]
        assert decide(boards.pair())[0].behind == Behind("retrieval", "fine-tune", 20)

    def test_of_no_signal_says_nothing_of_pairs_and_costs(self):
        board = boards.pair(state="open", decisive=0, tied=ALL_BAD, both_bad=ALL_BAD)
        texts = said(board)
        assert texts[0] == "No signal: all 20 votes find both answers bad."
        assert decide(board)[0].figure == "None of these is good enough to be chosen by its cost."
        assert not [text for text in texts if "told" in text or "costs" in text]


class TestParts:
    def test_are_judged_by_themselves_below_one_sentence(self):
        other = boards.part(
            ("a", "b"),
            claims=boards.claims("ahead", leader="a", rivals=["b"]),
            verdict=replace(boards.pair().parts[0].verdict, winner="a"),
            top=("a",),
        )
        rows = [
            boards.row(name, 0.5, 0.4, 0.6, 1.0, rating=boards.rating(0.5, 0.4, 0.6, part=1))
            for name in ("a", "b")
        ]
        board = boards.pair()
        texts = said(replace(board, ratings=(*board.ratings, *rows), parts=(*board.parts, other)))
        assert texts[0] == (
            "Not comparable: retrieval + fine-tune and a + b never met. "
            "Each group is judged by itself."
        )
        assert "retrieval is preferred to fine-tune." in texts
        assert "a is preferred to b." in texts
        assert not [text for text in texts if "retrieval" in text and " a" in text[15:]][1:]


class TestLines:
    def test_hold_the_counted_share(self):
        lines = decision.lines(boards.pair(), ENGLISH)
        assert lines[0].startswith("retrieval is preferred to fine-tune. · Expected: 63\xa0%")
        assert lines[0].endswith(" · counted: 62\xa0% of 20 votes")
