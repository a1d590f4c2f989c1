import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import litellm
import pytest

from service.domain.completion import CompletionRequest
from workers import guarded, llm, providers, transport

pytestmark = pytest.mark.filterwarnings("ignore")

EVERY = sorted(str(each.value) for each in litellm.LlmProviders)
ANSWER = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi."}}
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}


class Answers(BaseHTTPRequestHandler):
    """Answers whatever it is asked, at any address, as OpenAI would, and counts."""

    asked = 0

    def do_POST(self):
        type(self).asked += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - http.server finds it by this name

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()


@pytest.fixture
def looked_up(monkeypatch) -> list[str]:
    """Names of other machines that somebody looked up: all reaching out begins with that."""
    found: list[str] = []
    real = socket.getaddrinfo

    def note(host, *args, **kwargs):
        if host not in ("127.0.0.1", b"127.0.0.1"):
            found.append(str(host))
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", note)
    return found


def seen(provider: str, address: str, looked_up: list[str]) -> tuple[int, int, list[str], str]:
    """Call a model of a provider; return what the guard saw, the server saw, and was looked up."""
    guards: list[transport.Witness] = []
    real_watch = transport.watch

    def watch() -> transport.Witness:
        guards.append(real_watch())
        return guards[-1]

    looked_up.clear()
    before = Answers.asked
    reach = providers.Providers({"here": providers.Endpoint(address)}, {})
    asked = CompletionRequest(1, 1, f"{provider}/a/b", "here", "", ("Hi",), {"max_tokens": 5})
    error = ""

    async def call() -> None:
        try:
            await llm.complete(asked, reach, 10)
        finally:
            await llm.close()

    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr(llm.transport, "watch", watch)
        try:
            runner.run(call())
        except llm.LLMError as failure:
            error = failure.error_class
    through = sum(witness.requests for witness in guards)
    return through, Answers.asked - before, list(looked_up), error


class TestPassing:
    def test_each_provider_of_the_list_calls_through_the_guard_and_nowhere_else(
        self, address, looked_up
    ):
        found = {name: seen(name, address, looked_up) for name in sorted(guarded.PASSING)}
        astray = {name: one for name, one in found.items() if one[:3] != (1, 1, [])}
        assert astray == {}

    def test_every_other_provider_of_litellm_is_refused_uncalled(self, address, looked_up):
        others = [name for name in EVERY if name not in guarded.PASSING]
        found = {name: seen(name, address, looked_up) for name in others}
        assert found == dict.fromkeys(others, (0, 0, [], "unguarded_provider"))

    @pytest.mark.parametrize("model", ["oobabooga/http://evil.example", "huggingface/a/b/c"])
    def test_the_refusal_says_what_to_do(self, model):
        asked = CompletionRequest(1, 1, model, None, "", ("Hi",), {})
        with pytest.raises(llm.PermanentLLMError) as caught, asyncio.Runner() as runner:
            runner.run(llm.complete(asked, providers.Providers({}, {}), 5))
        assert "ENDPOINTS_FILE" in caught.value.message
        assert not caught.value.maybe_paid
