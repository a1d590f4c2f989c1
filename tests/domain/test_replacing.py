import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import replacing
from service.domain.completion import CompletionState
from service.domain.replacing import Held, Ruling

S = CompletionState
TEXT = ("Dew is water.",)


def held(state=S.READY, turns=TEXT, sample=1, origin="imported"):
    return Held(7, sample, state, origin, turns)


def rule(present, turns, sample=1, *, is_numbered=False, replaces=False):
    return replacing.rule(present, sample, turns, is_numbered=is_numbered, replaces=replaces)[0]


class TestRule:
    @pytest.mark.parametrize("state", [S.RECORDED, S.READY, S.QUARANTINED])
    @pytest.mark.parametrize("is_numbered", [True, False])
    def test_a_correction_is_one_only_where_it_is_asked_for(self, state, is_numbered):
        present = [held(state)]
        assert rule(present, ("Another.",), is_numbered=is_numbered) is Ruling.ASK
        given = rule(present, ("Another.",), is_numbered=is_numbered, replaces=True)
        assert given is Ruling.REPLACE

    @pytest.mark.parametrize("replaces", [True, False])
    @pytest.mark.parametrize("text", ["Dew is water.", "Dew is water.\n", " Dew is water.\r\n"])
    def test_the_same_text_is_there_already(self, text, replaces):
        assert rule([held()], (text,), replaces=replaces) is Ruling.SAME

    @pytest.mark.parametrize("replaces", [True, False])
    def test_what_failed_is_filled_and_nothing_is_emptied(self, replaces):
        empty = held(S.FAILED, ("",))
        assert rule([empty], TEXT, replaces=replaces) is Ruling.FILL
        assert rule([empty], (), replaces=replaces) is Ruling.SAME
        assert rule([held()], ("",), replaces=replaces) is Ruling.EMPTY

    @pytest.mark.parametrize("state", [S.PENDING, S.RUNNING, S.BLOCKED, S.READY])
    def test_what_the_study_generates_stays(self, state):
        present = [held(state, ("Theirs.",), origin="generated")]
        assert rule(present, TEXT, replaces=True) is Ruling.GENERATED

    def test_samples_stand_beside_each_other(self):
        present = [held(turns=("Oak",)), held(turns=("Elm",), sample=2)]
        assert rule(present, ("Ash",), sample=3) is Ruling.ADD
        assert rule(present, ("Elm",), sample=1) is Ruling.SAME
        assert rule(present, ("Elm",), sample=1, is_numbered=True) is Ruling.ASK
        assert rule(present, ("Ash",), sample=2, is_numbered=True, replaces=True) is Ruling.REPLACE

    @given(
        st.lists(st.sampled_from(["", "Oak", "Elm", "Ash"]), max_size=3),
        st.sampled_from(list(S)),
        st.sampled_from(["Oak", "Elm", ""]),
        st.booleans(),
        st.booleans(),
    )
    def test_what_was_once_taken_is_there_when_it_comes_again(
        self, texts, state, text, is_numbered, replaces
    ):
        present = [held(state, (one,), place) for place, one in enumerate(texts, 1)]
        ruling, old = replacing.rule(
            present, 1, (text,), is_numbered=is_numbered, replaces=replaces
        )
        if ruling in {Ruling.ADD, Ruling.FILL, Ruling.REPLACE}:
            left = [one for one in present if one is not old]
            stored = held(S.FAILED if not text else S.RECORDED, (text,), old.sample if old else 1)
            again = rule([*left, stored], (text,), is_numbered=is_numbered, replaces=replaces)
            assert again is Ruling.SAME
