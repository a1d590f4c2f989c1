"""A report is opened from a disk, without a network, and stays readable for everybody."""

import pytest

from service.reporting.report.page import page as written
from service.reporting.words import ENGLISH
from tests.end_to_end import access
from tests.reporting.report.test_page import report


@pytest.fixture
def address(tmp_path) -> str:
    place = tmp_path / "report.html"
    place.write_text(written(report(), ENGLISH, "en"), encoding="utf-8")
    return place.as_uri()


class TestReport:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_open_to_everybody(self, browser, address, theme):
        context = browser.new_context(offline=True, color_scheme=theme, bypass_csp=True)
        opened = context.new_page()
        opened.goto(address)
        assert access.violations(opened) == []
        context.close()

    def test_asks_for_nothing_and_breaks_no_rule_of_its_own(self, browser, address):
        context = browser.new_context(offline=True)
        opened, asked, complaints = context.new_page(), [], []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda message: complaints.append(message.text))
        opened.goto(address)
        assert asked == [address]
        assert complaints == []
        assert opened.locator("h1").inner_text() == "Support <replies>"
        assert opened.locator(".intervals .track svg").count() == 5
        course = opened.locator("svg .line").first
        assert course.evaluate("line => getComputedStyle(line).stroke") != "none"
        context.close()

    @pytest.mark.parametrize("width", [320, 1280])
    def test_is_no_wider_than_its_window(self, browser, address, width):
        context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
        opened = context.new_page()
        opened.goto(address)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        context.close()

    def test_prints(self, browser, address):
        context = browser.new_context(offline=True)
        opened = context.new_page()
        opened.goto(address)
        assert opened.pdf(format="A4", print_background=False).startswith(b"%PDF")
        opened.emulate_media(media="print")
        assert opened.evaluate("getComputedStyle(document.body).backgroundColor") in {
            "rgba(0, 0, 0, 0)",
            "rgb(255, 255, 255)",
        }
        context.close()
