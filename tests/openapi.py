"""The copy of the API's document in docs/: `python -m tests.openapi` writes it anew.

With `--check` it only says whether that is needed.
"""

import sys
from pathlib import Path

from service.web.api import application, document

COPY = Path(__file__).parents[1] / "docs/openapi.json"


def main(arguments: list[str]) -> int:
    text = document.written(application.described(application.operations()))
    if "--check" not in arguments:
        COPY.write_text(text, "utf-8")
    elif text != COPY.read_text("utf-8"):
        sys.stderr.write("docs/openapi.json is not what the API says any more: run make openapi\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
