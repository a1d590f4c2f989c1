"""A connection that is slow or hangs: what the page does about it, and what it says."""

import pytest

from tests.end_to_end.conftest import Rater

pytestmark = pytest.mark.browser

SLOW = "The connection is slow or lost; trying again."
COMING = "The next one is on its way."
# Long waits last a third of what people get.
IN_A_HURRY = """(() => { const wait = setTimeout;
  window.setTimeout = (act, time, ...given) =>
    wait(act, time > 2000 ? time / 3 : time, ...given) })()"""
# As from a server before answers to votes brought what comes next: the page asks for all of it.
ALONE = """(() => { const real = fetch;
  window.fetch = async (address, options) => {
    const answer = await real(address, options);
    if (!String(address).includes("/vote/")) return answer;
    const { assignments, ...content } = await answer.json();
    return new Response(JSON.stringify(content));
  } })()"""
# No matchup ahead, then one, then another that takes its time.
ONE_BY_ONE = """(() => { const real = fetch, answers = [[0, 0], [1, 0], [1, 1500]];
  window.fetch = async (address, options) => {
    const answer = await real(address, options);
    if (!String(address).includes("/next?")) return answer;
    const content = await answer.json();
    const [number, wait] = answers.shift() ?? [1, 0];
    content.assignments.splice(number);
    await new Promise((go) => setTimeout(go, wait));
    return new Response(JSON.stringify(content));
  } })()"""
LISTEN = """() => { window.heard = [];
  const said = document.getElementById("said");
  new MutationObserver(() => heard.at(-1) === said.textContent || heard.push(said.textContent))
    .observe(said, { childList: true }) }"""


def said(page) -> str:
    return page.locator("#said").inner_text()


class TestSlowNetwork:
    def test_one_request_that_hangs_holds_up_nothing(self, house, rater, page):
        hung = []
        page.route("**/next?*", lambda route: hung.append(route), times=1)  # noqa: PLW0108
        rater.sit_down()
        for number in range(7):
            rater.press("2")
            rater.look()
            assert said(page) == "You said: A better", number
        rater.saved()
        assert len(hung) == 1
        assert house.choices() == ["left"] * 7

    def test_is_explained_and_tried_again(self, house, rater, page):
        page.add_init_script(IN_A_HURRY)
        page.add_init_script(ALONE)
        hung = []
        page.route("**/next?*", lambda route: hung.append(route))  # noqa: PLW0108
        rater.sit_down()
        page.evaluate(LISTEN)
        rater.press("2")
        page.get_by_text(SLOW).wait_for()
        page.unroute("**/next?*")
        rater.look()
        vote = "You said: A better"
        assert page.evaluate("heard") == [vote, COMING, SLOW, vote]
        assert page.locator("#saved").inner_text() == "saved ✓"
        assert house.choices() == ["left"]
        assert len(hung) >= 2

    def test_is_not_spoken_of_once_the_next_stands_there(self, house, page):
        page.add_init_script(ALONE)
        page.add_init_script(ONE_BY_ONE)
        rater = Rater(house, page)
        with rater.stocking():
            rater.sit_down()
        for _ in range(2):
            rater.press("1")
            rater.look()
        assert said(page) == "You said: A much better"


class TestOneRequest:
    def test_stores_a_vote_and_brings_what_comes_next(self, house, rater, page):
        with rater.stocking():
            rater.sit_down()
        sent = []
        page.on("request", lambda request: sent.append((request.method, request.url)))
        for _ in range(7):
            rater.press("2")
            rater.look()
        rater.saved()
        assert [method for method, _ in sent] == ["POST"] * 7
        assert house.choices() == ["left"] * 7
