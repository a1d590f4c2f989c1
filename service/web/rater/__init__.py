"""The blind side of the web: the pages of raters and the endpoints of their one module."""

from typing import Any

from flask import Blueprint
from flask.typing import RouteCallable

from service.web.rater import about, acts, afterwards, assets, doors, marks, seats, sitting


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
        """Add a route; see `seats.persistent`."""
        view = None if view_func is None else seats.persistent(view_func)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


blueprint = RaterBlueprint("rater", __name__, template_folder="templates")
for part in (doors, about, sitting, acts, marks, afterwards, assets):
    part.add_to(blueprint)
