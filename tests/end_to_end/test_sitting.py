"""A rater in a real browser: by keyboard, without JavaScript, offline, in a hurry."""

import json
import re
import time

import pytest

from service.store import models
from service.web.rater.answers import AHEAD
from tests.end_to_end.conftest import Rater

pytestmark = pytest.mark.browser

KEYS = {
    "1": "left_much",
    "2": "left",
    "3": "both_good",
    "4": "both_bad",
    "5": "right",
    "6": "right_much",
}


def wait_until(holds, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


class TestKeyboard:
    def test_a_sitting_of_ten(self, house, rater, page):
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        rater.look()
        pressed = [*"1234561234"]
        for number, key in enumerate(pressed, start=1):
            rater.press(key)
            if number < 10:
                rater.look()
        page.get_by_role("dialog", name="You have done 10").wait_for()
        assert page.locator("#pausing").get_by_text("14 to go, about 1 min").is_visible()
        rater.press("Enter")
        rater.look()
        rater.saved()
        assert house.choices() == [KEYS[key] for key in pressed]
        assert page.locator("#count").inner_text() == "10 of 24"
        assert re.match(r"about \d+ min left", page.locator("#left").inner_text())

    def test_no_pause_is_offered_when_nothing_is_left(self, open_house, page):
        rater = Rater(open_house(prompts=2), page).sit_down()
        page.evaluate("document.body.dataset.pauseEvery = 2")
        page.evaluate(
            """() => new MutationObserver(() => sessionStorage.setItem("paused", 1)).observe(
              document.getElementById("pausing"), { attributes: true })"""
        )
        rater.press("1")
        rater.look()
        rater.press("2")
        page.get_by_role("heading", name="That is all for now").wait_for()
        assert page.evaluate("sessionStorage.length") == 0

    def test_arrows_and_space_only_scroll(self, house, rater):
        rater.sit_down()
        for key in ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Space", "Enter", "Tab"):
            rater.press(key)
        assert rater.token == rater.last
        assert house.choices() == []

    def test_modifiers_are_not_for_us(self, house, rater):
        rater.sit_down()
        for keys in ("Control+1", "Alt+2", "Shift+S", "Meta+3"):
            rater.press(keys)
        assert house.choices() == []
        assert rater.token == rater.last

    def test_a_key_held_down_votes_once(self, house, rater, page):
        rater.sit_down()
        for _ in range(30):
            page.keyboard.down("1")
            page.wait_for_timeout(20)
        page.keyboard.up("1")
        rater.saved()
        assert page.locator("#count").inner_text() == "1 of 24"
        assert house.choices() == ["left_much"]

    def test_nothing_counts_before_both_panes_were_painted(self, house, rater, page):
        rater.sit_down()
        page.evaluate(
            """() => { for (const key of ["1", "2", "6"])
              document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key })) }"""
        )
        rater.saved()
        assert house.choices() == ["left_much"]

    def test_keys_in_a_field_are_letters(self, house, rater, page):
        rater.sit_down()
        rater.press("f")
        page.get_by_label("Something else").check()
        page.get_by_label("Anything to add?").fill("")
        page.keyboard.type("1 s z ?")
        assert house.choices() == []
        page.get_by_role("button", name="Flag it").click()
        wait_until(lambda: house.count(models.Flag) == 1)
        rater.press("3")
        rater.look()
        rater.saved()
        assert house.choices() == ["both_good"]

    def test_keys_can_be_turned_off(self, house, rater, page):
        rater.sit_down()
        rater.press("?")
        page.get_by_label("Use these keys").uncheck()
        rater.put_away()
        rater.press("1")
        assert rater.token == rater.last
        assert page.locator("#count").inner_text() == "0 of 24"

    def test_undo_after_a_skip_takes_the_skip_back(self, house, rater, page):
        rater.sit_down()
        rater.press("2")
        second = rater.look()
        rater.saved()
        rater.press("s")
        rater.look()
        rater.saved()
        assert page.locator("#heard[role=status]").inner_text() == "Comparison 3 of 24"
        rater.press("z")
        assert rater.look() == second
        assert page.locator("#heard").inner_text() == "Comparison 2 of 24"
        rater.saved()
        assert page.locator("#count").inner_text() == "1 of 24"
        rater.press("5")
        rater.look()
        rater.saved()
        assert house.choices() == ["left", "right"]

    def test_skip_and_undo(self, house, rater, page):
        first = rater.sit_down().token
        rater.press("s")
        second = rater.look()
        rater.press("2")
        third = rater.look()
        rater.press("z")
        assert rater.look() == second
        rater.press("5")
        assert rater.look() == third
        rater.saved()
        wait_until(lambda: house.choices() == ["left", None, "right"])
        assert first not in (second, third)
        assert page.locator("#count").inner_text() == "2 of 24"

    def test_undo_after_a_reload_brings_the_last_skip_back_and_then_the_vote(
        self, house, rater, page
    ):
        first = rater.sit_down().token
        rater.press("2")
        second = rater.look()
        rater.press("s")
        rater.look()
        rater.saved()
        page.reload()
        rater.last = ""
        rater.look()
        for token, choices in ((second, ["left"]), (first, ["left", None])):
            rater.press("z")
            assert rater.look() == token
            wait_until(lambda choices=choices: house.choices() == choices)


class TestMouse:
    def test_a_double_click_is_one_vote(self, house, rater, page):
        rater.sit_down()
        page.get_by_role("button", name="Both good").dblclick(delay=10)
        rater.look()
        rater.saved()
        assert house.choices() == ["both_good"]

    def test_two_clicks_within_fifty_milliseconds_are_one_vote(self, house, rater, page):
        rater.sit_down()
        page.evaluate(
            """() => { const button = document.querySelector("[value=both_bad]");
              button.click(); setTimeout(() => button.click(), 50) }"""
        )
        rater.look()
        rater.saved()
        assert house.choices() == ["both_bad"]

    def test_a_vote_can_be_changed_from_the_list(self, house, rater, page):
        rater.sit_down()
        page.get_by_role("button", name="A better").first.click()
        rater.look()
        rater.saved()
        page.locator("#count").click()
        page.get_by_role("link", name="Change").click()
        page.get_by_text("You said: A better. Choose again").wait_for()
        rater.last = ""
        rater.look()
        rater.press("s")
        rater.look()
        assert page.locator("#said").inner_text() == "Your vote stays as it was."
        assert page.locator("#count").inner_text() == "1 of 24"
        page.locator("#count").click()
        page.get_by_role("link", name="Change").click()
        page.locator("[aria-pressed=true]", has_text="A better").wait_for()
        rater.last = ""
        rater.look()
        rater.press("6")
        rater.look()
        rater.saved()
        assert house.choices() == ["left", "right_much"]
        assert page.locator("#count").inner_text() == "1 of 24"

    def test_back_and_forth_repeats_nothing(self, house, rater, page):
        rater.sit_down()
        rater.press("1")
        rater.look()
        rater.saved()
        page.locator("#count").click()
        page.get_by_role("heading", name="Your votes").wait_for()
        page.go_back()
        rater.last = ""
        rater.look()
        assert house.choices() == ["left_much"]


PRESS_AND_MEASURE = """() => {
  const shown = () => ["prompt", "left-text", "right-text"].map(
    (id) => document.getElementById(id).textContent).join();
  const before = shown();
  const start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
  return shown() === before ? Infinity : performance.now() - start;
}"""


class TestNextMatchup:
    def test_stands_there_within_fifty_milliseconds(self, rater, page):
        with rater.stocking():
            rater.sit_down()
        assert page.evaluate(PRESS_AND_MEASURE) < 50


class TestOffline:
    def test_in_the_middle_and_back(self, house, rater, page, context):
        with rater.stocking():
            rater.sit_down()
        for _ in range(3):  # with the third, less than half of the deck is left, and it is filled
            rater.press("1")
            rater.saved()
            rater.look()
        context.set_offline(True)
        for key in "26345":
            rater.get_ready()
            rater.press(key)
        page.get_by_text("You are offline. Your votes are kept here").wait_for()
        assert page.locator("#saved").inner_text() == f"{AHEAD} kept here"
        assert house.choices() == ["left_much"] * 3
        context.set_offline(False)
        rater.look()
        rater.saved()
        assert house.choices() == [*["left_much"] * 3, *(KEYS[key] for key in "26345")]
        assert page.locator("#count").inner_text() == "8 of 24"
        assert (
            page.locator("#said").inner_text() == "You are online again, and everything is saved."
        )

    def test_votes_outlive_the_page_and_hold_no_text(self, house, rater, page, context):
        rater.sit_down()
        link = page.url
        context.set_offline(True)
        rater.press("4")
        kept = page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
        entry = json.loads(next(iter(json.loads(kept).values())))
        assert set(entry) == {"id", "act", "token", "body"}
        assert set(entry["body"]) == {"choice", "key", "supersedes", "duration_ms"}
        assert not re.search("Question|says|Plain|Retrieval|Ben|Support", kept)
        page.close()
        context.set_offline(False)
        again = Rater(house, context.new_page())
        again.page.goto(link)
        again.look()
        wait_until(lambda: house.choices() == ["both_bad"])
        assert again.page.evaluate("localStorage.length") == 0

    def test_undo_of_an_unsent_vote_sends_nothing(self, house, rater, page, context):
        with rater.stocking():
            first = rater.sit_down().token
        context.set_offline(True)
        rater.press("4")
        rater.look()
        page.get_by_text("1 kept here").wait_for()
        rater.press("z")
        assert rater.look() == first
        context.set_offline(False)
        rater.press("5")
        rater.look()
        wait_until(lambda: house.choices()[-1:] == ["right"])
        assert [choice for choice in house.choices() if choice][-1] == "right"

    def test_unsent_words_keep_the_page_open(self, house, rater, page, context):
        with rater.stocking():
            rater.sit_down()
        context.set_offline(True)
        rater.press("f")
        page.get_by_label("Something is shown wrongly").check()
        page.get_by_label("Anything to add?").fill("The table is cut off")
        page.get_by_role("button", name="Flag it").click()
        page.get_by_text("What you wrote stays in this page only").wait_for()
        assert "cut off" not in page.evaluate("JSON.stringify({ ...localStorage })")
        page.on("dialog", lambda dialog: dialog.dismiss())
        with page.expect_event("dialog") as asked:
            page.close(run_before_unload=True)
        assert asked.value.type == "beforeunload"
        context.set_offline(False)
        wait_until(lambda: house.count(models.Flag) == 1)
        with house.database.reading() as session:
            assert session.query(models.Flag).one().note == "The table is cut off"

    def test_finishing_waits_for_unsent_votes(self, house, rater, page, context):
        # Before the page opens: a busy browser may let what is sent at once through.
        page.route("**/vote/*", lambda route: route.abort())
        rater.sit_down()
        rater.press("2")
        page.get_by_text("1 kept here").wait_for()
        page.goto(page.url + "finish")
        page.get_by_role("button", name="Finish for good").click()
        page.get_by_text("You are offline. Your votes are kept here").wait_for()
        assert "finish" in page.url
        page.unroute("**/vote/*")
        page.get_by_role("heading", name="Thank you").wait_for(timeout=40_000)
        assert house.choices() == ["left"]
        with house.database.reading() as session:
            assert [vote.is_late for vote in session.query(models.Vote)] == [False]


class TestTwoTabs:
    def test_the_server_keeps_the_first_and_says_so(self, house, rater, page, context):
        rater.sit_down()
        other = Rater(house, context.new_page())
        other.page.goto(page.url)
        assert other.look() == rater.token
        rater.press("1")
        rater.look()
        rater.saved()
        other.press("6")
        other.page.get_by_text("You had already said: A much better").wait_for()
        assert house.choices() == ["left_much"]
