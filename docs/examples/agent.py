"""The smallest agent: takes messages, gives a text and a trace. ``python docs/examples/agent.py``.

It only counts words; put what your agent does into `answer`. Standard library alone.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 9000


def answer(messages: list[dict[str, str]]) -> dict[str, object]:
    """Return what is sent back: `text`, and if you like `trace` (any JSON) and `usage`."""
    asked = messages[-1]["content"]
    words = len(asked.split())
    return {
        "text": f"Thank you for your {words} words. Somebody will look into them today.",
        "trace": [{"step": "count", "words": words}],
    }


class Handler(BaseHTTPRequestHandler):
    """Answers every POST."""

    def do_POST(self) -> None:
        """Read ``{"messages": […], "parameters"?: {…}, "seed"?: 7}`` and answer it."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(answer(asked["messages"])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
