"""The main job as a newcomer meets it: start, rate by keyboard, read the board, export, stop."""

import json
import re

import psutil
import pytest

from tests.end_to_end.house import running, wait_for

KEYS = "123456"


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    with running(tmp_path_factory.mktemp("first")) as made:
        yield made


class TestFirstRun:
    def test_generates_rates_ranks_and_exports(self, first_run, browser, tmp_path):
        wait_for(lambda: "48 ready" in first_run.type("study", "status", "demonstration"))
        page = browser.new_page()
        page.goto(first_run.link("Rate now"))
        page.get_by_role("button", name="Start").click()
        page.get_by_role("link", name="start without practice").click()
        for number in range(10):
            page.locator("#matchup[data-ready]").wait_for()
            page.keyboard.press(KEYS[number % 6])
            page.get_by_text(re.compile(rf"^{number + 1} of \d+")).wait_for()
        wait_for(lambda: "10 votes by" in first_run.type("study", "status", "demonstration"))
        wait_for(lambda: board(first_run).get("votes") == 10)
        rows = board(first_run)["ratings"]
        assert {row["configuration"] for row in rows} == {
            "Lead",
            "Frequency",
            "TextRank",
            "Random",
        }
        rated = [row["rating"] for row in rows if row["rating"] is not None]
        assert rated
        assert all(rating["low"] < rating["points"] < rating["high"] for rating in rated)

        page.goto(first_run.link("Leaderboard"))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector("text=TextRank")
        page.close()

        out = tmp_path / "export"
        first_run.type("export", "demonstration", "--format", "trl-dpo", "--out", str(out))
        manifest = json.loads((out / "manifest.json").read_text())
        rows = [
            json.loads(line)
            for path in out.glob("*.jsonl")
            for line in path.read_text().splitlines()
        ]
        again = tmp_path / "again"
        first_run.type("export", "demonstration", "--format", "trl-dpo", "--out", str(again))

        assert rows
        assert set(rows[0]) == {"prompt", "chosen", "rejected"}
        assert manifest
        assert {path.name: path.read_bytes() for path in out.iterdir()} == {
            path.name: path.read_bytes() for path in again.iterdir()
        }
        assert "BROKEN" not in first_run.type("check-invariants")
        assert "follow from" in first_run.type("leaderboard", "demonstration", "--verify")

    def test_web_process_stays_small_and_loads_no_numerics(self, first_run):
        web = [one for one in first_run.family() if "granian" in " ".join(one.cmdline())]
        assert web
        for process in web:
            loaded = {mapped.path for mapped in process.memory_maps()}
            assert not any("/numpy/" in path or "/scipy/" in path for path in loaded)
            assert process.memory_info().rss < 120 * 1024 * 1024


class TestStop:
    def test_ends_every_process(self, tmp_path):
        with running(tmp_path, DEMONSTRATION="false") as house:
            wait_for(lambda: len(house.family()) >= 6)
            family = house.family()
            house.stop()  # how soon, `make bench-start` measures

            assert house.process.returncode == 0
            left = [
                one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE
            ]
            assert left == []

    def test_data_survives_a_second_start(self, tmp_path):
        with running(tmp_path) as house:
            wait_for(lambda: "48" in house.type("study", "list"))
            house.stop()
        with running(tmp_path) as house:
            assert "demonstration" in house.type("study", "list")


def board(house):
    return json.loads(house.type("leaderboard", "demonstration", "--json")) or {}
