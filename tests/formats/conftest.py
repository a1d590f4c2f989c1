"""Real files: excerpts kept here, and the whole ones where a checkout has them beside it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Time on a shared machine says nothing about the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

EXCERPTS = Path(__file__).parent / "excerpts"
WHOLE = Path(__file__).resolve().parents[3] / "shared" / "data"


def _places():
    yield pytest.param("excerpt", id="excerpt")
    if WHOLE.is_dir():
        yield pytest.param("whole", id="whole")


@pytest.fixture(params=_places())
def real_files(request):
    """`real_files.size` is "excerpt" or "whole"; `real_files("llmfao", "results.jsonl")` a path."""

    def path(folder: str, name: str) -> Path:
        if request.param == "whole":
            return WHOLE / folder / name
        return EXCERPTS / f"{folder}-{name}"

    path.size = request.param
    return path
