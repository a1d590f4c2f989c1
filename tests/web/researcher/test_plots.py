import struct

import pytest

from tests import boards

PLOTS = "support-replies/leaderboard/plots"


def size_of(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


class TestDownloadPlot:
    def test_every_picture_of_the_page_can_be_kept(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        page = studio.page("support-replies/leaderboard")
        for name in ("intervals", "quality-cost"):
            for kind in ("svg", "png"):
                assert f"/studio/{PLOTS}/{name}.{kind}" in page
                answer = studio.get(f"{PLOTS}/{name}.{kind}")
                assert answer.status_code == 200
                told = answer.headers["Content-Disposition"]
                assert told == f'attachment; filename="support-replies-{name}.{kind}"'

    def test_a_png_shows_letters_on_a_machine_without_fonts(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        svg = studio.get(f"{PLOTS}/intervals.svg").text
        png = studio.get(f"{PLOTS}/intervals.png").data
        height = float(svg.partition('height="')[2].partition('"')[0])
        assert size_of(png) == (1800, round(2 * height))
        bare = studio.get(f"{PLOTS}/intervals.png", headers={"Accept-Language": "de"}).data
        assert bare != png  # other letters, another picture: the letters are there

    def test_speaks_the_language_of_the_page(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        answer = studio.get(f"{PLOTS}/intervals.svg", headers={"Accept-Language": "de"})
        assert "Wie sicher ist das?" in answer.text

    def test_draws_each_part_by_itself(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        assert studio.get(f"{PLOTS}/intervals.svg?part=0").status_code == 200
        assert studio.get(f"{PLOTS}/intervals.svg?part=1").status_code == 404

    @pytest.mark.parametrize("path", ["nothing.svg", "intervals.svg?part=-1", "intervals.gif"])
    def test_knows_no_other(self, studio, path):
        studio.rank(studio.study())
        assert studio.get(f"{PLOTS}/{path}").status_code == 404

    def test_has_none_before_a_vote(self, studio):
        studio.study()
        assert studio.get(f"{PLOTS}/intervals.svg").status_code == 404

    @pytest.mark.parametrize("kind", ["svg", "png"])
    def test_a_sealed_study_shows_none(self, studio, kind):
        studio.rank(studio.study(is_sealed=True), boards.pair())
        answer = studio.get(f"{PLOTS}/intervals.{kind}")
        assert answer.status_code == 409
        assert "sealed" in answer.text
        assert "retrieval" not in answer.text
