import base64
from pathlib import Path

import pytest

from service.domain.rate_limit import Limit, RateLimitInvalid
from workers import providers
from workers.providers import Endpoint, EndpointsInvalid, EndpointUnknown, KeyMissing, Providers

KEY = "sk-proj-0123456789abcdef"


class TestRoute:
    def test_a_plain_provider_gets_its_own_key_and_address(self):
        reach = Providers({}, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://elsewhere"})
        route = reach.route("openai", None)
        assert (route.api_key, route.api_base) == (KEY, "https://api.openai.com/v1")

    def test_an_endpoint_without_key_gets_a_dummy_and_never_the_environments(self):
        reach = Providers({"local": Endpoint("http://127.0.0.1:1/v1")}, {"OPENAI_API_KEY": KEY})
        assert reach.route("openai", "local").api_key == providers.DUMMY_KEY

    def test_an_endpoint_gets_the_key_declared_for_it(self):
        reach = Providers(
            {"lab": Endpoint("http://lab/v1", "LAB_API_KEY")}, {"LAB_API_KEY": "lab-key"}
        )
        assert reach.route("openai", "lab").api_key == "lab-key"

    def test_a_declared_key_that_is_not_set_is_named(self):
        reach = Providers({"lab": Endpoint("http://lab/v1", "LAB_API_KEY")}, {})
        with pytest.raises(KeyMissing, match="LAB_API_KEY"):
            reach.route("openai", "lab")

    @pytest.mark.parametrize(
        ("provider", "variable"),
        [
            ("openai", "OPENAI_API_KEY"),
            ("anthropic", "ANTHROPIC_API_KEY"),
            ("together_ai", "TOGETHERAI_API_KEY"),
            ("fireworks_ai", "FIREWORKS_AI_API_KEY"),
        ],
    )
    def test_a_missing_key_names_its_variable(self, provider, variable):
        with pytest.raises(KeyMissing, match=variable):
            Providers({}, {}).route(provider, None)

    def test_an_undeclared_endpoint_lists_those_there_are(self):
        with pytest.raises(EndpointUnknown, match="lab"):
            Providers({"lab": Endpoint("http://lab")}, {}).route("openai", "other")

    def test_a_local_server_by_default_address_needs_no_key(self):
        route = Providers({}, {"OLLAMA_API_KEY": KEY}).route("ollama", None)
        assert (route.api_base, route.api_key) == ("http://localhost:11434", providers.DUMMY_KEY)

    def test_an_agent_is_no_model_and_a_model_no_agent(self):
        agent = Endpoint("http://desk/answer", is_agent=True)
        reach = Providers({"desk": agent, "lab": Endpoint("http://lab/v1")}, {})
        assert reach.agent_route("desk").api_base == "http://desk/answer"
        assert reach.agent_route("desk").api_key == providers.DUMMY_KEY
        with pytest.raises(EndpointUnknown, match="write `agent: desk`"):
            reach.route("openai", "desk")
        with pytest.raises(EndpointUnknown, match="lab is no agent"):
            reach.agent_route("lab")

    def test_shows_no_key_when_printed(self):
        reach = Providers({"lab": Endpoint("http://lab", "LAB_API_KEY")}, {"LAB_API_KEY": KEY})
        assert KEY not in repr(reach) + repr(reach.route("openai", "lab"))


class TestRateLimitName:
    def test_is_the_endpoint_else_the_provider(self):
        reach = Providers()
        assert (
            reach.rate_limit_name("openai/a", None)
            == reach.rate_limit_name("openai/b", None)
            == "openai"
        )
        assert reach.rate_limit_name("openai/a", "lab") != reach.rate_limit_name("openai/a", None)


class TestLoad:
    def test_reads_names_addresses_keys_and_headers(self, tmp_path: Path):
        path = tmp_path / "endpoints.yaml"
        path.write_text(
            "lab:\n  api_base: http://lab:8000/v1/\n  key_env: LAB_API_KEY\n"
            "  headers: {X-Team: research}\nplain:\n  api_base: https://plain\n"
        )
        reach = providers.load(path)
        assert reach.endpoints == {
            "lab": Endpoint("http://lab:8000/v1", "LAB_API_KEY", {"X-Team": "research"}),
            "plain": Endpoint("https://plain"),
        }

    def test_reads_agents_with_their_whole_address(self, tmp_path: Path):
        path = tmp_path / "endpoints.yaml"
        path.write_text("desk: {agent: 'https://desk.example.org/answer/'}\n")
        (made,) = providers.load(path).endpoints.values()
        assert (made.api_base, made.is_agent) == ("https://desk.example.org/answer/", True)

    def test_without_a_file_there_are_none(self):
        assert providers.load(None).endpoints == {}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("- a list", "must be a mapping"),
            ("lab: http://lab", "Endpoint lab: give api_base"),
            ("lab: {api_base: lab}", "Endpoint lab: api_base must begin"),
            ("lab: {api_base: http://lab, key_env: DATABASE_URL}", "must end in _API_KEY"),
            ("lab: {api_base: http://lab, key: x}", "Endpoint lab"),
            ("lab: {api_base: http://lab, headers: x}", "headers must be"),
            ("desk: {agent: desk.example.org}", "Endpoint desk: agent must begin"),
            ("desk: {agent: http://a, api_base: http://b}", "give either api_base"),
            ("desk: {key_env: DESK_API_KEY}", "give either api_base"),
            ("{", "cannot be read"),
        ],
    )
    def test_says_which_entry_is_wrong(self, tmp_path: Path, text, message):
        path = tmp_path / "endpoints.yaml"
        path.write_text(text)
        with pytest.raises(EndpointsInvalid, match=message):
            providers.load(path)

    def test_says_that_the_file_is_not_there(self, tmp_path: Path):
        with pytest.raises(EndpointsInvalid, match="cannot be read"):
            providers.load(tmp_path / "missing.yaml")


class TestScrub:
    @pytest.mark.parametrize(
        "text",
        [
            f"your key {KEY} is wrong",
            f"Authorization: Bearer {KEY}",
            f"basic {base64.b64encode(KEY.encode()).decode()}",
            f"{KEY}{KEY}",
            f"{'x' * 190}{KEY}",
        ],
    )
    def test_leaves_no_secret(self, text):
        clean = providers.scrub(text, [KEY])
        assert KEY not in clean
        assert KEY[:12] not in clean

    @pytest.mark.parametrize(
        "text", ["sk-ant-abcdefghijkl", "hf_abcdefghijkl", "AIzaSyA1234567890abcdefghijk"]
    )
    def test_knows_the_shapes_of_keys_it_was_not_told(self, text):
        assert providers.scrub(f"bad key {text}!") == "bad key [secret]!"

    def test_is_one_line_of_at_most_200_characters(self):
        clean = providers.scrub("a\nb\x00\x1b[31m" + "c" * 900)
        assert len(clean) == 200
        assert clean.startswith("a b")
        assert clean.isprintable()

    def test_leaves_plain_text_alone(self):
        assert providers.scrub("The model is overloaded.", [KEY]) == "The model is overloaded."


class TestLimits:
    def test_come_from_the_setting_and_from_endpoints(self, tmp_path):
        file = tmp_path / "endpoints.yaml"
        file.write_text(
            "lab:\n  api_base: http://x\n  requests_per_minute: 60\n  tokens_per_minute: 9000\n"
            "free:\n  api_base: http://y\n"
        )
        assert providers.load(file, {}, "openai=500").limits == {
            "openai": Limit(500, None),
            "endpoint lab": Limit(60, 9000),
        }

    @pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "true"])
    def test_that_cannot_be_read_are_refused(self, tmp_path, value):
        file = tmp_path / "endpoints.yaml"
        file.write_text(f"lab:\n  api_base: http://x\n  requests_per_minute: {value}\n")
        with pytest.raises(RateLimitInvalid):
            providers.load(file, {})
