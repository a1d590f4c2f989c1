import hashlib
import hmac

import pytest

from service.domain import webhook
from service.domain.webhook import AddressRefused, Event
from service.errors import Invalid


class TestCheckAddress:
    @pytest.mark.parametrize(
        "address",
        [
            "", "hooks.example", "ftp://hooks.example/", "http://hooks.example/", "https://",
            "https://ada:secret@hooks.example/", "https://hooks.example/#x", "https://a b/",
            "https://hooks.example:0/", "https://hooks.example:99999/", "https://[::1",
            "https://hooks.example/" + "a" * webhook.MOST_ADDRESS, "https://höoks.example/",
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_be_told_anything(self, address):
        with pytest.raises(AddressRefused):
            webhook.check_address(address, may_be_private=False)

    def test_takes_https_and_http_where_that_is_allowed(self):
        webhook.check_address("https://hooks.example/a?b=c", may_be_private=False)
        webhook.check_address("http://10.0.0.1:8080/", may_be_private=True)


class TestEventsOf:
    def test_are_all_of_them_where_none_is_named(self):
        assert webhook.events_of([]) == list(Event)
        assert webhook.events_of(["decided", "opened", "decided"]) == ["opened", "decided"]
        with pytest.raises(Invalid, match="no event frozen"):
            webhook.events_of(["frozen"])


class TestSignature:
    def test_is_what_the_receiver_computes(self):
        secret = webhook.secret_of("ab12", "key")
        made = hmac.new(secret.encode(), b"17.{}", hashlib.sha256).hexdigest()
        assert webhook.signature(secret, 17, "{}") == f"t=17,v1={made}"

    def test_secrets_follow_from_handle_and_key(self):
        made = {webhook.secret_of(*each) for each in (("a", "k"), ("b", "k"), ("a", "l"))}
        assert len(made) == 3
