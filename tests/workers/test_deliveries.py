"""Messages to a server of our own, in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from service.database import now
from service.domain import webhook
from service.store import models
from service.usecases.sighted import webhooks
from service.usecases.sighted.webhooks import Message
from tests import factories
from workers import deliveries

# Answers each path with the status it names, and prints what came. Below /drops an answer comes
# drop by drop, each sooner than anybody stops waiting for one, and whether its reader left it.
SERVER = """
import json, select, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import unquote

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print(json.dumps([self.path, dict(self.headers), body]), flush=True)
        if self.path.startswith("/drops"):
            return self.drip(self.path.partition("/drops")[2])
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()
    def drip(self, start):
        self.connection.sendall(unquote(start.replace("_", " ")).encode())
        left = False
        for _ in range(100):
            if left := bool(select.select([self.connection], [], [], 0.05)[0]):
                break
            self.connection.sendall(b"x")
        if not left:
            self.connection.sendall(b": x\\r\\nContent-Length: 0\\r\\n\\r\\n")
        self.close_connection = True
        print(json.dumps("left" if left else "answered"), flush=True)
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Receiver:
    def __init__(self, process) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{int(process.stdout.readline())}"

    def heard(self):
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield Receiver(process)
        process.terminate()


def message(address: str) -> Message:
    return Message(7, "ab12", address, "opened", '{"event": "opened"}', 1)


class TestSend:
    def test_is_signed_and_named(self, receiver):
        sent = message(f"{receiver.address}/204")
        assert deliveries.send(sent, factories.KEY, may_be_private=True) == (204, "")
        path, headers, body = receiver.heard()
        assert (path, body) == ("/204", sent.body)
        assert headers["Evenhand-Event"] == "opened"
        assert headers["Evenhand-Delivery"] == "7"
        moment = int(headers["Evenhand-Signature"].split(",")[0].removeprefix("t="))
        assert abs(moment - time.time()) < 600
        secret = webhook.secret_of("ab12", factories.KEY)
        assert headers["Evenhand-Signature"] == webhook.signature(secret, moment, body)

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_takes_no_other_answer_for_an_arrival_and_follows_none(self, receiver, status):
        sent = message(f"{receiver.address}/{status}")
        found = deliveries.send(sent, factories.KEY, may_be_private=True)
        assert found == (status, f"It was answered with {status}.")
        assert receiver.heard()[0] == f"/{status}"

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]",
                 "[::ffff:127.0.0.1]", "[2002:7f00:1::]", "0.0.0.0", "[::127.0.0.1]",
                 "[64:ff9b::a00:1]", "[64:ff9b:1::a00:1]", "[fec0::1]", "[::ffff:0:10.0.0.1]"],
    )  # fmt: skip
    def test_sends_nothing_into_private_networks(self, host):
        status, why = deliveries.send(
            message(f"https://{host}/"), factories.KEY, may_be_private=False
        )
        assert status is None
        assert "WEBHOOKS_TO_PRIVATE" in why

    @pytest.mark.parametrize("place", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
    def test_knows_the_public_internet(self, place):
        assert deliveries.is_public(place)

    def test_leaves_whoever_answers_drop_by_drop_at_one_deadline_for_all_of_it(self, receiver):
        sent = message(f"{receiver.address}/dropsHTTP/1.1_200_OK%0D%0AX")
        found = deliveries.send(sent, factories.KEY, may_be_private=True, seconds=0.5)
        assert found == (None, "It was not answered within 0.5 seconds.")
        assert receiver.heard()[0].startswith("/drops")
        assert receiver.heard() == "left"

    def test_tries_for_less_than_the_lease_of_a_message(self):
        assert webhook.LEASE.total_seconds() > deliveries.SECONDS * 4

    def test_says_where_nobody_is(self):
        for address, said in (
            ("https://nowhere.invalid/", "no such host"),
            ("http://127.0.0.1:9/", "ConnectError"),
        ):
            _, why = deliveries.send(message(address), factories.KEY, may_be_private=True)
            assert said in why


class TestDeliverDue:
    def test_sends_what_waits_and_notes_what_came_of_it(self, receiver, sqlite_database):
        with sqlite_database.transaction() as session:
            study = factories.make_study(session, cap_calls=10, spent_calls=9)
            for path in ("/200", "/500"):
                webhooks.make(
                    session, study.name, receiver.address + path, ["cap_at_80"], "ada",
                    now(session), may_be_private=True,
                )  # fmt: skip
        for _ in range(2):  # the second one finds nothing that is due
            deliveries.deliver_due(sqlite_database, factories.KEY, may_be_private=True)
        assert {receiver.heard()[0], receiver.heard()[0]} == {"/200", "/500"}
        with sqlite_database.reading() as session:
            found = {each.status: each for each in webhooks.deliveries(session, study.name)}
            assert session.query(models.WebhookDelivery).count() == 2
        assert (found[200].state, found[500].state) == ("delivered", "waiting")
        assert found[500].due_at > found[500].created_at
