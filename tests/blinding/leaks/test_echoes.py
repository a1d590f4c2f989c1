"""Passages of system prompts."""

from hypothesis import given
from hypothesis import strategies as st

from service.blinding.leaks.echoes import SHORTEST_ECHO, echoes
from tests import counting

SYSTEM = "You answer for the Halden ferry companies and you never mention what others charge."


class TestEchoes:
    def test_finds_the_whole_passage(self):
        text = f"Hm: {SYSTEM[4:70]} – and so on"
        assert echoes(text, SYSTEM, "") == [(4, 70)]

    def test_needs_forty_characters(self):
        passage = SYSTEM[5 : 5 + SHORTEST_ECHO]
        assert echoes(passage, SYSTEM, "") == [(0, SHORTEST_ECHO)]
        assert echoes(passage[1:], SYSTEM, "") == []

    def test_counts_wide_signs_twice(self):
        system = "あなたは親切な案内係であり料金については話しません"
        assert echoes(system[:20], system, "") == [(0, 20)]
        assert echoes(system[:19], system, "") == []

    def test_ignores_case_and_spaces(self):
        text = SYSTEM.upper().replace(" ", "\n  ")
        assert echoes(text, SYSTEM, "") == [(0, len(text))]

    def test_ignores_what_the_prompt_says_as_well(self):
        assert echoes(SYSTEM, SYSTEM, f"Is this polite? {SYSTEM}") == []

    def test_finds_several(self):
        assert len(echoes(f"{SYSTEM} – {SYSTEM}", SYSTEM, "")) == 2

    def test_does_about_twice_the_work_for_twice_the_repetitions(self):
        def work(number):
            return counting.calls(lambda: echoes("ab " * number, "ab " * 500, "ab " * 10))

        assert work(4_000) <= 3 * work(2_000)

    @given(st.text("ab ", max_size=120), st.text("ab ", max_size=120))
    def test_gives_passages_of_the_system_prompt(self, text, system):
        squeezed = " ".join(system.split())
        for start, end in echoes(text, system, ""):
            assert " ".join(text[start:end].split()) in squeezed
