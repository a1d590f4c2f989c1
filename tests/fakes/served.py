"""The application on a real port in threads, and raters who send it requests over HTTP."""

import http.client
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server

from service.database import Database
from service.settings import Settings
from service.usecases import invites
from service.web.app import create_app
from tests import factories

SEE_OTHER = 303


@dataclass(frozen=True)
class Seat:
    """A rater who has begun: who, where, and what the browser carries."""

    rater_id: int
    handle: str
    cookie: str


def take_seat(session: Session, study: factories.MadeStudy) -> Seat:
    moment = factories.MOMENT
    invite = invites.make(session, study.name, "personal", "", moment, factories.KEY)
    held = invites.start_rating(session, invite.link_token, "", moment, factories.KEY)
    rater_id = invites.rater_of(session, held.handle, held.cookie_token, factories.KEY)
    return Seat(rater_id, held.handle, held.cookie_token)


@dataclass
class Served:
    """A running server; `drop` holds paths whose next answer never arrives."""

    port: int
    drop: set[str] = field(default_factory=set)

    def ask(self, seat: Seat, path: str, body: dict | None = None) -> tuple[int, dict]:
        """Send one request on a connection of its own; return status and content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(
                "GET" if body is None else "POST",
                f"/rate/{seat.handle}/{path}",
                None if body is None else json.dumps(body),
                {
                    "Cookie": f"evenhand_rater={seat.cookie}",
                    "Content-Type": "application/json",
                    "Accept": "application/json",
                },
            )
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if answer.status != SEE_OTHER else {}
        finally:
            connection.close()

    def vote(self, seat: Seat, token: str, choice: str = "left", **more) -> tuple[int, dict]:
        return self.ask(seat, f"vote/{token}", {"choice": choice, "key": token, **more})


@contextmanager
def serve(database: Database, folder: Path) -> Iterator[Served]:
    app = create_app(Settings(data_dir=folder, secret_key=factories.KEY), database)
    made = Served(0)

    def losing(environ, start_response):
        answer = app(environ, start_response)
        if environ["PATH_INFO"] in made.drop:
            # What was asked is done and committed; its answer meets a closed connection.
            made.drop.discard(environ["PATH_INFO"])
            environ["werkzeug.socket"].shutdown(2)
        return answer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server: BaseWSGIServer = make_server("127.0.0.1", 0, losing, threaded=True)
    made.port = server.port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
