import json

from service.cli.deleting import delete_study
from service.store import models
from tests import factories


class TestDeleteStudy:
    def test_deletes_a_draft_whose_name_is_typed_again_and_no_other(self, home, say):
        with home.database.transaction() as session:
            factories.make_study(session, state="draft", opened_at=None)
        name = "support-replies"
        assert "Type the name" in say(delete_study, name, "--confirm", "other")
        told = json.loads(say(delete_study, name, "--confirm", name, "--json"))
        assert (told["name"], told["prompts"], told["deleted_by"]) == (name, 3, "command line")
        with home.database.reading() as session:
            assert session.query(models.Study).count() == 0
