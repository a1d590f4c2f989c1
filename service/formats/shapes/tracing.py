"""What tracing tools export: datasets as prompts, generations and evaluation tables as answers."""

from datetime import datetime
from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row

_EXPECTED = ("expected_response", "expected_output", "answer", "output", "reference", "response")


def _reference(value: Any, column: str) -> dict[str, Any]:
    if value in (None, "", {}, []):
        return {}
    expected = shape.mapping(value)
    named = shape.first_of(expected, _EXPECTED)
    if named is not None:
        return {"reference": shape.answered(named, column)}
    return {"reference": shape.answered(value, column)}


def _configuration(values: Values, names: tuple[str, ...]) -> str:
    named = shape.first_of(values, ("configuration", *names))
    if named is None:
        raise BadValue(
            said("the row does not say which configuration answered; say --configuration")
        )
    return str(named)


def _prefixed(values: Values, prefix: str) -> dict[str, Any]:
    """Return what stands in columns such as `inputs.question`, or in `inputs` itself."""
    whole = shape.mapping(values.get(prefix))
    parts = {
        name.removeprefix(f"{prefix}."): value
        for name, value in values.items()
        if name.startswith(f"{prefix}.")
    }
    return {**whole, **parts}


# Langfuse


def _langfuse_items(values: Values) -> bool:
    return "input" in values and not values.keys().isdisjoint(
        ("expectedoutput", "expected_output", "datasetid", "dataset_id", "sourcetraceid")
    )


def _langfuse_item(values: Values) -> list[dict[str, Any]]:
    expected = shape.first_of(values, ("expectedoutput", "expected_output"))
    return [
        {
            **({"id": values["id"]} if "id" in values else {}),
            **shape.asked(values.get("input"), "input"),
            **_reference(expected, "expectedOutput"),
        }
    ]


_LANGFUSE_MODELS = ("providedmodelname", "provided_model_name", "model", "model_id", "name")


def _langfuse_generations(values: Values) -> bool:
    return values.keys() >= {"input", "output", "type"} and "traceid" in {
        name.replace("_", "") for name in values
    }


def _langfuse_generation(values: Values) -> list[dict[str, Any]]:
    if str(values.get("type", "")).upper() != "GENERATION":
        return []
    cost = shape.first_of(values, ("totalcost", "total_cost", "calculatedtotalcost"))
    return [
        {
            **shape.asked(values.get("input"), "input"),
            "configuration": _configuration(values, _LANGFUSE_MODELS),
            "completion": shape.answered(values.get("output"), "output"),
            **({"cost": cost} if cost is not None else {}),
            **({"latency_s": values["latency"]} if "latency" in values else {}),
        }
    ]


# LangSmith


def _langsmith_runs(values: Values) -> bool:
    return "run_type" in values and bool(_prefixed(values, "inputs"))


def _langsmith_run(values: Values) -> list[dict[str, Any]]:
    outputs = _prefixed(values, "outputs")
    seconds = _seconds_between(values.get("start_time"), values.get("end_time"))
    return [
        {
            **shape.asked(_prefixed(values, "inputs"), "inputs"),
            "configuration": _configuration(values, ("session_name", "experiment", "name")),
            "completion": shape.answered(outputs, "outputs") if outputs else None,
            **({"latency_s": seconds} if seconds is not None else {}),
        }
    ]


def _langsmith_examples(values: Values) -> bool:
    return bool(_prefixed(values, "inputs")) and "run_type" not in values


def _langsmith_example(values: Values) -> list[dict[str, Any]]:
    outputs = _prefixed(values, "outputs") or _prefixed(values, "reference_outputs")
    return [
        {
            **({"id": values["id"]} if "id" in values else {}),
            **shape.asked(_prefixed(values, "inputs"), "inputs"),
            **_reference(outputs, "outputs"),
        }
    ]


def _seconds_between(start: Any, end: Any) -> float | None:
    try:
        gone = datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))
    except (TypeError, ValueError):
        return None
    return max(0.0, gone.total_seconds())


# MLflow


def _mlflow_records(values: Values) -> bool:
    return "inputs" in values and not values.keys().isdisjoint(
        ("dataset_record_id", "expectations")
    )


def _mlflow_record(values: Values) -> list[dict[str, Any]]:
    return [
        {
            **({"id": values["dataset_record_id"]} if "dataset_record_id" in values else {}),
            **shape.asked(values.get("inputs"), "inputs"),
            **_reference(values.get("expectations"), "expectations"),
        }
    ]


def _mlflow_traces(values: Values) -> bool:
    return values.keys() >= {"trace_id", "request", "response"}


def _mlflow_trace(values: Values) -> list[dict[str, Any]]:
    duration = values.get("execution_duration", values.get("execution_time_ms"))
    return [
        {
            **shape.asked(values["request"], "request"),
            "configuration": _configuration(values, ("model", "model_id")),
            "completion": shape.answered(values.get("response"), "response"),
            **({"latency_ms": duration} if isinstance(duration, int | float) else {}),
        }
    ]


def _mlflow_tables(values: Values) -> bool:
    return values.keys() >= {"inputs", "outputs"} and any("/" in name for name in values)


def _mlflow_row(values: Values) -> list[dict[str, Any]]:
    expected = shape.first_of(values, ("targets", "ground_truth"))
    return [
        {
            **shape.asked(values["inputs"], "inputs"),
            "configuration": _configuration(values, ("model",)),
            "completion": shape.answered(values["outputs"], "outputs"),
            **_reference(expected, "targets"),
            **({"latency_s": values["latency"]} if "latency" in values else {}),
        }
    ]


_SCORES = "Its scores were left out."
LANGFUSE_ITEMS = Shape(
    "langfuse-dataset",
    said("a dataset of Langfuse"),
    "prompts",
    _langfuse_items,
    by_row(_langfuse_item),
)
LANGFUSE_GENERATIONS = Shape(
    "langfuse-generations",
    said("generations of Langfuse"),
    "completions",
    _langfuse_generations,
    by_row(_langfuse_generation),
    said("Only observations of the type GENERATION were taken."),
)
LANGSMITH_RUNS = Shape(
    "langsmith-runs",
    said("runs of LangSmith"),
    "completions",
    _langsmith_runs,
    by_row(_langsmith_run),
)
LANGSMITH_EXAMPLES = Shape(
    "langsmith-dataset",
    said("a dataset of LangSmith"),
    "prompts",
    _langsmith_examples,
    by_row(_langsmith_example),
)
MLFLOW_RECORDS = Shape(
    "mlflow-dataset",
    said("an evaluation dataset of MLflow"),
    "prompts",
    _mlflow_records,
    by_row(_mlflow_record),
)
MLFLOW_TRACES = Shape(
    "mlflow-traces",
    said("traces of MLflow"),
    "completions",
    _mlflow_traces,
    by_row(_mlflow_trace),
    said("Its assessments were left out."),
)
MLFLOW_TABLES = Shape(
    "mlflow-table",
    said("an evaluation table of MLflow"),
    "completions",
    _mlflow_tables,
    by_row(_mlflow_row),
    _SCORES,
)
