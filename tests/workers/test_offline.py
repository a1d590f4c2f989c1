import asyncio
import os

import pytest

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # before litellm, which else calls out

import litellm

from workers import offline

# litellm builds its types when they are first used, and pydantic warns about one of them.
pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class:UserWarning")

ARTICLE = (
    "Summarise this article in three sentences.\n\nThe old bridge closed on Monday. Engineers "
    "found rust in its cables. The bridge carries buses. People walk to the market. "
    "It opens in May."
)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(litellm, "custom_provider_map", [])
    monkeypatch.setattr(litellm, "suppress_debug_info", True)
    offline.register()


def ask(*turns, model="offline/lead", **asked):
    messages = [{"role": "user", "content": turn} for turn in turns]
    return litellm.completion(model=model, messages=messages, max_retries=0, timeout=5, **asked)


class TestRegister:
    def test_twice_is_as_once_and_keeps_other_providers(self):
        litellm.custom_provider_map = [{"provider": "mine", "custom_handler": object()}]
        offline.register()
        offline.register()
        assert [entry["provider"] for entry in litellm.custom_provider_map] == ["mine", "offline"]


class TestCompletion:
    @pytest.mark.parametrize("model", offline.MODELS)
    def test_answers_through_litellm_at_no_cost(self, model):
        answer = ask(ARTICLE, model=model, temperature=0.5, max_tokens=500)
        assert len(answer.choices[0].message.content.split(". ")) == 3
        assert answer.choices[0].finish_reason == "stop"
        assert answer.usage.prompt_tokens > answer.usage.completion_tokens > 0
        assert litellm.completion_cost(answer) == 0
        assert answer.model == model

    def test_answers_asynchronously_the_same(self):
        messages = [{"role": "user", "content": ARTICLE}]
        answer = asyncio.run(litellm.acompletion(model="offline/textrank", messages=messages))
        expected = ask(ARTICLE, model="offline/textrank")
        assert answer.choices[0].message.content == expected.choices[0].message.content

    def test_gives_as_many_sentences_as_asked(self):
        assert ask(ARTICLE, sentences=1).choices[0].message.content == (
            "The old bridge closed on Monday."
        )

    def test_stops_at_max_tokens(self):
        answer = ask(ARTICLE, max_tokens=4)
        assert answer.choices[0].message.content == "The old bridge closed"
        assert answer.choices[0].finish_reason == "length"
        assert answer.usage.completion_tokens == 4

    def test_reads_content_parts_and_leaves_system_prompts_aside(self):
        messages = [
            {"role": "system", "content": "You are a poet. Rhyme. Always. Everywhere."},
            {"role": "user", "content": [{"type": "text", "text": ARTICLE}]},
        ]
        answer = litellm.completion(model="offline/lead", messages=messages)
        assert answer.choices[0].message.content.startswith("The old bridge")

    def test_answers_the_last_turn_with_the_conversation_at_hand(self):
        answer = ask(ARTICLE, "Shorter, please.", sentences=1)
        assert answer.choices[0].message.content == "The old bridge closed on Monday."

    def test_names_the_models_there_are(self):
        with pytest.raises(litellm.NotFoundError, match="offline/lead, offline/frequency"):
            ask(ARTICLE, model="offline/nobody")

    @pytest.mark.parametrize("sentences", [0, "many", True, 1.5])
    def test_refuses_a_count_that_is_none(self, sentences):
        with pytest.raises(litellm.BadRequestError, match="sentences must be a whole number"):
            ask(ARTICLE, sentences=sentences)
