from service.domain.completion import CompletionState
from service.domain.study import StudyState
from service.reporting import states
from service.reporting.words import ENGLISH


class TestCalled:
    def test_has_words_for_every_state_of_studies_and_completions(self):
        for state in (*StudyState, *CompletionState):
            assert states.called(state, ENGLISH) == state.value

    def test_says_a_word_that_it_does_not_know_as_it_is(self):
        assert states.called("elsewhere", ENGLISH) == "elsewhere"
