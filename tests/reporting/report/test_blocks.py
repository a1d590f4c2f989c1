from service.reporting.report import blocks
from service.reporting.tables import Table
from service.reporting.words import ENGLISH

EVIL = "<b>&"


class TestBlocks:
    def test_take_every_text_as_text(self):
        table = Table(EVIL, (EVIL, EVIL), ((EVIL, EVIL),), says=EVIL)
        made = [
            *blocks.section("x", EVIL, [blocks.paragraph(EVIL), *blocks.listed([EVIL])]),
            *blocks.table(table),
            blocks.named(EVIL, ENGLISH),
            blocks.named(f"{EVIL} one", ENGLISH.naming([f"{EVIL} one", f"{EVIL} two"])),
        ]
        assert "<b>" not in "".join(made)
        assert "".join(made).count("&lt;b&gt;&amp;") >= 8

    def test_a_table_of_texts_does_not_align_them_as_figures(self):
        made = "".join(blocks.table(Table("x", ("a", "b", "n"), (("c", "d", "7"),), texts=(1,))))
        assert '<th scope="col">b</th><th scope="col" class="n">n</th>' in made
        assert '<td>d</td><td class="n">7</td>' in made
