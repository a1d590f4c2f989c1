"""The client's models and calls, written from docs/openapi.json: `python -m tests.client_code`.

With `--check` it only says whether that is needed. What is written by hand stands in
`service/client/connection.py`, `client.py` and `frames.py`.
"""

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "service" / "client"
# Which chapters stand in which file. A chapter that is new has to be added.
FILES = {
    "studies": ("Studies",),
    "parts": ("Configurations", "Prompts", "Completions"),
    "sets": ("Prompt sets",),
    "drafts": ("Prompt drafts",),
    "people": ("Invites", "Raters", "Submissions", "Norming"),
    "results": ("Results",),
    "transfers": ("Imports", "Intakes", "Exports"),
    "reviewing": ("Reviewing",),
    "sharing": ("Sharing",),
    "judges": ("Judges",),
    "webhooks": ("Webhooks",),
}
# Free in shape: the leaderboard and what a study file says are given as they came.
FREE = (
    "Leaderboard",
    "JudgeReport",
    "StudyDefinition",
    "ConfigurationDefinition",
    "PromptDefinition",
)
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


class Document:
    """What the document says, and which file each model belongs to."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.schemas = told["components"]["schemas"]
        self.operations = [
            {**operation, "path": path, "method": method.upper()}
            for path, methods in told["paths"].items()
            for method, operation in methods.items()
            if "x-scope" in operation
        ]
        self.home: dict[str, str] = {}
        for file in FILES:
            for operation in self.of(file):
                self._claim(answer_of(operation), file)

    def of(self, file: str) -> list[dict[str, Any]]:
        return [each for each in self.operations if each["tags"][0] in FILES[file]]

    def _claim(self, name: str | None, file: str) -> None:
        """Give a model, and all that it is made of, to the first file that needs it."""
        if name is None or name in FREE or name in self.home:
            return
        schema = self.schemas[name]
        if schema.get("type") != "object" or "properties" not in schema:
            return
        for inner in referred(schema):
            self._claim(inner, file)
        self.home[name] = file  # behind what it is made of

    def type(self, schema: dict[str, Any]) -> str:  # noqa: C901, PLR0911 - a table of kinds
        """Say a schema as a type of Python."""
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            if name in self.home:
                return name
            inner = self.schemas[name]
            if name == "PromptDefinition":
                return "dict[str, Any] | str"
            return "str" if inner.get("type") == "string" else "dict[str, Any]"
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self.type(each) for each in schema["anyOf"]))
        if "enum" in schema:
            return f"Literal[{', '.join(json.dumps(each) for each in schema['enum'])}]"
        if schema.get("contentSchema"):
            return self.type(schema["contentSchema"])
        kind = schema.get("type")
        if kind == "array":
            return f"list[{self.type(schema['items'])}]"
        if kind == "object":
            more = schema.get("additionalProperties")
            return f"dict[str, {self.type(more) if isinstance(more, dict) else 'Any'}]"
        if kind == "null":
            return "None"
        if schema.get("format") == "date-time":
            return "datetime"
        return SCALARS.get(str(kind), "Any")


def answer_of(operation: dict[str, Any]) -> str | None:
    for code, answer in operation["responses"].items():
        if code.startswith("2"):
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None
    return None


def referred(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for each in schema.values():
            yield from referred(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from referred(each)


def model(document: Document, name: str) -> str:
    schema = document.schemas[name]
    required = schema.get("required", [])
    told = textwrap.fill(schema.get("description", name), 92, subsequent_indent="    ")
    lines = ["@dataclass(frozen=True)", f"class {name}:", f'    """{told}"""', ""]
    if len(told.splitlines()) > 1:
        lines[2] = f'    """{told}\n    """'
    fields = schema["properties"].items()
    for field, of in sorted(fields, key=lambda each: each[0] not in required):
        default = "" if field in required else " = None  # type: ignore[assignment]"
        lines.append(f"    {field}: {document.type(of)}{default}")
    return "\n".join(lines)


def asked(document: Document, operation: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    """Return what a call takes: name, type, whether it is needed, and where it goes."""
    found = []
    for each in operation.get("parameters", []):
        if each["in"] == "header" or each["name"] == "cursor":
            continue
        kind = document.type(each["schema"])
        found.append((each["name"], kind, each["required"], each["in"]))
    content = (operation.get("requestBody") or {}).get("content", {})
    if "multipart/form-data" in content:
        found += [("filename", "str", True, "file"), ("content", "bytes", True, "file")]
    if content:
        schema = next(iter(content.values()))["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        if name in FREE:
            text = " | str" if "application/yaml" in content else ""
            found.append(("definition", f"dict[str, Any]{text}", True, "definition"))
        else:
            inner = document.schemas[name]
            for field, of in inner["properties"].items():
                if field != "file" or "multipart/form-data" not in content:
                    needed = field in inner.get("required", [])
                    found.append((field, document.type(of), needed, "body"))
    if any(each["name"] == "If-Match" for each in operation.get("parameters", [])):
        found.append(("if_match", "str", False, "header"))
    return found


def call(document: Document, operation: dict[str, Any]) -> str:  # noqa: C901 - a template
    takes = asked(document, operation)
    path = [each for each in takes if each[3] == "path" or each[3] == "definition"]
    named = sorted((each for each in takes if each not in path), key=lambda each: not each[2])
    signature = ["self", *(f"{name}: {kind}" for name, kind, _, _ in path)]
    if named:
        signature.append("*")
    for name, kind, needed, _ in named:
        may = kind if needed or "None" in kind.split(" | ") else f"{kind} | None"
        signature.append(f"{name}: {may}" + ("" if needed else " = None"))
    answer = answer_of(operation)
    schema = document.schemas.get(answer or "", {})
    is_paged = "next" in schema.get("properties", {})
    pieces = [f'"{operation["operationId"]}"', f'"{operation["method"]}"', f'"{operation["path"]}"']
    for place in ("path", "query", "body", "file", "definition", "header"):
        of = [each for each in takes if each[3] == place]
        if place == "definition" and of:
            pieces.append("definition=definition")
        elif of:
            pieces.append(f"{place}={{{', '.join(f'{name!r}: {name}' for name, *_ in of)}}}")
    never_null = [name for name, _, must, place in takes if must and place == "body"]
    if never_null:
        pieces.append(f"needed={never_null!r}")
    if is_paged:
        item = document.type(schema["properties"]["items"])[5:-1]
        gives, body = f"Iterator[{item}]", f"return self._pages({item}, {', '.join(pieces)})"
    elif answer is None:
        gives, body = "None", f"self._call(None, {', '.join(pieces)})"
    elif answer in FREE:
        gives, body = "dict[str, Any]", f"return self._plain({', '.join(pieces)})"
    else:
        gives, body = answer, f"return self._call({answer}, {', '.join(pieces)})"
    says = operation.get("description", "")
    summary = operation["summary"]
    if len(summary) > 84:  # the first line of a docstring holds one sentence
        first, _, rest = re.split(r"([:;,] )", summary, maxsplit=1)
        summary, says = f"{first}.", f"{rest[0].upper()}{rest[1:]} {says}".strip()
    doc = summary + (
        "\n\n" + textwrap.fill(says, 88, initial_indent="        ", subsequent_indent="        ")
        + "\n        "
        if says
        else ""
    )  # fmt: skip
    return (
        f"    def {operation['operationId']}({', '.join(signature)}) -> {gives}:\n"
        f'        """{doc}"""\n        {body}\n'
    )


def file_of(document: Document, file: str) -> str:
    chapters = ", ".join(FILES[file]).lower()
    name = file.capitalize()
    calls = [
        call(document, each)
        for each in document.of(file)
        if each["operationId"] not in BY_HAND
    ]  # fmt: skip
    models = [model(document, each) for each, home in document.home.items() if home == file]
    body = "\n\n\n".join(
        [
            *(each for each in models),
            f'class {name}(Connection):\n    """Calls about {chapters}."""\n\n' + "\n".join(calls),
        ]
    )
    head = [f'"""Models and calls about {chapters}; written by `make openapi`."""', ""]
    if "Iterator[" in body:
        head.append("from collections.abc import Iterator")
    head.append("from dataclasses import dataclass")
    if "datetime" in body:
        head.append("from datetime import datetime")
    typing = [each for each in ("Any", "Literal") if each in body]
    if typing:
        head.append(f"from typing import {', '.join(typing)}")
    head += ["", "from .connection import Connection"]
    others: dict[str, list[str]] = {}
    for each, home in document.home.items():
        if home != file and re.search(rf"\b{each}\b", body):
            others.setdefault(home, []).append(each)
    head += [f"from .{home} import {', '.join(sorted(names))}" for home, names in others.items()]
    return "\n".join(head) + "\n\n\n" + body


# They give a file, by `Connection.download`.
BY_HAND = ("download_export", "download_report", "download_pack")


def written() -> dict[Path, str]:
    """Return each file of the client that follows from the document, with its text."""
    document = Document(json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8")))
    chapters = {each["tags"][0] for each in document.operations}
    known = {chapter for each in FILES.values() for chapter in each}
    assert chapters <= known, f"give them a file in {__name__}.FILES: {chapters - known}"
    return {PLACE / f"{file}.py": formatted(file_of(document, file)) for file in FILES}


def formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    for words in (("check", "--select", "I", "--fix", "--quiet"), ("format", "--quiet")):
        done = subprocess.run(
            [ruff, *words, "--stdin-filename", str(PLACE / "x.py"), "-"],
            input=text, capture_output=True, text=True, check=True,
        )  # fmt: skip
        text = done.stdout
    return text


def main(arguments: list[str]) -> int:
    stale = [path for path, text in written().items() if not is_same(path, text)]
    if "--check" in arguments and stale:
        sys.stderr.write("service/client is not what the API says any more: run make openapi\n")
        return 1
    for path in stale:
        path.write_text(written()[path], "utf-8")
    return 0


def is_same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
