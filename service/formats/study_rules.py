"""Rules of a study file that a schema cannot say: names, templates, prompts against each other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.domain.configuration import OFFLINE_PREFIX
from service.domain.prompt import Prompt
from service.formats.study_problems import shown

OWN_VARIABLES = frozenset({"prompt", "context"})

_CLOSED_BY = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPEN = re.compile(r"\{[{%#]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def template_problem(template: str, prompts: Sequence[Prompt]) -> str:
    """Return what is wrong with a template in one phrase, or "".

    Only what can be told without running it: tags that do not close, nothing to fill in, and
    plain `{{ name }}`s that no prompt field or variable answers to.
    """
    tags, unclosed = _tags(template)
    if unclosed:
        return f"{unclosed} is never closed by {_CLOSED_BY[unclosed]}"
    inner = [tag[2:-2].strip("-+ \t\n") for tag in tags]
    if any(not text for tag, text in zip(tags, inner, strict=True) if tag[1] != "#"):
        return "there is nothing between {{ and }}; write {{ prompt }}"
    filled = [text for tag, text in zip(tags, inner, strict=True) if tag.startswith("{{")]
    if not filled:
        return "holds no {{ prompt }}, so that every prompt would get the same answer"
    has_logic = any(tag.startswith("{%") for tag in tags)
    wanted = [] if has_logic else [text for text in filled if _NAME.fullmatch(text)]
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
    return (
        f"uses {{{{ {name} }}}}, which prompt {lacking[0]} does not have; "
        "add it to the prompt's variables"
    )


def parameter_problem(configuration: Mapping[str, Any]) -> str:
    """Return why `sentences` may not be among a configuration's parameters, or ""."""
    if "sentences" not in configuration.get("parameters", {}):
        return ""
    if str(configuration.get("model")).startswith(OFFLINE_PREFIX):
        return ""
    return "is for offline/ models only; ask for a number of sentences in the prompt or template"


def repeated_names(configurations: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield (index, message) for every configuration whose name an earlier one has."""
    first: dict[str, int] = {}
    for index, entry in enumerate(configurations):
        name = " ".join(str(entry["name"]).casefold().split())
        if name in first:
            taken = f"the name {shown(entry['name'])} is taken by configuration {first[name] + 1}"
            yield index, f"{taken}; give each its own"
        first.setdefault(name, index)


def repeated_prompts(prompts: Sequence[Prompt]) -> Iterator[tuple[int, str]]:
    """Yield (index, message) for every prompt whose id or content an earlier one has."""
    keys: dict[str, int] = {}
    contents: dict[str, int] = {}
    for index, prompt in enumerate(prompts):
        same = contents.setdefault(prompt.fingerprint, index)
        if same != index:
            yield index, f"the prompt is the same as prompt {same + 1}; remove one"
        elif prompt.key and keys.setdefault(prompt.key, index) != index:
            taken = f"the id {shown(prompt.key)} is taken by prompt {keys[prompt.key] + 1}"
            yield index, f"{taken}; give each its own"


def file_name_problem(name: str) -> str:
    """Return why a file of prompts may not be named so, or ""."""
    if "\\" in name or name.startswith(("/", "~")) or re.match(r"[A-Za-z]:", name):
        return "must be a path relative to the study file, with / between folders"
    if ".." in name.split("/"):
        return "must be beside the study file or below it, without .."
    return ""
