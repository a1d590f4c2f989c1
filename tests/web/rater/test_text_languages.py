import re

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
