import pytest

from service.domain.study import UnknownStudy
from service.usecases.sighted.studies import heads, overviews
from tests import factories
from tests.fakes import statements


class TestHead:
    def test_says_the_same_as_the_page_of_the_study(self, session):
        study = factories.make_study(
            session,
            cap_nanos=2_500_000_000,
            configuration_fields={
                "Plain": {"one_off_nanos": 10**9, "retired_at": factories.MOMENT}
            },
        )
        head, whole = heads.head(session, study.name), overviews.study(session, study.name)
        mine = {**vars(head), "configurations": None}
        assert mine.items() <= {**vars(whole), "configurations": None}.items()
        for one, same in zip(head.configurations, whole.configurations, strict=True):
            assert vars(one).items() <= vars(same).items()
        assert (head.cap, head.configurations[0].is_retired) == (2.5, True)

    def test_asks_for_rows_of_the_study_and_its_configurations_alone(self, session):
        study = factories.make_study(session)
        with statements.counted(session.get_bind()) as asked:
            heads.head(session, study.name)
        assert len(asked.statements) == 2

    def test_knows_no_study_of_another_name(self, session):
        with pytest.raises(UnknownStudy, match="nowhere"):
            heads.head(session, "nowhere")
