"""Pictures of every page of raters and of the studio, in both themes, wide and phone."""

import logging
import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from service.blinding.rendering import render
from service.database import Database, now
from service.domain.sitting import GoldTexts
from service.settings import Settings
from service.store import models
from service.usecases import accounts, invites
from service.usecases.blind import marks, voting
from service.usecases.sighted.results import compute, fold
from service.usecases.sighted.studies import shelving
from service.web.app import create_app
from service.web.languages import shipped
from tests import boards, databases, factories, pseudo
from tests.end_to_end import sighted_pictures

TARGET = Path("var/screenshots")
SIZES = {"wide": (1280, 800), "phone": (360, 740)}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
TEXT = """The parcel arrived open, and **we are sorry** about that.

### What happens now

1. A replacement leaves our house today.
2. Your shipping is refunded within three days.

| Step | When |
|---|---:|
| Refund | 3 days |
| Replacement | 1 day |

```python
def refund(order):  # in full
    return order.shipping
```

Please keep the wrapping until then. {}
"""
REPLIES = (
    "Frage;Art;Kurz;Lang;Intern\n"
    "Wo ist mein Paket?;Versand;Unterwegs.;Es ist **unterwegs** und kommt morgen.;x\n"
    "wo ist mein Paket;Versand;Fast da.;Es kommt heute.;y\n;Versand;Ja.;Nein.;z\n"
)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Database, factories.MadeStudy]]:
    """Serve a study with marked-up texts."""
    database = Database(databases.fresh_sqlite(databases.sqlite_template(folder), folder))
    with database.transaction() as session:
        study = factories.make_study(
            session,
            prompts=12,
            options={},
            prompt_text=lambda n: f"A customer writes that parcel {n} arrived open. Please answer.",
        )
        for row in session.query(models.Completion):
            row.html = [render(TEXT.format("More words follow here. " * (row.id % 7 * 6)))]
    settings = Settings(data_dir=folder / "var", secret_key=factories.KEY)
    speaks = {**shipped(), pseudo.CODE: pseudo.LANGUAGE}
    app = create_app(settings, database, speaks=speaks)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}", database, study
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        database.engine.dispose()


ASKED = {
    "criteria": {
        "criteria": ["Kind", "Right", "Complete", "Says what happens next"],
        "grades": "with_votes",
    },
    "grades": {"grades": "only"},
}


def asking(database: Database) -> dict[str, str]:
    """Make a study for each way to ask for marks; return a link into each."""
    found = {}
    with database.transaction() as session:
        for name, asked in ASKED.items():
            made = factories.make_study(
                session,
                name,
                prompts=3,
                votes_per_matchup=9,
                options={"repeats": 0, **asked},
            )
            for row in session.query(models.Completion).filter_by(study_id=made.id):
                row.html = [render(TEXT.format("More words follow here. " * (row.id % 7 * 6)))]
            found[name] = invites.make(
                session, made.name, "personal", "Ben", now(session), factories.KEY
            ).link_token
    return found


class Album:
    """One browser window whose pictures carry its theme and size."""

    def __init__(self, page: Page, theme: str, size: str) -> None:
        self.page = page
        self.suffix = f"{theme}-{size}"

    def take(self, name: str) -> None:
        self.page.wait_for_timeout(250)
        self.page.screenshot(path=TARGET / f"{name}-{self.suffix}.png")

    def take_whole(self, name: str) -> None:
        self.page.screenshot(path=TARGET / f"{name}-{self.suffix}.png", full_page=True)

    def card(self, key: str, name: str) -> None:
        """Open a card by its key, take it, and close it again."""
        self.page.wait_for_timeout(500)
        self.page.keyboard.press(key)
        self.page.locator("dialog[open]").wait_for()
        self.take(name)
        self.page.keyboard.press("Escape")
        self.page.locator("dialog[open]").wait_for(state="detached")


def rater_pages(album: Album, address: str, link: str) -> None:
    """Walk through a whole sitting."""
    page = album.page
    page.goto(f"{address}/i/{link}")
    album.take("rater-1-landing")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("heading", name="Keep this link").wait_for()
    album.take("rater-2-keep")
    page.get_by_role("link", name="Begin").click()
    page.locator("body.live").wait_for()
    album.take("rater-3-practice")
    page.locator("#skip").click()
    page.locator("body.live #differ:visible").wait_for()
    at = page.url
    album.take("rater-4-rate")
    page.keyboard.press("d")
    page.locator("mark").first.wait_for(state="attached")
    album.take("rater-5-differences")
    page.keyboard.press("d")
    album.card("?", "rater-6-keys")
    album.card("f", "rater-7-flag")
    _vote(page)
    album.card("r", "rater-8-reason")
    for _ in range(9):
        _vote(page)
    page.locator("dialog[open]").wait_for()
    album.take("rater-9-pause")
    page.keyboard.press("Enter")
    page.get_by_text("saved ✓").wait_for()
    for name in ("votes", "finish"):
        page.goto(at + name)
        album.take(f"rater-{name}")
    page.goto(f"{address}/i/{link}")
    page.get_by_text("Are you somebody else?").click()
    album.take("rater-back")
    page.goto(at)
    for _ in range(3):
        _vote(page)
    page.get_by_role("heading", name="That is all for now").wait_for()
    album.take("rater-rest")
    page.goto(at + "finish")
    page.get_by_role("button", name="Finish for good").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    album.take("rater-done")
    page.get_by_role("link", name="Guess").click()
    page.get_by_role("heading", name="Were these two").wait_for()
    album.take("rater-hunch")
    page.goto(f"{address}/i/nothing")
    album.take("rater-problem")


def mark_pages(album: Album, address: str, links: dict[str, str]) -> None:
    """Show the lines of criteria and grades: after a vote, and instead of one."""
    page = album.page
    for name, link in links.items():
        page.goto(f"{address}/i/{link}")
        page.get_by_role("button", name="Start").click()
        page.locator("body.live").wait_for()
        if name == "criteria":
            _vote(page)
        page.locator("#marks .line.current").wait_for()
        album.take(f"rater-{name}-practice")
        page.locator("#skip").click()
        page.locator("body.live #differ:visible").wait_for()
        at = page.url
        if name == "criteria":
            _vote(page)
        page.locator("#matchup[data-ready]").wait_for()
        page.locator("#marks[data-ready]").wait_for()
        if page.locator("#tab-right").is_visible():
            page.locator("#tab-right").click()
        page.keyboard.press("2")
        album.take(f"rater-{name}")
        album.card("?", f"rater-{name}-keys")
        for key in "13214"[: page.locator(".line").count() - 1]:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.get_by_text("saved ✓").wait_for()
        page.goto(at + "votes")
        album.take(f"rater-{name}-votes")


def _vote(page: Page) -> None:
    page.locator("#matchup[data-ready]").wait_for()
    if page.locator("#tab-right").is_visible():
        page.locator("#tab-right").click()
    page.keyboard.press("2")
    page.wait_for_timeout(200)


def pages_in(code: str, album: Album, address: str, link: str) -> None:
    """Walk through a short sitting in another language, finding things by what they are."""
    page = album.page

    def take(name: str) -> None:
        album.take(f"rater-{code}-{name}")

    page.set_extra_http_headers({"Accept-Language": code})
    page.goto(f"{address}/i/{link}")
    take("1-landing")
    page.locator("form button.primary").click()
    page.locator("#link").wait_for()
    take("2-keep")
    page.locator("a.primary").click()
    page.locator("body.live").wait_for()
    take("3-practice")
    page.locator("#skip").click()
    page.locator("body.live #flag").wait_for()
    at = page.url
    take("4-rate")
    for key, name in (("?", "5-keys"), ("f", "6-flag")):
        album.card(key, f"rater-{code}-{name}")
    for _ in range(4):
        _vote(page)
    take("7-voted")
    album.card("r", f"rater-{code}-8-reason")
    for _ in range(6):  # closing questions are for those who have judged ten
        _vote(page)
    page.locator("dialog[open]").wait_for()
    for name in ("votes", "pause", "finish"):
        page.goto(at + name)
        take(name)
    page.locator("#finish button").click()
    page.locator("dl.sum").wait_for()
    take("done")
    page.locator("a.primary").click()
    page.locator(".passages").wait_for()
    take("hunch")
    page.goto(f"{address}/i/nothing")
    take("problem")


def fill_in(database: Database) -> None:
    """Let three raters mark what there is in the studies that ask for it, and a worker look."""
    with database.transaction() as session:
        for name in ASKED:
            study = session.scalars(select(models.Study).filter_by(name=name)).one()
            texts = (GoldTexts("Which?", "A good text.", "A bad text."),)
            study.options = {**study.options, "gold": [asdict(texts[0])]}
            shelving.fill(session, study, texts, now(session))
            made = factories.MadeStudy(study.id, name, {}, [])
            for number in range(3):
                rater = factories.make_rater(session, made, f"r{number}")
                _mark_all(session, rater, random.Random(number))
            fold.fold(session, study.id)
            basis = compute.load(session, study.id, now(session))
            compute.save(session, basis, compute.compute(basis), now(session))


def _mark_all(session: Session, rater_id: int, rng: random.Random) -> None:
    asked = marks.wanted(session, rater_id)
    while dealt := factories.deal(session, rater_id, now(session), rng, timedelta(hours=1), 1):
        kept = (session, rater_id, dealt[0].token)
        key = f"k-{dealt[0].token}"
        if not asked.replaces_vote:
            voting.cast(*kept, rng.choice(["left", "right"]), key, now(session))
        leads = [rng.choice(["left", "equal", "right"]) for _ in asked.criteria]
        grades = [rng.randint(1, 5), rng.randint(1, 5)]
        marks.keep(*kept, leads, grades, key, now(session))


def studio_pages(album: Album, address: str, door: str, study: str) -> None:
    """Look at what is there without any workers."""
    page = album.page
    page.goto(f"{address}/studio/")
    album.take("studio-sign-in")
    page.goto(f"{address}/sign-in/{door}")
    album.take("studio-sign-in-here")
    page.get_by_role("button", name="Sign in").click()
    at = f"{address}/studio/{study}"
    for name, where in (
        ("studies", f"{address}/studio/"),
        ("study", f"{at}/"),
        ("estimate", f"{at}/estimate"),
        ("leaderboard", f"{at}/leaderboard"),
        ("decisions", f"{at}/decisions"),
        ("raters", f"{at}/raters"),
        ("new", f"{address}/studio/new"),
        ("configurations", f"{at}/configurations"),
        ("configuration", f"{at}/configuration?of=Plain"),
        ("compare", f"{at}/configurations/compare"),
        ("prompts", f"{at}/prompts"),
        ("try", f"{at}/try"),
        ("as-seen", f"{at}/seen"),
        ("settings", f"{at}/settings"),
        ("matchup", f"{at}/matchup?first=Plain&second=Retrieval"),
        ("completions", f"{at}/completions/"),
        ("criteria", f"{address}/studio/criteria/#marks"),
        ("grades", f"{address}/studio/grades/leaderboard"),
    ):
        page.goto(where)
        album.take(f"studio-{name}")
    page.goto(f"{at}/answers")
    album.take("studio-answers")
    page.get_by_label("Table or list").set_input_files(
        {"name": "replies.csv", "mimeType": "text/csv", "buffer": REPLIES.encode()}
    )
    page.get_by_role("button", name="Upload").click()
    album.take("studio-upload")
    page.goto(f"{at}/completions/")
    page.locator("main tbody a").first.click()
    album.take("studio-completion")


def other_words(browser: Browser, folder: Path, code: str, theme: str, size: str) -> None:
    """Take the rater's pages in another language, the phone's at its narrowest."""
    width, height = SIZES[size] if size == "wide" else (320, 640)
    inner = folder / f"{code}-{theme}-{size}"
    inner.mkdir()
    with served(inner) as (address, database, study):
        page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": height})
        with database.transaction() as session:
            link = invites.make(
                session, study.name, "shared", "all", now(session), factories.KEY
            ).link_token
        pages_in(code, Album(page, theme, size), address, link)
        page.close()


def sighted_pages(browser: Browser, folder: Path, code: str, theme: str, size: str) -> None:
    """Take what stands beside a study, each page to its end."""
    width, height = SIZES[size]
    inner = folder / f"sighted-{code}-{theme}-{size}"
    inner.mkdir()
    with served(inner) as (address, database, _):
        page = browser.new_page(
            color_scheme=theme, viewport={"width": width, "height": height}, locale=code
        )
        album = Album(page, theme, size)
        sighted_pictures.walk(
            page, database, address, lambda name: album.take_whole(f"sighted-{code}-{name}")
        )
        page.close()


def main() -> None:
    """Write every picture into var/screenshots."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                folder = Path(name) / f"{theme}-{size}"
                folder.mkdir()
                with served(folder) as (address, database, study):
                    page = browser.new_page(
                        color_scheme=theme, viewport={"width": width, "height": height}
                    )
                    album = Album(page, theme, size)
                    with database.transaction() as session:
                        moment = now(session)
                        link = invites.make(
                            session, study.name, "shared", "all", moment, factories.KEY
                        ).link_token
                        door = accounts.make_sign_in_link(
                            session, accounts.ensure_operator(session, moment), moment
                        )
                        boards.keep(session, study.id, boards.board())
                    rater_pages(album, address, link)
                    mark_pages(album, address, asking(database))
                    fill_in(database)
                    studio_pages(album, address, door, study.name)
                    page.close()
                for code in ("de", pseudo.CODE):
                    other_words(browser, Path(name), code, theme, size)
                for code in ("en", "de"):
                    sighted_pages(browser, Path(name), code, theme, size)
        browser.close()
    print(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET}")


if __name__ == "__main__":
    main()
