import json
import subprocess
import sys
from datetime import date

import litellm
import pytest

from workers import price_list


class TestKnownPrices:
    def test_names_models_by_provider(self):
        rows = {row[0]: row for row in price_list.known_prices()}
        assert len(rows) > 1000
        assert all(name.startswith(f"{row[1]}/") for name, row in rows.items())
        assert rows["openai/gpt-4o"][2] == pytest.approx(2.5e-6)

    def test_tells_the_day_on_which_a_model_is_switched_off(self):
        rows = {row[0]: row for row in price_list.known_prices()}
        assert rows["openai/gpt-4o-2024-08-06"][5] == date(2027, 1, 14)
        assert rows["openai/gpt-4o"][5] is None

    def test_takes_a_remark_for_no_day(self):
        entry = {"mode": "chat", "litellm_provider": "x", "deprecation_date": "some time in 2027"}
        ((*_, day),) = price_list.rows({"x/y": entry})
        assert day is None

    def test_says_what_the_library_itself_goes_by(self):
        assert set(price_list.known_prices()) <= set(price_list.rows(litellm.model_cost))

    def test_does_not_load_the_library(self):
        code = (
            "import json, sys; from workers import price_list; price_list.known_prices();"
            "print(json.dumps('litellm' in sys.modules))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert json.loads(done.stdout) is False
