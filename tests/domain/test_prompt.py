from dataclasses import replace

from service.domain.prompt import Prompt

PROMPT = Prompt(turns=("Why is the sky blue?",), context="Physics", variables={"a": 1, "b": 2})


class TestFingerprint:
    def test_is_that_of_what_configurations_get_to_see(self):
        same = replace(PROMPT, key="sky", reference="Rayleigh.", tags=("physics",))
        assert same.fingerprint == PROMPT.fingerprint

    def test_changes_with_turns_context_and_variables(self):
        others = [
            replace(PROMPT, turns=("Why is the sky blue?", "And red?")),
            replace(PROMPT, context=""),
            replace(PROMPT, variables={"a": 1}),
        ]
        assert len({one.fingerprint for one in (PROMPT, *others)}) == 4

    def test_is_the_same_however_letters_are_composed(self):
        composed, parted = "é", "e\N{COMBINING ACUTE ACCENT}"
        assert Prompt((composed,)).fingerprint == Prompt((parted,)).fingerprint


class TestHandle:
    def test_is_the_key_where_the_researcher_gave_one(self):
        assert replace(PROMPT, key="sky").handle == "sky"
        assert PROMPT.handle == PROMPT.fingerprint[:12]
