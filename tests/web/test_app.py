import subprocess
import sys

from service.web.app import create_app
from service.web.services import EXTENSION

HEAVY = ("litellm", "numpy", "scipy", "workers")


class TestCreateApp:
    def test_loads_nothing_heavy(self):
        code = (
            "import sys; import service.web.app; "
            f"print([name for name in {HEAVY!r} if name in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.strip() == "[]"

    def test_chance_is_secure_by_default_and_can_be_given(self, settings, sqlite_database, rng):
        assert type(create_app(settings, sqlite_database).extensions[EXTENSION].rng).__name__ == (
            "SystemRandom"
        )
        made = create_app(settings, sqlite_database, rng=rng)
        assert made.extensions[EXTENSION].rng is rng

    def test_rings_answer_false_without_a_queue(self, app):
        services = app.extensions[EXTENSION]
        assert services.ring_generation() is False
        assert services.ring_finish() is False
        assert services.ring_ratings(1) is False

    def test_the_keys_of_two_purposes_differ(self, app):
        services = app.extensions[EXTENSION]
        assert services.signing_key not in app.secret_key
        assert len(app.secret_key) == 64
