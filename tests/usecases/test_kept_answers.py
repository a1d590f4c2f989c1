from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.usecases import api_tokens, kept_answers
from service.usecases.kept_answers import Answered, KeyReused, StillAtWork
from tests import factories
from tests.usecases.test_api_tokens import make, make_account

DONE = Answered(201, '{"a": 1}')


@pytest.fixture
def token_id(session, now) -> int:
    token, _ = make(session, make_account(session), now)
    return api_tokens.holder_of(session, token, now).token_id


class TestBegin:
    def test_gives_the_answer_of_the_same_request(self, session, token_id, now):
        assert kept_answers.begin(session, token_id, "key", "hash", now) is None
        with pytest.raises(StillAtWork):
            kept_answers.begin(session, token_id, "key", "hash", now)
        kept_answers.keep(session, token_id, "key", DONE)
        session.expire_all()
        assert kept_answers.begin(session, token_id, "key", "hash", now) == DONE
        with pytest.raises(KeyReused):
            kept_answers.begin(session, token_id, "key", "other", now)

    def test_forgets_after_a_day(self, session, token_id, now):
        kept_answers.begin(session, token_id, "key", "hash", now)
        kept_answers.keep(session, token_id, "key", DONE)
        later = now + kept_answers.KEPT + timedelta(seconds=1)
        assert kept_answers.begin(session, token_id, "key", "other", later) is None

    def test_begins_anew_what_was_killed(self, session, token_id, now):
        kept_answers.begin(session, token_id, "key", "hash", now)
        later = now + kept_answers.GIVEN_UP_AFTER + timedelta(seconds=1)
        assert kept_answers.begin(session, token_id, "key", "hash", later) is None
        with pytest.raises(StillAtWork):
            kept_answers.begin(session, token_id, "key", "hash", later)

    def test_may_be_given_back(self, session, token_id, now):
        kept_answers.begin(session, token_id, "key", "hash", now)
        kept_answers.release(session, token_id, "key")
        assert kept_answers.begin(session, token_id, "key", "other", now) is None

    def test_lets_one_of_many_at_once_do_it(self, database):
        with database.transaction() as session:
            token, _ = make(session, make_account(session), factories.MOMENT)
            token_id = api_tokens.holder_of(session, token, factories.MOMENT).token_id

        def send(_: int) -> Answered | None:
            with database.transaction() as session:
                known = kept_answers.begin(session, token_id, "key", "hash", factories.MOMENT)
                if known is None:
                    kept_answers.keep(session, token_id, "key", DONE)
                return known

        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(send, range(8)))
        assert told.count(None) == 1
        assert told.count(DONE) == 7
