import pytest

from service.domain.study import UnknownStudy
from service.usecases.sighted import lookup
from tests import factories


class TestFind:
    def test_gives_the_study_of_a_name(self, session):
        factories.make_study(session, "other")
        study = factories.make_study(session, "mine")
        assert lookup.find(session, "mine").id == study.id

    def test_says_what_to_do_where_there_is_none(self, session):
        with pytest.raises(UnknownStudy, match="evenhand study list"):
            lookup.find(session, "mine")
