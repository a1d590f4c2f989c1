"""The application of the API: a table of contents of its chapters."""

from typing import Any

from flask import Flask, Response, g

from service import jobs
from service.web import security
from service.web.api import (
    calls,
    document,
    drafts,
    exports,
    imports,
    intakes,
    judges,
    norming,
    parts,
    people,
    problems,
    reference,
    results,
    reviewing,
    sets,
    sharing,
    studies,
    submissions,
    webhooks,
)
from service.web.api.operations import Chapter, Operation
from service.web.api.shared_limits import SharedLimiter
from service.web.services import EXTENSION, Services

AT = "/api/v1"
CHAPTERS: tuple[Chapter, ...] = (
    studies.chapter,
    parts.configurations,
    parts.prompts,
    parts.completions,
    sets.chapter,
    drafts.chapter,
    imports.chapter,
    intakes.chapter,
    people.invites_chapter,
    people.raters_chapter,
    submissions.chapter,
    norming.chapter,
    results.chapter,
    judges.chapter,
    exports.chapter,
    reviewing.chapter,
    sharing.chapter,
    webhooks.chapter,
)


def operations() -> list[Operation]:
    """Return every route that needs a token."""
    return [each for chapter in CHAPTERS for each in chapter.operations]


def create_api(bundle: Services) -> Flask:
    """Return the API as an application of its own, on the pages' database."""
    api = Flask("service.web.api", static_folder=None)
    api.extensions[EXTENSION] = bundle
    api.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    api.url_map.merge_slashes = False
    api.url_map.redirect_defaults = False
    limiter = SharedLimiter(
        bundle.settings.api_requests_per_minute, lambda: jobs.address_of(bundle.settings)
    )
    every = operations()
    gives = {each.id: each.gives for each in every}

    @api.before_request
    def prepare() -> None:
        g.api_limiter, g.api_gives, g.api_left = limiter, gives, None

    @api.after_request
    def tell(response: Response) -> Response:
        if g.get("api_left") is not None:
            calls.tell_limits(response, g.api_left)
        response.headers["Vary"] = "Authorization"
        return response

    security.install(api, bundle.settings)
    problems.install(api)
    for each in every:
        _add(api, each)
    reference.install(api, AT, lambda: described(every))
    return api


def described(every: list[Operation]) -> dict[str, Any]:
    """Return the OpenAPI document of these routes."""
    return document.made(AT, CHAPTERS, every)


def _add(api: Flask, operation: Operation) -> None:
    api.add_url_rule(
        f"{AT}{operation.path}",
        endpoint=operation.id,
        view_func=calls.handler(operation),
        methods=[operation.method],
    )
