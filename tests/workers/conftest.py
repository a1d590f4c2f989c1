"""The servers, folder and surroundings of the ladder's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from tests.fakes import programs
from tests.workers import rungs
from workers import providers
from workers import shift as shift_module


@pytest.fixture(scope="module")
def server() -> Iterator[programs.ModelProgram]:
    with programs.model_program("--latency", "0.01") as program:
        yield program


@pytest.fixture
def here(database, server, tmp_path):
    settings = Settings(data_dir=tmp_path, call_deadline=10.0, batch_size=6)
    reach = providers.Providers(
        {
            "models": providers.Endpoint(server.api_base),
            "desk": providers.Endpoint(server.agent("desk"), is_agent=True),
            "gone": providers.Endpoint(server.agent("not_json"), is_agent=True),
        },
        {},
    )
    return shift_module.Surroundings(settings, database, reach)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in rungs.HANDBOOK.items():
        path = tmp_path / "study/handbook" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "study"
