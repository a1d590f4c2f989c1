"""A study with a judge: what it is asked of is made by each test."""

import pytest

from tests.usecases.sighted.judges import benches


@pytest.fixture
def made(session):
    return benches.study(session)


@pytest.fixture
def judge(session, made):
    return benches.create(session, made)
