"""MLflow, as a real server of its own: runs, artifacts, data sets, traces and assessments."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import mlflow
import pytest

from service.store import models
from tests.lineage.studies import NAME, Installation

EXPERIMENT = f"evenhand/{NAME}"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "_MLFLOW_SERVER_FILE_STORE": f"sqlite:///{folder}/m.db",
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "mlflow.server.fastapi_app:app",
        "--port",
        str(port),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).close()
            break
        except OSError:
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(20)


@pytest.fixture
def house(tmp_path, monkeypatch):
    return Installation(tmp_path, monkeypatch)


def traces():
    found = mlflow.get_experiment_by_name(EXPERIMENT)
    return mlflow.search_traces(locations=[found.experiment_id], return_type="list")


def test_publishes_leaderboard_export_and_votes_and_follows_changes(house, server, tmp_path):
    words = ("publish", "mlflow", NAME, "--server", server)
    said = house.say(*words, "--export", "trl-dpo", "--judge", "helpful")
    assert "6 new traces; 12 assessments are new" in said, said
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.params["votes"] == "12"
    assert run.data.metrics["wins/Retrieval"] == 12
    assert run.data.metrics["rating/Retrieval"] > run.data.metrics["rating/Plain"]
    names = {each.path for each in client.list_artifacts(run.info.run_id)}
    assert names == {"leaderboard.json", "leaderboard.csv", "report.html", "export-trl-dpo"}
    folder = mlflow.artifacts.download_artifacts(
        run_id=run.info.run_id, dst_path=str(tmp_path), tracking_uri=server
    )
    board = json.loads((tmp_path / "leaderboard.json").read_text())
    assert board["votes"] == 12, folder
    assert (tmp_path / "export-trl-dpo/manifest.json").exists()
    (data,) = run.inputs.dataset_inputs
    assert data.dataset.name == f"{NAME}-trl-dpo"
    assert json.loads(data.dataset.profile)["rows"] == 6

    found = traces()
    assert len(found) == 6
    for trace in found:
        (root,) = trace.data.spans
        better = "A" if root.outputs["A"].startswith("Retrieval") else "B"
        told = [each for each in trace.info.assessments if each.name == "helpful"]
        assert [each.feedback.value for each in told] == [better] * 2
        assert {each.source.source_type for each in told} == {"HUMAN"}
        assert len({each.source.source_id for each in told}) == 2

    assert "0 new traces; 0 assessments" in house.say(*words, "--judge", "helpful")
    assert len(client.search_runs([experiment.experiment_id])) == 1
    with house.outlet.database.transaction() as session:
        row = session.query(models.Tallied).first()
        row.outcome = "both_bad"
    assert "0 new traces; 1 assessments" in house.say(*words, "--judge", "helpful")
    values = [a.feedback.value for trace in traces() for a in trace.info.assessments]
    assert sorted(values).count("both bad") == 1
    assert len(values) == 12


def test_takes_traces_in_as_completions(house, server):
    mlflow.set_tracking_uri(server)
    mlflow.set_experiment("application")
    for number in range(3):
        asked = {"messages": [{"role": "user", "content": f"Traced question {number}?"}]}
        with mlflow.start_span("chat") as span:
            span.set_inputs(asked)
            span.set_outputs(
                {"choices": [{"message": {"role": "assistant", "content": f"Yes {number}."}}]}
            )
    with mlflow.start_span("plain") as span:
        span.set_inputs({"question": "Traced plainly?"})
        span.set_outputs("Plainly.")
    with mlflow.start_span("other") as span:
        span.set_inputs({"a": 1, "b": 2})
    mlflow.flush_trace_async_logging()
    words = (
        "traces",
        NAME,
        "--experiment",
        "application",
        "--configuration",
        "Live",
        "--server",
        server,
    )
    said = house.say(*words)
    assert "4 answers came in" in said, said
    assert "1 traces hold no prompt" in said
    assert "4 were there already" in house.say(*words)


def test_says_what_is_wrong(house, server, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said = house.say("publish", "mlflow", NAME, "--server", "http://127.0.0.1:9")
    assert "MLflow refused" in said
    assert "There is no study" in house.say("publish", "mlflow", "none", "--server", server)
