from service.cli import generating
from tests import factories


def test_generation_stops_goes_on_and_is_tried_again(home, say):
    with home.database.transaction() as session:
        factories.make_study(session, "support")
    assert "support is paused" in say(generating.pause, "support")
    assert "support goes on" in say(generating.resume, "support")
    assert "0 completions are tried again" in say(generating.retry, "support")
    assert "0 completions count as failed" in say(generating.give_up, "support")
    assert "no study called" in say(generating.pause, "none")
