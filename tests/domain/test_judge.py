"""Two orders settle only where they agree, and families are told by names."""

import pytest

from service.domain.judge import JudgedMatchup, Settled, Verdict, family_of, settle

ANSWERS = (Verdict.FIRST, Verdict.SECOND, Verdict.TIE)


class TestSettle:
    @pytest.mark.parametrize("verdict", ANSWERS)
    def test_two_alike_say_it(self, verdict):
        assert settle(verdict, verdict) == verdict.value

    @pytest.mark.parametrize("one", ANSWERS)
    @pytest.mark.parametrize("two", ANSWERS)
    def test_two_that_differ_are_unsettled_and_no_tie(self, one, two):
        if one is not two:
            assert settle(one, two) is Settled.UNSETTLED

    @pytest.mark.parametrize("order", [False, True])
    def test_what_one_order_lacks_is_not_made_up(self, order):
        pairs = [
            (Verdict.FIRST, None, Settled.WAITING),
            (Verdict.FIRST, Verdict.REFUSED, Settled.REFUSED),
            (Verdict.REFUSED, Verdict.MALFORMED, Settled.MALFORMED),
        ]
        for one, two, expected in pairs:
            assert settle(*((two, one) if order else (one, two))) is expected
            assert not expected.is_heard

    def test_a_matchup_settles_by_its_own_verdicts(self):
        matchup = JudgedMatchup("1", "p", (), "a", "b", 1, 2, (), Verdict.TIE, Verdict.TIE)
        assert matchup.settled is Settled.TIE
        assert matchup.settled.is_heard


class TestVerdict:
    def test_exchanged_twice_is_itself(self):
        assert all(one.exchanged.exchanged is one for one in Verdict)
        assert Verdict.FIRST.exchanged is Verdict.SECOND
        assert not Verdict.REFUSED.is_answer


class TestFamilyOf:
    @pytest.mark.parametrize(
        ("model", "family"),
        [
            ("openai/gpt-4o-mini", "gpt"),
            ("azure/o3-mini", "gpt"),
            ("bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0", "claude"),
            ("anthropic/claude-v1", "claude"),
            ("together_ai/meta-llama/Llama-3-70b", "llama"),
            ("ollama/qwen2.5:7b", "qwen"),
            ("", ""),
            ("123", ""),
        ],
    )
    def test_reads_it_from_the_name(self, model, family):
        assert family_of(model) == family
