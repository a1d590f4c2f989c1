"""Whatever a rater can read stands in the catalogues, and the catalogues are complete."""

import ast
import json
import re
from html.parser import HTMLParser

import pytest
from flask import template_rendered

from service.database import Database
from service.web.languages import shipped
from tests import catalogues, databases, pseudo
from tests.promises import worlds
from tests.promises.worlds import Coin, Journey, World

PAGES, STUDIO = map(catalogues.pages_of, catalogues.DOMAINS)
LATIN = re.compile(r"[A-Za-z]{2,}")
# The house's own name, what languages call themselves, and fields that programs send.
OURS = {"Evenhand", "English", "Deutsch", "NaN"}
# Fields that pages send, as they are named.
OURS |= {"choice", "kind", "key", "token", "note", "answer", "text", "have", "supersedes"}
REDIRECTS = {302, 303, 308}
SPOKEN = {"title", "aria-label", "placeholder", "alt"}
# What people wrote is theirs, in whatever language it is.
WRITTEN = {"said", "asked", "excerpt", "study", "written"}
# In templates: what Jinja fills in, names of classes, and data for modules.
NOT_SAID = re.compile(
    r"\{% block card_class %\}.*?\{% endblock %\}|\{% trans trimmed %\}.*?\{% endtrans %\}"
    r"|\{[{%#].*?[}%#]\}"
    r"""|data-[\w-]+(="[^"]*"|='[^']*')?""",
    re.DOTALL,
)
PLACE = re.compile(r"%\(\w+\)s")


class Reader(HTMLParser):
    """Collects what a page says, seen or heard, without what people wrote."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[bool] = []

    def handle_starttag(self, tag, attrs) -> None:
        given = {name: value or "" for name, value in attrs}
        self.said += [value for name, value in given.items() if name in SPOKEN]
        words = json.loads(given.get("data-words", "{}")).values()
        self.said += [PLACE.sub("", text) for text in words]
        if tag not in self.VOID:
            is_theirs = bool(WRITTEN & set(given.get("class", "").split()))
            self.inside.append(is_theirs or tag in {"script", "style"})

    def handle_endtag(self, tag) -> None:
        if tag not in self.VOID:
            self.inside.pop()

    def handle_data(self, data) -> None:
        if not any(self.inside):
            self.said.append(data)


def strange(page: str) -> list[str]:
    """Return what a page in the language that nobody speaks says in Latin letters."""
    reader = Reader()
    reader.feed(page)
    return [word for said in reader.said for word in LATIN.findall(said) if word not in OURS]


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
class TestCatalogues:
    def test_hold_every_text_and_no_other(self, domain):
        told = {one.id for one in catalogues.read(catalogues.template_of(domain)) if one.id}
        found = {one.id for one in catalogues.template(domain) if one.id}
        assert told == found, "run `python -m tests.catalogues`, then translate"

    @pytest.mark.parametrize("code", catalogues.LANGUAGES)
    def test_lack_no_translation(self, code, domain):
        catalogue = catalogues.read(catalogues.po_of(code, domain), code)
        template = catalogues.read(catalogues.template_of(domain))
        assert {one.id for one in catalogue} == {one.id for one in template}
        for one in catalogue:
            forms = one.string if isinstance(one.string, tuple) else (one.string,)
            assert all(forms), one.id
            assert not one.fuzzy, one.id

    @pytest.mark.parametrize("code", catalogues.LANGUAGES)
    def test_keep_the_places_that_are_filled_in(self, code, domain):
        for one in catalogues.read(catalogues.po_of(code, domain), code):
            ids = one.id if isinstance(one.id, tuple) else (one.id,)
            forms = one.string if isinstance(one.string, tuple) else (one.string,)
            if one.id:
                places = {place for text in ids for place in PLACE.findall(text)}
                assert set(PLACE.findall(forms[-1])) == places, one.id
                for form in forms:
                    # "One matchup" need not name its number.
                    assert set(PLACE.findall(form)) <= places, one.id
                    assert "%" not in PLACE.sub("", form), one.id

    @pytest.mark.parametrize("code", catalogues.LANGUAGES)
    def test_are_compiled_as_they_are_written(self, code, domain):
        path = catalogues.po_of(code, domain)
        told = catalogues.compiled(catalogues.read(path, code))
        assert path.with_suffix(".mo").read_bytes() == told
        assert code in shipped()

    def test_get_errors_that_can_be_translated(self, domain):
        """A text with values in it is none that a catalogue could hold."""
        blind = [
            (path, ast.unparse(call))
            for path, call, _ in catalogues.raised(domain)
            if isinstance(call.args[0], ast.JoinedStr) and "usecases/invites" not in path
        ]
        assert blind == []


class TestTemplates:
    @pytest.mark.parametrize(
        "path",
        sorted(path for pages in (PAGES, STUDIO) for path in pages.rglob("*.html")),
        ids=lambda path: path.name,
    )
    def test_say_nothing_that_is_not_in_the_catalogues(self, path):
        assert strange(NOT_SAID.sub("", path.read_text("utf-8"))) == []

    def test_would_be_noticed(self):
        assert strange('<p aria-label="Hello">there <b class="said">you</b></p>') == [
            "Hello",
            "there",
        ]


class TestModules:
    @pytest.mark.parametrize("path", sorted(PAGES.rglob("*.js")), ids=lambda path: path.name)
    def test_have_no_sentences_of_their_own(self, path):
        code = re.sub(r"^\s*(//|/?\*).*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        assert re.findall(r"""(?:say\(|textContent = )(["'`][^"'`].*)""", code) == []
        assert re.findall(r"""["'`][A-Z][a-z]+ [^"'`]*["'`]""", code) == []

    def test_know_the_words_that_the_page_has(self):
        from service.web.rater import words  # noqa: PLC0415

        code = "\n".join(path.read_text("utf-8") for path in PAGES.rglob("*.js"))
        asked = set(re.findall(r'(?:word|_tell)\((?:[^"(]*\? )?"(\w+)"', code))
        asked |= set(re.findall(r'word\([^")]*"\w+" : "(\w+)"', code))
        assert asked == set(words.for_modules())


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    """A journey through every page in the language that nobody speaks."""
    folder = tmp_path_factory.mktemp("translated")
    database = Database(databases.fresh_sqlite(databases.sqlite_template(folder), folder))
    worlds.hurry(database)
    labels = {f"λ{identity}": identity for identity in ("1", "2")}
    instructions = catalogues.DEFAULT_INSTRUCTIONS
    link = worlds.build(
        database,
        World(
            "Greek",
            study={"title": "Μελέτη", "instructions": instructions, "options": {"labels": labels}},
        ),
    )
    made = Journey(
        database,
        folder,
        link,
        Coin(5),
        language=pseudo.CODE,
        speaks={**shipped(), pseudo.CODE: pseudo.LANGUAGE},
    )
    rendered: set[str] = set()

    def note(_, template, **__) -> None:
        rendered.add(template.name)

    with template_rendered.connected_to(note, made.app):
        made.travel()
    made.rendered = rendered
    yield made
    database.engine.dispose()


class TestPages:
    def test_say_nothing_untranslated(self, journey):
        seen = 0
        for one in journey.seen:
            kind = dict(one.headers).get("Content-Type", "")
            if kind.startswith("text/html") and one.status not in REDIRECTS:
                assert strange(one.body.decode()) == [], (one.endpoint, one.method)
                seen += 1
            elif "problem+json" in kind:
                told = json.loads(one.body or b"{}")
                said = f"{told.get('title', '')} {told.get('detail', '')}"
                assert [word for word in LATIN.findall(said) if word not in OURS] == [], said
        assert seen > 60

    def test_are_all_seen(self, journey):
        every = {f"rater/{path.name}" for path in PAGES.rglob("*.html") if path.name[0] != "_"}
        rare = {"rater/frame.html"}
        assert every - journey.rendered == rare

    def test_name_their_language_and_what_it_depends_on(self, journey):
        for one in journey.seen:
            headers = dict(one.headers)
            is_page = headers.get("Content-Type", "").startswith("text/html") and one.body
            if is_page and one.status not in REDIRECTS:
                assert f'<html lang="{pseudo.CODE}" dir="rtl">'.encode() in one.body
                assert "Accept-Language" in headers["Vary"]
