import html
import re

import pytest

from service.store import models
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME


@pytest.fixture
def path(studio):
    with studio.database.transaction() as session:
        made = benches.study(session)
        benches.create(session, made)
    path = f"{made.name}/judges/{NAME}"
    answer = studio.post(f"{path}/choose", number="2", source="drawn")
    assert answer.headers["Location"] == f"/studio/{path}/grade"
    return path


def number_of(page):
    return re.search(r'name="number" value="(\d+)"', page)[1]


class TestGrade:
    def test_goes_on_to_the_next_until_all_are_graded(self, studio, path):
        for _ in range(2):
            page = studio.page(f"{path}/grade")
            for name in ("Plain", "Retrieval", "Tuned"):
                assert name not in page
            fields = {"number": number_of(page), "a": "5", "b": "2", "reason": "It is kinder."}
            assert studio.post(f"{path}/grade", **fields).status_code == 303
        assert "All is graded" in studio.page(f"{path}/grade")
        with studio.database.reading() as session:
            rows = session.query(models.PoolGrade).all()
            assert [row.graded_by for row in rows] == ["admin", "admin"]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"a": "5", "reason": "Why."}, "from 1 to 5"),
            ({"a": "5", "b": "9", "reason": "Why."}, "from 1 to 5"),
            ({"a": "5", "b": "2", "reason": ""}, "one sentence"),
        ],
    )
    def test_keeps_what_was_typed_where_something_is_missing(self, studio, path, fields, said):
        number = number_of(studio.page(f"{path}/grade"))
        answer = studio.post(f"{path}/grade", number=number, **fields)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
        assert re.search(r'name="a"\s+value="5"\s+required\s+checked', answer.text)
