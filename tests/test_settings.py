import pytest

from service.settings import Settings, SettingsInvalid


class TestPublicUrl:
    @pytest.mark.parametrize(
        "given", ["https://a.example", "https://a.example/", "http://[::1]:80"]
    )
    def test_is_a_host_and_perhaps_a_port(self, given):
        assert Settings(public_url=given).web_address == given.rstrip("/")

    def test_under_a_path_is_refused_with_a_way_out(self):
        with pytest.raises(SettingsInvalid, match="a host name of its own"):
            Settings.from_environ({"PUBLIC_URL": "https://example.org/evenhand"})
