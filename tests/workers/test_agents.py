import asyncio
import json
import time
from collections.abc import Iterator

import pytest

from service.domain.completion import CompletionKind, CompletionRequest, classify
from service.domain.configuration import Example
from tests.fakes import programs
from workers import agents, providers
from workers.failures import LLMError, PermanentLLMError, TransientLLMError

SECRET = "a-secret-of-this-agent/with+signs"
DEADLINE = 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[programs.ModelProgram]:
    with programs.model_program() as program:
        yield program


def reach(server: programs.ModelProgram, *names: str) -> providers.Providers:
    known = {
        name: providers.Endpoint(
            server.agent(name), "AGENT_API_KEY", {"X-Team": "desk"}, is_agent=True
        )
        for name in names
    }
    known["keyless"] = providers.Endpoint(server.agent("keyless"), is_agent=True)
    known["dead"] = providers.Endpoint("http://127.0.0.1:9/agent", is_agent=True)
    known["models"] = providers.Endpoint(server.api_base)
    return providers.Providers(known, {"AGENT_API_KEY": SECRET, "OPENAI_API_KEY": "sk-other-key"})


def request(name: str, turns: tuple[str, ...] = ("How are you?",), **fields) -> CompletionRequest:
    values = {
        "completion_id": 1,
        "fence": 1,
        "model": f"agent/{name}",
        "endpoint": name,
        "system_prompt": "",
        "user_turns": turns,
        "parameters": {},
    }
    return CompletionRequest(**{**values, **fields})


def ask(server, asked: CompletionRequest, deadline: float = 5 * DEADLINE):
    async def call():
        try:
            return await agents.complete(asked, reach(server, str(asked.endpoint)), deadline)
        finally:
            await agents.close()

    with asyncio.Runner() as runner:
        return runner.run(call())


def failure(server, asked, deadline=5 * DEADLINE) -> LLMError:
    with pytest.raises(LLMError) as caught:
        ask(server, asked, deadline)
    return caught.value


class TestComplete:
    def test_returns_text_trace_and_usage(self, server):
        answer = ask(server, request("fine"))
        assert answer.turns == ("fine answers turn 1: How are you?",)
        assert classify(answer) is CompletionKind.COMPLETE
        assert answer.calls[0].trace == [{"step": 1, "tool": "search", "asked": "How are you?"}]
        assert (answer.prompt_tokens, answer.completion_tokens) == (12, 7)

    def test_sends_the_documented_body_and_the_agents_own_key(self, server):
        example = Example("2 + 2?", "4")
        given = {"parameters": {"temperature": 0.5, "seed": 8}, "system_prompt": "Be brief."}
        ask(server, request("whole", examples=(example,), **given))
        seen = server.seen()
        body = {key: seen["bodies"][-1][key] for key in ("messages", "parameters", "seed")}
        assert body == {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "2 + 2?"},
                {"role": "assistant", "content": "4"},
                {"role": "user", "content": "How are you?"},
            ],
            "parameters": {"temperature": 0.5},
            "seed": 8,
        }
        assert seen["headers"][-1]["authorization"] == f"Bearer {SECRET}"
        assert seen["headers"][-1]["x-team"] == "desk"

    def test_leaves_out_what_is_not_given(self, server):
        ask(server, request("keyless"))
        seen = server.seen()
        assert set(seen["bodies"][-1]) == {"messages", "model", "is_agent"}  # two by the fake
        assert "authorization" not in seen["headers"][-1]

    def test_goes_turn_by_turn_with_the_history(self, server):
        answer = ask(server, request("talks", ("One?", "Two?")))
        assert [turn.rpartition(": ")[2] for turn in answer.turns] == ["One?", "Two?"]
        assert len(answer.calls) == 2
        roles = [message["role"] for message in server.seen()["bodies"][-1]["messages"]]
        assert roles == ["user", "assistant", "user"]

    def test_a_text_is_enough(self, server):
        answer = ask(server, request("bare"))
        assert answer.turns == ("Only a text.",)
        assert (answer.prompt_tokens, answer.calls[0].trace) == (None, None)

    def test_cleans_what_cannot_be_stored_and_what_must_not_be_told(self, server):
        answer = ask(server, request("talkative"))
        assert answer.turns == ("A text.",)
        assert answer.prompt_tokens is None
        trace = answer.calls[0].trace
        assert trace["key"] == "[secret]"
        assert trace["odd"] == "ab?"
        assert trace["not a number"] is None
        assert SECRET not in json.dumps(trace)

    def test_keeps_the_beginning_of_a_long_trace(self, server):
        trace = ask(server, request("long_trace")).calls[0].trace
        assert len(trace["beginning"].encode()) <= agents.MAX_TRACE_BYTES
        assert trace["beginning"].startswith('["step step')
        assert "65,536" in trace["cut"]


TRANSIENT = {
    "drip": "timeout",
    "hang": "timeout",
    "busy": "rate_limited",
    "broken": "server_error",
    "cut_body": "connection",
    "reset": "connection",
    "not_json": "garbled",
    "no_text": "garbled",
    "html": "garbled",
}
PERMANENT = {
    "unauthorized": "unauthorized",
    "refuses_request": "bad_request",
    "huge_body": "too_large",
    "gzip_bomb": "too_large",
    "redirect": "redirected",
}


class TestFaults:
    @pytest.mark.parametrize(
        ("name", "kind", "error_class"),
        [(name, TransientLLMError, code) for name, code in TRANSIENT.items()]
        + [(name, PermanentLLMError, code) for name, code in PERMANENT.items()],
    )
    def test_ends_in_its_class_in_time_after_one_request(self, server, name, kind, error_class):
        started = time.monotonic()
        error = failure(
            server, request(name), DEADLINE if error_class == "timeout" else 5 * DEADLINE
        )
        assert isinstance(error, kind)
        assert error.error_class == error_class
        assert time.monotonic() - started < DEADLINE + 60  # what hangs does so for ever
        assert server.seen()["calls"][name] == 1
        assert server.seen()["redirected"] == 0

    def test_tells_no_secret(self, server):
        error = failure(server, request("echo"))
        assert error.error_class == "unauthorized"
        assert SECRET not in str(error)
        assert "[secret]" in error.message

    def test_a_later_turn_that_fails_may_have_been_paid(self, server):
        first = failure(server, request("unauthorized"))
        later = failure(server, request("once_only", ("One?", "Two?")))
        assert later.error_class == "unauthorized"
        assert (first.maybe_paid, later.maybe_paid) == (False, True)

    def test_turns_out_of_the_store_were_not_paid(self, server):
        answered = ask(server, request("fine")).calls
        asked = request("missing", ("One?", "Two?"), answered=answered)
        assert failure(server, asked).maybe_paid is False

    def test_a_dead_address_was_not_paid(self, server):
        error = failure(server, request("dead"))
        assert (error.error_class, error.maybe_paid) == ("connection", False)


class TestRoute:
    @pytest.mark.parametrize("name", ["nobody", "models"])
    def test_only_a_declared_agent_is_called(self, server, name):
        asked = request(name)

        async def call():
            known = reach(server)
            return await agents.complete(asked, known, DEADLINE)

        with asyncio.Runner() as runner, pytest.raises(PermanentLLMError) as caught:
            runner.run(call())
        assert caught.value.error_class == "unknown_endpoint"
        assert caught.value.maybe_paid is False
