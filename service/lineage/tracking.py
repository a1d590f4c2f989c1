"""Leaderboards as runs of MLflow, and votes and grades as assessments by people on its traces.

Publishing again finds what is there by its tags: a run for each leaderboard, a trace for each two
answers, an assessment for each vote, which follows a vote that was changed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from service.domain.leaderboard import Leaderboard, to_json
from service.domain.vote import Outcome
from service.formats.exports import manifest
from service.formats.exports.record import Judged, VoteTold
from service.lineage import libraries

BOARD, STUDY, ITEM, VOTE = (f"evenhand.{word}" for word in ("leaderboard", "study", "item", "vote"))
_LONGEST_KEY = 250
_TRACES_AT_ONCE = 50
_FIGURES = ("votes", "wins", "losses", "ties", "both_bad")


@dataclass(frozen=True)
class Shown:
    """A leaderboard as it is published: with its hash, and the report on it."""

    study: str
    title: str
    board: Leaderboard
    digest: str
    report: str


class Tracking:
    """An experiment of a tracking server."""

    def __init__(self, address: str | None, experiment: str) -> None:
        """Find an experiment, or make it; the server is MLFLOW_TRACKING_URI's unless one is named.

        Raises
        ------
        LibraryMissing, NotPublished
        """
        self._mlflow = libraries.load("mlflow", "mlflow")
        self._entities = libraries.load("mlflow.entities", "mlflow")
        if address:
            self._mlflow.set_tracking_uri(address)
        self._client = self._mlflow.MlflowClient()
        with self._said():
            found = self._client.get_experiment_by_name(experiment)
            self._id = found.experiment_id if found else self._client.create_experiment(experiment)

    def publish_board(self, shown: Shown, export: Path | None = None) -> str:
        """Publish a leaderboard with its report, and an export of the study as its data set.

        Returns the run's id; the same leaderboard is one run for ever.

        Raises
        ------
        NotPublished
        """
        with self._said():
            found = self._client.search_runs(
                [self._id], filter_string=f"tags.`{BOARD}` = '{shown.digest}'", max_results=1
            )
            run_id = str(found[0].info.run_id) if found else self._new_run(shown)
            if export is not None:
                self._add_export(run_id, shown.study, export)
        return run_id

    def publish_votes(
        self, study: str, records: Iterable[Judged], judge: str, grader: str
    ) -> tuple[int, int]:
        """Publish votes as assessments called `judge`, mean grades as ones called `grader`.

        A judge of that name can then be aligned with them. Answers stand as A and B in the order
        of the canonical export. Returns how many traces and how many assessments are new or
        changed.

        Raises
        ------
        NotPublished
        """
        with self._said():
            known = self._known(study)
            traces = said = 0
            rows = iter(records)
            graded: dict[str, tuple[Judged, str, list[float]]] = {}
            while batch := list(islice(rows, _TRACES_AT_ONCE)):
                for record in batch:
                    _note_grades(graded, record)
                    if record.pair_id not in known:
                        known[record.pair_id] = self._trace(study, record.pair_id, _pair(record))
                        traces += 1
                self._mlflow.flush_trace_async_logging()
                for record in batch:
                    for key, vote in _votes(record):
                        said += self._assess(known[record.pair_id], judge, key, vote)
            for key, (record, answer, _) in graded.items():
                if key not in known:
                    known[key] = self._trace(study, key, _answer(record, answer))
                    traces += 1
            self._mlflow.flush_trace_async_logging()
            for key, (_, _, grades) in graded.items():
                mean = sum(grades) / len(grades)
                said += self._assess(known[key], grader, key, (mean, "mean of raters"))
        return traces, said

    def answers(self) -> Iterator[tuple[str, str] | None]:
        """Yield prompt and answer of each trace, the oldest first; None where it has no such two.

        Raises
        ------
        NotPublished
        """
        with self._said():
            found = self._mlflow.search_traces(
                locations=[self._id], return_type="list", order_by=["timestamp_ms ASC"]
            )
        for trace in found:
            root = next((span for span in trace.data.spans if span.parent_id is None), None)
            asked = _asked(root.inputs) if root else None
            answered = _text(root.outputs) if root else None
            yield (asked, answered) if asked and answered else None

    def _new_run(self, shown: Shown) -> str:
        board = shown.board
        tags = {BOARD: shown.digest, STUDY: shown.study, "mlflow.note.content": shown.title}
        run = self._client.create_run(self._id, tags=tags, run_name=shown.study)
        run_id = str(run.info.run_id)
        told = {
            "study": shown.study,
            "votes": board.votes,
            "raters": board.raters,
            "prompts": board.prompts,
            "leaderboard": shown.digest,
            "incumbent": board.incumbent or "none",
        }
        for name, value in told.items():
            self._client.log_param(run_id, name, value)
        for row in board.ratings:
            for name, value in _metrics(row).items():
                self._client.log_metric(run_id, f"{name}/{_key(row.configuration)}", value)
        self._client.log_dict(run_id, to_json(board), "leaderboard.json")
        self._client.log_text(run_id, shown.report, "report.html")
        self._client.log_text(run_id, _table(board), "leaderboard.csv")
        self._client.set_terminated(run_id)
        return run_id

    def _add_export(self, run_id: str, study: str, folder: Path) -> None:
        told = json.loads((folder / manifest.MANIFEST).read_bytes())
        digest = sha256((folder / manifest.MANIFEST).read_bytes()).hexdigest()[:32]
        self._client.log_artifacts(run_id, str(folder), f"export-{told['format']}")
        dataset = self._entities.Dataset(
            name=_key(f"{study}-{told['format']}"),
            digest=digest,
            source_type="local",
            source=json.dumps({"uri": f"runs:/{run_id}/export-{told['format']}"}),
            profile=json.dumps({"rows": told["rows_out"], "votes": told["votes_in"]}),
        )
        tag = self._entities.InputTag("mlflow.data.context", "training")
        self._client.log_inputs(run_id, [self._entities.DatasetInput(dataset, [tag])])

    def _known(self, study: str) -> dict[str, Any]:
        """Return the traces that stand for items of a study: ids and assessments by item."""
        quoted = study.replace("'", "")
        found = self._mlflow.search_traces(
            locations=[self._id],
            filter_string=f"tags.`{STUDY}` = '{quoted}'",
            return_type="list",
            include_spans=False,
        )
        return {
            trace.info.tags[ITEM]: _Trace(
                trace.info.trace_id,
                {
                    (each.name, (each.metadata or {}).get(VOTE, "")): each
                    for each in trace.info.assessments
                },
            )
            for trace in found
        }

    def _trace(self, study: str, item: str, told: tuple[dict[str, Any], dict[str, Any]]) -> Any:
        inputs, outputs = told
        span = self._mlflow.start_span_no_context(
            name="evenhand", inputs=inputs, tags={STUDY: study, ITEM: item}, experiment_id=self._id
        )
        span.end(outputs=outputs)
        return _Trace(span.trace_id, {})

    def _assess(self, trace: "_Trace", name: str, key: str, said: tuple[Any, str]) -> bool:
        """Say something of a trace; False where it was said before."""
        value, by = said
        before = trace.assessments.get((name, key))
        if before is not None and before.feedback.value == value:
            return False
        source = self._entities.AssessmentSource(source_type="HUMAN", source_id=by)
        if before is None:
            self._mlflow.log_feedback(
                trace_id=trace.id, name=name, value=value, source=source, metadata={VOTE: key}
            )
        else:
            self._mlflow.update_assessment(
                trace_id=trace.id,
                assessment_id=before.assessment_id,
                assessment=self._entities.Feedback(
                    name=name, value=value, source=source, metadata={VOTE: key}
                ),
            )
        return True

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (self._mlflow.exceptions.MlflowException, OSError) as error:
            raise libraries.NotPublished(
                "MLflow refused: %(why)s", why=" ".join(str(error).split())[:300]
            ) from None


@dataclass(frozen=True)
class _Trace:
    id: str
    assessments: Mapping[tuple[str, str], Any]


def _metrics(row: Any) -> dict[str, float]:
    told = {name: float(getattr(row, name)) for name in _FIGURES}
    if row.observed_share is not None:
        told["observed_share"] = row.observed_share
    if row.rating is not None:
        told |= {
            "rating": row.rating.points,
            "rating_low": row.rating.low,
            "rating_high": row.rating.high,
            "expected_share": row.rating.expected_share,
            "rank_low": float(row.rating.rank_low),
            "rank_high": float(row.rating.rank_high),
        }
    return told


def _table(board: Leaderboard) -> str:
    from service.formats.exports import kinds  # noqa: PLC0415 - as spreadsheets are written

    rows = [{"configuration": row.configuration, **_metrics(row)} for row in board.ratings]
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [kinds.as_csv(names), *(kinds.as_csv([row.get(n, "") for n in names]) for row in rows)]
    return b"".join(lines).decode()


def _key(name: str) -> str:
    """Return a name as MLflow takes it in keys; two that differ stay different."""
    kept = re.sub(r"[^\w .:/-]", "_", name)
    if kept == name and len(name) <= _LONGEST_KEY - 50:
        return name
    return f"{kept[: _LONGEST_KEY - 60]}_{sha256(name.encode()).hexdigest()[:8]}"


def _messages(record: Judged) -> list[dict[str, str]]:
    return [message.told() for message in record.prompt]


def _pair(record: Judged) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"messages": _messages(record)}, {"A": record.first, "B": record.second}


def _answer(record: Judged, answer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"messages": _messages(record)}, {"answer": answer}


def _votes(record: Judged) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield a key for each vote that stays when the vote is changed, what it says, and by whom."""
    seen: dict[str, int] = {}
    for vote in record.votes:
        seen[vote.rater] = seen.get(vote.rater, 0) + 1
        yield f"{vote.rater}-{seen[vote.rater]}", (_value(vote), vote.rater)


def _value(vote: VoteTold) -> str:
    outcome: Outcome = vote.outcome
    if outcome.sign:
        return "A" if outcome.sign > 0 else "B"
    return "both bad" if outcome.is_bad else "tie"


def _note_grades(into: dict[str, tuple[Judged, str, list[float]]], record: Judged) -> None:
    if record.grades is None:
        return
    for answer, grade in zip((record.first, record.second), record.grades, strict=True):
        key = sha256(repr((record.prompt, answer)).encode()).hexdigest()[:24]
        into.setdefault(key, (record, answer, []))[2].append(grade)


def _asked(inputs: Any) -> str | None:
    """Return the one thing that was asked, None for conversations and what is no text."""
    messages = inputs.get("messages") if isinstance(inputs, dict) else None
    if isinstance(messages, list):
        asked = [each for each in messages if isinstance(each, dict) and each.get("role") == "user"]
        return _text(asked[0].get("content")) if len(asked) == 1 else None
    return _text(inputs)


_MEANS_TEXT = (
    "content",
    "text",
    "answer",
    "output",
    "response",
    "completion",
    "question",
    "prompt",
)


def _text(value: Any, depth: int = 6) -> str | None:
    """Return the text that a value holds, as applications and chat APIs log them."""
    if isinstance(value, str):
        return value.strip() or None
    if depth == 0:
        return None
    if isinstance(value, list):
        return _text(value[-1], depth - 1) if value else None
    if not isinstance(value, dict):
        return None
    for name in ("choices", "message", "messages", *_MEANS_TEXT):
        if name in value and (found := _text(value[name], depth - 1)):
            return found
    return _text(next(iter(value.values())), depth - 1) if len(value) == 1 else None
