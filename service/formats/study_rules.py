"""Rules of a study file that a schema cannot say: names, templates, prompts against each other."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from service.domain.configuration import (
    AGENT_PREFIX,
    DEFAULT_MAX_TOKENS,
    OFFLINE_PREFIX,
    Retrieval,
    is_agent,
)
from service.domain.ending import DeclaredEnd, Then, When
from service.domain.preregistration import USUAL_MARGIN, Intent
from service.domain.prompt import Prompt
from service.formats.said import said
from service.formats.study_problems import Path, shown

OWN_VARIABLES = frozenset({"prompt", "context"})
# What a configuration has only together with a model or an agent.
_OF_A_MODEL = ("system_prompt", "template", "examples", "retrieval", "parameters")

_RETRIEVES_NOTHING = said(
    "says retrieval, and there is no `retrieval` block: add one that names a collection; or fill "
    "texts in by a template that uses the prompts' context or variables; or write "
    "`approach: other` where the endpoint looks texts up by itself"
)
_CLOSED_BY = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPEN = re.compile(r"\{[{%#]")
# Embeddings, overrides and isolates of direction.
_TURNS = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def template_problem(template: str, prompts: Sequence[Prompt], *, retrieves: bool = False) -> str:
    """Return what is wrong with a template in one phrase, or "".

    Only what can be told without running it: tags that do not close, nothing to fill in, and
    plain `{{ name }}`s that no prompt field or variable answers to.
    """
    tags, unclosed = _tags(template)
    if unclosed:
        return said(
            "%(opened)s is never closed by %(closed)s",
            opened=unclosed,
            closed=_CLOSED_BY[unclosed],
        )
    inner = [tag[2:-2].strip("-+ \t\n") for tag in tags]
    if any(not text for tag, text in zip(tags, inner, strict=True) if tag[1] != "#"):
        return said("there is nothing between {{ and }}; write {{ prompt }}")
    filled = [text for tag, text in zip(tags, inner, strict=True) if tag.startswith("{{")]
    if not filled:
        return said("holds no {{ prompt }}, so that every prompt would get the same answer")
    has_logic = any(tag.startswith("{%") for tag in tags)
    wanted = [] if has_logic else [text for text in filled if _NAME.fullmatch(text)]
    if retrieves:
        if not any("passages" in text for text in inner):
            return said("holds no {{ passages }}, so that what is retrieved would go nowhere")
        wanted = [name for name in wanted if name != "passages"]
    return next(filter(None, (_unanswered(name, prompts) for name in wanted)), "")


def _tags(template: str) -> tuple[list[str], str]:
    """Return the tags of a template, and what opens a tag that is never closed, or ""."""
    tags: list[str] = []
    start = 0
    while found := _OPEN.search(template, start):
        end = template.find(_CLOSED_BY[found.group()], found.end())
        if end < 0:
            return tags, found.group()
        start = end + 2
        tags.append(template[found.start() : start])
    return tags, ""


def _unanswered(name: str, prompts: Sequence[Prompt]) -> str:
    if name in OWN_VARIABLES:
        return ""
    lacking = [number for number, prompt in enumerate(prompts, 1) if name not in prompt.variables]
    if not lacking:
        return ""
    if name == "passages":
        return said("uses {{ passages }}, but the configuration has no `retrieval`; add it")
    return said(
        "uses {{ %(name)s }}, which prompt %(number)s does not have; add it to the prompt's "
        "variables",
        name=name,
        number=lacking[0],
    )


def parameter_problem(configuration: Mapping[str, Any]) -> str:
    """Return why `sentences` may not be among a configuration's parameters, or ""."""
    if "sentences" not in configuration.get("parameters", {}):
        return ""
    if str(configuration.get("model")).startswith(OFFLINE_PREFIX):
        return ""
    return said(
        "is for offline/ models only; ask for a number of sentences in the prompt or template"
    )


def maker_problems(configuration: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for what does not go with a configuration's model or agent."""
    model, agent = configuration.get("model"), configuration.get("agent")
    if model is None and agent is None:
        for field in _OF_A_MODEL:
            if field in configuration:
                yield field, said("needs a `model` or an `agent`: add one, or remove this")
    if model is not None and agent is not None:
        yield "agent", said("stands beside a `model`; keep one of the two")
    if model is None and "endpoint" in configuration:
        yield "endpoint", said("needs a `model`: add one, or remove this")
    if model is not None and ("://" in str(model) or "\\" in str(model)):
        yield (
            "model",
            said("holds an address; declare it in ENDPOINTS_FILE and name it as `endpoint`"),
        )
    if is_agent(model):
        yield (
            "model",
            said("write `agent: %(name)s` instead", name=str(model).removeprefix(AGENT_PREFIX)),
        )
    if configuration.get("approach") == "retrieval" and model and not _gets_texts(configuration):
        yield "approach", _RETRIEVES_NOTHING
    if "price" in configuration:
        yield from _price_problems(configuration["price"], is_of_agent=agent is not None)


def _gets_texts(configuration: Mapping[str, Any]) -> bool:
    """Tell whether a model is given texts: retrieved ones, or the prompts' own by a template."""
    if "retrieval" in configuration:
        return True
    tags, _ = _tags(str(configuration.get("template", "")))
    return any(name != "prompt" for tag in tags for name in _NAME.findall(tag))


def _price_problems(price: Mapping[str, Any], *, is_of_agent: bool) -> Iterator[tuple[str, str]]:
    if is_of_agent and set(price) != {"call"}:
        yield "price", said("of an agent is per call: price: {call: 0.02}")
    elif not is_of_agent and set(price) != {"input", "output"}:
        absent = next((name for name in ("input", "output") if name not in price), "")
        if absent:
            yield "price", said("`%(name)s` is missing", name=absent)
        else:
            yield "price", said("`call` is for agents; remove it")


def incumbent_problems(told: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) where the incumbent is none of the configurations."""
    incumbent = told.get("incumbent")
    names = [entry["name"].strip() for entry in told.get("configurations", ())]
    if incumbent is not None and incumbent not in names:
        known = ", ".join(names) or "none yet"
        yield (
            ("incumbent",),
            said("is no configuration of this study; there are: %(names)s", names=known),
        )


def end(told: Mapping[str, Any]) -> DeclaredEnd | None:
    """Return the end that a file declares."""
    said = told.get("end")
    if said is None:
        return None
    votes, day, decided = said.get("votes"), said.get("date"), said.get("decided")
    return DeclaredEnd(
        None if votes is None else int(votes),
        None if day is None else date.fromisoformat(day),
        None if decided is None else When(decided),
        Then(said.get("then", Then.CLOSE)),
    )


def intent(told: Mapping[str, Any]) -> Intent:
    """Return what a file declares in words."""
    said = told.get("preregistration", {})
    return Intent(
        question=said.get("question", "").strip(),
        margin=int(said.get("margin", USUAL_MARGIN)),
        exclusions=said.get("exclusions", "").strip(),
    )


def end_problems(told: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) where the declared end is none, or no day of the calendar."""
    end = told.get("end", {})
    day = end.get("date")
    if set(end) == {"then"}:
        yield ("end", "then"), said("happens at an end: declare votes, a date, or decided")
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            yield ("end", "date"), said("is no day of the calendar; write it as 2026-12-31")


def retrieval_problems(
    configuration: Mapping[str, Any], collections: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for what is wrong with what a configuration retrieves."""
    told = configuration.get("retrieval")
    if told is None:
        return
    known = sorted(collections)
    if told["collection"] not in known:
        listed = ", ".join(known) or said("none")
        yield (
            "collection",
            said("there is no such collection in this file (declared: %(names)s)", names=listed),
        )
    if told.get("overlap_bytes", 0) * 4 > told.get("passage_bytes", Retrieval.passage_bytes):
        yield "overlap_bytes", said("must be at most a quarter of passage_bytes")


def differing_parameters(
    configurations: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[int, str, str]]:
    """Yield (index, parameter, message) where a configuration differs from the first one."""
    of_models = [
        (index, {"max_tokens": DEFAULT_MAX_TOKENS, **entry.get("parameters", {})})
        for index, entry in enumerate(configurations)
        if entry.get("model") is not None or entry.get("agent") is not None
    ]
    for index, own in of_models[1:]:
        first, theirs = of_models[0]
        for name in sorted(own.keys() | theirs.keys()):
            if own.get(name) != theirs.get(name):
                there = shown(theirs[name]) if name in theirs else "absent"
                yield (
                    index,
                    name,
                    said(
                        "is not as in configuration %(number)s (%(there)s), and same_parameters is "
                        "set",
                        number=first + 1,
                        there=there,
                    ),
                )


def name_problem(name: str) -> str:
    """Return why a name may not stand on pages and in terminals, or "".

    Control characters drive a terminal, and marks of direction turn what stands beside them.
    """
    if not name.strip():
        return said("must not be empty")
    found = next((sign for sign in name if _is_control(sign)), None)
    if found is None:
        return ""
    return said(
        "holds a control character (%(sign)s); write it without", sign=f"U+{ord(found):04X}"
    )


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in _TURNS


def repeated_names(configurations: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield (index, message) for every configuration whose name an earlier one has."""
    first: dict[str, int] = {}
    for index, entry in enumerate(configurations):
        name = " ".join(str(entry["name"]).casefold().split())
        if name in first:
            yield (
                index,
                said(
                    "the name %(name)s is taken by configuration %(number)s; give each its own",
                    name=shown(entry["name"]),
                    number=first[name] + 1,
                ),
            )
        first.setdefault(name, index)


def repeated_prompts(prompts: Sequence[Prompt]) -> Iterator[tuple[int, str]]:
    """Yield (index, message) for every prompt whose id or content an earlier one has."""
    keys: dict[str, int] = {}
    contents: dict[str, int] = {}
    for index, prompt in enumerate(prompts):
        same = contents.setdefault(prompt.fingerprint, index)
        if same != index:
            yield (
                index,
                said("the prompt is the same as prompt %(number)s; remove one", number=same + 1),
            )
        elif prompt.key and keys.setdefault(prompt.key, index) != index:
            yield (
                index,
                said(
                    "the id %(key)s is taken by prompt %(number)s; give each its own",
                    key=shown(prompt.key),
                    number=keys[prompt.key] + 1,
                ),
            )


def file_name_problem(name: str) -> str:
    """Return why a file or folder may not be named so, or ""."""
    if "\\" in name or name.startswith(("/", "~")) or re.match(r"[A-Za-z]:", name):
        return said("must be a path relative to the study file, with / between folders")
    if ".." in name.split("/"):
        return said("must be beside the study file or below it, without ..")
    return ""
