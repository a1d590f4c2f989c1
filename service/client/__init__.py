"""A client of the API for notebooks and scripts: httpx and nothing of ours.

`pip install ./service/client` installs it alone, as `evenhand_client`.
"""

from .client import Client
from .problems import Conflict, Invalid, NoAnswer, NotAllowed, NotFound, Problem

__all__ = ["Client", "Conflict", "Invalid", "NoAnswer", "NotAllowed", "NotFound", "Problem"]
