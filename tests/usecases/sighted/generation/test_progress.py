from sqlalchemy import update

from service.store import models
from service.usecases.sighted.generation import progress
from service.usecases.sighted.generation.progress import Progress
from tests import factories


class TestUnfinished:
    def test_names_studies_with_completions_to_come(self, session):
        waiting = factories.make_study(session, "waiting", ready=False)
        factories.make_study(session, "done")
        assert progress.unfinished(session) == {waiting.id}


class TestOf:
    def test_counts_what_is_ready_failed_and_to_come(self, session):
        study = factories.make_study(session, "support", prompts=3, ready=False)
        completions = models.Completion.__table__
        first, second = study.configurations.values()
        for configuration, state in ((first, "ready"), (second, "failed")):
            session.execute(
                update(completions)
                .where(completions.c.configuration_id == configuration)
                .where(completions.c.prompt_id != study.prompts[0])
                .values(state=state)
            )
        assert progress.of(session, [study.id]) == [Progress("support", 2, 2, 2)]

    def test_leaves_out_what_is_gone(self, session):
        assert progress.of(session, [10**6]) == []
