import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.database import Database, now
from service.settings import Settings
from service.store import models
from service.usecases import api_tokens
from service.web.api import shared_limits
from service.web.api.shared_limits import AWAY_SECONDS, SharedLimiter
from service.web.app import create_app
from tests import factories
from tests.fakes import programs


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    with programs.queue_program(tmp_path_factory.mktemp("limits")) as program:
        yield program


@pytest.fixture(autouse=True)
def _empty(queue):
    with queue.client() as client:
        client.flushall()


class TestSharedLimiter:
    def test_lets_all_processes_together_through_as_often_as_one(self, queue):
        several = [SharedLimiter(60, lambda: queue.address) for _ in range(3)]
        left = [several[at % 3].take("a").remaining for at in range(6)]
        assert left == [59, 58, 57, 56, 55, 54]
        assert several[0].take("b").remaining == 59

    def test_counts_right_whoever_asks_at_once(self, queue):
        # So few a minute that none comes back meanwhile.
        several = [SharedLimiter(30, lambda: queue.address) for _ in range(4)]
        start = threading.Barrier(8)

        def ask(at: int) -> int:
            start.wait()
            return sum(several[at % 4].take("a").is_allowed for _ in range(10))

        with ThreadPoolExecutor(8) as pool:
            allowed = sum(pool.map(ask, range(8)))
        assert 30 <= allowed <= 60

    def test_refills_and_forgets_by_the_server_s_clock(self, queue):
        limiter = SharedLimiter(1, lambda: queue.address)
        assert limiter.take("a").is_allowed
        refused = limiter.take("a")
        assert (refused.is_allowed, refused.remaining, refused.seconds) == (False, 0, 60)
        with queue.client() as client:
            (key,) = client.keys("evenhand-limit:*")
            assert 0 < client.ttl(key) <= 120
            client.hincrbyfloat(key, "at", -90)
        assert limiter.take("a").is_allowed

    def test_counts_by_itself_while_the_server_is_away_or_says_nothing(self):
        clock = [0.0]
        for address in (None, "redis://127.0.0.1:9/0", "nonsense"):
            limiter = SharedLimiter(2, lambda address=address: address, lambda: clock[0])
            allowed = [limiter.take("a").is_allowed for _ in range(3)]
            assert allowed == [True, True, False], address
        with socket.create_server(("127.0.0.1", 0)) as hole:
            silent = f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
            limiter = SharedLimiter(2, lambda: silent, lambda: clock[0])
            assert [limiter.take("a").is_allowed for _ in range(3)] == [True, True, False]

    def test_asks_the_server_again_after_a_while_wherever_it_is_then(self, queue):
        clock, address = [0.0], [None]
        limiter = SharedLimiter(60, lambda: address[0], lambda: clock[0])
        limiter.take("a")
        address[0] = queue.address
        limiter.take("a")
        with queue.client() as client:
            assert client.keys("*") == []
            clock[0] = AWAY_SECONDS + 1
            assert limiter.take("a").remaining == 59
            assert len(client.keys(f"{shared_limits._KEY}*")) == 1


class TestSeveralWebProcesses:
    def test_tell_one_limit_in_their_headers(self, queue, sqlite_database: Database, tmp_path):
        with sqlite_database.transaction() as session:
            account = models.Account(name="a", role="viewer", created_at=factories.MOMENT)
            session.add(account)
            session.flush()
            token, _ = api_tokens.make(session, account.id, "t", "read", None, 1, now(session))
        given = Settings(
            data_dir=tmp_path,
            secret_key=factories.KEY,
            api_requests_per_minute=3,
            redis_url=queue.address,
        )
        clients = [create_app(given, sqlite_database).test_client() for _ in range(2)]
        asked = [
            clients[at % 2].get("/api/v1/token", headers={"Authorization": f"Bearer {token}"})
            for at in range(4)
        ]
        assert [each.status_code for each in asked] == [200, 200, 200, 429]
        assert [each.headers["RateLimit-Remaining"] for each in asked] == ["2", "1", "0", "0"]
        assert asked[-1].headers["Retry-After"]
