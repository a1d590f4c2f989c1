from service.store import models
from service.usecases.sighted.generation import causes, retries
from service.usecases.sighted.generation.causes import CauseView
from tests import factories
from tests.factories import later


def make(session, **more):
    factories.make_study(
        session, "noise", completion_fields={"Plain": {"state": "failed", "error_class": "noise"}}
    )
    return factories.make_study(
        session,
        prompts=5,
        completion_fields={
            "Plain": {
                "state": "failed",
                "origin": "generated",
                "error_class": "timeout",
                "error_message": "No answer.",
            },
            "Retrieval": {"state": "failed", "origin": "imported", "error_class": None},
        },
        **more,
    )


def of_plain(session, study):
    return (
        session.query(models.Completion)
        .filter_by(configuration_id=study.configurations["Plain"])
        .order_by(models.Completion.id)
        .all()
    )


class TestOfStudy:
    def test_is_empty_where_nothing_failed(self, session):
        factories.make_study(session)
        assert causes.of_study(session, "support-replies") == []

    def test_groups_by_cause_and_names_whom_it_met(self, session):
        study = make(session)
        for number, row in enumerate(of_plain(session, study)):
            row.error_message = f"Said {number}."
        session.query(models.Completion).filter_by(
            configuration_id=study.configurations["Retrieval"]
        ).order_by(models.Completion.id).first().error_class = "timeout"
        session.flush()
        assert causes.of_study(session, study.name) == [
            CauseView(
                cause="timeout",
                number=6,
                can_retry=5,
                configurations=(("Plain", 5), ("Retrieval", 1)),
                messages=("", "Said 0.", "Said 1."),
                more_messages=3,
            ),
            CauseView("failed", 4, 0, (("Retrieval", 4),), ("",), 0),
        ]

    def test_names_causes_that_can_be_retried(self, session):
        study = make(session)
        of_plain(session, study)[0].error_class = "auth"
        session.flush()
        assert retries.retry_failed(session, study.name, later(1), cause="auth") == 1
        assert [each.cause for each in causes.of_study(session, study.name)] == [
            "failed",
            "timeout",
        ]
        assert retries.retry_failed(session, study.name, later(1), cause="nothing") == 0
        assert retries.retry_failed(session, study.name, later(1), cause="timeout") == 4
