"""The blind side of the web: the pages of raters and the endpoints of their one module."""

from flask import Blueprint

from service.web.rater import acts, afterwards, assets, doors, sitting

blueprint = Blueprint("rater", __name__, template_folder="templates")
for part in (doors, sitting, acts, afterwards, assets):
    part.add_to(blueprint)
