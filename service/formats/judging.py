"""Whether a verdict in a file is a model's: by what its row says, or by who is named for it."""

import re

from service.formats import columns
from service.formats.columns import Values

# Shapes write it where a tool says that a model judged.
COLUMN, MODEL = "rater_kind", "model"
_KINDS = frozenset((MODEL, "llm", "llm_judge", "ai", "machine", "auto", "automatic"))
_OF_KIND = (COLUMN, "judge_kind", "judge_type", "annotator_type", "source_type")
# Nobody is called so.
_SURELY = re.compile(
    r"(chat)?gpt[\d._a-z]*|llama[\d.]*|mixtral|qwen[\d.]*|deepseek|llm|alpacaeval|pandalm|autoj"
    r"|prometheus|o[1345]"
)
# People bear these names too: a number or a model's second name stands beside a model's.
_PERHAPS = frozenset(
    ("claude", "gemini", "gemma", "mistral", "nova", "phi", "yi", "grok", "command", "palm")
)
_SECOND = frozenset(
    (
        *("opus", "sonnet", "haiku", "pro", "flash", "ultra", "mini", "large", "small", "medium"),
        *("instruct", "chat", "turbo", "judge", "pair", "single", "preview", "latest", "r"),
    )
)
_PARTS = re.compile(r"[^\W_]+(?:\.\d+)*")
_HAS_DIGIT = re.compile(r"\d")
_MOST_PARTS = 20


def is_by_model(values: Values, who: str) -> bool:
    """Tell whether a row (by `columns.by_plain_name`) holds a model's verdict."""
    told = columns.pick(values, _OF_KIND)
    if isinstance(told, str):
        return columns.plain(told) in _KINDS
    return is_model(who)


def is_model(who: str) -> bool:
    """Tell whether who is named for a verdict is a model, such as ``gpt4_pair``."""
    parts = _PARTS.findall(who[: columns.MAX_NAME].casefold())[:_MOST_PARTS]
    if any(_SURELY.fullmatch(part) for part in parts) or "alpaca_eval" in who.casefold():
        return True
    has_more = any(_HAS_DIGIT.search(part) or part in _SECOND for part in parts)
    return has_more and not _PERHAPS.isdisjoint(parts)
