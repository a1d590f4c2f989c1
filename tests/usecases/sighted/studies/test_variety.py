from service.store import models
from service.usecases.sighted.studies import variety
from tests import factories


def said(configuration, number):
    return "Yes." if number == 0 or configuration == "A" else f"{configuration} says {number}."


class TestOfStudy:
    def test_counts_what_looks_the_same_and_names_what_has_nothing_to_compare(self, session):
        factories.make_study(session, configurations=("A", "B", "C"), prompts=2, text=said)
        found = variety.of_study(session, "support-replies")
        assert (found.alike, found.alone) == (3, ("p0",))

    def test_waits_for_answers_that_are_still_to_come(self, session):
        study = factories.make_study(session, configurations=("A", "B"), prompts=2, text=said)
        late = factories.make_configuration(session, study.id, "C")
        factories.make_completion(session, study.id, late, study.prompts[0], "No.", ready=False)
        assert variety.of_study(session, study.name).alone == ()

    def test_says_nothing_of_a_draft_that_will_generate(self, session):
        study = factories.make_study(session, prompts=2, ready=False, state="draft")
        assert variety.of_study(session, study.name) == variety.Variety(0, ())
        for row in session.query(models.Configuration):
            row.model = None
        session.query(models.Completion).delete()
        session.flush()
        assert variety.of_study(session, study.name).alone == ("p0", "p1")
