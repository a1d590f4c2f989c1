"""The copy of the API's document in docs/: `python -m tests.openapi` writes it anew."""

from pathlib import Path

from service.web.api import application, document

COPY = Path(__file__).parents[1] / "docs/openapi.json"

if __name__ == "__main__":
    COPY.write_text(document.written(application.described(application.operations())), "utf-8")
