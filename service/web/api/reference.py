"""The document and the page that shows it: open to everybody, since they tell of no study."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Response, render_template

from service.web import static
from service.web.api import calls, document


def install(api: Flask, at: str, describe: Callable[[], dict[str, Any]]) -> None:
    """Serve the OpenAPI document and its page below an address; each is made once."""

    @cache
    def text() -> bytes:
        return document.written(describe()).encode()

    @api.get(f"{at}/openapi.json")
    def openapi() -> Response:
        return calls.unless_known(Response(text(), content_type="application/json"))

    @api.get(f"{at}/docs")
    def docs() -> str:
        return page(describe())

    api.add_template_global(static.STUDIO.address, "studio_file")


def page(told: dict[str, Any]) -> str:
    """Return the page that shows a document: plain HTML, without any script."""
    chapters = []
    for tag in told["tags"]:
        routes = [
            {"method": method.upper(), "path": told["servers"][0]["url"] + path, **operation}
            for path, methods in told["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ]
        chapters.append({**tag, "routes": routes})
    return render_template(
        "api/docs.html",
        info=told["info"],
        chapters=chapters,
        schemas=told["components"]["schemas"],
        brief=brief,
        body_of=body_of,
        answer_of=answer_of,
    )


def body_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of what a route takes, None where it takes nothing."""
    content = operation.get("requestBody", {}).get("content", {})
    return next((one["schema"] for one in content.values()), None)


def answer_of(operation: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Return the status of a good answer and its schema, None where it has no JSON."""
    status = next(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][status].get("content", {})
    return status, content.get("application/json", {}).get("schema")


def brief(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a schema in a few words, each with the component that it leads to, or ""."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [(name, name)]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            parts = [brief(one) for one in schema[word]]
            return [
                piece
                for at, part in enumerate(parts)
                for piece in ([(" or ", "")] * bool(at)) + part
            ]
    if schema.get("type") == "array":
        return [("list of ", ""), *brief(schema.get("items", {}))]
    if "enum" in schema:
        return [(", ".join(str(one) for one in schema["enum"]), "")]
    if "const" in schema:
        return [(str(schema["const"]), "")]
    told = schema.get("type", "anything")
    return [(" or ".join(told) if isinstance(told, list) else str(told), "")]
