import re
from html.parser import HTMLParser

import pytest

from service.web.rater import text_languages

JAPANESE = "<p>小包が開いた状態で届きました。申し訳ございません。</p>"
KOREAN = "<p>소포가 열린 채로 도착했습니다. 죄송합니다.</p>"
SIMPLIFIED = "<p>包裹送来时是打开的。我们对此表示歉意。</p>"
TRADITIONAL = "<p>包裹送來時是打開的。我們對此表示歉意。</p>"
ENGLISH = "<p>The parcel arrived open. We are sorry.</p>"


class TestLanguageOf:
    @pytest.mark.parametrize(
        ("html", "language"),
        [
            (JAPANESE, "ja"),
            (KOREAN, "ko"),
            (SIMPLIFIED, "zh-Hans"),
            (TRADITIONAL, "zh-Hant"),
            (ENGLISH, ""),
            ("<p>पार्सल खुला हुआ आया। हमें खेद है।</p>", ""),
            ("<p>وصل الطرد مفتوحًا. نعتذر عن ذلك.</p>", ""),
            ("<p>The word 日本 means Japan, and 東京 is its capital.</p>", ""),
            ("<p>The word &amp;&lt; 42 !</p>", ""),
            ("", ""),
        ],
    )
    def test_follows_the_script(self, html, language):
        assert text_languages.language_of(html) == language

    def test_code_in_a_text_is_no_english(self):
        assert text_languages.language_of(JAPANESE + "<pre><code>return order</code></pre>") == "ja"

    def test_is_one_for_all_texts_in_whatever_order(self):
        # Kana in one answer alone: the other's characters are Japanese too.
        texts = ("<p>配達記録確認済</p>", JAPANESE)
        assert (
            text_languages.language_of(*texts) == text_languages.language_of(*texts[::-1]) == "ja"
        )


class TestPage:
    def test_names_the_language_of_its_texts_and_not_its_own(self, seat, sqlite_database):
        made = seat(
            sqlite_database,
            prompt_text=lambda number: f"{number}番目の質問です。",
            text=lambda name, _: f"{JAPANESE}{len(name)}",
        )
        page = made.client.get(made.at, headers={"Accept-Language": "de"}).text
        assert re.findall(r'class="text" id="[\w-]+" lang="([\w-]*)"', page) == ["ja"] * 3
        assert '<html lang="de"' in page
        assert {piece["lang"] for piece in made.upcoming()} == {"ja"}

    def test_leaves_unknown_what_is_unknown(self, sitting):
        page = sitting.client.get(sitting.at, headers={"Accept-Language": "de"}).text
        assert re.findall(r'class="text" id="[\w-]+" lang="([\w-]*)"', page) == [""] * 3


VOID = {"input", "link", "meta", "br", "img", "hr"}


class Reader(HTMLParser):
    """Tells of each text of a page what the elements around it say."""

    def __init__(self):
        super().__init__()
        self.around: list[dict] = []
        self.said: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.around.append(dict(attrs))

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.around.pop()

    def handle_data(self, data):
        self.said.append(
            (data, {name: value for one in self.around for name, value in one.items()})
        )


def judged(page: str) -> list[dict]:
    """What holds for each prompt and answer on a page."""
    reader = Reader()
    reader.feed(page)
    return [told for text, told in reader.said if "Zebra " in text or " says " in text]


def is_untouched(told: dict) -> bool:
    return (told.get("translate"), told.get("spellcheck")) == ("no", "false") and all(
        told.get(name) == "false"
        for name in ("data-gramm", "data-gramm_editor", "data-enable-grammarly", "data-lt-active")
    )


class TestUntouched:
    """Nothing in a browser translates or corrects what is judged, on whatever page it stands."""

    @pytest.mark.parametrize("options", [{}, {"criteria": ["Kind"], "grades": "with_votes"}])
    def test_is_every_text_on_every_page(self, seat, sqlite_database, options):
        options = {"repeats": 0, "practice": ["A Zebra 0?", "A says.", "B says 9."], **options}
        made = seat(
            sqlite_database,
            prompts=6,
            options=options,
            prompt_text=lambda n: f"Zebra {n}? 日本語です",
        )
        pages = [made.client.get(made.at + "practice").text, made.client.get(made.at).text]
        while waiting := made.upcoming():
            token = waiting[0]["token"]
            made.vote(token)
            if "criteria" in options:
                pages.append(made.client.get(f"{made.at}marks/{token}").text)
                body = {"criteria": ["left"], "grades": [4, 2]}
                made.post(f"marks/{token}", key=f"m-{token}", **body)
            pages.append(made.client.get(f"{made.at}again/{token}").text)
        pages.append(made.client.get(made.at + "votes").text)
        made.client.post(made.at + "finish")
        pages.append(made.client.get(made.at + "hunch").text)
        for page in pages:
            found = judged(page)
            assert found
            assert all(map(is_untouched, found))
        assert {told["lang"] for told in judged(pages[-2])} == {"ja"}

    def test_words_of_the_page_may_be_translated(self, seat, sqlite_database):
        made = seat(sqlite_database)
        reader = Reader()
        reader.feed(made.client.get(made.at).text)
        told = [around for text, around in reader.said if text.strip() == "Prompt"]
        assert told
        assert not any("translate" in around for around in told)
