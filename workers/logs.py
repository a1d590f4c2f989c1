"""How the programs beside the web tier log: a plain line each, the level where it matters."""

import logging
import sys

# Libraries that log what is ordinary, or what would tell texts and addresses.
_NOISY = ("LiteLLM", "httpx", "httpcore", "openai", "rq.worker", "asyncio")


class _PlainLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line if record.levelno == logging.INFO else f"{record.levelname} {line}"


def begin(level: str) -> None:
    """Log to standard output from `level` on; whoever runs the program adds the time."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_PlainLine())
    logging.basicConfig(level=level, handlers=[handler])
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
