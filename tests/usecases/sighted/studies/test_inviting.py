import pytest

from service.errors import Invalid
from service.usecases import invites
from service.usecases.sighted.studies import inviting
from tests import factories
from tests.factories import later

KEY = "k" * 32


@pytest.fixture
def study(session):
    factories.make_study(session, "noise")
    return factories.make_study(session)


def names(session, study):
    return [each.label for each in reversed(invites.of_study(session, study.name, KEY))]


class TestMakeMany:
    def test_makes_one_for_each_line_and_takes_the_first_cell(self, session, study):
        pasted = 'Ada\r\n\r\n  Ben \n"Cy Twombly"\tpaints\nAda\n'
        done = inviting.make_many(session, study.name, pasted, later(0), KEY)
        assert [each.label for each in done.made] == ["Ada", "Ben", "Cy Twombly"]
        assert {each.kind for each in done.made} == {"personal"}
        assert len({each.link_token for each in done.made}) == 3
        assert names(session, study) == ["Ada", "Ben", "Cy Twombly"]

    def test_pasted_again_makes_only_what_is_new(self, session, study):
        first = inviting.make_many(session, study.name, "Ada\nBen", later(0), KEY, days=7)
        invites.revoke(session, study.name, first.made[0].handle, later(1))
        done = inviting.make_many(session, study.name, "Ada\nBen\nCy", later(2), KEY)
        assert ([each.label for each in done.made], done.known) == (["Ada", "Cy"], 1)
        late = later(8 * 24 * 60)
        assert inviting.make_many(session, study.name, "Ben", late, KEY).known == 0

    @pytest.mark.parametrize(
        ("pasted", "says"),
        [
            (" \n\t\n", "no name"),
            ("Ada\n" + "x" * 81, "Line 2 is longer than 80"),
            ("\n".join(f"R{n}" for n in range(201)), "These are 201 names"),
        ],
    )
    def test_refuses_what_is_no_column_of_names(self, session, study, pasted, says):
        with pytest.raises(Invalid, match=says):
            inviting.make_many(session, study.name, pasted, later(0), KEY)
        assert names(session, study) == []
