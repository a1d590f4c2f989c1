"""Whatever the rooms below the edges offer, the product uses: what only tests call is not kept."""

from pathlib import Path

import pytest

from tests.promises import calls

ROOT = Path(__file__).parents[2]
ROOMS = tuple(
    f"service.{room}"
    for room in ("domain", "blinding", "stats", "reporting", "formats", "store", "usecases")
)

# Modules of a folder that the product imports by their names.
FOUND_IN_A_FOLDER = ("service.blinding.leaks.languages", "service.store.migrations")


@pytest.fixture(scope="module")
def product():
    return calls.read(ROOT, "service", "workers")


class TestEveryPublicName:
    def test_is_used_by_the_product(self, product):
        assert calls.find_uncalled(product, ROOMS, FOUND_IN_A_FOLDER) == set()


PLANTED = {
    "service/stats/__init__.py": "from service.stats.fitting import fit, refit\n",
    "service/stats/fitting.py": (
        "LIMIT = 3\nTYPO = 4\n\n\n"
        "def fit():\n    return _inner(), LIMIT\n\n\n"
        "def _inner():\n    return helped()\n\n\n"
        "def helped():\n    return Fit().shown\n\n\n"
        "def refit():\n    return only_by_refit()\n\n\n"
        "def only_by_refit():\n    return TYPO\n\n\n"
        "class Fit:\n"
        "    @property\n    def shown(self):\n        return 1\n\n"
        "    def idle(self):\n        return 2\n"
    ),
    "service/domain/words.py": "A = 1\n\n\ndef b():\n    return 2\n",
    "service/cli/ratings.py": (
        "from service import stats\nfrom service.stats import refit\n"
        "from service.domain import words\n"
        "\n\ndef rate():\n    return stats.fit(), [words]\n"
    ),
    "workers/ratings.py": "",
}


def plant(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return calls.read(folder, "service", "workers")


class TestFindUncalled:
    def test_finds_what_is_imported_only_what_is_used_by_it_and_an_idle_method(self, tmp_path):
        found = calls.find_uncalled(plant(tmp_path, PLANTED), ROOMS, ())
        assert found == {
            "service.stats.fitting.refit",
            "service.stats.fitting.only_by_refit",
            "service.stats.fitting.TYPO",
            "service.stats.fitting.Fit.idle",
        }

    def test_counts_what_is_found_in_a_folder_as_a_caller(self, tmp_path):
        waiting = ("service.stats.fitting.refit",)
        found = calls.find_uncalled(plant(tmp_path, PLANTED), ROOMS, waiting)
        assert found == {"service.stats.fitting.Fit.idle"}

    def test_sees_methods_that_templates_use(self, tmp_path):
        files = {**PLANTED, "service/web/page.html": "{{ fit.idle() }}"}
        found = calls.find_uncalled(plant(tmp_path, files), ROOMS, ())
        assert "service.stats.fitting.Fit.idle" not in found

    def test_sees_a_planted_function_in_the_real_house(self, product):
        module = product.modules["service.stats.scale"]
        text = Path(ROOT / "service/stats/scale.py").read_text(encoding="utf-8")
        planted = calls.parse(
            module.name, text + "\n\ndef nobody_calls_this():\n    return rating\n"
        )
        house = calls.Product({**product.modules, module.name: planted}, product.in_templates)
        before = calls.find_uncalled(product, ROOMS, FOUND_IN_A_FOLDER)
        found = calls.find_uncalled(house, ROOMS, FOUND_IN_A_FOLDER)
        assert found - before == {"service.stats.scale.nobody_calls_this"}
