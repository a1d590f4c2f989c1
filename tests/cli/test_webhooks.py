from service.cli import webhooks
from service.domain import webhook as rules
from tests import factories


def test_webhooks_are_made_listed_and_withdrawn(home, say):
    with home.database.transaction() as session:
        factories.make_study(session, "support")
    assert "There are no webhooks" in say(webhooks.hooks, "list", "support")
    said = say(
        webhooks.hooks, "add", "support", "https://hooks.example/x", "--event", "opened"
    ).split()
    handle = said[said.index("Webhook") + 1].rstrip(":")
    assert said[0] == rules.secret_of(handle, home.key)
    shown = say(webhooks.hooks, "list", "support")
    assert "https://hooks.example/x" in shown
    assert said[0] not in shown
    assert "is withdrawn" in say(webhooks.hooks, "revoke", "support", handle)
    assert "withdrawn" in say(webhooks.hooks, "list", "support")
    assert "https://" in say(webhooks.hooks, "add", "support", "http://hooks.example")
