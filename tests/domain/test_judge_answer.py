import pytest

from service.domain.judge_answer import JudgeAnswer, Said, read

GRADED = '{"reason": "A is kind.", "a": 5, "b": 2, "verdict": "A"}'


class TestRead:
    @pytest.mark.parametrize(
        "text",
        [
            GRADED,
            f"```json\n{GRADED}\n```",
            f"Let me think.\nBoth are fine.\n{GRADED}",
            f"{{not json}}\n{GRADED}\n",
        ],
    )
    def test_takes_one_object(self, text):
        assert read(text) == JudgeAnswer(Said.A, 5, 2, "A is kind.")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("B is shorter.\nVerdict: A", Said.A),
            ("**B**", Said.B),
            ("Thinking.\nFinal verdict: **tie**.", Said.TIE),
            ('{"verdict": "tie"}', Said.TIE),
            ('{"verdict": "b", "reason": 7}', Said.B),
        ],
    )
    def test_takes_a_bare_verdict(self, text, said):
        assert read(text).said is said

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "A is better, but B is fine too.",
            "A or B",
            "Verdict: both",
            '{"verdict": "A", "verdict": "B"}',
            '{"verdict": "C"}',
            '{"verdict": ["A"]}',
            '{"verdict": "A", "a": 6, "b": 1}',
            '{"verdict": "A", "a": 4}',
            '{"verdict": "A", "a": true, "b": 1}',
            '{"verdict": "A", "a": 4.0, "b": 1}',
            '{"winner": "A"}',
            "Verdict: A\nBut B was close.",
            "[" * 100_000,
        ],
    )
    def test_takes_nothing_else(self, text):
        assert read(text).said is Said.MALFORMED

    def test_tells_refusals_apart_and_keeps_their_words(self):
        found = read("I'm sorry, but I can't compare these.", refused=True)
        assert found.said is Said.REFUSED
        assert found.reason.startswith("I'm sorry")
        assert read(GRADED, refused=True).said is Said.A

    def test_reads_the_end_of_a_long_answer(self):
        assert read("word " * 50_000 + "\nVerdict: B").said is Said.B
        assert len(read("word " * 50_000).reason) == 2000
