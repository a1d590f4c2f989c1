"""One clock: leases, rate limits and retries follow the database's, whatever a worker's shows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN_CLOCK = re.compile(r"datetime\.now\(|time\.time\(|func\.now\(|utcnow|CURRENT_TIMESTAMP")
# A Retry-After that names a date is a wish between 0 and 300 s, whoever's clock it is.
# When RQ was asked to stop is a note of its own that nothing here compares.
# The time in a webhook's signature is for the receiver to compare, by their clock.
MAY = {"workers/failures.py": 1, "workers/queue_worker.py": 1, "workers/deliveries.py": 1}
ROOMS = ("workers", "service/usecases", "service/store", "service/domain", "service/web")


def reads_of_a_clock(room: str) -> dict[str, int]:
    found = {}
    for path in (ROOT / room).rglob("*.py"):
        number = len(OWN_CLOCK.findall(path.read_text("utf-8")))
        if number:
            found[str(path.relative_to(ROOT))] = number
    return found


class TestClock:
    @pytest.mark.parametrize("room", ROOMS)
    def test_of_the_machine_is_read_nowhere(self, room):
        found = reads_of_a_clock(room)
        assert {name: number for name, number in found.items() if MAY.get(name) != number} == {}

    @pytest.mark.parametrize(
        "planted", ["moment = datetime.now(UTC)", "time.time() + 60", "func.now()"]
    )
    def test_would_be_noticed(self, planted):
        assert OWN_CLOCK.search(planted)
