from service.domain import webhook as rules
from service.domain.webhook import Event
from service.store import models
from service.usecases.sighted import webhooks
from tests import factories


class TestWebhooks:
    def test_are_made_with_a_secret_that_lists_do_not_show(self, researcher, viewer):
        researcher.study()
        made = researcher.post("webhooks", {"address": "https://hooks.example/x"})
        assert made.status_code == 201
        assert made.json["secret"] == rules.secret_of(made.json["handle"], factories.KEY)
        assert made.json["events"] == list(Event)
        (listed,) = researcher.of_study("webhooks")["items"]
        assert "secret" not in listed
        assert viewer.get("studies/support-replies/webhooks").status_code == 403

    def test_say_what_came_of_each_message_and_are_withdrawn(self, researcher):
        study = researcher.study()
        handle = researcher.post("webhooks", {"address": "https://hooks.example/x"}).json["handle"]
        with researcher.database.transaction() as session:
            row = session.get_one(models.Study, study.id)
            webhooks.happened(session, row, Event.OPENED, "opened", factories.MOMENT)
        (told,) = researcher.of_study("deliveries")["items"]
        assert (told["handle"], told["event"], told["state"]) == (handle, "opened", "waiting")
        gone = researcher.ask("DELETE", f"studies/support-replies/webhooks/{handle}")
        assert gone.status_code == 204
        assert researcher.of_study("webhooks")["items"][0]["revoked_at"]

    def test_refuse_what_is_no_address(self, researcher):
        researcher.study()
        refused = researcher.post("webhooks", {"address": "http://10.0.0.1/"})
        assert refused.status_code == 422
        assert "https://" in refused.json["detail"]
