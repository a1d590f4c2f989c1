import pytest

from service.domain.completion import CompletionState
from service.domain.study import StudyState
from service.reporting.states import called
from service.reporting.words import ENGLISH, Words
from tests.pseudo import PseudoTranslations


class TestCalled:
    @pytest.mark.parametrize("state", [*StudyState, *CompletionState])
    def test_has_words_for_every_state(self, state):
        assert called(state, ENGLISH) == state
        assert called(state, Words(PseudoTranslations())).startswith("⟦")

    def test_says_what_it_does_not_know_as_it_is(self):
        assert called("brand-new", Words(PseudoTranslations())) == "brand-new"
