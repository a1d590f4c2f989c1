import pytest

from service.domain.prompt_set import Chosen, OriginKind
from service.domain.submission import NoSubmissions, SubmissionState
from service.errors import Invalid
from service.store import models, raters
from service.usecases.blind import submitting
from service.usecases.sighted.generation.templates import TemplateInvalid
from service.usecases.sighted.studies import exports, prompt_sets, submissions, taking
from service.usecases.sighted.studies.submissions import NothingWouldAnswer, UnknownSubmission
from tests import factories
from tests.factories import later

OPTIONS = {"repeats": 0, "practice": [], "submissions": 5}


@pytest.fixture
def study(session):
    factories.make_study(session, "noise", options=OPTIONS)
    return factories.make_study(session, options=OPTIONS)


def send(session, study, name, text):
    rater = factories.make_rater(session, study, name)
    sitter = raters.locked(session, rater)
    submitting.submit(session, sitter, text, f"key of {text}", later(0))
    return session.query(models.Submission.id).filter_by(rater_id=rater).scalar()


def accept(session, study, *numbers, tags=(), text=None):
    return submissions.accept(session, study.name, numbers, tags, "Iris", later(1), text)


class TestAccept:
    def test_makes_a_prompt_whose_answers_are_generated(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        assert accept(session, study, number, tags=["garden", " garden ", ""]).prompts == 1
        row = session.get_one(models.Submission, number)
        made = session.get_one(models.Prompt, row.prompt_id)
        assert (made.turns, made.tags, made.is_dealable) == (["Roses?"], ["garden"], False)
        assert made.html["turns"] == ['<p dir="auto">Roses?</p>']
        asked = session.query(models.Completion).filter_by(prompt_id=made.id).all()
        assert {one.configuration_id for one in asked} == set(study.configurations.values())
        assert {one.state for one in asked} == {"pending"}
        assert (row.state, row.decided_by, row.decided_at) == ("accepted", "Iris", later(1))

    def test_does_it_once_and_settles_what_reads_the_same(self, session, study):
        one = send(session, study, "Ada", "Roses?")
        other = send(session, study, "Ben", "ROSES!")
        assert accept(session, study, one, other) == submissions.Accepted(1, 2)
        assert accept(session, study, one) == submissions.Accepted(0, 0)
        (first, second) = submissions.of_study(session, study.name, SubmissionState.ACCEPTED)
        assert first.prompt == second.prompt != ""
        assert (first.pseudonym != second.pseudonym, second.became) == (True, "Roses?")

    def test_keeps_what_was_written_where_it_is_changed(self, session, study):
        number = send(session, study, "Ada", "roses")
        accept(session, study, number, text=" How are\r\nroses \u202epruned? ")
        (told,) = submissions.of_study(session, study.name)
        assert (told.text, told.became) == ("roses", "How are\nroses pruned?")

    def test_may_follow_a_decline(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        assert submissions.decline(session, study.name, [number], "Iris", later(1)) == 1
        assert submissions.decline(session, study.name, [number], "Iris", later(1)) == 0
        assert accept(session, study, number).prompts == 1
        assert submissions.decline(session, study.name, [number], "Iris", later(1)) == 0
        assert submissions.counts(session, study.name).accepted == 1

    def test_makes_none_of_what_the_study_has(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        accept(session, study, number)
        again = send(session, study, "Ben", "Roses?")
        (waiting,) = submissions.of_study(session, study.name, SubmissionState.WAITING)
        assert waiting.doubts == ("known",)
        assert accept(session, study, again) == submissions.Accepted(0, 1)
        assert session.get_one(models.Submission, again).prompt_id is None

    def test_makes_none_of_what_reads_like_one_that_was_taken(self, session, study):
        accept(session, study, send(session, study, "Ada", "Roses?"))
        again = send(session, study, "Ben", "roses!!")
        (waiting,) = submissions.of_study(session, study.name, SubmissionState.WAITING)
        assert waiting.doubts == ("known",)
        assert accept(session, study, again) == submissions.Accepted(0, 1)

    @pytest.mark.parametrize("text", ["", " ", "x" * 5000])
    def test_refuses_texts_and_tags_that_are_none(self, session, study, text):
        number = send(session, study, "Ada", "Roses?")
        with pytest.raises(Invalid):
            accept(session, study, number, text=text)
        with pytest.raises(Invalid, match="tags"):
            accept(session, study, number, tags=["t" * 61])

    def test_refuses_what_is_not_there_and_nothing(self, session, study):
        noise = factories.make_study(session, "other", options=OPTIONS)
        number = send(session, noise, "Ada", "Roses?")
        with pytest.raises(UnknownSubmission):
            accept(session, study, number)
        with pytest.raises(Invalid, match="Choose 1 to"):
            accept(session, study)

    def test_refuses_where_nothing_would_answer(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        one = session.get_one(models.Configuration, study.configurations["Plain"])
        one.template = "{% include 'x' %}{{ prompt }}"
        session.flush()
        with pytest.raises(TemplateInvalid):
            accept(session, study, number)
        one.model = None
        session.flush()
        with pytest.raises(NothingWouldAnswer, match="Fewer than two"):
            accept(session, study, number)
        session.get_one(models.Study, study.id).state = "closed"
        session.flush()
        with pytest.raises(NothingWouldAnswer, match="open study"):
            accept(session, study, number)


class TestDecline:
    def test_may_say_why_until_it_is_taken_after_all(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        told = (session, study.name, [number], "Iris", later(1))
        with pytest.raises(Invalid, match="300"):
            submissions.decline(*told, "x" * 301)
        submissions.decline(*told, " Not  our\nsubject ")
        assert submissions.of_study(session, study.name)[0].because == "Not our subject"
        accept(session, study, number)
        assert submissions.of_study(session, study.name)[0].because == ""


class TestTakeNoMore:
    def test_closes_the_door_and_keeps_what_waits(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        submissions.take_no_more(session, study.name)
        assert submissions.counts(session, study.name) == submissions.Counts(
            waiting=1, accepted=0, declined=0, is_asked=False
        )
        with pytest.raises(NoSubmissions):
            send(session, study, "Ben", "Tulips?")
        assert accept(session, study, number).prompts == 1


class TestOfStudy:
    def test_points_out_who_are_you_and_personal_data(self, session, study):
        send(session, study, "Ada", "Write to ada@example.com about roses.")
        (told,) = submissions.of_study(session, study.name)
        assert told.doubts == ("personal",)


class TestProvenance:
    def test_goes_into_prompt_sets_and_exports(self, session, study):
        number = send(session, study, "Ada", "Roses?")
        accept(session, study, number)
        (told,) = submissions.of_study(session, study.name)
        found, origin = taking.from_study(session, study.name, Chosen.ALL)
        own = taking.suggested(session, study.name)
        made = prompt_sets.make(session, "Garden", found, origin, "Iris", later(2), own)
        kept = {one.turns[0]: origin for one, origin in prompt_sets.kept_in(session, made.name)}
        assert kept["Roses?"].kind is OriginKind.RATER
        assert (kept["Roses?"].name, kept["Roses?"].by) == (study.name, told.pseudonym)
        assert kept["Question 1?"].kind is OriginKind.STUDY
        (by,) = exports.suggested(session, study.name, b"key")[told.prompt]
        assert (len(by), by != told.pseudonym) == (12, True)
