"""A real browser, and the application on a real port."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from service.database import Database, now
from service.settings import Settings
from service.store import models
from service.usecases import invites
from service.web.app import create_app
from tests import factories

# What a page should show is waited for; a busy machine may take longer than the usual 5 s.
expect.set_options(timeout=60_000)

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses are full here; the plugin's own fixture trips over pytest 9's warnings."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    arguments = {**browser_type_launch_args, "args": ["--no-sandbox"]}
    return {**arguments, "executable_path": found} if found else arguments


@pytest.fixture(scope="session")
def browser(launch_browser) -> Iterator[Browser]:
    try:
        made = launch_browser()
    except Error as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"A browser is required in CI and could not be started: {error}")
        pytest.skip("no Chromium: install it, or run `playwright install chromium`")
    yield made
    made.close()


@dataclass
class House:
    """A served study, and what its database holds."""

    address: str
    database: Database
    study: factories.MadeStudy
    server: BaseWSGIServer
    complaints: list[str] = field(default_factory=list)

    def link(self, kind: str = "personal") -> str:
        with self.database.transaction() as session:
            made = invites.make(session, self.study.name, kind, "Ben", now(session), factories.KEY)
        return f"{self.address}/i/{made.link_token}"

    def choices(self) -> list[str | None]:
        """Every stored choice, in order; an undo is None."""
        with self.database.reading() as session:
            return list(session.scalars(select(models.Vote.choice).order_by(models.Vote.id)))

    def count(self, model: type) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(model)).all())

    def watch(self, page: Page) -> Page:
        """Note what must never happen on any page: errors, refusals of our own policy, visits."""
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._hear)
        page.on("request", self._follow)
        return page

    def _hear(self, message) -> None:
        if re.search("Content.Security.Policy|TrustedHTML|Refused", message.text):
            self.complaints.append(message.text)

    def _follow(self, request) -> None:
        if not request.url.startswith((self.address, "about:", "data:")):
            self.complaints.append(f"went to {request.url}")


@pytest.fixture
def open_house(sqlite_database, tmp_path):
    """Serve a study of one's own; closes what it opened and asks for complaints."""
    opened: list[tuple[House, threading.Thread]] = []

    def serve(speaks=None, **study) -> House:
        with sqlite_database.transaction() as session:
            made = factories.make_study(session, **{"prompts": 24, **study})
        settings = Settings(data_dir=tmp_path / "var", secret_key=factories.KEY)
        app = create_app(settings, sqlite_database, speaks=speaks)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        house = House(f"http://127.0.0.1:{server.port}", sqlite_database, made, server)
        opened.append((house, thread))
        return house

    yield serve
    for house, thread in opened:
        house.server.shutdown()
        thread.join()
        house.server.server_close()
        assert house.complaints == []


@pytest.fixture
def house(open_house) -> House:
    return open_house()


class Rater:
    """Somebody at a browser; waits as people do, until texts stand there."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = house.watch(page)
        self.last = ""

    def sit_down(self) -> "Rater":
        """Take a seat as the button of the landing page does, without the time it takes."""
        taken = self.page.request.post(self.house.link(), max_redirects=0)
        self.page.goto(self.house.address + taken.headers["location"])
        self.look()
        return self

    @property
    def token(self) -> str:
        return self.page.locator("#bar").get_attribute("action").rpartition("/")[2]

    def look(self) -> str:
        """Wait until another matchup than the last can be judged; return its token."""
        self.page.wait_for_function(
            """last => { const bar = document.querySelector("#bar[action]"); // none in the practice
              return bar && "ready" in document.getElementById("matchup").dataset
                && !bar.action.endsWith("/" + last) }""",
            arg=self.last or "-",
        )
        self.last = self.token
        return self.last

    def get_ready(self) -> None:
        """Wait until what stands there takes keys, whatever it is."""
        self.page.locator("#matchup[data-ready]").wait_for()

    def see_lines(self) -> None:
        """Wait until the lines of criteria and grades take digits, and can be kept."""
        self.get_ready()
        self.page.locator("#marks[data-ready] .line.current").wait_for()

    def frames(self) -> None:
        """Let the page handle what has just happened to it, and paint."""
        self.page.evaluate(
            "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"
        )

    @contextmanager
    def stocking(self) -> Iterator[None]:
        """What is done inside brings matchups ahead, asked for or with a vote: wait for them."""
        with self.page.expect_response(re.compile(r"/(next\?|vote/|marks/)")) as caught:
            yield
        caught.value.finished()
        self.frames()

    def put_away(self) -> None:
        """Close the card that lies over the page."""
        self.press("Escape")
        self.page.locator("dialog[open]").wait_for(state="detached")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def saved(self) -> None:
        self.page.locator("#saved", has_text="✓").wait_for()


@pytest.fixture
def rater(house, page) -> Rater:
    return Rater(house, page)
