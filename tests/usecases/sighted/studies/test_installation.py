from sqlalchemy import func, select

from service.store import models
from service.usecases.sighted.studies import installation
from tests import factories

KEY = "a-key-of-at-least-thirty-two-characters"


def prepare(session, now, *, with_demonstration=False):
    return installation.prepare(session, now, KEY, with_demonstration=with_demonstration)


def vote_on(session, study, now):
    first, second = study.configurations.values()
    completions = session.scalars(
        select(models.Completion.id).where(models.Completion.prompt_id == study.prompts[0])
    ).all()
    assignment = models.Assignment(
        token=f"token-{study.id}", study_id=study.id, rater_id=factories.make_rater(session, study),
        prompt_id=study.prompts[0], kind="regular", state="voted",
        first_configuration_id=first, second_configuration_id=second,
        first_completion_id=completions[0], second_completion_id=completions[1],
        first_is_left=True, draw_probability=1.0, lease_until=now, dealt_at=now,
    )  # fmt: skip
    session.add(assignment)
    session.flush()
    session.add(
        models.Vote(
            assignment_id=assignment.id,
            revision=1,
            choice="left",
            client_key=f"key-{study.id}",
            body_hash="x",
            is_late=False,
            created_at=now,
        )
    )
    session.flush()


class TestPrepare:
    def test_makes_the_demonstration_where_there_is_no_study(self, session, now):
        greeting = prepare(session, now, with_demonstration=True)
        assert greeting.is_first_run
        assert greeting.study == installation.DEMONSTRATION
        assert greeting.rate_token is not None

    def test_greets_with_the_newest_study_before_any_vote(self, session, now):
        factories.make_study(session, "older")
        factories.make_study(session, "newer")
        assert prepare(session, now).study == "newer"

    def test_greets_with_the_study_that_was_rated_last(self, session, now):
        older, newer = (
            factories.make_study(session, "older"),
            factories.make_study(session, "newer"),
        )
        vote_on(session, newer, now)
        vote_on(session, older, now)
        assert prepare(session, now).study == "older"

    def test_greets_with_an_open_study_where_the_one_rated_last_is_closed(self, session, now):
        factories.make_study(session, "open-one")
        vote_on(session, factories.make_study(session, "closed-one", state="closed"), now)
        assert prepare(session, now).study == "open-one"

    def test_later_starts_make_no_further_rater(self, session, now):
        factories.make_study(session)
        first = prepare(session, now)
        raters = session.scalar(select(func.count()).select_from(models.Rater))
        again = prepare(session, now)
        assert again.rate_token == first.rate_token
        assert session.scalar(select(func.count()).select_from(models.Rater)) == raters
