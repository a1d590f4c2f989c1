"""A study as a file: YAML or JSON in, a checked study of plain values out."""

import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator

from service.domain.budget import NO_CAP, Cap
from service.domain.configuration import Configuration
from service.domain.ending import DeclaredEnd
from service.domain.preregistration import NO_INTENT, Intent
from service.domain.prompt import Prompt
from service.domain.prompt_set import SetVersion, version_of
from service.domain.retrieval import Collection
from service.domain.sitting import DEFAULT_SITTING, SittingOptions
from service.domain.study import DEFAULT_INSTRUCTIONS, Dealing, LeakPolicy, RenderMode
from service.domain.submission import USUAL_WAITING
from service.errors import ServiceError
from service.formats import (
    columns,
    documents,
    prompts,
    study_configurations,
    study_marks,
    study_nodes,
    study_rules,
)
from service.formats.columns import BadValue
from service.formats.documents import LoadFiles
from service.formats.rows import RowError
from service.formats.said import said
from service.formats.study_problems import Path, Problem, StudyFileInvalid, from_schema, spelled

LoadFile = Callable[[str], str]
# Takes a set's name and a version, the newest for None; raises a `ServiceError` where it cannot.
LoadSet = Callable[[str, int | None], tuple[SetVersion, Sequence[Prompt]]]


@dataclass(frozen=True)
class StudyFile:
    """What a study file says, with its defaults filled in."""

    title: str
    name: str
    configurations: tuple[Configuration, ...]
    prompts: tuple[Prompt, ...] = ()
    instructions: str = DEFAULT_INSTRUCTIONS
    votes_per_matchup: int = 1
    cap: Cap = NO_CAP
    render: RenderMode = RenderMode.FULL
    leaks: LeakPolicy = LeakPolicy.QUARANTINE
    sealed: bool = False
    include_sighted: bool = False
    dealing: Dealing = Dealing.UNIFORM
    sitting: SittingOptions = DEFAULT_SITTING
    reuse: bool = False
    collections: tuple[Collection, ...] = ()
    # None leaves it to each rater's browser.
    language: str | None = None
    # The configuration that is live today; the others are compared with it.
    incumbent: str | None = None
    end: DeclaredEnd | None = None
    intent: Intent = NO_INTENT
    # The version of a prompt set that the prompts are from, wherever it is kept.
    prompt_set: SetVersion | None = None


@cache
def schema() -> Mapping[str, Any]:
    """Return the JSON Schema (draft 2020-12) of study files."""
    file = resources.files("service.formats").joinpath("study.schema.json")
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def read(
    text: str,
    source: str,
    load_file: LoadFile,
    load_files: LoadFiles | None = None,
    load_set: LoadSet | None = None,
) -> StudyFile:
    """Return the study that a YAML or JSON text describes.

    `source` is the file's name for messages; `load_file` returns the text of a file named
    relative to it (raising `OSError`, `UnicodeError` or a `ServiceError` where it cannot), and
    `load_files` the files of a folder, or the one file, that a collection names. `load_set` finds
    the prompts of a version of a prompt set.
    Raises `StudyFileInvalid`, which names each line and field and says what to do.
    """
    document = study_nodes.load(text, source)
    reader = _Reader(source, document.lines, [], load_set)
    reader.check_schema(document.value)
    found = reader.prompts(document.value.get("prompts", []), load_file)
    collections = reader.collections(document.value.get("collections", {}), load_files)
    _check_together(document.value, found, reader)
    return _study({**document.value, **reader.of_set}, found, collections)


def check(
    told: Mapping[str, Any], collections: Mapping[str, Collection], source: str = "the study"
) -> StudyFile:
    """Return the study that plain values describe, such as those of a form.

    They are held to the same rules as a file. `collections` are the documents that are stored
    already, by the name that `told` gives them.
    Raises `StudyFileInvalid`, which names each field and says what to do.
    """
    reader = _Reader(source, {(): 1}, [])
    reader.check_schema(told)
    found = reader.prompts(told.get("prompts", []), _no_file)
    _check_together(told, found, reader)
    return _study(told, found, collections)


def _check_together(told: Mapping[str, Any], found: tuple[Prompt, ...], reader: "_Reader") -> None:
    """Report what a schema cannot say: rules between fields."""
    study_configurations.check(told, found, reader.add)
    for rule in (study_marks.problems, study_rules.incumbent_problems, study_rules.end_problems):
        for path, message in rule(told):
            reader.add(path, message)
    reader.stop_at_problems()


def _no_file(name: str) -> str:
    raise FileNotFoundError(name)


def slug(title: str) -> str:
    """Return the handle of a title: its Latin letters and digits, else a hash of it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return words or f"study-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


@dataclass
class _Reader:
    source: str
    lines: Mapping[Path, int]
    problems: list[Problem]
    load_set: LoadSet | None = None
    of_set: dict[str, Any] = field(default_factory=dict)

    def add(self, path: Path, message: str) -> None:
        known = path
        while known not in self.lines:
            known = known[:-1]
        self.problems.append(Problem(self.lines[known], spelled(path), message, path))

    def stop_at_problems(self) -> None:
        if self.problems:
            raise StudyFileInvalid(self.source, self.problems)

    def check_schema(self, value: Any) -> None:
        if not isinstance(value, dict):
            self.add((), "a study file holds fields such as `title: …` and `configurations: …`")
        else:
            for error in Draft202012Validator(schema()).iter_errors(value):
                self.problems.extend(from_schema(error, self.lines))
            title = value.get("title")
            if isinstance(title, str) and (problem := study_rules.name_problem(title)):
                self.add(("title",), problem)
        self.stop_at_problems()

    def prompts(self, told: Any, load_file: LoadFile) -> tuple[Prompt, ...]:
        if isinstance(told, dict) and "set" in told:
            return self._prompts_of_set(told)
        if isinstance(told, dict):
            return self._prompts_of_file(told["file"], load_file)
        found: list[Prompt] = []
        for index, entry in enumerate(told):
            try:
                found.append(_prompt(entry))
            except BadValue as error:
                self.add(("prompts", index), error.message)
        self.stop_at_problems()
        for index, message in study_rules.repeated_prompts(found):
            self.add(("prompts", index), message)
        return tuple(found)

    def _prompts_of_set(self, told: Mapping[str, Any]) -> tuple[Prompt, ...]:
        path: Path = ("prompts", "set")
        if self.load_set is None:
            self.add(path, "is read by `evenhand study apply` only, which finds the set")
        else:
            number = told.get("version")
            try:
                used, found = self.load_set(told["set"], None if number is None else int(number))
            except ServiceError as error:
                self.add(path, said(error.text, **error.values))
            else:
                self.of_set["prompt_set"] = used.to_stored()
                return tuple(found)
        self.stop_at_problems()
        return ()

    def _prompts_of_file(self, name: str, load_file: LoadFile) -> tuple[Prompt, ...]:
        path: Path = ("prompts", "file")
        problem = study_rules.file_name_problem(name)
        text = "" if problem else self._loaded(name, load_file, path)
        if problem:
            self.add(path, problem)
        self.stop_at_problems()
        try:
            rows = list(prompts.read(io.BytesIO(text.encode("utf-8", "surrogatepass")), name))
        except ServiceError as error:
            self.add(path, said(error.text, **error.values))
            rows = []
        self.stop_at_problems()
        bad = [Problem(row.line, "", row.message) for row in rows if isinstance(row, RowError)]
        good = [row for row in rows if isinstance(row, prompts.PromptRow)]
        for index, message in study_rules.repeated_prompts([row.prompt for row in good]):
            bad.append(Problem(good[index].line, "", message))
        if bad:
            raise StudyFileInvalid(name, bad)
        if not good:
            self.add(path, f"{name} holds no prompts")
        return tuple(row.prompt for row in good)

    def _loaded(self, name: str, load_file: LoadFile, path: Path) -> str:
        try:
            return load_file(name)
        except FileNotFoundError:
            self.add(path, f"there is no file {name} beside {self.source}")
        except UnicodeError:
            self.add(path, f"{name} is not UTF-8 text; save it as UTF-8")
        except OSError as error:
            self.add(path, f"{name} cannot be read: {error.strerror or 'unknown reason'}")
        except ServiceError as error:
            self.add(path, said(error.text, **error.values))
        return ""

    def collections(
        self, told: Mapping[str, Any], load_files: LoadFiles | None
    ) -> dict[str, Collection]:
        found: dict[str, Collection] = {}
        for name, entry in told.items():
            path: Path = ("collections", name)
            problems = [study_rules.file_name_problem(file) for file in documents.names_in(entry)]
            problem = next(filter(None, problems), "")
            if load_files is None:
                problem = "is read by `evenhand study apply` only, which finds the files"
            if problem:
                self.add(path, problem)
            elif load_files is not None:
                found |= self._collected(name, entry, load_files)
        return found

    def _collected(
        self, name: str, entry: Mapping[str, Any], load_files: LoadFiles
    ) -> dict[str, Collection]:
        path: Path = ("collections", name)
        try:
            files = [file for one in documents.names_in(entry) for file in load_files(one)]
            collection = documents.collect(files)
        except OSError as error:
            self.add(path, f"{error.filename or name} cannot be read: {error.strerror}")
        except ServiceError as error:
            self.add(path, said(error.text, **error.values))
        else:
            if collection.documents:
                return {name: collection}
            self.add(path, f"there is no {', '.join(documents.ENDINGS)} file in it")
        return {}


def _prompt(entry: Any) -> Prompt:
    if isinstance(entry, str):
        return prompts.from_values({"text": entry})
    if ("text" in entry) == ("messages" in entry):
        raise BadValue("give the prompt either as `text` or as `messages`")
    return prompts.from_values(columns.by_plain_name({"text": "", **entry}))


def _study(
    told: Mapping[str, Any], found: tuple[Prompt, ...], collections: Mapping[str, Collection]
) -> StudyFile:
    title = told["title"].strip()
    return StudyFile(
        title=title,
        name=told.get("name") or slug(title),
        configurations=tuple(
            study_configurations.made(entry, collections)
            for entry in told.get("configurations", ())
        ),
        prompts=found,
        instructions=told.get("instructions", "").strip() or study_marks.instructions(told),
        votes_per_matchup=int(told.get("votes_per_matchup", 1)),
        cap=_cap(told.get("cap", {})),
        render=RenderMode(told.get("render", "full")),
        leaks=LeakPolicy(told.get("leaks", "quarantine")),
        sealed=told.get("sealed", False),
        include_sighted=told.get("include_sighted", False),
        dealing=Dealing(told.get("dealing", "uniform")),
        sitting=_sitting(told),
        reuse=told.get("reuse", False),
        collections=tuple(collections.values()),
        language=told.get("language"),
        incumbent=told.get("incumbent"),
        end=study_rules.end(told),
        intent=study_rules.intent(told),
        prompt_set=version_of(told.get("prompt_set")),
    )


def _sitting(told: Mapping[str, Any]) -> SittingOptions:
    return SittingOptions(
        repeats=float(told.get("repeats", study_marks.usual_repeats(told))),
        withdraws_flagged=told.get("flagged", "keep") == "withdraw",
        flags_to_withdraw=int(told.get("flags_to_withdraw", DEFAULT_SITTING.flags_to_withdraw)),
        quota=int(told.get("votes_per_rater", DEFAULT_SITTING.quota)),
        practice=_practice(told.get("practice", True)),
        asks_authors=told.get("ask_authors", True),
        shows_variables=told.get("show_variables", False),
        labels=dict(told.get("labels", {})),
        criteria=study_marks.criteria(told),
        grades=str(told.get("grades", "none")),
        gold=study_marks.gold(told),
        probes=study_marks.probes(told),
        norming=int(told.get("norming", DEFAULT_SITTING.norming)),
        norming_holds=told.get("norming_then", "wait") == "wait",
        submissions=_submissions(told.get("submissions", False)),
    )


def _submissions(told: bool | float) -> int:  # noqa: FBT001 - as the file says it
    return USUAL_WAITING * told if isinstance(told, bool) else int(told)


def _practice(told: Any) -> tuple[str, ...]:
    if isinstance(told, bool):
        return DEFAULT_SITTING.practice if told else ()
    return (told["prompt"], told["a"], told["b"])


def _cap(told: Mapping[str, Any]) -> Cap:
    usd = told.get("usd")
    return Cap(
        usd=None if usd is None else float(usd),
        calls=_whole(told.get("calls")),
        tokens=_whole(told.get("tokens")),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
