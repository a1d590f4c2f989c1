from datetime import date

import pytest

from service.usecases.sighted.generation import prices, retirements
from service.usecases.sighted.generation.prices import KnownModel
from tests import factories

DAY = date(2027, 1, 14)
KNOWN = (
    KnownModel("openai/gpt-4o-2024-08-06", "openai", 2.5e-6, 1e-5, 16384, DAY),
    KnownModel("openai/ft:gpt-4o-2024-08-06", "openai", 2.5e-6, 1e-5, 16384, DAY),
    KnownModel("openai/gpt-new", "openai", 2.5e-6, 1e-5, 16384),
)


def of(session, now, **fields):
    prices.publish(session, KNOWN, now)
    factories.make_study(session, configurations=("one",), configuration_fields={"one": fields})
    return retirements.of_study(session, "support-replies")


class TestOfStudy:
    @pytest.mark.parametrize(
        "model",
        [
            "openai/gpt-4o-2024-08-06",
            "gpt-4o-2024-08-06",
            "ft:gpt-4o-2024-08-06:acme::abc",
            "openai/ft:gpt-4o-2024-08-06:acme::abc",
        ],
    )
    def test_tells_the_day_of_a_model_and_of_a_fine_tune_with_its_base(self, session, now, model):
        assert of(session, now, model=model) == {"one": DAY}

    @pytest.mark.parametrize("model", [None, "openai/gpt-new", "agent/mine", "no/body", "ft:x"])
    def test_says_nothing_of_what_nobody_knows(self, session, now, model):
        assert of(session, now, model=model) == {}

    def test_says_nothing_of_an_endpoint_of_ones_own_or_of_a_retired_configuration(
        self, session, now
    ):
        assert of(session, now, model="gpt-4o-2024-08-06", endpoint="own") == {}
        made = factories.make_study(
            session,
            "other",
            configurations=("old",),
            configuration_fields={"old": {"model": "gpt-4o-2024-08-06", "retired_at": now}},
        )
        assert retirements.of_study(session, made.name) == {}

    def test_follows_a_day_that_is_moved(self, session, now):
        of(session, now, model="gpt-4o-2024-08-06")
        later = KnownModel(
            "openai/gpt-4o-2024-08-06", "openai", 2.5e-6, 1e-5, 16384, date(2028, 1, 1)
        )
        assert prices.publish(session, [later, *KNOWN[1:]], now) == 1
        assert retirements.of_study(session, "support-replies") == {"one": date(2028, 1, 1)}
