"""The client against the API's document, a real server, and servers that fail."""

import dataclasses
import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import get_type_hints

import httpx
import pytest

from service.client import Client, Conflict, Invalid, NoAnswer, NotAllowed, NotFound, reading
from tests import client_code, openapi

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads(openapi.COPY.read_text("utf-8"))
MODELS = {
    name: getattr(importlib.import_module(f"service.client.{file}"), name)
    for name, file in client_code.Document(DOCUMENT).home.items()
}


class TestDocument:
    def test_is_what_the_client_was_written_from(self):
        assert [
            path for path, text in client_code.written().items() if path.read_text() != text
        ] == []

    def test_has_a_call_for_every_operation(self):
        operations = {each["operationId"] for each in client_code.Document(DOCUMENT).operations}
        calls = {name for name in dir(Client) if not name.startswith("_")}
        assert operations - set(client_code.BY_HAND) <= calls

    @pytest.mark.parametrize("name", MODELS)
    def test_has_the_fields_of_every_model(self, name):
        fields = {field.name for field in dataclasses.fields(MODELS[name])}
        assert fields == set(DOCUMENT["components"]["schemas"][name]["properties"])
        assert get_type_hints(MODELS[name]).keys() == fields


def failing(*answers, sleep=lambda _: None):
    """A client of a server that answers so, one after another, and what it was asked."""
    asked: list[httpx.Request] = []
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    made = Client("http://x", "t", transport=httpx.MockTransport(answer), sleep=sleep)
    return SimpleNamespace(client=made, asked=asked)


NAMED = {"name": "a"}


class TestRetries:
    def test_try_again_with_the_same_key_and_do_nothing_twice(self):
        busy = httpx.Response(503), httpx.ConnectError("away"), httpx.Response(200, json=NAMED)
        found = failing(*busy)
        assert found.client.close_study("a").name == "a"
        keys = {request.headers["Idempotency-Key"] for request in found.asked}
        assert (len(found.asked), len(keys)) == (3, 1)

    def test_wait_as_long_as_they_are_asked_to(self):
        waits: list[float] = []
        busy = httpx.Response(429, headers={"Retry-After": "7"})
        failing(busy, httpx.Response(200, json=NAMED), sleep=waits.append).client.close_study("a")
        assert waits == [7.0]

    def test_end_with_what_was_in_the_way(self):
        with pytest.raises(NoAnswer, match="ConnectError: away"):
            failing(*[httpx.ConnectError("away")] * 6).client.get_token()

    @pytest.mark.parametrize(
        ("status", "kind"), [(400, Invalid), (401, NotAllowed), (404, NotFound), (409, Conflict)]
    )
    def test_do_not_try_what_was_refused(self, status, kind):
        told = {"title": "No", "detail": "Do otherwise.", "errors": [{"pointer": "/a"}]}
        found = failing(httpx.Response(status, json=told))
        with pytest.raises(kind, match="Do otherwise") as caught:
            found.client.close_study("a")
        assert (caught.value.status, caught.value.errors) == (status, [{"pointer": "/a"}])

    def test_make_sense_of_answers_that_are_none_of_ours(self):
        with pytest.raises(NotFound, match="HTTP 404"):
            failing(httpx.Response(404, text="<html>")).client.get_token()


class TestDownload:
    def test_goes_on_where_it_broke_off(self, tmp_path):
        def broken():
            yield b"abc"
            raise httpx.ReadError("gone")

        found = failing(
            httpx.Response(200, headers={"ETag": '"x"'}, stream=_Stream(broken())),
            httpx.Response(206, headers={"ETag": '"x"'}, stream=_Stream(iter([b"def"]))),
        )
        told = []
        to = found.client.download("/f", tmp_path / "f", lambda _, part: told.append(part), 6)
        assert to.read_bytes() == b"abcdef"
        assert found.asked[1].headers["Range"] == "bytes=3-"
        assert told[-1] == 1.0
        with pytest.raises(FileExistsError):
            found.client.download("/f", tmp_path / "f")


class _Stream(httpx.SyncByteStream):
    def __init__(self, pieces):
        self._pieces = pieces

    def __iter__(self):
        return self._pieces


class TestReading:
    def test_leaves_out_what_a_newer_server_says(self):
        assert reading.read(MODELS["Named"], {"name": "a", "later": 1}).name == "a"

    def test_refuses_what_is_something_else(self):
        with pytest.raises(ValueError, match="is no Named"):
            reading.read(MODELS["Named"], ["a"])


class TestAlone:
    def test_loads_httpx_and_nothing_of_ours(self, tmp_path):
        (tmp_path / "evenhand_client").symlink_to(ROOT / "service" / "client")
        code = (
            "import sys; sys.path.insert(0, sys.argv[1]); from evenhand_client import Client;"
            "heavy = ('service', 'flask', 'sqlalchemy', 'pydantic', 'pandas', 'numpy');"
            "print([name for name in heavy if name in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, str(tmp_path)], check=True, capture_output=True
        )
        assert done.stdout == b"[]\n"


@pytest.fixture(scope="module")
def run(evenhand, tmp_path_factory):
    """Run the notebook's cells in a process of their own; return where, and what was said."""
    place = tmp_path_factory.mktemp("notebook")
    cells = json.loads((ROOT / "docs" / "notebook.ipynb").read_text("utf-8"))["cells"]
    code = ["".join(each["source"]) for each in cells if each["cell_type"] == "code"]
    shown = "print(board.to_json(orient='records'))\nprint(made.rows)"
    (place / "cells.py").write_text("\n".join([*code, shown]))
    done = subprocess.run(
        [sys.executable, "cells.py"],
        cwd=place,
        env={
            "EVENHAND": evenhand.address,
            "EVENHAND_TOKEN": evenhand.token,
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return place, done.stdout.splitlines()


class TestNotebook:
    def test_leads_from_a_frame_to_links_and_a_leaderboard(self, run, evenhand):
        _, said = run
        links = [line.split()[-1] for line in said if "/i/" in line]
        assert len(links) == 2
        board = json.loads(said[-2])
        assert [row["configuration"] for row in board] == ["New", "Old"]
        assert [row["votes"] for row in board] == [24, 24]
        with Client(evenhand.address, evenhand.token) as client:
            assert client.get_study("two-voices").state == "closed"

    def test_ends_with_a_file_for_a_trainer(self, run):
        place, said = run
        with zipfile.ZipFile(place / "preferences.zip") as packed:
            assert any(name.endswith("manifest.json") for name in packed.namelist())
        assert int(said[-1]) == 9  # raters disagreed on every fourth prompt

    def test_keeps_no_output(self):
        cells = json.loads((ROOT / "docs" / "notebook.ipynb").read_text("utf-8"))["cells"]
        assert not any(each.get("outputs") for each in cells)


class TestRealServer:
    def test_reads_pages_and_refusals(self, evenhand):
        with Client(evenhand.address, evenhand.token) as client:
            client.create_study({"title": "Many", "prompts": [f"Q{n}?" for n in range(5)]})
            keys = [each.turns for each in client.list_prompts("many", limit=2)]
            assert keys == [[f"Q{n}?"] for n in range(5)]
            with pytest.raises(NotFound, match="no study"):
                client.get_study("none")
            with Client(evenhand.address, "wrong") as nobody, pytest.raises(NotAllowed):
                nobody.get_token()
            client.apply_definition("many", client.get_definition("many"), if_match=client.etag)

    def test_imports_what_takes_a_worker_and_tells_how_far_it_is(self, evenhand, tmp_path):
        file = tmp_path / "prompts.csv"
        file.write_text("prompt\nWhy?\nHow?\n")
        told = []
        with Client(evenhand.address, evenhand.token) as client:
            client.create_study({"title": "Large"})
            done = client.import_large("large", file, tell=lambda what, _: told.append(what))
            assert (done.state, done.report.added) == ("done", 2)
            assert set(told) == {"importing"}
            assert client.fetch_pack("large", tmp_path / "large.zip").stat().st_size > 0
            with pytest.raises(Conflict, match="no leaderboard"):
                client.fetch_report("large", tmp_path / "report.html")
            client.delete_study("large", confirm="large")
            with pytest.raises(NotFound):
                client.get_study("large")
