import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from service.domain import completion
from service.domain.completion import CompletionKind, CompletionRequest, classify
from tests.fakes import programs
from workers import llm, offline, providers
from workers.failures import LLMError, PermanentLLMError, TransientLLMError

SECRET = "sk-a-secret-of-this-endpoint"
ENVIRONMENT_SECRET = "sk-the-environments-own-key"
DEADLINE = 2.0

# litellm's own type declarations, complained about by pydantic at the first call.
pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")


@pytest.fixture(scope="module")
def models() -> Iterator[programs.ModelProgram]:
    with programs.model_program() as program:
        yield program


@pytest.fixture
def reach(models: programs.ModelProgram) -> providers.Providers:
    return providers.Providers(
        {
            "fake": providers.Endpoint(models.api_base, "FAKE_API_KEY", {"X-Team": "research"}),
            "keyless": providers.Endpoint(models.api_base),
            "dead": providers.Endpoint("http://127.0.0.1:9/v1"),
        },
        {"FAKE_API_KEY": SECRET, "OPENAI_API_KEY": ENVIRONMENT_SECRET},
    )


def request(
    model: str = "openai/fine",
    endpoint: str | None = "fake",
    turns: tuple[str, ...] = ("How are you?",),
    **fields,
) -> CompletionRequest:
    values = {
        "completion_id": 1,
        "fence": 1,
        "model": model,
        "endpoint": endpoint,
        "system_prompt": "Be brief.",
        "user_turns": turns,
        "parameters": {"max_tokens": 64},
    }
    return CompletionRequest(**{**values, **fields})


def ask(reach, asked, deadline=DEADLINE):
    async def call():
        try:
            return await llm.complete(asked, reach, deadline)
        finally:
            await llm.close()

    with asyncio.Runner() as runner:
        return runner.run(call())


def failure(reach, asked, deadline=DEADLINE) -> LLMError:
    with pytest.raises(LLMError) as caught:
        ask(reach, asked, deadline)
    return caught.value


class TestComplete:
    def test_returns_text_usage_and_reason(self, reach):
        answer = ask(reach, request(), 20)
        assert answer.turns == ("fine answers turn 2: How are you?",)
        assert (answer.prompt_tokens, answer.completion_tokens) == (12, 7)
        assert answer.finish_reason == "stop"
        assert classify(answer) is CompletionKind.COMPLETE

    def test_asks_turn_by_turn_with_the_history(self, reach, models):
        answer = ask(reach, request("openai/talks", turns=("One?", "Two?", "Three?")))
        assert [turn.split(":")[1] for turn in answer.turns] == [" One?", " Two?", " Three?"]
        assert (answer.prompt_tokens, answer.completion_tokens) == (36, 21)
        seen = models.seen()
        assert seen["calls"]["talks"] == 3
        history = seen["bodies"][-1]["messages"]
        assert [message["role"] for message in history] == [
            "system", "user", "assistant", "user", "assistant", "user",
        ]  # fmt: skip
        assert history[2]["content"] == answer.turns[0]

    def test_sends_the_endpoints_key_headers_and_bounds(self, reach, models):
        ask(reach, request("openai/plain", parameters={"temperature": 0.5}))
        seen = models.seen()
        assert seen["headers"][-1]["x-team"] == "research"
        assert seen["headers"][-1]["authorization"] == f"Bearer {SECRET}"
        assert seen["bodies"][-1]["max_tokens"] == 1024
        assert seen["bodies"][-1]["temperature"] == 0.5

    def test_works_offline_without_key_or_network(self, reach):
        offline.register()
        text = "The river rose. It rained for days. The town stayed dry."
        answer = ask(reach, request("offline/lead", None, (text,)))
        assert answer.turns[0].startswith("The river rose.")

    def test_calls_one_after_the_other_share_a_connection(self, reach, models):
        async def calls():
            try:
                for left in (9.97, 9.42, 9.01):  # what is left of a deadline is never the same
                    await llm.complete(request("openai/again"), reach, left)
            finally:
                await llm.close()

        before = models.seen()["connections"]
        with asyncio.Runner() as runner:
            runner.run(calls())
        # One for the calls, and one for each look at the counts.
        assert models.seen()["connections"] - before == 2

    @pytest.mark.parametrize("endpoint", ["openai", "hosted_vllm"])
    def test_reaches_local_servers_under_either_name(self, reach, endpoint):
        answer = ask(reach, request(f"{endpoint}/local", "keyless"))
        assert answer.turns[0].startswith("local answers")


class TestAnswersOfTheirOwnKind:
    @pytest.mark.parametrize(
        ("model", "kind"),
        [
            ("no-choices", CompletionKind.EMPTY),
            ("null", CompletionKind.EMPTY),
            ("filtered", CompletionKind.FILTERED),
            ("cut-off", CompletionKind.CUT_OFF),
            ("odd-end", CompletionKind.CUT_OFF),
            ("full-window", CompletionKind.CUT_OFF),
            ("only-thinks", CompletionKind.EMPTY),
            ("refused", CompletionKind.REFUSED),
            ("reasoning", CompletionKind.COMPLETE),
            ("zipped", CompletionKind.COMPLETE),
        ],
    )
    def test_is_an_answer_not_an_error(self, reach, model, kind):
        assert classify(ask(reach, request(f"openai/{model}"))) is kind

    def test_drops_the_reasoning_and_says_how_much(self, reach):
        answer = ask(reach, request("openai/reasoning"))
        assert answer.turns == ("Forty-two.",)
        assert answer.details["reasoning_characters"] == 13

    def test_a_conversation_ends_at_an_empty_turn(self, reach, models):
        answer = ask(reach, request("openai/null", turns=("One?", "Two?")))
        assert answer.turns == ("",)

    @pytest.mark.parametrize(
        ("model", "usage"),
        [
            ("no-usage", (None, None)),
            ("negative-usage", (-5, 7)),
            ("huge-usage", (5, 10**9)),
        ],
    )
    def test_passes_usage_on_as_it_is(self, reach, model, usage):
        answer = ask(reach, request(f"openai/{model}"))
        assert (answer.prompt_tokens, answer.completion_tokens) == usage

    def test_a_negative_turn_is_not_hidden_in_a_sum(self):
        assert completion.total([-5, 100]) == -5
        assert completion.total([None, 100]) is None
        assert completion.total([3, 4]) == 7


TRANSIENT = {
    "drip": "timeout",
    "hang": "timeout",
    "busy": "rate_limited",
    "broken": "server_error",
    "cut-body": "connection",
    "reset": "connection",
    "html": "garbled",
    "truncated": "garbled",
    "busy-in-200": "rate_limited",
    "error-in-200": "provider_error",
    "broken-off": "broken_off",
}
PERMANENT = {
    "unauthorized": "unauthorized",
    "echo": "unauthorized",
    "missing": "not_found",
    "refuses-request": "bad_request",
    "no-credit": "no_credit",
    "credit-in-200": "no_credit",
    "huge-body": "too_large",
    "gzip-bomb": "too_large",
    "redirect": "redirected",
}


class TestFaults:
    @pytest.mark.parametrize(
        ("model", "kind", "error_class"),
        [(name, TransientLLMError, code) for name, code in TRANSIENT.items()]
        + [(name, PermanentLLMError, code) for name, code in PERMANENT.items()],
    )
    def test_ends_in_its_class_in_time_after_one_request(
        self, reach, models, model, kind, error_class
    ):
        before = models.seen()["calls"].get(model, 0)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        # Faults that answer at once get time to do so, on a busy machine too.
        deadline = DEADLINE if error_class == "timeout" else 5 * DEADLINE
        error = failure(reach, request(f"openai/{model}"), deadline)
        assert time.monotonic() - started < deadline + 60  # what hangs does so for ever
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 100 * 1024
        assert isinstance(error, kind)
        assert error.error_class == error_class
        assert models.seen()["calls"][model] == before + 1

    def test_a_redirect_is_not_followed(self, reach, models):
        failure(reach, request("openai/redirect"))
        assert models.seen()["redirected"] == 0

    def test_carries_retry_after(self, reach):
        error = failure(reach, request("openai/busy"))
        assert error.retry_after == 17
        assert not error.maybe_paid

    def test_an_error_in_a_good_answer_is_quoted_and_its_wait_kept(self, reach):
        error = failure(reach, request("openai/busy-in-200"))
        assert "Upstream is rate limited" in error.message
        assert (error.retry_after, error.asks_to_wait, error.maybe_paid) == (9, True, False)
        told = failure(reach, request("openai/error-in-200")).message
        assert "The moon is in the way" in told
        assert SECRET not in told

    def test_a_dead_endpoint_is_worth_another_try_and_was_not_paid(self, reach):
        error = failure(reach, request("openai/fine", "dead"))
        assert isinstance(error, TransientLLMError)
        assert error.error_class == "connection"
        assert not error.maybe_paid
        assert "Is it running?" in error.message

    def test_an_echoed_key_is_in_no_message(self, reach):
        error = failure(reach, request("openai/echo"))
        assert SECRET not in str(error) + error.message
        assert "[secret]" in error.message

    def test_a_call_that_ran_out_of_time_is_over(self, reach, models):
        async def call():
            with pytest.raises(TransientLLMError):
                await llm.complete(request("openai/drip"), reach, 0.5)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            return [task for task in left if "acompletion" in repr(task)]

        with asyncio.Runner() as runner:
            assert runner.run(call()) == []


class TestNotSent:
    @pytest.mark.parametrize("parameters", [{}, {"max_tokens": 100}])
    def test_a_model_gets_the_bound_under_the_name_that_it_takes(self, reach, models, parameters):
        answer = ask(reach, request("openai/gpt-5-mini", parameters=parameters), deadline=30.0)
        assert answer.turns[0].startswith("gpt-5-mini answers")
        (sent,) = [one for one in models.seen()["bodies"][-1:] if one["model"] == "gpt-5-mini"]
        assert sent["max_completion_tokens"] == parameters.get("max_tokens", 1024)

    def test_a_parameter_that_the_model_refuses_is_named_and_costs_nothing(self, reach, models):
        before = models.seen()["calls"].get("gpt-5-mini", 0)
        told = failure(reach, request("openai/gpt-5-mini", parameters={"temperature": 0.7}))
        assert isinstance(told, PermanentLLMError)
        assert (told.error_class, told.maybe_paid) == ("bad_request", False)
        assert "temperature=0.7" in told.message
        assert models.seen()["calls"].get("gpt-5-mini", 0) == before

    def test_an_unknown_model_says_how_to_write_one(self, reach):
        error = failure(reach, request("nobodys-model", None))
        assert (type(error), error.error_class) == (PermanentLLMError, "unknown_model")
        assert "provider/name" in error.message
        assert not error.maybe_paid

    @pytest.mark.parametrize("name", ["owl-small", "barn/owl-small"])
    def test_an_unknown_name_at_an_endpoint_is_its_server_s_own(self, reach, models, name):
        answer = ask(reach, request(name))
        assert answer.turns[0].startswith(f"{name} answers")
        assert models.seen()["bodies"][-1]["model"] == name

    def test_an_unknown_offline_model_names_those_there_are(self, reach):
        offline.register()
        error = failure(reach, request("offline/nothing", None))
        assert isinstance(error, PermanentLLMError)
        assert "offline/lead" in error.message

    def test_a_missing_key_names_the_variable(self, reach):
        error = failure(reach, request("anthropic/claude-x", None))
        assert (type(error), error.error_class) == (PermanentLLMError, "missing_key")
        assert "ANTHROPIC_API_KEY" in error.message

    def test_an_undeclared_endpoint_is_named(self, reach):
        error = failure(reach, request("openai/fine", "elsewhere"))
        assert error.error_class == "unknown_endpoint"
        assert "'elsewhere'" in error.message

    @pytest.mark.parametrize("name", ["api_base", "api_key", "mock_response", "num_retries"])
    def test_a_study_cannot_set_where_a_call_goes(self, reach, models, name):
        before = models.seen()["calls"]
        error = failure(reach, request(parameters={name: "http://127.0.0.1:9"}))
        assert error.error_class == "unknown_parameter"
        assert name in error.message
        assert models.seen()["calls"] == before


LEAK_PROBE = """
import asyncio, sys
from workers import llm, providers
from service.domain.completion import CompletionRequest
reach = providers.Providers({"local": providers.Endpoint(sys.argv[1])})
for model in ("openai/a", "hosted_vllm/b", "ollama_chat/c", "anthropic/d", "mistral/e", "groq/f"):
    asked = CompletionRequest(1, 1, model, "local", "", ("Hi",), {"max_tokens": 5})
    try:
        asyncio.run(llm.complete(asked, reach, 10))
    except llm.LLMError:
        pass
"""


class TestKeysOfTheEnvironment:
    def test_never_reach_an_endpoint_of_the_operator(self, models):
        names = ("OPENAI", "ANTHROPIC", "MISTRAL", "GROQ", "HOSTED_VLLM", "OLLAMA")
        keys = {f"{name}_API_KEY": f"{ENVIRONMENT_SECRET}-{name}" for name in names}
        environment = {**os.environ, **keys, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        before = sum(models.seen()["calls"].values())
        subprocess.run(
            [sys.executable, "-c", LEAK_PROBE, models.api_base],
            env=environment, cwd=programs.ROOT, check=True, timeout=120,
        )  # fmt: skip
        seen = models.seen()
        assert sum(seen["calls"].values()) >= before + 4
        assert ENVIRONMENT_SECRET not in json.dumps(seen)

    def test_do_not_follow_an_address_of_the_environment(self, monkeypatch, reach, models):
        for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
            monkeypatch.setenv(name, models.api_base)
        before = models.seen()["calls"]
        # No network here, or a real one that refuses the key: either way, not our server.
        monkeypatch.setattr(socket, "getaddrinfo", _only_this_machine)
        failure(reach, request("openai/astray", None), 2)
        assert models.seen()["calls"] == before


def _only_this_machine(host, *args, **kwargs):
    if host not in ("127.0.0.1", b"127.0.0.1"):
        raise socket.gaierror(socket.EAI_NONAME, "no such host")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", args[0]))]
