from service.domain.there import There
from service.reporting import elsewhere
from service.reporting.words import ENGLISH, NONE
from tests import boards

RATING = boards.rating(0.61, 0.54, 0.68)


class TestTable:
    def test_says_that_it_is_no_comparison_and_nothing_of_a_sealed_study(self):
        shown = There("retrieval", "old", "An old one", "Base", False, RATING, 40)  # noqa: FBT003
        sealed = There("retrieval", "new", "A new one", "Base", True, None, 0)  # noqa: FBT003
        table = elsewhere.table([shown, sealed], ENGLISH)
        assert "are no comparison" in table.says
        assert table.rows == (
            ("retrieval", "An old one", "Base", "1,078 [1,028–1,131]", "40"),
            ("retrieval", "A new one", "Base", "sealed", NONE),
        )

    def test_has_no_rating_where_none_is_computed(self):
        assert elsewhere.rating(None, ENGLISH) == NONE
