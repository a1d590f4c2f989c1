"""The panel against the incumbent, on typed boards: each trap with a planted counter-example."""

from dataclasses import replace

import pytest

from service.domain.claims import Against
from service.domain.leaderboard import Difference
from service.domain.slices import Slice, SliceRow, Slices, SliceShare
from service.reporting import incumbent
from service.reporting.words import ENGLISH
from tests import boards

LIVE = "plain-prompt"
AGAINST = (
    Against("retrieval", "better", "always"),
    Against("fine-tune", "open"),
    Against("small-model", "worse", "always"),
)


def sliced(tag, here=None, *, name="retrieval", met=12):
    """Return one tag where a configuration stands so against the incumbent; None: not enough."""
    share = None if here is None else SliceShare(*here)
    return Slice(tag, 60, 6, (SliceRow(name, 30, 6, against=share, met=met),))


def board(against=AGAINST, slices=(), **changes):
    found = boards.with_part(boards.board(), against=against, slices=Slices(tuple(slices)))
    return replace(found, incumbent=LIVE, **changes)


def standing(made, name):
    found = incumbent.panel(made, ENGLISH)
    return next(one for one in found.standings if one.name == name)


class TestPanel:
    def test_says_one_sentence_of_each_other(self):
        found = incumbent.panel(board(), ENGLISH)
        assert [one.sentence for one in found.standings] == [
            "retrieval is better than plain-prompt: it wins about 6 of 10 against what is live.",
            "fine-tune cannot be told from plain-prompt yet.",
            "small-model is worse than plain-prompt: it wins about 3 of 10 against what is live.",
        ]

    def test_prints_the_figures_of_the_difference(self):
        one = standing(board(), "retrieval")
        assert one.figure == "expected: 63\xa0% [55–71]"
        assert (one.behind.first, one.behind.second, one.behind.votes) == ("retrieval", LIVE, 20)
        assert incumbent.said_behind(board(), one.behind, ENGLISH) == (
            "counted: 68\xa0% of 20 votes"
        )

    def test_reads_the_claim_and_never_the_interval(self):
        # The interval of the pair alone lies above even; the claim over all looks is open.
        one = standing(board(), "fine-tune")
        assert one.low > 0.5
        assert one.state == "open"
        assert "not settled yet" in one.figure

    def test_says_nothing_across_parts(self):
        # A tight interval of a gap that no vote measured, as a bootstrap or a prior would give it.
        made = board(against=AGAINST[:1])
        tight = Difference("small-model", LIVE, 0.9, 0.88, 0.92, told_apart=True, p_beats=1.0)
        made = replace(made, differences=(*made.differences[:-1], tight))
        one = standing(made, "small-model")
        assert (one.state, one.share, one.figure) == ("", None, "")
        assert "never met" in one.sentence

    @pytest.mark.parametrize("votes", [0, 3])
    def test_a_handful_of_votes_never_speaks(self, votes):
        made = board()
        late = boards.waiting("late", votes=votes, wins=votes, observed_share=1.0)
        made = replace(made, ratings=(*made.ratings, late))
        one = standing(made, "late")
        assert (one.state, one.share, one.behind) == ("", None, None)
        assert ("too few votes" if votes else "no votes yet") in one.sentence

    def test_says_for_whom_it_speaks_and_when(self):
        made = board(against=(Against("retrieval", "better", "at_end"),))
        claims = replace(made.parts[0].claims, for_these_raters=True)
        made = boards.with_part(made, claims=claims, raters=2)
        assert standing(made, "retrieval").sentence.startswith(
            "At the declared end, for these 2 raters: retrieval is better"
        )

    def test_leaves_the_retired_out(self):
        made = board()
        made = boards.with_rows(
            made,
            lambda _, row: (
                replace(row, is_retired=True, rating=None)
                if row.configuration == "small-model"
                else row
            ),
        )
        found = incumbent.panel(made, ENGLISH)
        assert [one.name for one in found.standings] == ["retrieval", "fine-tune"]

    def test_how_far_ahead_is_not_said_where_it_is_unknown(self):
        wide = Difference("retrieval", LIVE, 0.63, 0.4, 0.8, told_apart=True, p_beats=0.9)
        made = board()
        made = replace(made, differences=(wide, *made.differences[2:]))
        assert standing(made, "retrieval").figure == (
            "expected: 63\xa0%; how far from even cannot be said yet"
        )


class TestOdds:
    @pytest.mark.parametrize(
        ("share", "said"),
        [
            (0.63, "about 6 of 10"),
            (0.649, "about 6 of 10"),
            (0.31, "about 3 of 10"),
            (0.53, "about 53 of 100"),  # never even, where it is better
            (0.97, "about 97 of 100"),
            (0.9999, "about 99 of 100"),  # never all
            (0.0001, "about 1 of 100"),  # never none
        ],
    )
    def test_are_plain(self, share, said):
        assert incumbent.odds(share, ENGLISH) == said


class TestRegressions:
    def test_name_a_tag_where_one_that_is_ahead_is_worse(self):
        made = board(slices=[sliced("legal", (0.38, 0.3, 0.46)), sliced("chat", (0.7, 0.6, 0.8))])
        found = incumbent.panel(made, ENGLISH)
        (one,) = found.regressions
        assert one.sentence == (
            "retrieval is better than plain-prompt overall, and worse on “legal”: expected "
            "38\xa0% [30–46] there, 63\xa0% overall."
        )
        assert one.behind.query == {"first": "retrieval", "second": LIVE, "tag": "legal"}
        assert incumbent.said_behind(made, one.behind, ENGLISH) == "12 direct votes"

    @pytest.mark.parametrize(
        ("here", "name"),
        [
            ((0.47, 0.4, 0.54), "retrieval"),  # not told from even there
            ((0.38, 0.3, 0.46), "small-model"),  # not ahead overall: no regression
            (None, "retrieval"),  # not enough
        ],
    )
    def test_are_not_made_of_noise(self, here, name):
        made = board(slices=[sliced("legal", here, name=name)])
        assert incumbent.panel(made, ENGLISH).regressions == ()

    def test_of_one_that_is_not_told_apart_overall_say_so(self):
        made = board(slices=[sliced("legal", (0.38, 0.3, 0.46), name="fine-tune")])
        (one,) = incumbent.panel(made, ENGLISH).regressions
        assert one.sentence.startswith(
            "fine-tune is not told from plain-prompt overall, and worse on “legal”"
        )

    def test_say_how_often_luck_would_name_one(self):
        made = board(slices=[sliced(f"tag {at}", (0.6, 0.5, 0.7)) for at in range(8)])
        notes = incumbent.panel(made, ENGLISH).notes
        # 1 - 0.975 ** 8
        assert "8 differences by tag were looked at, each at 95\xa0%" in notes[0]
        assert "up to 18\xa0% of such lists would name one by luck" in notes[0]
        assert notes[1] == "None was found."

    def test_say_where_there_is_not_enough(self):
        made = board(slices=[sliced("legal"), sliced("chat", (0.6, 0.5, 0.7))])
        assert incumbent.panel(made, ENGLISH).notes[-1] == (
            "Not enough votes or prompts to look at: “legal”."
        )

    def test_are_not_searched_where_nothing_is_ahead(self):
        made = board(against=AGAINST[2:], slices=[sliced("legal", (0.3, 0.2, 0.4))])
        assert incumbent.panel(made, ENGLISH).notes == (
            "Nothing is ahead of it, so no tag is searched for regressions.",
        )


class TestLines:
    def test_say_what_the_panel_says(self):
        made = board(slices=[sliced("legal", (0.38, 0.3, 0.46))])
        found = incumbent.panel(made, ENGLISH)
        lines = incumbent.lines(made, ENGLISH)
        assert lines[0] == found.says
        assert lines[1] == (
            f"{found.standings[0].sentence} · expected: 63\xa0% [55–71] · "
            "counted: 68\xa0% of 20 votes"
        )
        assert f"{found.regressions[0].sentence} · 12 direct votes" in lines
        assert lines[-len(found.notes) :] == list(found.notes)


class TestDrawn:
    def test_has_a_row_for_each_that_is_compared(self):
        made = board(against=AGAINST[:2])
        rows = incumbent.drawn(incumbent.panel(made, ENGLISH), {"retrieval": 3})
        assert [(row.name, row.colour) for row in rows] == [("retrieval", 3), ("fine-tune", 0)]
