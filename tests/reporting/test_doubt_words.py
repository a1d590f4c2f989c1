from service.domain.doubt import Doubt
from service.reporting import doubt_words
from service.reporting.words import ENGLISH


class TestTold:
    def test_says_what_to_do(self):
        said = doubt_words.told(Doubt("no_key", "Ours", "OPENAI_API_KEY"), ENGLISH)
        assert said.startswith("Ours cannot be reached")
        assert "Set OPENAI_API_KEY" in said

    def test_names_what_may_have_been_meant(self):
        doubt = Doubt("unknown_model", "Ours", "openai/gpt-4oo", ("openai/gpt-4o", "openai/gpt-4"))
        assert "Did you mean openai/gpt-4o and openai/gpt-4?" in doubt_words.told(doubt, ENGLISH)

    def test_every_code_has_words_and_needs_no_names(self):
        for code in doubt_words._SAID:
            assert "%(" not in doubt_words.told(Doubt(code, "A", "b", ("c",)), ENGLISH)
