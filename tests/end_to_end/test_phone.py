"""A rater on a phone: one text at a time behind tabs, within the thumb's reach."""

import pytest

from service.store import models
from tests.end_to_end.conftest import Rater

pytestmark = pytest.mark.browser


class TestPhone:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        size = {"width": 320, "height": 640}
        return {**browser_context_args, "viewport": size, "has_touch": True, "is_mobile": True}

    def test_votes_once_both_were_seen(self, house, rater, page):
        rater.sit_down()
        page.get_by_role("button", name="Both good").tap()
        page.get_by_text("Please look at B first.").wait_for()
        assert house.choices() == []
        page.get_by_role("button", name="B", exact=True).tap()
        page.get_by_role("button", name="Both good").tap()
        rater.look()
        rater.saved()
        assert house.choices() == ["both_good"]

    def test_fits_and_remembers_where_each_side_was(self, open_house, page):
        long = open_house(text=lambda name, number: f"{name} {number} " + "words " * 900)
        Rater(long, page).sit_down()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate("document.documentElement.scrollHeight") == 640
        scroller = page.locator("#pane-left .scroll")
        scroller.evaluate("box => box.scrollTo(0, 333)")
        page.get_by_role("button", name="B", exact=True).tap()
        page.get_by_role("button", name="A", exact=True).tap()
        assert scroller.evaluate("box => box.scrollTop") == 333

    def test_folds_a_prompt_to_whole_lines_of_what_is_asked(self, open_house, page):
        house = open_house()
        with house.database.transaction() as session:
            for row in session.query(models.Prompt):
                long = "Which of the two would you rather get? " * 9
                row.html = {"turns": [f"<p>{long}</p>", "<p>And then?</p>"], "context": ""}
        Rater(house, page).sit_down()
        boxes = {
            name: page.locator(name).first.bounding_box() for name in ("#prompt", "#prompt .said")
        }
        assert boxes["#prompt .said"]["y"] - boxes["#prompt"]["y"] < 4
        line = "box => parseFloat(getComputedStyle(box).lineHeight)"
        # One line on the lowest phones, two on others; never a part of one.
        height = page.locator("#prompt").evaluate(line)
        assert boxes["#prompt"]["height"] == pytest.approx(height, abs=1)
        page.get_by_role("button", name="Unfold").tap()
        page.get_by_text("And then?").wait_for()

    def test_needs_no_second_look_after_an_undo(self, house, rater, page):
        rater.sit_down()
        page.get_by_role("button", name="B", exact=True).tap()
        page.get_by_role("button", name="Both good").tap()
        rater.look()
        page.get_by_role("button", name="undo").tap()
        rater.look()
        page.get_by_role("button", name="Both bad").tap()
        rater.look()
        rater.saved()
        assert house.choices()[-1] == "both_bad"
