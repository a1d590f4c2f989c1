"""Whether this process lives, and whether it can serve: for supervisors and load balancers."""

from flask import Blueprint, Response, jsonify

from service.database import DatabaseAway
from service.usecases import upkeep
from service.web import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def livez() -> Response:
    """Answer as long as the process can; touches nothing."""
    return Response("alive\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Tell whether rating works: database up, schema current. The queue is not asked."""
    database = services.current().database
    try:
        is_current = database.is_up() and upkeep.is_migrated(database)
        is_up = True if is_current else database.is_up()
    except DatabaseAway:
        is_up = is_current = False
    response = jsonify(
        database="up" if is_up else "away", schema="current" if is_current else "not current"
    )
    response.status_code = 200 if is_current else 503
    return response
