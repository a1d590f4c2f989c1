from dataclasses import replace

from service.domain.course import Course
from service.reporting import course
from service.reporting.words import ENGLISH
from tests import boards, panels

SPACE = "\N{NO-BREAK SPACE}"


class TestLines:
    def test_draw_each_moment_of_each_and_nothing_outside(self):
        found = course.lines(panels.COURSE, {"retrieval": 0, "fine-tune": 1})
        drawn = found.svg()
        assert drawn.count("<circle") == 6
        assert drawn.count('class="line c0"') == 2
        places = [part.split('"')[1] for part in drawn.split("cx=")[1:]]
        assert all(0 <= float(place.rstrip("%")) <= 100 for place in places)
        for tick in ("40", "80", "120"):
            assert f">{tick}</text>" in found.votes_axis_svg(ENGLISH)

    def test_need_two_moments(self):
        one = Course(panels.COURSE.moments[:1])
        assert course.lines(one, {}) is None
        assert course.says(one, ENGLISH) == "Too few votes yet to see how ratings went."


class TestSays:
    def test_names_who_stood_first(self):
        assert "retrieval stood first at the first and at the last of them." in course.says(
            panels.COURSE, ENGLISH
        )
        turned = replace(
            panels.COURSE.moments[0],
            standings=tuple(reversed(panels.COURSE.moments[0].standings)),
        )
        changed = Course((turned, *panels.COURSE.moments[1:]))
        said = course.says(changed, ENGLISH)
        assert "fine-tune stood first at the first of them, retrieval at the last." in said
        assert f"95{SPACE}%" in said or "95 %" in said

    def test_says_why_there_is_none(self):
        assert "compare two leaderboards" in course.says(Course(why="too_many_votes"), ENGLISH)


class TestTable:
    def test_has_the_numbers_of_the_picture(self):
        table = course.table(boards.board().course, ENGLISH)
        assert table.columns == ("Until (UTC)", "Votes", "retrieval", "fine-tune")
        assert table.rows[0] == (
            "2026-03-12 09:10",
            "40",
            f"52{SPACE}% [32–72]",
            f"48{SPACE}% [28–68]",
        )
        assert course.table(Course(), ENGLISH) is None
