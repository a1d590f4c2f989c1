"""Deployments for fault tests: on each database, on PostgreSQL, on a PostgreSQL to be killed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.faults.deployment import Deployment, deployed


@pytest.fixture
def deploy(tmp_path) -> Iterator[Callable[..., Deployment]]:
    with ExitStack() as stack:
        yield lambda address, *options: stack.enter_context(deployed(tmp_path, address, *options))


@pytest.fixture
def on_postgres(deploy, postgres) -> Callable[..., Deployment]:
    return lambda *options: deploy(postgres.fresh(), *options)
