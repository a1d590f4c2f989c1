"""The blueprint of rater pages: where their views add themselves, and what all of them need."""

from typing import Any

from flask import Blueprint, Response
from flask.typing import RouteCallable

from service.web import static
from service.web.rater import mark_words, raters, text_languages, words


class RaterBlueprint(Blueprint):
    """A blueprint whose views are done again where two transactions crossed."""

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 - Flask's signature
        **options: Any,
    ) -> None:
        """Add a route; see `raters.persistent`."""
        view = None if view_func is None else raters.persistent(view_func)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


pages = RaterBlueprint("rater", "service.web.rater", template_folder="templates")
pages.add_app_template_global(static.RATER.address, "rater_file")


@pages.context_processor
def say() -> dict[str, Any]:
    """Return the words that every template may need."""
    return {
        "words": words,
        "mark_words": mark_words,
        "untouched": text_languages.UNTOUCHED,
        "language_of": text_languages.language_of,
    }


@pages.get("/assets/<version>/<name>")
def asset(version: str, name: str) -> Response:
    """Send a stylesheet, a module or an icon."""
    return static.RATER.send(version, name)
