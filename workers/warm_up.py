"""One real call to a throw-away server, and one answer made fit to show: work-horses start warm.

The first call through litellm costs 0.4 s of lazy imports, the first look for leaks 0.15 s of
compiling patterns; a worker that has done both before it forks spares each of its children that.
"""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from service.domain.completion import CompletionRequest
from service.domain.study import LeakPolicy, RenderMode
from service.usecases.sighted.generation import publishing
from workers import llm, providers

_SECONDS = 10.0
_ANSWER = json.dumps(
    {
        "id": "warm-up",
        "object": "chat.completion",
        "created": 0,
        "model": "warm-up",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "Warm."},
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
).encode()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(_ANSWER)))
        self.end_headers()
        self.wfile.write(_ANSWER)

    def log_message(self, *_: object) -> None:
        """Log nothing: this server lives for one call."""


def call_once() -> None:
    """Make one completion against a server of our own, and leave nothing running."""
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            asyncio.run(_call(server.server_address[1]))
        finally:
            server.shutdown()


def prepare_once() -> None:
    """Make one answer fit to show, which stands in no study."""
    publishing.prepare(
        publishing.Recorded(
            completion_id=0,
            prompt_id=0,
            turns=("Warm.",),
            names=(),
            system_prompt="",
            prompt_text="",
            render_mode=RenderMode.FULL,
            leak_policy=LeakPolicy.REPORT,
        )
    )


async def _call(port: int) -> None:
    reach = providers.Providers({"warm-up": providers.Endpoint(f"http://127.0.0.1:{port}/v1")}, {})
    request = CompletionRequest(
        completion_id=0,
        fence=0,
        model="openai/warm-up",
        endpoint="warm-up",
        system_prompt="",
        user_turns=("Hello",),
        parameters={"max_tokens": 1},
    )
    await llm.complete(request, reach, _SECONDS)
    await llm.close()
