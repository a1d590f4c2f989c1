"""The OpenAPI 3.1 document, made from what routes declare and from the models they name."""

import json
import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.formats import study_file
from service.web.api.operations import Chapter, Operation
from service.web.api.problems import Problem

REFERENCE = "#/components/schemas/{model}"
_ARGUMENT = re.compile(r"<(?:(\w+)(?:\(max=(\d+)\))?:)?(\w+)>")
# What a study file says is described by its own schema; these parts of it have names here.
_ROOTS = {"configuration": "ConfigurationDefinition", "prompt": "PromptDefinition"}
ABOUT = """Everything that researchers and viewers do on Evenhand's pages, for programs.

Send `Authorization: Bearer TOKEN`; tokens are made on the page *Tokens* or by `evenhand token
create`. A token reads, or writes as well, for all studies or for one. It never reaches further
than its owner, and what raters do is not part of this API.

Every error is a problem (RFC 9457) that says what to do. Lists come in pages: send `next` back as
`cursor`. Answers to reads carry an `ETag`; send it as `If-None-Match` to save the body, or as
`If-Match` to change only what nobody else has changed. A POST with an `Idempotency-Key` is done
once: the same request gets the same answer for a day. `RateLimit-Remaining` tells how many more
requests may come; after that there is a 429 with `Retry-After`."""


def made(at: str, chapters: Iterable[Chapter], operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document of some routes below an address."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = path_of(operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Evenhand",
            "summary": "Blind pairwise comparison of model outputs.",
            "description": ABOUT,
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": at}],
        "security": [{"token": []}],
        "tags": [{"name": one.name, "description": one.told} for one in chapters],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "responses": {"Problem": _problem_response()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token that begins with `evh_`.",
                }
            },
        },
    }


def written(document: dict[str, Any]) -> str:
    """Return the document as it is kept in a file and sent."""
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def path_of(rule: str) -> str:
    """Return Flask's rule as the document writes it."""
    return _ARGUMENT.sub(r"{\3}", rule)


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.chapter],
        "x-scope": operation.scope,
        "x-role": operation.role,
        "parameters": [*_path_parameters(operation), *_query(operation), *_headers(operation)],
        "responses": _responses(operation),
    }
    if operation.description:
        told["description"] = operation.description
    body = _body(operation)
    if body is not None:
        told["requestBody"] = body
    return told


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    for kind, most, name in _ARGUMENT.findall(operation.path):
        schema: dict[str, Any] = {"type": "string", "minLength": 1}
        if kind == "int":
            schema = {"type": "integer", "minimum": 0, "maximum": int(most)}
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    return found


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.asks is None:
        return []
    schema = operation.asks.model_json_schema(ref_template=REFERENCE)
    found = []
    for name, field in schema["properties"].items():
        told = {key: value for key, value in field.items() if key not in {"title", "description"}}
        forms = [one for one in told.get("anyOf", ()) if one.get("type") != "null"]
        if len(forms) == 1:  # absent, and not null: an address cannot say null
            told = forms[0]
        found.append(
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "description": field.get("description", ""),
                "schema": told,
            }
        )
    return found


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if operation.is_read:
        known = _header("If-None-Match", "The ETag of what you have: then 304 and no body.")
        if not operation.in_parts:
            return [known]
        return [known, _header("Range", "The part that is wanted, such as `bytes=1000-`.")]
    if operation.method == "POST":
        words = "A word of your own for this request: sent again, it is done once."
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        return [{**_header("Idempotency-Key", words), "schema": schema}]
    if operation.stands is not None:
        words = f"The ETag that `{operation.stands.__name__}` gave: else 412."
        return [_header("If-Match", words)]
    return []


def _header(name: str, words: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": False, "description": words, "schema": schema}


def _body(operation: Operation) -> dict[str, Any] | None:
    if operation.takes is None:
        return None
    schema = _reference(operation.takes)
    if operation.body == "file":
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if operation.body == "definition":
        words = {"type": "string", "description": "The text of a study file."}
        content["application/yaml"] = {"schema": words}
    return {"required": True, "content": content}


def _responses(operation: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.status.phrase, "headers": _answer_headers()}
    if operation.is_read:
        good["headers"]["ETag"] = {
            "schema": {"type": "string"},
            "description": "The mark of these contents.",
        }
    if operation.sends != "application/json":
        binary = {"schema": {"type": "string", "contentMediaType": operation.sends}}
        good["content"] = {operation.sends: binary}
    elif operation.gives is not None:
        good["content"] = {"application/json": {"schema": _reference(operation.gives)}}
    found = {str(int(operation.status)): good}
    if operation.in_parts:
        found["206"] = {**good, "description": "Partial Content"}
    if operation.is_read:
        found["304"] = {"description": "Not Modified"}
    for status in problems_of(operation):
        found[str(int(status))] = {"$ref": "#/components/responses/Problem"}
    return found


def problems_of(operation: Operation) -> list[HTTPStatus]:
    """Return the errors that a route may answer with."""
    found = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
    if operation.conflicts:
        found.add(HTTPStatus.CONFLICT)
    if not operation.is_read:
        found |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if operation.stands is not None:
        found.add(HTTPStatus.PRECONDITION_FAILED)
    if operation.in_parts:
        found.add(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    return sorted(found)


def _answer_headers() -> dict[str, Any]:
    number = {"schema": {"type": "integer"}}
    return {
        name: dict(number) for name in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    }


def _problem_response() -> dict[str, Any]:
    return {
        "description": "What went wrong, and what to do about it.",
        "content": {"application/problem+json": {"schema": _reference(Problem)}},
    }


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    wanted: dict[tuple[type[BaseModel], Literal["validation", "serialization"]], None] = {
        (Problem, "serialization"): None
    }
    for operation in operations:
        if operation.takes is not None:
            wanted[operation.takes, "validation"] = None
        if operation.gives is not None:
            wanted[operation.gives, "serialization"] = None
    # One that is taken and given alike is described once.
    alike = {model for model, mode in wanted if (model, "validation") in wanted}
    pairs = [one for one in wanted if one[0] not in alike or one[1] == "validation"]
    _, described = models_json_schema(pairs, ref_template=REFERENCE)
    schemas = _plainly_named(described["$defs"])
    for operation in operations:
        if operation.body == "file" and operation.takes is not None:
            _add_file(schemas[operation.takes.__name__])
    schemas |= _definitions()
    return dict(sorted(schemas.items()))


def _plainly_named(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return schemas whose names pydantic made of modules under shorter ones: module and class."""
    named = {name: _short(name) for name in schemas}
    referred = {REFERENCE.format(model=name): short for name, short in named.items()}

    def renamed(told: Any) -> Any:
        if isinstance(told, dict):
            return {
                key: REFERENCE.format(model=referred[value])
                if key == "$ref" and value in referred
                else renamed(value)
                for key, value in told.items()
            }
        return [renamed(one) for one in told] if isinstance(told, list) else told

    return {named[name]: renamed(told) for name, told in schemas.items()}


def _short(name: str) -> str:
    *modules, kind = name.split("__")
    return f"{_camel(modules[-1])}{kind}" if modules else kind


def _add_file(schema: dict[str, Any]) -> None:
    told = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema["properties"] = {"file": told, **schema["properties"]}
    schema["required"] = ["file", *schema.get("required", ())]


def _definitions() -> dict[str, Any]:
    """Return the schema of study files, its parts as components of their own."""
    schema = dict(study_file.schema())
    parts = schema.pop("$defs")
    for word in ("$schema", "$id"):
        schema.pop(word)
    named = {part: _ROOTS.get(part, f"Definition{_camel(part)}") for part in parts}
    found = {named[part]: told for part, told in parts.items()}
    return {
        name: _moved(told, named) for name, told in {"StudyDefinition": schema, **found}.items()
    }


def _moved(told: Any, named: dict[str, str]) -> Any:
    if isinstance(told, dict):
        return {
            key: REFERENCE.format(model=named[value.removeprefix("#/$defs/")])
            if key == "$ref"
            else _moved(value, named)
            for key, value in told.items()
        }
    return [_moved(one, named) for one in told] if isinstance(told, list) else told


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))
