"""An OpenAI-compatible server, and agents, with faults, run as a program of its own.

``python tests/fakes/openai_server.py --port 0 --latency 0.2`` prints its port on the first
line. The fault is chosen by the model's name (``drip``, ``hang`` …); any other name answers.
A POST to ``/agent/NAME`` is answered as an agent does, and the name chooses the fault.
``GET /counts`` tells how many calls each model got and which keys it saw.
"""

import argparse
import asyncio
import contextlib
import gzip
import itertools
import json
import re
import socket
import struct
import sys
import zlib
from collections import Counter
from typing import Any

CHUNK = b" " * 65536
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
USAGE = {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19}


class Ledger:
    """What the server saw."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.keys: Counter[str] = Counter()
        self.redirected = 0
        self.connections = 0
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.prompts: Counter[str] = Counter()


def completion(model: str, content: Any, **changes: Any) -> bytes:
    message = {"role": "assistant", "content": content, **changes.pop("message", {})}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": changes.pop("finish_reason", "stop"),
            }
        ],
        "usage": USAGE,
    }
    body.update(changes)
    return json.dumps({k: v for k, v in body.items() if v is not None}).encode()


def error(text: str, code: str | None = None) -> bytes:
    return json.dumps({"error": {"message": text, "type": "x", "code": code}}).encode()


def respond(status: str, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    )
    return head.encode() + body


class Server:
    """Answers chat completions, well or badly."""

    def __init__(self, latency: float, size: int, take: int = 0, window: float = 1.0) -> None:
        self.latency = latency
        self.size = size
        self.take = take
        self.window = window
        self.taken: list[float] = []
        self.ledger = Ledger()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ledger.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self.one_request(reader, writer):
                pass
        with contextlib.suppress(ConnectionError):
            writer.close()

    async def one_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:] if line)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        if method == "GET":
            writer.write(respond("200 OK", self.report(path)))
            await writer.drain()
            return True
        body = json.loads(raw)
        if path.startswith("/agent/"):
            body |= {"model": path.removeprefix("/agent/"), "is_agent": True}
        model = str(body["model"])
        self.ledger.calls[model] += 1
        self.ledger.keys[headers.get("authorization", headers.get("x-api-key", ""))] += 1
        self.ledger.bodies = [*self.ledger.bodies[-19:], body]
        self.ledger.headers = [*self.ledger.headers[-19:], headers]
        self.ledger.prompts[str(body.get("messages", [{}])[-1].get("content"))[:200]] += 1
        if path.startswith("/elsewhere"):
            self.ledger.redirected += 1
        if not self.takes_one_more():
            return await self.fault_busy_without_a_word(writer)
        await asyncio.sleep(self.latency)
        fault = getattr(self, "fault_" + model.replace("-", "_"), None)
        if fault is None:
            writer.write(respond("200 OK", self.answer(body)))
            await writer.drain()
            return True
        return bool(await fault(writer, headers, body))

    def takes_one_more(self) -> bool:
        """Whether fewer than `take` requests came in the window that ends now."""
        now = asyncio.get_running_loop().time()
        self.taken = [at for at in self.taken if at > now - self.window]
        if self.take and len(self.taken) >= self.take:
            return False
        self.taken.append(now)
        return True

    async def fault_busy_without_a_word(self, writer: asyncio.StreamWriter) -> bool:
        writer.write(respond("429 Too Many Requests", error("Rate limit reached")))
        await writer.drain()
        return True

    def report(self, path: str) -> bytes:
        if path.startswith("/counts"):
            return json.dumps(vars(self.ledger)).encode()
        return b"{}"

    def answer(self, body: dict[str, Any]) -> bytes:
        last = body["messages"][-1]["content"]
        if str(body["model"]).startswith("judge-"):
            return completion(body["model"], judged(body["model"], last))
        if body["model"] == "proposes":
            return completion(body["model"], proposed(body["messages"][0]["content"], last))
        text = f"{body['model']} answers turn {len(body['messages'])}: {last}"
        filler = itertools.cycle("A plain sentence about nothing in particular. ")
        text += "".join(itertools.islice(filler, max(0, self.size - len(text))))
        if body.get("is_agent"):
            trace = [{"step": 1, "tool": "search", "asked": last}]
            return json.dumps({"text": text, "trace": trace, "usage": USAGE}).encode()
        return completion(body["model"], text)

    async def fault_drip(self, writer: asyncio.StreamWriter, *_: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.2)

    async def fault_hang(self, *_: Any) -> None:
        await asyncio.sleep(3600)

    async def fault_slow(self, writer: asyncio.StreamWriter, _headers: Any, body: Any) -> bool:
        await asyncio.sleep(1.0)
        writer.write(respond("200 OK", self.answer(body)))
        await writer.drain()
        return True

    async def fault_busy(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        body = error("Rate limit reached")
        writer.write(respond("429 Too Many Requests", body, extra="Retry-After: 17\r\n"))
        await writer.drain()
        return True

    async def fault_no_credit(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        writer.write(respond("429 Too Many Requests", error("No quota", "insufficient_quota")))
        await writer.drain()
        return True

    async def fault_broken(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        writer.write(respond("500 Internal Server Error", error("boom")))
        await writer.drain()
        return True

    async def fault_flaky(self, writer: asyncio.StreamWriter, _headers: Any, body: Any) -> bool:
        if self.ledger.calls["flaky"] % 2:
            return await self.fault_broken(writer)
        writer.write(respond("200 OK", self.answer(body)))
        await writer.drain()
        return True

    async def fault_unauthorized(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        writer.write(respond("401 Unauthorized", error("Incorrect API key provided")))
        await writer.drain()
        return True

    async def fault_once_only(self, writer: asyncio.StreamWriter, _h: Any, body: Any) -> bool:
        if self.ledger.calls["once_only"] > 1:
            return await self.fault_unauthorized(writer)
        return await self._send(writer, self.answer(body))

    async def fault_echo(self, writer: asyncio.StreamWriter, headers: Any, _body: Any) -> bool:
        key = headers.get("authorization", "")
        writer.write(respond("401 Unauthorized", error(f"Your key {key} is wrong: {key}")))
        await writer.drain()
        return True

    async def fault_missing(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        writer.write(respond("404 Not Found", error("The model does not exist")))
        await writer.drain()
        return True

    async def fault_gpt_5_mini(self, writer: Any, headers: Any, body: Any) -> bool:
        """Take neither a temperature nor the older name of the bound, as newer models do."""
        refused = "max_tokens" in body or body.get("temperature", 1) != 1
        text = "Unsupported parameter: it is not supported with this model."
        status = "400 Bad Request" if refused else "200 OK"
        answered = error(text, "unsupported_parameter") if refused else self.answer(body)
        writer.write(respond(status, answered))
        await writer.drain()
        return True

    async def fault_refuses_request(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        writer.write(respond("400 Bad Request", error("temperature must be below 2")))
        await writer.drain()
        return True

    async def fault_html(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        page = b"<html><body>Welcome to the hotel Wi-Fi</body></html>"
        writer.write(respond("200 OK", page, "text/html"))
        await writer.drain()
        return True

    async def fault_truncated(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        writer.write(respond("200 OK", completion("truncated", "a text")[:60]))
        await writer.drain()
        return True

    async def fault_cut_body(self, writer: asyncio.StreamWriter, *_: Any) -> None:
        whole = respond("200 OK", completion("cut", "a text"))
        writer.write(whole[:-40])
        await writer.drain()

    async def fault_reset(self, writer: asyncio.StreamWriter, *_: Any) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def _send(self, writer: asyncio.StreamWriter, body: bytes) -> bool:
        writer.write(respond("200 OK", body))
        await writer.drain()
        return True

    async def fault_no_choices(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "", choices=[]))

    async def fault_null(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", None))

    async def fault_filtered(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "", finish_reason="content_filter"))

    async def fault_cut_off(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "Half a sen", finish_reason="length"))

    async def fault_refused(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        message = {"refusal": "I cannot help with that."}
        return await self._send(writer, completion("m", None, message=message))

    async def fault_busy_in_200(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        told = {"error": {"message": "Upstream is rate limited, retry in 9s", "code": 429}}
        return await self._send(writer, json.dumps(told).encode())

    async def fault_credit_in_200(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, error("Insufficient credits. Add more"))

    async def fault_error_in_200(self, writer: asyncio.StreamWriter, headers: Any, _b: Any) -> bool:
        key = headers.get("authorization", "")
        return await self._send(writer, error(f"The moon is in the way of {key}"))

    async def fault_broken_off(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "Half a sen", finish_reason="error"))

    async def fault_odd_end(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "Half a sen", finish_reason="paused"))

    async def fault_full_window(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        reason = "model_context_window_exceeded"
        return await self._send(writer, completion("m", "Half a sen", finish_reason=reason))

    async def fault_only_thinks(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        message = {"reasoning_content": "Let me think for very long"}
        body = completion("m", "", finish_reason="length", message=message)
        return await self._send(writer, body)

    async def fault_odd_signs(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "a\0b\ud800c"))

    async def fault_reasoning(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        message = {"reasoning_content": "Let me think."}
        return await self._send(writer, completion("m", "Forty-two.", message=message))

    async def fault_no_usage(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, completion("m", "A text.", usage=None))

    async def fault_negative_usage(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        usage = {"prompt_tokens": -5, "completion_tokens": 7, "total_tokens": 2}
        return await self._send(writer, completion("m", "A text.", usage=usage))

    async def fault_huge_usage(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        usage = {"prompt_tokens": 5, "completion_tokens": 10**9, "total_tokens": 10**9 + 5}
        return await self._send(writer, completion("m", "A text.", usage=usage))

    async def fault_huge_body(self, writer: asyncio.StreamWriter, *_: Any) -> None:
        length = 300 * 1024 * 1024
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % length
        )
        for _chunk in range(length // len(CHUNK)):
            writer.write(CHUNK)
            await writer.drain()

    async def fault_gzip_bomb(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        megabyte = packer.compress(CHUNK * 16) + packer.flush(zlib.Z_FULL_FLUSH)
        body = GZIP_HEAD + megabyte * 300
        writer.write(respond("200 OK", body, extra="Content-Encoding: gzip\r\n"))
        await writer.drain()
        return True

    async def fault_zipped(self, writer: asyncio.StreamWriter, _headers: Any, body: Any) -> bool:
        packed = gzip.compress(self.answer(body))
        writer.write(respond("200 OK", packed, extra="Content-Encoding: gzip\r\n"))
        await writer.drain()
        return True

    async def fault_not_json(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, b"I would rather talk than send JSON.")

    async def fault_no_text(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, json.dumps({"text": ["a", "list"]}).encode())

    async def fault_bare(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        return await self._send(writer, json.dumps({"text": "Only a text."}).encode())

    async def fault_talkative(self, writer: asyncio.StreamWriter, headers: Any, _body: Any) -> bool:
        trace = {
            "key": headers.get("authorization", ""),
            "deep": json.loads("[" * 60 + "]" * 60),
            "odd": "a\0b\ud800",
            "not a number": float("nan"),
        }
        body = {"text": "A\0 text.", "trace": trace, "usage": {"prompt_tokens": "many"}}
        return await self._send(writer, json.dumps(body).encode())

    async def fault_long_trace(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        body = {"text": "A text.", "trace": ["step " * 10] * 20_000}
        return await self._send(writer, json.dumps(body).encode())

    async def fault_redirect(self, writer: asyncio.StreamWriter, *_: Any) -> bool:
        place = "Location: /elsewhere/v1/chat/completions\r\n"
        writer.write(respond("307 Temporary Redirect", b"", extra=place))
        await writer.drain()
        return True


def judged(model: str, question: str) -> str:
    """Return what a judge says of two texts between marks; its name says how it judges."""
    said = {
        "judge-nonsense": "Both answers have their charm, A and B alike!",
        "judge-refuses": "I'm sorry, but I can't help with that.",
        "judge-first": '{"reason": "It came first.", "a": 4, "b": 3, "verdict": "A"}',
    }
    if model in said:
        return said[model]
    texts = re.findall(
        r"<<<answer [AB] (\w+)>>>\n(.*?)\n<<<end of answer [AB] \1>>>", question, re.DOTALL
    )
    a, b = (len(text) for _, text in texts)
    verdict = "tie" if a == b else "A" if a > b else "B"
    grades = {"A": (5, 2), "B": (2, 5), "tie": (3, 3)}[verdict]
    reason = "The longer text says more."
    return json.dumps({"reason": reason, "a": grades[0], "b": grades[1], "verdict": verdict})


def proposed(told: str, passage: str) -> str:
    """Return as many prompts about a passage as were asked for, as a JSON list."""
    words = re.findall(r"[A-Za-z]{3,}", passage) or ["nothing"]
    number = int(re.search(r"exactly (\d+) prompts", told)[1])
    asked = [f"What is {words[at % len(words)]}, {at} times {words[0]}?" for at in range(number)]
    return json.dumps([{"prompt": each, "tags": [words[0].lower()]} for each in asked])


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--size", type=int, default=0, help="bytes of an ordinary answer")
    parser.add_argument("--take", type=int, default=0, help="requests that it takes in a window")
    parser.add_argument("--window", type=float, default=1.0, help="seconds of a window")
    options = parser.parse_args()
    fake = Server(options.latency, options.size, options.take, options.window)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", options.port, limit=8 << 20)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
