"""Names of models and makers."""

import re

import pytest

from service.blinding.leaks.names import is_label, name_pattern


class TestIsLabel:
    @pytest.mark.parametrize(
        "name",
        ["gpt-4o-mini", "Llama 3", "retrieval_k8_rerank", "HelpDeskBot", "Contoso Legal Aid"],
    )
    def test_knows_what_only_a_study_would_write(self, name):
        assert is_label(name)

    @pytest.mark.parametrize(
        "name",
        ["Claude", "OpenAI", "Otto", "baseline", "prompt 1", "version 2", "fine-tuned", "A", ""],
    )
    def test_knows_words_of_the_language_and_famous_names(self, name):
        assert not is_label(name)


class TestNamePattern:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("i am claude 3.5 sonnet.", "claude 3.5 sonnet"),
            ("私はchatgptです", "chatgpt"),
            ("저는 클로드입니다", "클로드"),
            ("by google deepmind in", "google deepmind"),
            ("ask nordwind now", "nordwind"),
        ],
    )
    def test_finds_the_longest(self, text, name):
        assert re.search(name_pattern(("Nordwind",)), text)[0] == name

    @pytest.mark.parametrize("text", ["jean-claude", "クロード・モネ", "gptx", "ornordwind"])
    def test_finds_no_parts_of_words(self, text):
        assert re.search(name_pattern(("Nordwind",)), text) is None
