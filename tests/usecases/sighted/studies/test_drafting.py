from service.domain.draft import LEASE, DraftState
from service.store import models
from service.usecases.sighted.studies import drafting, drafts
from tests.factories import later
from tests.usecases.sighted.studies.test_drafts import ask, made


class TestClaim:
    def test_is_taken_once_and_again_when_its_worker_died(self, session):
        ask(session)
        first = drafting.claim(session, later(1))
        assert drafting.claim(session, later(2)) is None
        second = drafting.claim(session, later(3) + LEASE)
        drafting.record(session, first, drafting.from_logs(first))
        assert session.query(models.DraftPrompt).count() == 0
        drafting.record(session, second, drafting.from_logs(second))
        assert session.query(models.DraftPrompt).count() == 3
        assert session.query(models.PromptDraft).one().content == b""

    def test_gives_up_what_ends_workers(self, session):
        token = ask(session)
        for attempt in range(4):
            drafting.claim(session, later(1) + attempt * 2 * LEASE)
        found = drafts.of_token(session, token)
        assert found.state is DraftState.FAILED
        assert "several times" in found.found["problem"]


class TestFromLogs:
    def test_tags_points_out_and_counts(self, session):
        token = made(session)
        found = drafts.of_token(session, token).found
        assert (found["rows"], found["bad"], found["alike"]) == (3, 0, 0)
        (personal,) = [each for each in drafts.items(session, token) if each.doubts]
        assert personal.doubts == ("personal",)
        assert "ada@example.org" in personal.prompt.turns[0]

    def test_says_so_where_all_is_there_already(self, session):
        content = b"prompt\n" + b"Why is the sky blue?\n" * 5
        token = made(session, content=content, target="Sky")
        (item,) = drafts.items(session, token)
        drafts.edit(session, token, 1, item.prompt.turns, [], "", later(2))
        drafts.finish(session, token, "ada", later(3))
        again = made(session, content=content, target="sky")
        found = drafts.of_token(session, again)
        assert (found.state, drafts.items(session, again)) == (DraftState.FAILED, [])
        assert "already" in found.found["problem"]
