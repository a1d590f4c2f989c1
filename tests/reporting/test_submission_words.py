from service.domain.submission import SubmissionState
from service.reporting import submission_words
from service.reporting.words import ENGLISH


class TestSubmissionWords:
    def test_say_where_each_stands_and_what_to_look_at(self):
        said = [submission_words.state(one, ENGLISH) for one in SubmissionState]
        assert said == ["waiting", "taken", "declined"]
        for doubt in ("known", "asks_who", "personal"):
            assert submission_words.doubt(doubt, ENGLISH).endswith(".")
        assert submission_words.summary(1200, 0, 3, ENGLISH) == (
            "1,200 waiting, 0 taken, 3 declined."
        )

    def test_say_what_taking_did(self):
        assert submission_words.accepted(2, 2, ENGLISH) == (
            "2 new prompts: their answers are generated next, as far as the cap has room."
        )
        assert submission_words.accepted(0, 2, ENGLISH) == (
            "No new prompt: 2 suggestions say the same as prompts that are there."
        )
        assert submission_words.accepted(0, 0, ENGLISH).startswith("Nothing has changed")
        assert submission_words.accepted(1, 2, ENGLISH).endswith(
            "1 more suggestion said the same as a prompt that is there."
        )
        assert submission_words.declined(1, ENGLISH) == "1 suggestion is declined."
