from service.domain.slices import Slice, SliceRow, Slices, SliceShare
from service.reporting import slices
from service.reporting.words import ENGLISH
from tests import boards

ENOUGH = Slice(
    "legal",
    210,
    9,
    (
        SliceRow("retrieval", 120, 9, 1080.0, 1010.0, 1150.0, SliceShare(0.62, 0.53, 0.7)),
        SliceRow("fine-tune", 90, 9, 990.0, 920.0, 1060.0, SliceShare(0.48, 0.4, 0.57)),
        SliceRow("plain-prompt", 6, 2),
        SliceRow("small-model", 0, 0),
    ),
)
FEW = Slice("mail", 8, 1, tuple(SliceRow(name, 4, 1) for name in boards.SHARES))


def board(*found, left_out=0):
    return boards.with_part(boards.board(), slices=Slices(found, left_out))


def panel(*found, left_out=0):
    made = board(*found, left_out=left_out)
    return slices.panel(made, made.parts[0], {"retrieval": 2}, ENGLISH)


class TestPanel:
    def test_is_none_without_tags(self):
        assert panel() is None

    def test_draws_what_is_enough_and_says_what_is_not(self):
        found = panel(ENOUGH, FEW)
        legal, mail = found.plots
        assert [(row.name, row.colour) for row in legal.rows] == [
            ("retrieval", 2),
            ("fine-tune", 0),
        ]
        assert legal.says == "9 prompts · 210 votes"
        assert mail.rows == ()
        assert "Not enough votes or prompts: “mail”." in found.says
        assert (found.axis.low, found.axis.high) == (0.4, 0.7)

    def test_puts_figures_beside_their_votes(self):
        (name, cells), *_, (_, none) = panel(ENOUGH, FEW).rows
        assert name == "retrieval"
        assert [cell.figure for cell in cells] == ["62\xa0% [53–70]", "not enough votes"]
        assert cells[0].counted == "120 votes"
        assert cells[0].behind.query == {"part": "0", "first": "retrieval", "tag": "legal"}
        assert (none[0].figure, none[0].behind) == ("no votes", None)

    def test_counts_the_tags_that_are_left_out(self):
        assert "3 tags with fewer votes are left out." in panel(ENOUGH, left_out=3).says
        assert "left out" not in panel(ENOUGH).says


class TestTable:
    def test_says_what_the_panel_says(self):
        made = board(ENOUGH, FEW)
        found = slices.table(made, made.parts[0], ENGLISH)
        assert found.columns == ("Configuration", "legal", "mail")
        assert found.rows[0] == (
            "retrieval",
            "62\xa0% [53–70] · 120 votes",
            "not enough votes · 4 votes",
        )
        assert slices.table(board(), board().parts[0], ENGLISH) is None


class TestLines:
    def test_have_a_tag_each(self):
        made = board(ENOUGH, FEW)
        _, legal, mail = slices.lines(made, made.parts[0], ENGLISH)
        assert legal == (
            "legal (9 prompts · 210 votes): retrieval 62\xa0% [53–70] · fine-tune 48\xa0% [40–57]"
        )
        assert mail == "mail (1 prompt · 8 votes): not enough votes"
        assert slices.lines(board(), board().parts[0], ENGLISH) == []
