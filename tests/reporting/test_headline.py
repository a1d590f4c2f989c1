from dataclasses import replace

import pytest

from service.domain.claims import Verdict
from service.domain.leaderboard import Cycle, Order, Share
from service.reporting import headline
from service.reporting.headline import Kind
from service.reporting.words import ENGLISH
from tests import boards

NAMES = tuple(boards.SHARES)
DECIDED = Verdict("decided", winner="retrieval", margin=5, holds="always")


def say(**changes):
    return headline.of_part(boards.part(**changes), ENGLISH)


class TestOfPart:
    def test_of_a_clear_winner(self):
        claims = boards.claims("ahead", "ahead", "ahead")
        said = say(claims=claims, verdict=DECIDED, top=NAMES[:1])
        assert said == "retrieval is ahead of every other: fine-tune, plain-prompt and small-model."

    def test_of_several_at_the_top_says_who_is_worse(self):
        assert say() == (
            "retrieval and fine-tune cannot be told apart; plain-prompt and small-model are "
            "behind retrieval."
        )

    def test_of_nobody_ahead(self):
        said = say(claims=boards.claims("open", "open", "open"), top=NAMES)
        assert said.startswith("Nobody is ahead yet; retrieval, fine-tune,")

    def test_never_calls_two_equal_at_the_top_who_were_told_apart(self):
        # The leader can be told from neither, but these two can be told from each other.
        said = say(claims=boards.claims("open", "open", "ahead"), top=NAMES[:2])
        assert "plain-prompt" not in said

    def test_of_the_practically_equal(self):
        said = say(
            claims=boards.claims("equal", "equal", "equal"),
            verdict=Verdict("practically_equal", margin=5, holds="always"),
            top=NAMES,
        )
        assert said.endswith("are practically equal.")

    @pytest.mark.parametrize(
        ("both_bad", "votes", "words"),
        [
            (1.0, 20, "No signal: all 20 votes find both answers bad."),
            (0.4, 20, "No signal: all 20 votes prefer neither answer."),
            (1.0, 1, "No signal: the only vote finds both answers bad."),
            (0.0, 1, "No signal: the only vote prefers neither answer."),
        ],
    )
    def test_of_no_signal(self, both_bad, votes, words):
        assert say(decisive=0, votes=votes, both_bad=Share(both_bad, 0.0, 1.0)) == words

    def test_of_a_circle_at_the_top(self):
        cycle = Cycle(NAMES[:3], (0.75, 0.75, 0.75))
        said = say(
            claims=boards.claims("open", "open", "ahead"),
            top=NAMES[:3],
            order=Order(0.0, (cycle,)),
        )
        assert said == "There is no best: preferences run in a circle."

    def test_of_a_circle_below_the_top_stays_what_it_is(self):
        cycle = Cycle(NAMES[1:], (0.75, 0.75, 0.75))
        claims = boards.claims("ahead", "ahead", "ahead")
        said = say(claims=claims, verdict=DECIDED, top=NAMES[:1], order=Order(0.0, (cycle,)))
        assert said == "retrieval is ahead of every other: fine-tune, plain-prompt and small-model."


class TestQualified:
    @pytest.mark.parametrize(
        ("raters", "prompts", "holds", "words"),
        [
            (9, 9, "always", "a is preferred to b."),
            (9, 9, "at_end", "At the declared end: a is preferred to b."),
            (2, 9, "always", "For these 2 raters: a is preferred to b."),
            (9, 3, "always", "For these 3 prompts: a is preferred to b."),
            (1, 3, None, "For this one rater and for these 3 prompts: a is preferred to b."),
            (1, 9, "at_end", "At the declared end, for this one rater: a is preferred to b."),
        ],
    )
    def test_says_for_whom_and_when(self, raters, prompts, holds, words):
        claims = replace(
            boards.claims("open", "ahead", "ahead"),
            for_these_raters=raters < 5,
            for_these_prompts=prompts < 5,
        )
        part = boards.part(claims=claims, raters=raters, prompts=prompts)
        assert headline.qualified("a is preferred to b.", part, ENGLISH, holds=holds) == words


class TestKindOf:
    def test_follows_the_verdict_and_not_who_was_told_apart(self):
        assert headline.kind_of(boards.part(top=NAMES[:1])) is Kind.SEVERAL
        assert headline.kind_of(boards.part(verdict=DECIDED)) is Kind.WINNER
