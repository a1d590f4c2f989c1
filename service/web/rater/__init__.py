"""The blind side of the web: the pages of raters and the endpoints of their one module."""

from service.web.rater import (
    about,
    actions,
    closing_questions,
    landing,
    marks,
    sitting,
    submissions,
)
from service.web.rater.blueprint import pages

__all__ = [
    "about",
    "actions",
    "closing_questions",
    "landing",
    "marks",
    "pages",
    "sitting",
    "submissions",
]
