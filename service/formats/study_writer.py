"""A study back as a file: what `study_file` read, as plain values, as YAML, as a folder."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import yaml

from service.domain.configuration import AGENT_PREFIX, Approach, Configuration, Retrieval
from service.domain.ending import Then
from service.domain.prompt import Prompt
from service.domain.sitting import DEFAULT_SITTING, SittingOptions
from service.formats import columns, documents, study_marks, study_nodes
from service.formats.study_file import StudyFile

STUDY = "study.yaml"

# Fields of the study itself that stand in the file under the name they have here.
_PLAIN = ("votes_per_matchup", "render", "leaks", "sealed", "include_sighted", "dealing", "reuse")
_USUAL = StudyFile(title="", name="", configurations=())


def told(file: StudyFile) -> dict[str, Any]:
    """Return what a study file says, in the order people read it; defaults are left out."""
    says: dict[str, Any] = {"title": file.title, "name": file.name}
    marks = _marks(file.sitting)
    if file.instructions != study_marks.instructions(marks):
        says["instructions"] = file.instructions
    says |= {} if file.language is None else {"language": file.language}
    for name in _PLAIN:
        if (value := getattr(file, name)) != getattr(_USUAL, name):
            says[name] = value if isinstance(value, bool | int) else str(value)
    says |= {} if file.incumbent is None else {"incumbent": file.incumbent}
    says |= _end(file)
    says |= {"preregistration": intent} if (intent := file.intent.to_stored()) else {}
    cap = {name: value for name, value in asdict(file.cap).items() if value is not None}
    if cap:
        says["cap"] = cap
    says |= _sitting(file.sitting, marks) | marks
    if file.collections:
        says["collections"] = _collections(file)
    if file.configurations:
        says["configurations"] = [_configuration(each) for each in file.configurations]
    if file.prompt_set is not None:
        says["prompt_set"] = file.prompt_set.to_stored()
    if file.prompts:
        says["prompts"] = [prompt(each) for each in file.prompts]
    return says


def _end(file: StudyFile) -> dict[str, Any]:
    if file.end is None:
        return {}
    day = None if file.end.day is None else file.end.day.isoformat()
    decided = None if file.end.decided is None else str(file.end.decided)
    then = None if file.end.then is Then.CLOSE else str(file.end.then)
    said = {"votes": file.end.votes, "date": day, "decided": decided, "then": then}
    return {"end": {name: value for name, value in said.items() if value is not None}}


def text(says: Mapping[str, Any]) -> str:
    """Return plain values as YAML that `study_file.read` takes back unchanged."""
    written: str = yaml.dump(
        dict(says), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )
    return written


def folder(file: StudyFile) -> dict[str, bytes]:
    """Return all files of a study by name: `study.yaml`, and its documents beside it.

    A PDF is kept as the text that was read out of it, in a file that is read as the PDF was.
    """
    found = {STUDY: text(told(file)).encode()}
    for collection in file.collections:
        for document in collection.documents:
            found[documents.name_of_text(document.name)] = documents.content_of(document.text)
    return found


def archive(file: StudyFile) -> bytes:
    """Return the folder of a study as a ZIP."""
    return packed(file.name, folder(file))


def packed(name: str, contents: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP with a folder of that name; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for path, content in contents.items():
            entry = zipfile.ZipInfo(f"{name}/{path}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive_file.writestr(entry, content)
    return made.getvalue()


def _marks(options: SittingOptions) -> dict[str, Any]:
    says: dict[str, Any] = {}
    if options.criteria:
        says["criteria"] = list(options.criteria)
    if options.grades != DEFAULT_SITTING.grades:
        says["grades"] = str(options.grades)
    if options.gold:
        says["gold"] = [asdict(texts) for texts in options.gold]
    return says


def _norming(options: SittingOptions) -> dict[str, Any]:
    says: dict[str, Any] = {}
    if options.norming:
        says["norming"] = options.norming
    if not options.norming_holds:
        says["norming_then"] = "go_on"
    return says


def _sitting(options: SittingOptions, marks: Mapping[str, Any]) -> dict[str, Any]:
    says: dict[str, Any] = {}
    if options.repeats != study_marks.usual_repeats(marks):
        says["repeats"] = options.repeats
    if options.withdraws_flagged:
        says["flagged"] = "withdraw"
    if options.flags_to_withdraw != DEFAULT_SITTING.flags_to_withdraw:
        says["flags_to_withdraw"] = options.flags_to_withdraw
    if options.quota:
        says["votes_per_rater"] = options.quota
    if options.practice != DEFAULT_SITTING.practice:
        names = ("prompt", "a", "b")
        practice = dict(zip(names, options.practice, strict=True)) if options.practice else False
        says["practice"] = practice
    if not options.asks_authors:
        says["ask_authors"] = False
    if options.shows_variables:
        says["show_variables"] = True
    beside = {
        "probes": list(options.probes),
        "labels": dict(options.labels),
        "submissions": options.submissions,
    }
    says |= _norming(options)
    return says | {name: value for name, value in beside.items() if value}


def _collections(file: StudyFile) -> dict[str, Any]:
    by_digest = {each.digest: each for each in file.collections}
    named = {
        each.retrieval.name: each.retrieval.collection
        for each in file.configurations
        if each.retrieval is not None
    }
    return {
        name: {"files": [documents.name_of_text(each.name) for each in by_digest[digest].documents]}
        for name, digest in named.items()
    }


def _configuration(made: Configuration) -> dict[str, Any]:
    says: dict[str, Any] = {"name": made.name}
    if made.approach is not Approach.PROMPT:
        says["approach"] = str(made.approach)
    says |= _maker(made)
    for name in ("system_prompt", "template", "parameters"):
        if value := getattr(made, name):
            says[name] = value
    if made.examples:
        says["examples"] = [asdict(example) for example in made.examples]
    if made.retrieval is not None:
        says["retrieval"] = _retrieval(made.retrieval)
    if made.shows:
        says["shows"] = made.shows
    if made.samples != 1:
        says["samples"] = made.samples
    return says | _costs(made)


def _maker(made: Configuration) -> dict[str, Any]:
    if made.model is None:
        return {}
    if made.is_agent:
        return {"agent": made.model.removeprefix(AGENT_PREFIX)}
    endpoint = {} if made.endpoint is None else {"endpoint": made.endpoint}
    return {"model": made.model, **endpoint}


def _costs(made: Configuration) -> dict[str, Any]:
    says: dict[str, Any] = {}
    if made.price is not None:
        wanted = ("call",) if made.is_agent else ("input", "output")
        says["price"] = {name: getattr(made.price, name) for name in wanted}
    if made.one_off_cost is not None:
        says["one_off_cost"] = made.one_off_cost
    return says


def _retrieval(made: Retrieval) -> dict[str, Any]:
    return {
        "collection": made.name,
        "top_k": made.top_k,
        "passage_bytes": made.passage_bytes,
        "overlap_bytes": made.overlap_bytes,
    }


def prompt(made: Prompt) -> str | dict[str, Any]:
    """Return a prompt as a study file says it: its text alone where there is nothing else."""
    says: dict[str, Any] = {"id": made.key} if made.key else {}
    if len(made.turns) == 1:
        says["text"] = made.turns[0]
    else:
        says["messages"] = [{"role": "user", "content": turn} for turn in made.turns]
    if made.context:
        says["context"] = made.context
    if made.reference:
        # A text that would be taken for a packed list goes into one.
        is_packed = columns.unpacked(made.reference) != made.reference
        says["reference"] = json.dumps([made.reference]) if is_packed else made.reference
    if made.tags:
        says["tags"] = list(made.tags)
    if made.variables:
        says["variables"] = made.variables
    return made.turns[0] if says.keys() == {"text"} else says


class _Dumper(yaml.SafeDumper):
    """YAML for people: several lines as a block, quotes where the reader would see no text."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write out what comes twice: anchors are for machines."""
        del data
        return True


def _as_text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = None
    if re.search(r"[\r\x85\u2028\u2029\ufeff]", value):
        style = '"'  # the one style that keeps every sign that could end a line
    elif "\n" in value and not value[0].isspace():
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _as_text)


def _both_readings() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return what is no plain text to other YAML readers (`no`, dates) or to ours (`1e3`)."""
    found = {first: list(rules) for first, rules in yaml.SafeDumper.yaml_implicit_resolvers.items()}
    for first, rules in study_nodes.plain_words().items():
        found.setdefault(first, []).extend(rules)
    return found


_Dumper.yaml_implicit_resolvers = _both_readings()
