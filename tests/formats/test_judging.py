import pytest

from service.formats import judging


class TestIsModel:
    @pytest.mark.parametrize(
        "who",
        [
            *("gpt4_pair", "gpt-4", "GPT-4o", "gpt-3.5-turbo", "chatgpt", "openai/gpt-5-mini"),
            *("claude-v1", "claude-3-opus-20240229", "Claude Sonnet", "anthropic/claude-haiku-4"),
            *("gemini-1.5-pro", "gemma-2-9b", "Llama-3-70b", "llama3", "mixtral", "mistral-large"),
            *("Qwen2.5-72B", "deepseek-r1", "o3-mini", "llm", "LLM judge", "llm_as_a_judge"),
            *("weighted_alpaca_eval_gpt4_turbo", "alpaca_eval", "command-r-plus", "prometheus"),
        ],
    )
    def test_knows_models(self, who):
        assert judging.is_model(who)

    @pytest.mark.parametrize(
        "who",
        [
            *("", "ann", "author_0", "expert_5", "arena_user_973", "worker-7", "17", "rater 3"),
            *("Claude", "Claude Monet", "Gemma", "Nova", "Phi", "Müller", "judge", "human", "o"),
            *("a" * 500, "_" * 500),
        ],
    )
    def test_takes_people_for_people(self, who):
        assert not judging.is_model(who)


class TestIsByModel:
    @pytest.mark.parametrize(
        ("values", "who", "is_model"),
        [
            ({"rater_kind": "model"}, "ann", True),
            ({"judge_type": "LLM judge"}, "j", True),
            ({"source_type": "human"}, "gpt4", False),
            ({}, "gpt4", True),
            ({"rater_kind": 3}, "ann", False),
        ],
    )
    def test_believes_what_a_row_says_before_a_name(self, values, who, is_model):
        assert judging.is_by_model(values, who) is is_model
