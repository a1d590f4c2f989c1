import pytest

from service.domain.study import StudyNotOpen, StudyNotReady, StudyState, check_may_open

DRAFT = {"state": StudyState.DRAFT, "configurations": 2, "prompts": 1, "has_work": True}


class TestCheckMayOpen:
    def test_lets_a_draft_with_two_configurations_and_a_prompt_open(self):
        check_may_open(**DRAFT)

    @pytest.mark.parametrize("short", [{"configurations": 1}, {"prompts": 0}, {"has_work": False}])
    def test_refuses_a_draft_that_lacks_something(self, short):
        with pytest.raises(StudyNotReady, match="at least"):
            check_may_open(**{**DRAFT, **short})

    def test_lets_what_is_open_open_again(self):
        check_may_open(**{**DRAFT, "state": StudyState.OPEN, "configurations": 0})

    def test_never_opens_what_is_closed(self):
        with pytest.raises(StudyNotOpen, match="new name"):
            check_may_open(**{**DRAFT, "state": StudyState.CLOSED})
