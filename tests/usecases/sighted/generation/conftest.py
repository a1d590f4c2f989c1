"""The study that batches are claimed of; a test may make one of its own under the same name."""

import pytest

from tests import factories
from tests.usecases.sighted.generation.batches import PRICED


@pytest.fixture
def study(session):
    return factories.make_study(
        session,
        prompts=2,
        ready=False,
        cap_nanos=10**9,
        configuration_fields={"Plain": PRICED},
    )
