from importlib import resources

import pytest

from service.domain.configuration import calls_out
from service.formats import study_file


@pytest.fixture
def demonstration():
    files = resources.files("service.demonstration")
    text = files.joinpath("study.yaml").read_text(encoding="utf-8")
    return study_file.read(
        text, "study.yaml", lambda name: files.joinpath(name).read_text(encoding="utf-8")
    )


class TestDemonstration:
    def test_compares_the_four_offline_summarisers(self, demonstration):
        models = {entry.name: entry.model for entry in demonstration.configurations}
        assert models == {
            "Lead": "offline/lead",
            "Frequency": "offline/frequency",
            "TextRank": "offline/textrank",
            "Random": "offline/random",
        }
        assert demonstration.include_sighted
        assert demonstration.votes_per_matchup == 2

    def test_has_twelve_articles_of_a_length_for_reading(self, demonstration):
        assert len(demonstration.prompts) == 12
        for prompt in demonstration.prompts:
            request, _, article = prompt.turns[0].partition("\n\n")
            assert request == "Summarise this article in three sentences."
            assert 150 <= len(article.split()) <= 260
            assert prompt.key

    def test_needs_no_money(self, demonstration):
        assert not any(calls_out(entry.model) for entry in demonstration.configurations)
        assert all(entry.price.input == 0 for entry in demonstration.configurations)
