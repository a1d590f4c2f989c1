"""Rater pages in German and from right to left, where A stays left."""

import pytest
from playwright.sync_api import Page

from service.web.languages import shipped
from tests import pseudo
from tests.end_to_end.access import RATER_RULES, violations
from tests.end_to_end.conftest import Rater
from tests.end_to_end.house import wait_for
from tests.promises.test_translated import strange

pytestmark = pytest.mark.browser

MIRRORED = (".brand", ".progress", "#prompt-name", ".tools")
SPEAKS = {**shipped(), pseudo.CODE: pseudo.LANGUAGE}


def begin(page: Page, house) -> Rater:
    page.goto(house.link())
    page.locator("form button.primary").click()
    rater = Rater(house, page)
    rater.look()
    return rater


class TestRightToLeft:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "extra_http_headers": {"Accept-Language": pseudo.CODE}}

    def test_mirrors_the_page_and_leaves_a_left(self, open_house, page):
        house = open_house(SPEAKS, title="Μελέτη")
        begin(page, house)
        box = {
            name: page.locator(name).bounding_box()
            for name in (*MIRRORED, "#pane-left", "#pane-right")
        }
        middle = page.viewport_size["width"] / 2
        assert box[".brand"]["x"] > middle > box[".progress"]["x"] + box[".progress"]["width"]
        assert box["#prompt-name"]["x"] + box["#prompt-name"]["width"] > middle
        assert box[".tools"]["x"] + box[".tools"]["width"] < middle
        assert box["#pane-left"]["x"] < middle < box["#pane-right"]["x"]
        assert page.locator("#name-left").inner_text().endswith("A")
        places = [page.locator(".choice").nth(at).bounding_box()["x"] for at in range(6)]
        assert places == sorted(places)
        assert "A" in page.locator(".choice").first.inner_text()

    def test_keys_and_buttons_mean_what_they_always_mean(self, open_house, page):
        house = open_house(SPEAKS, title="Μελέτη")
        rater = begin(page, house)
        for act in (lambda: rater.press("1"), page.locator(".choice").nth(5).click):
            act()
            rater.look()
        wait_for(lambda: house.choices() == ["left_much", "right_much"])

    def test_texts_keep_their_own_direction(self, open_house, page):
        house = open_house(
            SPEAKS, text=lambda name, _: "שלום לכולם" if name == "Plain" else "Hello, all."
        )
        begin(page, house)
        found = page.evaluate(
            """() => [...document.querySelectorAll(".pane .said > *")].map((part) =>
              [part.textContent.includes("Hello"), getComputedStyle(part).direction])"""
        )
        assert sorted(found) == [[False, "rtl"], [True, "ltr"]]

    def test_modules_say_nothing_untranslated(self, open_house, page, context):
        house = open_house(SPEAKS, title="Μελέτη")
        rater = begin(page, house)

        def check() -> None:
            rater.frames()
            assert strange(page.content()) == []

        page.locator("#fold").click()
        for key in "r3zsd":
            rater.get_ready()
            rater.press(key)
            check()
        rater.saved()
        check()
        for key in "?f":
            rater.press(key)
            check()
            rater.put_away()
        context.set_offline(True)
        rater.press("2")
        page.get_by_text(pseudo.pseudo("You are offline.").strip("⟦⟧·")).wait_for()
        check()
        context.set_offline(False)


WRITTEN = {
    "ja": "小包が開いた状態で届きました。申し訳ございません。" * 9,
    "ko": "소포가열린채로도착했습니다. 죄송합니다. " * 9,
    "zh-Hans": "包裹送来时是打开的。我们对此表示歉意。" * 9,
    "": "पार्सल खुला हुआ आया। हमें खेद है। وصل الطرد مفتوحًا. " * 9,
}


class TestTexts:
    def test_break_their_lines_as_their_language_does(self, open_house, page):
        texts = list(WRITTEN.values())
        # Texts that are shown alike would not be dealt: one of them ends in a sign of its own.
        house = open_house(
            prompts=4, text=lambda name, number: texts[number] + (" +" if name == "Plain" else "")
        )
        page.set_viewport_size({"width": 320, "height": 640})
        rater = Rater(house, page).sit_down()
        look = """() => ["left-text", "right-text"].map((id) => {
          const part = document.getElementById(id), style = getComputedStyle(part);
          return [part.lang, style.lineBreak, style.wordBreak].join(" ") })"""
        seen = set()
        for number in range(4):
            left, right = page.evaluate(look)
            assert left == right
            shown = page.locator("#left-text").inner_text()
            assert WRITTEN[left.split(" ")[0]].strip() == shown.strip().removesuffix(" +").strip()
            assert page.evaluate("document.documentElement.scrollWidth") == 320
            assert page.locator("#pane-left .scroll").evaluate(
                "box => box.scrollWidth <= box.clientWidth"
            )
            seen.add(left)
            page.locator("#tab-right").click()
            rater.press("3")
            if number < 3:
                rater.look()
        assert seen == {
            "ja strict normal",
            "ko auto keep-all",
            "zh-Hans strict normal",
            " auto normal",
        }


class TestOtherKeyboards:
    def test_keys_are_found_by_their_place(self, house, rater, page):
        rater.sit_down()
        press = """([key, code]) => document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key, code, bubbles: true }))"""
        for key, code in (("&", "Digit1"), ("٤", "Digit4"), ("ы", "KeyS"), ("o", "KeyS")):
            rater.get_ready()
            page.evaluate(press, [key, code])
        wait_for(lambda: house.choices() == ["left_much", "both_bad"])
        rater.saved()
        assert page.locator("#count").inner_text() == "3 of 24"
        page.evaluate(
            """() => document.body.dispatchEvent(new KeyboardEvent("keydown",
              { key: "؟", code: "Slash", shiftKey: true, bubbles: true }))"""
        )
        page.get_by_role("dialog", name="Help").wait_for()


class TestAccessibility:
    @pytest.mark.parametrize(
        ("code", "theme", "width"),
        [
            ("de", "light", 320),
            ("de", "dark", 1280),
            (pseudo.CODE, "light", 1280),
            (pseudo.CODE, "dark", 320),
        ],
    )
    def test_no_page_breaks_a_rule(self, open_house, browser, code, theme, width):
        house = open_house(SPEAKS, prompts=2, options={"repeats": 0})
        context = browser.new_context(
            color_scheme=theme,
            viewport={"width": width, "height": 720},
            extra_http_headers={"Accept-Language": code},
            bypass_csp=True,
        )
        page = context.new_page()
        rater = Rater(house, page)

        def check(name: str) -> None:
            assert violations(page, RATER_RULES) == [], name
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
            assert page.locator("html").get_attribute("lang") == code

        page.goto(house.link("shared"))
        check("landing")
        page.locator("form button.primary").click()
        page.locator("#link").wait_for()
        check("keep")
        page.locator("a.primary").click()
        page.locator("#skip[href]").wait_for()
        check("practice")
        page.locator("#skip").click()
        rater.look()
        check("rate")
        for key in "?f":
            rater.press(key)
            page.locator("dialog[open]").wait_for()
            check(key)
            rater.put_away()
        at = page.url
        for number in range(2):
            if width < 700:
                page.locator("#tab-right").click()
            rater.press("2")
            if number < 1:
                rater.look()
                rater.saved()
                check("voted")
        page.locator("main.card").wait_for()
        check("rest")
        for path in ("votes", "finish"):
            page.goto(at + path)
            check(path)
        page.locator("#finish button").click()
        page.locator("dl.sum").wait_for()
        check("done")
        page.locator("a.primary").click()
        page.locator(".passages").wait_for()
        check("hunch")
        page.goto(f"{house.address}/i/nothing")
        check("problem")
        context.close()
