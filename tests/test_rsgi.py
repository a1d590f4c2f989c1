import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event

import pytest

from service.database import Database
from service.rsgi import Bounds, Server
from service.settings import Settings
from service.supervisor import web_arguments
from service.web import security
from tests import factories
from tests.end_to_end.house import free_port, wait_for
from tests.fakes import served

MANY = 60


@dataclass
class Request:
    """What granian tells of a request."""

    method: str = "POST"
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    proto: str = "http"
    http_version: str = "1.1"
    server: str = "[::1]:8000"
    client: str = "10.0.0.7:4000"
    scheme: str = "http"
    query_string: str = "a=%41"


class Exchange:
    """A body in pieces, and the answer that went back.

    A number is seconds of a clock of our own that pass; None is where it stops coming.
    """

    def __init__(self, *pieces: bytes | float | None) -> None:
        self._pieces = pieces
        self.asked = 0
        self.answer: tuple[int, list[tuple[str, str]], bytes] = (0, [], b"")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self.asked += 1
            if piece is None:
                await asyncio.Event().wait()
            elif isinstance(piece, float):
                loop = asyncio.get_running_loop()
                moment = loop.time() + piece
                loop.time = lambda moment=moment: moment
                for _ in range(3):  # what is due happens
                    await asyncio.sleep(0)
            else:
                yield piece

    def response_bytes(self, status, headers, body) -> None:
        self.answer = (status, headers, body)


def echo(environ, start):
    """Answer with the body, or with why there is none."""
    refused = environ.get(security.REFUSED)
    start(f"{refused or 200} .", [("Content-Type", "text/plain"), ("Length", "x")])
    return [environ["wsgi.input"].read(), environ.get("CONTENT_LENGTH", "").encode()]


def ask(exchange: Exchange, *, bounds: Bounds | None = None, server=None, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    server = server or Server(echo, 1, bounds)
    asyncio.run(server.__rsgi__(Request(headers=named), exchange))
    return exchange.answer[0]


class TestBodies:
    def test_are_handed_over_whole(self):
        exchange = Exchange(b"ab", b"c")
        assert ask(exchange, content_length="3") == 200
        assert exchange.answer[2] == b"abc3"

    def test_that_do_not_say_their_length_get_one(self):
        exchange = Exchange(b"ab", b"c")
        assert ask(exchange, transfer_encoding="chunked") == 200
        assert exchange.answer[2] == b"abc3"

    def test_that_break_off_are_not_taken_for_whole(self):
        assert ask(Exchange(b"choice=left&key=a"), content_length="40") == 400

    def test_that_stop_coming_are_refused(self):
        exchange = Exchange(b"ab", None)
        assert ask(exchange, bounds=Bounds(seconds=0.01), content_length="3") == 408

    def test_that_come_slowly_have_longer_the_more_has_come(self):
        bounds = Bounds(seconds=20, bytes_a_second=100)
        assert ask(Exchange(b"x", 19.0, b"x"), bounds=bounds, content_length="2") == 200
        assert ask(Exchange(b"x", 21.0, b"x"), bounds=bounds, content_length="2") == 408
        much = Exchange(b"x" * 1000, 21.0, b"x")
        assert ask(much, bounds=bounds, content_length="1001") == 200

    def test_that_fall_silent_are_let_go_however_much_has_come(self):
        bounds = Bounds(seconds=20, bytes_a_second=10, silence=30)
        assert ask(Exchange(b"x" * 999, 29.0, b"x"), bounds=bounds, content_length="1000") == 200
        assert ask(Exchange(b"x" * 999, 31.0, b"x"), bounds=bounds, content_length="1000") == 408

    def test_that_lie_on_the_disk_hold_their_room_until_they_are_answered(self):
        other_is_answered = Event()

        def answer(environ, start):
            if security.REFUSED in environ:
                other_is_answered.set()
            other_is_answered.wait(10)
            return echo(environ, start)

        server = Server(answer, 2, Bounds(in_memory=6, on_disk=15))

        async def two() -> list[int]:
            both = [Exchange(b"x" * 10), Exchange(b"x" * 10)]
            request = Request(headers={"content-length": "10"})
            await asyncio.gather(*(server.__rsgi__(request, one) for one in both))
            return [one.answer[0] for one in both]

        assert asyncio.run(two()) == [200, 503]
        assert ask(Exchange(b"x" * 10), server=server, content_length="10") == 200

    def test_that_say_that_they_are_too_large_are_not_read(self):
        exchange = Exchange(b"x")
        assert ask(exchange, bounds=Bounds(most=10), content_length="11") == 413
        assert exchange.asked == 0

    def test_may_be_larger_where_files_are_uploaded_and_nowhere_else(self):
        most = str(security.MAX_UPLOAD_BYTES)
        for path, status in (
            ("/studio/a/upload", 400),  # taken, but it breaks off
            ("/studio/a/uploads/b", 413),
            ("/rate/a/upload", 413),
            ("/studio/a/upload/", 413),
        ):
            exchange = Exchange(b"x")
            request = Request(path=path, headers={"content-length": most})
            asyncio.run(Server(echo, 1).__rsgi__(request, exchange))
            assert exchange.answer[0] == status, path

    def test_that_turn_out_too_large_are_read_no_further(self):
        exchange = Exchange(*[b"x" * 6] * 100)
        assert ask(exchange, bounds=Bounds(most=10), transfer_encoding="chunked") == 413
        assert exchange.asked == 2

    def test_that_are_large_lie_on_the_disk_and_hold_no_memory(self):
        full = Bounds(small=1, held=8, in_memory=6, on_disk=100)
        exchange = Exchange(*[b"0123456789"] * 9)
        assert ask(exchange, bounds=full, content_length="90") == 200
        assert exchange.answer[2] == b"0123456789" * 9 + b"90"
        server = Server(echo, 1, full)
        for _ in range(3):
            assert ask(Exchange(*[b"x" * 10] * 11), server=server, content_length="110") == 503
            assert ask(Exchange(*[b"x" * 10] * 10), server=server, content_length="100") == 200

    def test_that_are_small_are_taken_where_large_ones_have_no_room(self):
        full = Bounds(small=4, held=5)
        assert ask(Exchange(b"xxxxxx"), bounds=full, content_length="6") == 503
        assert ask(Exchange(b"xxxx"), bounds=full, content_length="4") == 200

    def test_give_their_room_back(self):
        server = Server(echo, 1, Bounds(small=1, held=6, unfinished=1, seconds=0.01))
        for _ in range(3):
            assert ask(Exchange(b"xxxxxx"), server=server, content_length="6") == 200
            assert ask(Exchange(b"xx", None), server=server, content_length="6") == 408

    def test_of_one_address_are_counted(self):
        server = Server(echo, 1, Bounds(unfinished=2))

        async def three() -> list[int]:
            waiting = [Exchange(b"x", None) for _ in range(2)]
            tasks = [
                asyncio.create_task(
                    server.__rsgi__(Request(headers={"content-length": "2"}), exchange)
                )
                for exchange in waiting
            ]
            await asyncio.wait(tasks, timeout=0)  # each comes as far as it can
            assert [exchange.asked for exchange in waiting] == [2, 2]
            answers = []
            for client in ("10.0.0.7:5", "10.0.0.8:5"):
                other = Exchange(b"ab")
                request = Request(headers={"content-length": "2"}, client=client)
                await server.__rsgi__(request, other)
                answers.append(other.answer[0])
            for task in tasks:
                task.cancel()
            return answers

        assert asyncio.run(three()) == [503, 200]


class TestEnvironment:
    def seen(self, **fields) -> dict:
        found: dict = {}

        def app(environ, start):
            found.update(environ)
            start("204 No Content", [])
            return []

        asyncio.run(Server(app, 1).__rsgi__(Request(**fields), Exchange()))
        return found

    def test_is_what_wsgi_says(self):
        seen = self.seen(path="/ü/你", headers={"content-type": "a/b", "host": "h:1"})
        assert seen["PATH_INFO"].encode("latin-1").decode() == "/ü/你"
        assert (seen["CONTENT_TYPE"], seen["HTTP_HOST"]) == ("a/b", "h:1")
        assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("::1", "8000")
        assert (seen["REMOTE_ADDR"], seen["QUERY_STRING"]) == ("10.0.0.7", "a=%41")

    def test_a_header_with_an_underscore_passes_for_no_other(self):
        seen = self.seen(headers={"x_forwarded_host": "evil", "x-forwarded-for": "b"})
        assert "HTTP_X_FORWARDED_HOST" not in seen
        assert seen["HTTP_X_FORWARDED_FOR"] == "b"


class Web:
    """The web server as `make run` starts it, with a study and a rater who has begun."""

    def __init__(self, database: Database, folder, stack: ExitStack) -> None:
        with database.transaction() as session:
            self.seat = served.take_seat(session, factories.make_study(session))
        self.port = free_port()
        self._stack = stack
        settings = Settings(data_dir=folder, port=self.port, web_workers=1)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", *web_arguments(settings)],
            env={
                "PATH": os.environ.get("PATH", ""),
                "DATABASE_URL": str(database.engine.url),
                "DATA_DIR": str(folder),
                "PORT": str(self.port),
                "SECRET_KEY": factories.KEY,
            },
            start_new_session=True,
        )
        stack.callback(self.process.wait, 60)
        # With its worker, which a killed server leaves behind.
        stack.callback(os.killpg, self.process.pid, signal.SIGKILL)
        wait_for(self._lives)

    def _lives(self) -> bool:
        try:
            return self.ask("/livez").startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def begin(self, start: bytes) -> socket.socket:
        """Send the beginning of a request, and nothing more."""
        made = self._stack.enter_context(socket.create_connection(("127.0.0.1", self.port), 120))
        made.sendall(start)
        return made

    def head(self, method: str, path: str, *lines: str) -> bytes:
        cookie = f"Cookie: evenhand_rater={self.seat.cookie}"
        first = f"{method} {path} HTTP/1.1"
        return "\r\n".join([first, f"Host: 127.0.0.1:{self.port}", cookie, *lines, "", ""]).encode()

    def ask(self, path: str, *lines: str, method: str = "GET", body: bytes = b"") -> bytes:
        """Send a request and return all that comes back."""
        head = self.head(method, path, "Connection: close", *lines)
        with socket.create_connection(("127.0.0.1", self.port), 120) as connection:
            connection.sendall(head + body)
            pieces = iter(lambda: connection.recv(65536), b"")
            return b"".join(pieces)


@pytest.fixture
def web(sqlite_database: Database, tmp_path) -> Iterator[Web]:
    with ExitStack() as stack:
        yield Web(sqlite_database, tmp_path, stack)


class TestSlowClients:
    """Against a real server; each client that waits would wait for ever."""

    def test_hold_up_nobody_else(self, web):
        at = f"/rate/{web.seat.handle}/"
        vote = web.head("POST", f"{at}vote/x", "Content-Length: 100")
        slow = [web.begin(vote + b'{"choice"') for _ in range(MANY)]
        slow += [web.begin(b"GET / HTTP/1.1\r\nHo") for _ in range(MANY)]
        for connection in slow:
            connection.setblocking(False)  # noqa: FBT003 - the socket's own word
        for path in ("/livez", at, "/readyz", f"{at}next"):
            assert web.ask(path).startswith(b"HTTP/1.1 200"), path
        for connection in slow:  # all of them still wait, and were waited for
            with pytest.raises(BlockingIOError):
                connection.recv(1)

    def test_a_body_that_is_too_large_is_refused_before_it_comes(self, web):
        large = web.head("POST", f"/rate/{web.seat.handle}/vote/x", "Content-Length: 2000000")
        assert web.begin(large).recv(12) == b"HTTP/1.1 413"

    def test_half_a_body_is_no_body(self, web):
        vote = web.head("POST", f"/rate/{web.seat.handle}/vote/x", "Content-Length: 100")
        half = web.begin(vote + b"choice=left")
        half.shutdown(socket.SHUT_WR)
        assert half.recv(12) in {b"HTTP/1.1 400", b""}

    def test_an_answer_to_head_is_short(self, web):
        answer = web.ask("/", method="HEAD")
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"\r\n\r\n")

    def test_liveness_is_told_while_every_thread_is_held(self, web, sqlite_database):
        with sqlite_database.transaction() as session:
            session.connection()  # SQLite's one write lock
            at = f"/rate/{web.seat.handle}/"
            held = [web.begin(web.head("GET", at)) for _ in range(16)]
            assert web.ask("/livez").startswith(b"HTTP/1.1 200")
        assert held[0].recv(12) == b"HTTP/1.1 200"
