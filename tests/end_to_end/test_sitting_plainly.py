"""Rater pages without JavaScript, for assistive technology, and by weight."""

import gzip
import json
import random
from importlib import resources

import pytest
from playwright.sync_api import Browser

from service.blinding.rendering import render
from service.store import models
from tests.end_to_end.access import RATER_RULES, violations
from tests.end_to_end.conftest import House, Rater

pytestmark = pytest.mark.browser

TEXT = """The parcel arrived open. **We are sorry.**

### What happens now

1. A replacement leaves today.
2. Shipping is refunded.

| Step | When |
|---|---:|
| Refund | 3 days |

```python
def refund(order):  # in full
    return order.shipping + 0.0
```

> Keep the wrapping. $E = mc^2$

"""


def written(house: House) -> House:
    """Give every completion a marked-up text of 4 kB."""
    with house.database.transaction() as session:
        for number, row in enumerate(session.query(models.Completion)):
            text = f"{number}. {TEXT}"
            row.html = [render(text + prose(4096 - len(text), number))]
    return house


def prose(length: int, seed: int) -> str:
    """Return sentences that compress as well as the demonstration's articles do, no better."""
    rng = random.Random(seed)
    said = ""
    while len(said) < length:
        words = rng.choices(VOCABULARY, FREQUENCIES, k=rng.randint(6, 20))
        said += " ".join(words).capitalize() + ("." if rng.random() < 4 / 5 else ".\n\n") + " "
    return said[:length]


def vocabulary(size: int) -> list[str]:
    rng = random.Random(size)
    syllables = [a + b + c for a in "bcdfglmnprst" for b in "aeiou" for c in ("", *"lmnrst")]
    return ["".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3)))) for _ in range(size)]


VOCABULARY = vocabulary(3000)
FREQUENCIES = [1 / (rank + 30) for rank in range(len(VOCABULARY))]


class TestWithoutJavaScript:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "java_script_enabled": False}

    def test_a_sitting_from_link_to_thanks(self, open_house, page):
        house = open_house(prompts=4)
        house.watch(page)
        page.goto(house.link("shared"))
        page.get_by_label("Your name").fill("Ada")
        page.get_by_role("button", name="Start").click()
        assert "/i/" in page.get_by_label("Your link").input_value()
        page.get_by_role("link", name="Begin").click()
        page.get_by_role("button", name="A much better").click()
        page.get_by_text("You said: A much better").wait_for()
        page.get_by_role("button", name="undo").click()
        page.get_by_role("button", name="B better").first.click()
        page.get_by_role("link", name="flag").click()
        page.get_by_label("Something is shown wrongly").check()
        page.get_by_role("button", name="Flag it").click()
        page.get_by_role("button", name="skip").click()
        page.get_by_role("button", name="Both good").click()
        page.locator("#count").click()
        page.get_by_role("link", name="Change").first.click()
        page.get_by_role("button", name="Both bad").click()
        page.get_by_role("button", name="B much better").click()
        page.get_by_role("heading", name="That is all for now").wait_for()
        page.get_by_role("link", name="Finish").click()
        page.get_by_role("button", name="Finish for good").click()
        page.get_by_role("heading", name="Thank you").wait_for()
        choices = ["left_much", None, "right", "both_good", "both_bad", "right_much"]
        assert house.choices() == choices
        assert house.count(models.Flag) == 1

    def test_a_double_click_is_one_vote(self, house, page):
        house.watch(page)
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Both good").dblclick(delay=10)
        page.get_by_text("1 of 24").wait_for()
        assert house.choices() == ["both_good"]


class TestAccessibility:
    def check(self, page, name: str) -> None:
        assert violations(page, RATER_RULES) == [], name

    @pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
    def test_no_page_breaks_a_rule(self, open_house, browser: Browser, theme, width):
        house = written(open_house(prompts=5, options={"repeats": 0}))
        context = browser.new_context(
            color_scheme=theme, viewport={"width": width, "height": 800}, bypass_csp=True
        )
        page = context.new_page()
        page.goto(house.link("shared"))
        self.check(page, "landing")
        page.get_by_role("button", name="Start").click()
        page.get_by_role("heading", name="Keep this link").wait_for()
        self.check(page, "keep")
        page.get_by_role("link", name="Begin").click()
        rater = Rater(house, page)
        page.get_by_text("This one is not kept.").wait_for()
        self.check(page, "practice")
        page.locator("#skip").click()
        rater.look()
        self.check(page, "rate")
        for key, name in (("?", "Help"), ("f", "What is wrong here?")):
            rater.press(key)
            page.get_by_role("dialog", name=name).wait_for()
            self.check(page, name)
            rater.put_away()
        page.evaluate("document.body.dataset.pauseEvery = 2")
        for number in range(2):
            if width < 700:
                page.locator("#tab-right").click()
            rater.press("3")
            if number < 1:
                rater.look()
        page.get_by_role("dialog", name="You have done 2").wait_for()
        self.check(page, "pause")
        rater.press("Enter")
        self.walk(rater)
        context.close()

    def walk(self, rater: Rater) -> None:
        page = rater.page
        rater.saved()
        at = page.url
        for path in ("votes", "pause", "finish", "help", "again/nothing"):
            page.goto(at + path)
            self.check(page, path)
        page.goto(at + "votes")
        page.get_by_role("link", name="Why").first.click()
        page.get_by_role("heading", name="What decided it?").wait_for()
        self.check(page, "reason")
        page.goto(at)
        for _ in range(3):  # all that there is: who judged less is asked nothing afterwards
            rater.look()
            if page.locator("#tab-right").is_visible():
                page.locator("#tab-right").click()
            rater.press("3")
        page.get_by_role("heading", name="That is all for now").wait_for()
        self.check(page, "rest")
        page.goto(at + "finish")
        page.get_by_role("button", name="Finish for good").click()
        page.get_by_role("heading", name="Thank you").wait_for()
        self.check(page, "done")
        page.get_by_role("link", name="Guess").click()
        page.get_by_role("heading", name="Were these two").wait_for()
        self.check(page, "hunch")


class TestProse:
    def test_compresses_no_better_than_articles(self):
        rows = (resources.files("service.demonstration") / "articles.jsonl").read_text("utf-8")
        articles = " ".join(json.loads(row)["text"] for row in rows.splitlines())[:4096]
        own, theirs = (len(gzip.compress(text.encode())) for text in (prose(4096, 1), articles))
        assert own > 0.97 * theirs


class TestWeight:
    def test_the_page_with_two_texts_of_4_kb_stays_small(self, open_house, page):
        house = written(open_house())
        Rater(house, page).sit_down()
        page.wait_for_load_state("networkidle")
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        kinds: dict[str, str] = {}
        sizes: list[float] = []
        fonts: list[float] = []
        session.on(
            "Network.responseReceived",
            lambda event: kinds.update({event["requestId"]: event["type"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda event: (fonts if kinds.get(event["requestId"]) == "Font" else sizes).append(
                event["encodedDataLength"]
            ),
        )
        page.reload()
        page.wait_for_load_state("networkidle")
        print(f"{sum(sizes):.0f} bytes in {len(sizes)} answers")
        assert len(sizes) >= 10
        assert sum(sizes) < 60_000, sum(sizes)
        # The font for formulas comes once, with the first of them.
        assert len(fonts) == 1
        assert fonts[0] < 140_000


class TestLook:
    def test_both_panes_differ_in_nothing_but_the_letter(self, open_house, page):
        # Texts that are shown alike are not dealt: these differ in a letter.
        house = open_house(text=lambda name, number: f"{name[0]}ame {number}.")
        Rater(house, page).sit_down()
        left, right = (page.locator(f"#pane-{side}").bounding_box() for side in ("left", "right"))
        assert (left["width"], left["height"], left["y"]) == (
            right["width"],
            right["height"],
            right["y"],
        )
        html = [page.locator(f"#{side}-text").inner_html() for side in ("left", "right")]
        assert html[0] != html[1]
        assert html[0].replace("Pame", "Rame") == html[1].replace("Pame", "Rame")
        middle = left["x"] + (right["x"] + right["width"] - left["x"]) / 2
        bar = [page.locator(".choice").nth(at).bounding_box() for at in range(6)]
        for at in range(3):
            mirrored = 2 * middle - bar[5 - at]["x"] - bar[5 - at]["width"]
            assert abs(bar[at]["x"] - mirrored) < 1

    @pytest.mark.parametrize("width", [320, 720, 1024, 1440, 3840])
    def test_nothing_sticks_out_at_any_width(self, open_house, page, width):
        house = written(open_house(prompts=2))
        page.set_viewport_size({"width": width, "height": 800})
        Rater(house, page).sit_down()
        assert page.evaluate("document.documentElement.scrollWidth") == width
