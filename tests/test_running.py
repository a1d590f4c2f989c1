import os
from dataclasses import replace

import pytest

from service import running
from service.settings import Settings


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "data").mkdir()
    return Settings(data_dir=tmp_path / "data", port=8123)


class TestNote:
    def test_is_found_until_it_is_forgotten(self, settings):
        running.note(settings)
        (found,) = running.every()
        assert found == running.of(settings.data_dir)
        assert found.address == "http://127.0.0.1:8123"
        assert found.known_by == running.known_by(settings)
        running.forget(settings)
        assert running.every() == []
        assert running.of(settings.data_dir) == found

    def test_is_for_this_user_alone(self, settings):
        running.note(settings)
        files = [settings.data_dir / "running.json", *running.state_folder().iterdir()]
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}

    def test_of_one_that_died_says_so(self, settings):
        running.note(settings)
        dead = os.fork()
        if dead == 0:
            os._exit(0)
        os.waitpid(dead, 0)
        assert not replace(running.of(settings.data_dir), process=dead).is_running

    def test_of_another_key_differs(self, settings):
        other = settings.model_copy(update={"secret_key": Settings(secret_key="x").secret_key})
        assert running.known_by(other) != running.known_by(settings)

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"data_dir": 1}', '{"process": "x"}'])
    def test_that_is_broken_is_none(self, settings, text):
        (settings.data_dir / "running.json").write_text(text)
        assert running.of(settings.data_dir) is None

    def test_is_left_out_where_it_cannot_be_written(self, settings, monkeypatch):
        monkeypatch.setenv("XDG_STATE_HOME", "/proc/none")
        running.note(settings)
        assert running.every() == []
