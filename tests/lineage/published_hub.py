"""The Hub, played by a small HTTP server that keeps what is pushed to it."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import huggingface_hub.constants
import pytest

from tests.lineage.studies import NAME, Installation


class Hub(BaseHTTPRequestHandler):
    """As much of the Hub's API as pushing a folder of small files asks for."""

    def answer(self, told, status=200):
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        if "/tree/" in self.path:
            self.answer(
                [
                    {"type": "file", "path": name, "size": 1, "oid": "0"}
                    for name in self.server.files
                ]
            )
            return
        self.answer({"id": "me/replies", "sha": "0" * 40, "siblings": [], "private": True})

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        if self.headers.get("Authorization") != "Bearer hf_right":
            self.answer({"error": "Invalid credentials"}, 401)
        elif self.path == "/api/repos/create":
            self.server.created = json.loads(sent)
            self.answer({"url": f"{self.server.address}/datasets/me/replies"})
        elif self.path == "/api/validate-yaml":
            self.answer({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = json.loads(sent)["files"]
            self.answer(
                {"files": [{**f, "uploadMode": "regular", "shouldIgnore": False} for f in files]}
            )
        elif "/commit/" in self.path:
            for line in sent.splitlines():
                told = json.loads(line)
                if told["key"] == "file":
                    content = base64.b64decode(told["value"]["content"])
                    self.server.files[told["value"]["path"]] = content
            self.answer(
                {
                    "commitUrl": f"{self.server.address}/datasets/me/replies/commit/1",
                    "commitOid": "1" * 40,
                    "success": True,
                }
            )
        else:
            self.answer({"error": "unknown"}, 404)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked, server.files, server.created = [], {}, {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = address = f"http://127.0.0.1:{server.server_address[1]}"
    # The library reads HF_ENDPOINT when it is imported.
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(tmp_path, monkeypatch):
    return Installation(tmp_path, monkeypatch)


def test_pushes_what_the_manifest_names_with_the_token_of_the_environment(
    hub, house, tmp_path, monkeypatch
):
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    house.say("export", NAME, "--out", tmp_path / "out")
    (tmp_path / "out/secret.txt").write_text("not ours")
    said = house.say("publish", "hub", NAME, tmp_path / "out", "--to", "me/replies")
    assert "Pushed: http" in said, said
    made = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert hub.files == {name: text for name, text in made.items() if name != "secret.txt"}
    assert hub.created["visibility"] == "private", hub.created
    assert "hf_right" not in said


def test_says_what_is_missing(hub, house, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    (tmp_path / "empty").mkdir()
    push = ("publish", "hub", NAME)
    assert "holds no export" in house.say(*push, tmp_path / "empty", "--to", "me/replies")
    house.say("export", NAME, "--out", tmp_path / "out")
    said = house.say(*push, tmp_path / "out", "--to", "me/replies")
    assert "Is HF_TOKEN set" in said
    assert "hf_wrong" not in said
    assert hub.files == {}
