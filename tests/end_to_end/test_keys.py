"""Keys in a real browser: which are meant, on which keyboards, and how often when held down."""

import pytest

from tests.end_to_end.house import wait_for

pytestmark = pytest.mark.browser

PRESS = """(named) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...named }))"""
NO_KEY = """() => document.querySelector("#use-keys").dispatchEvent(
  new Event("keydown", { bubbles: true }))"""
PAD = {
    "Insert": 0,
    "End": 1,
    "ArrowDown": 2,
    "PageDown": 3,
    "ArrowLeft": 4,
    "Clear": 5,
    "ArrowRight": 6,
}


def done(page) -> str:
    return page.locator("#count").inner_text()


class TestMeant:
    def test_number_pad_without_its_lock_only_scrolls(self, rater, page):
        rater.sit_down()
        for key, digit in PAD.items():
            assert page.evaluate(PRESS, {"key": key, "code": f"Numpad{digit}"}), key
        assert done(page) == "0 of 24"

    def test_number_pad_with_its_lock_votes(self, house, rater, page):
        rater.sit_down()
        page.evaluate(PRESS, {"key": "2", "code": "Numpad2"})
        rater.look()
        wait_for(lambda: house.choices() == ["left"])

    def test_characters_of_a_third_level_are_not_for_us(self, rater, page):
        rater.sit_down()
        for key, code in (("ß", "KeyS"), ("→", "Digit1")):
            page.evaluate(PRESS, {"key": key, "code": code, "modifierAltGraph": True})
        page.evaluate(PRESS, {"key": "Dead", "code": "Digit1"})
        page.evaluate(PRESS, {"key": "Unidentified", "code": "Digit1"})
        assert done(page) == "0 of 24"

    @pytest.mark.parametrize(
        ("key", "code", "choices"),
        [("ф", "KeyA", []), ("١", "Numpad1", ["left_much"]), ("𞥓", "Digit3", ["both_good"])],
    )
    def test_keyboards_of_other_scripts_are_read_by_place(
        self, house, rater, page, key, code, choices
    ):
        rater.sit_down()
        page.evaluate(PRESS, {"key": key, "code": code})
        assert done(page) == f"{len(choices)} of 24"
        wait_for(lambda: house.choices() == choices)

    def test_an_event_that_names_no_key_breaks_nothing(self, rater, page):
        rater.sit_down()
        page.evaluate(NO_KEY)  # the house hears errors
        rater.frames()
        assert done(page) == "0 of 24"


class TestHeldDown:
    @pytest.mark.parametrize("key", ["Enter", "Space"])
    def test_a_choice_is_made_once(self, house, rater, page, key):
        with rater.stocking():
            rater.sit_down()
        page.get_by_role("button", name="Both good").focus()
        hold(rater, key)
        assert done(page) == "1 of 24"
        wait_for(lambda: house.choices() == ["both_good"])

    def test_undo_takes_one_vote_back(self, house, rater, page):
        rater.sit_down()
        for key in "123":
            rater.press(key)
            rater.look()
        rater.saved()
        page.locator("#undo").focus()
        hold(rater, "Enter")
        assert done(page) == "2 of 24"
        wait_for(lambda: house.choices() == ["left_much", "left", "both_good", None])

    def test_a_note_may_still_have_empty_lines(self, rater, page):
        rater.sit_down()
        rater.press("f")
        page.get_by_label("Anything to add?").focus()
        hold(rater, "Enter", 2)
        assert page.get_by_label("Anything to add?").input_value() == "\n\n"


def hold(rater, key: str, times: int = 4) -> None:
    """Hold a key down, slowly enough that each repetition meets a page that takes votes."""
    for _ in range(times):
        rater.page.keyboard.down(key)
        rater.get_ready()
    rater.page.keyboard.up(key)
    rater.get_ready()
