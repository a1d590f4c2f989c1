"""The peers of `make bench-voting`: Potato with 200 pairs, and a bare view with one insert."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.crowd import Answer, Begin, Cycle, Fault, Line
from tests.end_to_end.house import free_port, wait_for

BINARIES = Path("var/bench/potato/bin").resolve()
PAIRS = 200
OK = 200
FOUND = 302
_INSTANCE = re.compile(rb'id="instance_id"[^>]*value="([^"]*)"')

# As its quick start has it, with the pairwise scheme of its documentation and without passwords.
_PROJECT = """\
port: 8000
server_name: Pairs
annotation_task_name: Pairs
task_dir: .
data_files:
  - data/pairs.json
item_properties:
  id_key: id
  text_key: responses
output_annotation_dir: annotation_output/
annotation_codebook_url: ""
user_config:
  allow_all_users: true
  users: []
assignment_strategy: random
annotation_schemes:
  - annotation_type: pairwise
    name: preference
    description: "Which response is better?"
    mode: binary
    items_key: responses
    show_labels: true
    labels: ["Response A", "Response B"]
    allow_tie: true
    tie_label: "No preference"
    sequential_key_binding: true
    label_requirement:
      required: true
require_password: false
persist_sessions: false
site_dir: default
alert_time_each_instance: 10000000
"""


def answers(port: int, path: str) -> bool:
    """Tell whether a server answers well."""
    try:
        return Line(port).ask("GET", path, headers={"Connection": "close"}).status == OK
    except (OSError, Fault, LookupError):
        return False


@contextmanager
def potato(folder: Path, words: str) -> Iterator[int]:
    """Serve a project of pairs as Potato's own container does; yield the port.

    That is one gunicorn worker with eight threads; its documentation warns of more workers.
    """
    (folder / "data").mkdir(parents=True)
    pairs = [
        {"id": f"pair_{number}", "responses": [f"A {number} {words}", f"B {number} {words}"]}
        for number in range(PAIRS)
    ]
    (folder / "data" / "pairs.json").write_text(json.dumps(pairs))
    (folder / "config.yaml").write_text(_PROJECT)
    port = free_port()
    arguments = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    served = "potato.flask_server:create_app('config.yaml')"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [BINARIES / "gunicorn", *arguments, "--timeout", "120", served],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(lambda: answers(port, "/health"), 120)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def potato_votes(folder: Path) -> int:
    """Return how many votes Potato has on disk."""
    files = (folder / "annotation_output").glob("*/user_state.json")
    return sum(len(json.loads(file.read_text())["instance_id_to_label_to_value"]) for file in files)


def potato_rater(port: int, name: str) -> Begin:
    """Return a rater who does what Potato's page does at "next": save, move on, load the page."""

    def begin() -> Cycle:
        line = Line(port)
        cookies: dict[str, str] = {}

        def ask(method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
            headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}
            if kind:
                headers["Content-Type"] = kind
            answer = line.ask(method, path, body, headers)
            cookies.update(answer.cookies)
            if answer.status not in {OK, FOUND}:
                raise Fault(f"{path}: {answer.status}")
            return answer

        def send(path: str, **fields: object) -> None:
            ask("POST", path, json.dumps(fields).encode(), "application/json")

        who = urlencode({"email": name, "pass": "", "action": "login"}).encode()
        ask("POST", "/auth", who, "application/x-www-form-urlencoded")
        page = ask("GET", "/annotate").content

        def cycle() -> None:
            nonlocal page
            found = _INSTANCE.search(page)
            if found is None:
                raise Fault("no pair on Potato's page")
            instance = found[1].decode()
            pressed = {"preference:selection": "A"}
            send("/updateinstance", instance_id=instance, annotations=pressed, span_annotations=[])
            send("/annotate", action="next_instance", instance_id=instance)
            page = ask("GET", "/annotate").content

        return cycle

    return begin


@contextmanager
def bare(address: str, threads: int) -> Iterator[int]:
    """Serve one insert behind granian, with as many threads as we have; yield the port."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(threads), "--no-ws"),
            *("--log-level", "warning", "tests.benchmarks.bare_insert:app"),
        ],
        env={"PATH": os.environ.get("PATH", ""), "DATABASE_URL": address},
    )
    try:
        wait_for(lambda: answers(port, "/"), 60)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def bare_rater(port: int) -> Begin:
    """Return a rater whose every vote is one insert and brings nothing."""

    def begin() -> Cycle:
        line = Line(port)

        def cycle() -> None:
            if line.ask("POST", "/vote", b"{}").status != OK:
                raise Fault("the bare insert failed")

        return cycle

    return begin
