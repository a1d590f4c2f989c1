"""The configurations of a study file: rules that a schema cannot say, and plain values made."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.domain.configuration import (
    AGENT_PREFIX,
    Approach,
    Configuration,
    Example,
    Price,
    Retrieval,
)
from service.domain.prompt import Prompt
from service.domain.retrieval import Collection
from service.formats import study_rules
from service.formats.study_problems import Path

Add = Callable[[Path, str], None]


def check(told: Mapping[str, Any], found: Sequence[Prompt], add: Add) -> None:
    """Report by `add` what is wrong with the configurations of a study, beyond its schema."""
    entries = told.get("configurations", ())
    for index, message in study_rules.repeated_names(entries):
        add(("configurations", index, "name"), message)
    for index, entry in enumerate(entries):
        path: Path = ("configurations", index)
        if problem := study_rules.name_problem(entry["name"]):
            add((*path, "name"), problem)
        for field, problem in study_rules.maker_problems(entry):
            add((*path, field), problem)
        for field, problem in study_rules.retrieval_problems(entry, told.get("collections", {})):
            add((*path, "retrieval", field), problem)
        problem = (
            study_rules.template_problem(entry["template"], found, retrieves="retrieval" in entry)
            if "template" in entry
            else ""
        )
        if problem:
            add((*path, "template"), problem)
        problem = study_rules.parameter_problem(entry)
        if problem:
            add((*path, "parameters", "sentences"), problem)
    if told.get("same_parameters", False):
        for index, name, problem in study_rules.differing_parameters(entries):
            add(("configurations", index, "parameters", name), problem)


def made(entry: Mapping[str, Any], collections: Mapping[str, Collection]) -> Configuration:
    """Return the configuration that an entry describes."""
    agent, one_off_cost = entry.get("agent"), entry.get("one_off_cost")
    return Configuration(
        name=entry["name"].strip(),
        approach=Approach(entry.get("approach", "prompt")),
        model=entry.get("model") if agent is None else AGENT_PREFIX + agent,
        system_prompt=entry.get("system_prompt", ""),
        template=entry.get("template", ""),
        parameters=dict(entry.get("parameters", {})),
        endpoint=entry.get("endpoint") if agent is None else agent,
        price=_price(entry.get("price")),
        one_off_cost=None if one_off_cost is None else float(one_off_cost),
        samples=int(entry.get("samples", 1)),
        examples=tuple(Example(one["user"], one["assistant"]) for one in entry.get("examples", ())),
        retrieval=_retrieval(entry.get("retrieval"), collections),
        shows=entry.get("shows", ""),
    )


def _price(told: Mapping[str, Any] | None) -> Price | None:
    if not told:
        return None
    return Price(*(float(told.get(name, 0.0)) for name in ("input", "output", "call")))


def _retrieval(
    told: Mapping[str, Any] | None, collections: Mapping[str, Collection]
) -> Retrieval | None:
    if told is None:
        return None
    most = int(told.get("passage_bytes", Retrieval.passage_bytes))
    return Retrieval(
        collection=collections[told["collection"]].digest,
        top_k=int(told.get("top_k", Retrieval.top_k)),
        passage_bytes=most,
        overlap_bytes=int(told.get("overlap_bytes", most // 8)),
        name=told["collection"],
    )
