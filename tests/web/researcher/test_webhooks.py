import re

from service.domain import webhook as rules
from service.usecases.sighted import webhooks
from tests import factories


class TestWebhooks:
    def test_are_added_shown_and_withdrawn(self, researcher_pages):
        with researcher_pages.database.transaction() as session:
            name = factories.make_study(session).name
        place = f"studies/{name}/webhooks"
        made = researcher_pages.post(place, address="https://hooks.example/x", event_opened="1")
        with researcher_pages.database.reading() as session:
            (one,) = webhooks.of_study(session, name)
        assert one.events == ("opened",)
        secret = re.search(r'value="([0-9a-f]{64})"', made.text)
        key = researcher_pages.app.extensions["evenhand"].signing_key
        assert secret[1] == rules.secret_of(one.handle, key)
        shown = researcher_pages.page(place)
        assert "https://hooks.example/x" in shown
        assert secret[1] not in shown
        assert "the study opens" in shown
        assert researcher_pages.post(f"{place}/{one.handle}/revoke").status_code == 303
        assert "withdrawn" in researcher_pages.page(place)

    def test_say_what_is_wrong_and_keep_what_was_typed(self, researcher_pages):
        with researcher_pages.database.transaction() as session:
            name = factories.make_study(session).name
        answer = researcher_pages.post(f"studies/{name}/webhooks", address="http://10.0.0.1/a")
        assert answer.status_code == 422
        assert "begins with https://" in answer.text
        assert "http://10.0.0.1/a" in answer.text

    def test_are_not_for_viewers(self, viewer):
        with viewer.database.transaction() as session:
            name = factories.make_study(session).name
        assert viewer.client.get(f"/studio/studies/{name}/webhooks").status_code == 403
