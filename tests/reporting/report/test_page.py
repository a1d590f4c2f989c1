import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from service.domain.claims import Against
from service.domain.report import Competitor, Decided, Report, Texts
from service.domain.slices import Slice, SliceRow, Slices, SliceShare
from service.reporting import charts, decision, incumbent, notes, slices, tables, trust
from service.reporting.report.page import page
from service.reporting.words import ENGLISH
from service.web.languages import shipped
from tests import boards, pseudo
from tests.promises.test_translated import strange

AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
DECIDED = Decided(
    "retrieval", "Ada", "It <answers>.", is_against=True, leaderboard_id=7, digest="ab" * 32, at=AT
)


def report(**changes):
    given = {
        "study": "support-replies",
        "title": "Support <replies>",
        "instructions": "Which answer would you rather have received?",
        "state": "open",
        "opened_at": AT,
        "closed_at": None,
        "is_sealed": False,
        "counts_sighted": False,
        "is_adaptive": False,
        "incumbent": None,
        "votes_per_matchup": 3,
        "leak_policy": "mask",
        "asks_authors": True,
        "prompts": 24,
        "imported_votes": 0,
        "takes_votes": True,
        "competitors": tuple(
            Competitor(name, "prompt", None, is_retired=False, one_off_cost=None)
            for name in boards.SHARES
        ),
        "flags": {"broken": 2},
        "withdrawn": 1,
        "board": boards.board(),
        "leaderboard_id": 7,
        "digest": "ab" * 32,
        "computed_at": AT,
        "pending": 0,
        "decided": DECIDED,
    }
    return Report(**{**given, **changes})


def said(made: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", made))


def tagged():
    """Return a leaderboard with an incumbent, against which one is better, and worse on a tag."""
    here = SliceShare(0.38, 0.3, 0.46)
    row = SliceRow("retrieval", 30, 6, expected=here, against=here, met=12)
    made = boards.with_part(
        boards.board(),
        against=(Against("retrieval", "better", "always"),),
        slices=Slices((Slice("legal", 60, 6, (row,)),)),
    )
    return replace(made, incumbent="plain-prompt")


class TestPage:
    def test_says_what_is_said_against_the_incumbent_and_by_tag(self):
        made = tagged()
        shown = page(report(board=made), ENGLISH, "en")
        for line in incumbent.lines(made, ENGLISH):
            assert line in said(shown)
        table = slices.table(made, made.parts[0], ENGLISH)
        assert {cell for row in table.rows for cell in row} <= set(
            re.findall(r"<t[hd][^>]*>([^<]*)<", unescape(shown))
        )
        assert "Against what is live" not in page(report(), ENGLISH, "en")

    def test_needs_no_network_no_script_and_no_style_beside_its_own(self):
        made = page(report(texts=(Texts("<script>", (("a", "<img src=x>"),)),)), ENGLISH, "en")
        assert not re.search(r"<(script|link|img|iframe|object|form)|\bstyle=|\bon\w+=|url\(", made)
        assert not re.search(r"https?://|//\w", made)
        assert "default-src 'none'" in made
        assert made.count("<style>") == 1

    def test_shows_every_figure_of_the_board_to_the_printed_digit(self):
        board = boards.board()
        told = said(page(report(), ENGLISH, "en"))
        for line in decision.decide(board, ENGLISH):
            assert line.text in told
            assert line.figure in told
        for row in tables.figures(board, {}, {}, ENGLISH):
            for figure in (row.rating, row.expected, row.counted, *row.figures):
                assert figure in told
        for row in charts.intervals(board, board.parts[0], {}):
            assert row.figure(ENGLISH) in told
        for line in notes.verdicts(board, ENGLISH):
            assert line in told
        for check in trust.lines(board, ENGLISH):
            assert " ".join(check.said) in told

    def test_escapes_what_people_wrote(self):
        made = page(report(), ENGLISH, "en")
        assert "Support &lt;replies&gt;" in made
        assert "It &lt;answers&gt;." in made
        assert "<replies>" not in made

    def test_says_which_leaderboard_a_decision_rests_on(self):
        assert "another leaderboard" not in page(report(), ENGLISH, "en")
        assert "another leaderboard" in page(report(leaderboard_id=9), ENGLISH, "en")
        assert "Nothing is recorded as decided yet." in page(report(decided=None), ENGLISH, "en")

    def test_shows_texts_only_where_it_was_given_them(self):
        texts = (Texts("How do I …?", (("retrieval", "Like this."),)),)
        assert "Like this." in page(report(texts=texts), ENGLISH, "en")
        assert "Prompts and answers" not in page(report(), ENGLISH, "en")

    @pytest.mark.parametrize("board", [boards.board(parts=(), ratings=()), boards.pair()])
    def test_stands_for_every_kind_of_leaderboard(self, board):
        assert "What can be decided" in page(report(board=board), ENGLISH, "en")

    def test_of_grades_alone_says_nothing_of_votes(self):
        board = boards.board(parts=(), ratings=(), matrix=(), votes=0)
        told = said(page(report(board=board, takes_votes=False), ENGLISH, "en"))
        assert "retrieval has the highest mean grade" in told
        assert "They gave each a grade from 1 to 5" in told
        for wrong in ("Bradley", "What can be decided", "All figures", "Head to head"):
            assert wrong not in told

    def test_speaks_german(self):
        german = shipped()["de"]
        made = page(report(), german.sighted, "de")
        assert '<html lang="de"' in made
        assert "retrieval wird plain-prompt vorgezogen." in said(made)

    def test_says_nothing_that_is_not_in_the_catalogues(self):
        made = page(report(decided=None), pseudo.LANGUAGE.sighted, pseudo.CODE, "rtl")
        theirs = {"Support", "replies", "retrieval", "fine", "tune", "plain", "prompt", "small"}
        theirs |= {"model", "Kind", "evenhand", "leaderboard", "support", "verify", "ms", "UTC"}
        assert '" dir="rtl"' in made
        theirs |= {"sources", "sure", "by", "rater", "abababab" * 8}
        assert [word for word in strange(made) if word not in theirs] == []
