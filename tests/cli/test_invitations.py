import pytest

from service.cli import invitations
from service.database import now
from service.usecases import invites
from tests import factories


@pytest.fixture
def study(home):
    with home.database.transaction() as session:
        return factories.make_study(session)


class TestInvite:
    @pytest.mark.parametrize(("words", "kind"), [((), "personal"), (("--shared",), "shared")])
    def test_prints_a_link_that_lets_somebody_in(self, home, say, study, words, kind):
        link = say(invitations.invite, study.name, *words).strip()
        address, _, token = link.rpartition("/i/")
        assert address == home.settings.web_address
        with home.database.reading() as session:
            opened = invites.open_invite(session, token, now(session), home.key)
        assert (opened.kind, opened.study_title) == (kind, "Support replies")

    def test_knows_no_study_of_another_name(self, home, say):
        assert "no study called 'nowhere'" in say(invitations.invite, "nowhere")
