"""What a prompt asks for, as far as it decides whether a name in the answer is a leak."""

import re
from typing import Final

_SOMEBODY_ELSE: Final = re.compile(
    r"\b(?:write|compose|continue|invent|draft|role-?play|pretend|imagine|act\s+as|story|poem|monologue"
    r"|dialogue|bio(?:graphy)?|cover\s+letter|speech|script|voicemail|profile|in\s+(?:the\s+)?first\s+person"
    r"|introduce\s+yourself\s+as|translate|rewrite|describe\s+your)\b"
    r"|\b(?:schreib|dichte|erfinde|verfass|setze\b.*\bfort|übersetz|geschichte|gedicht|monolog|dialog\b|rolle|ich-form"
    r"|beschreibe\s+deine|stell\s+dir\s+vor)"
    r"|\b(?:escrib|redact|invent|continúa|traduc|cuento|poema|monólogo|diálogo|primera\s+persona|imagina|actúa\s+como"
    r"|describe\s+tu)"
    r"|書いて|訳して|翻訳|物語|詩|独白|会話|演じ|一人称|なりきっ"
    r"|써\s*(?:주|줘|봐)|번역|이야기|시를|독백|대화를|역할|1인칭|지어"
)
_ABOUT_MODELS: Final = re.compile(
    r"\b(?:ai|llms?|language\s+models?|chat\s?bots?|gpt|ki|sprachmodelle?|ia|modelos?\s+de\s+lenguaje|machine\s+learning"
    r"|open\s+model)\b|\bki-|言語モデル|人工知能|ai|인공지능|언어\s*모델|챗봇"
)
_QUOTED: Final = re.compile(
    r"“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,400}」|『[^』\n]{1,400}』|\"[^\"\n]{1,400}\""
)
_RATERS: Final = re.compile(
    r"\b(?:raters?|evaluators?|annotators?|graders?|judges?|reviewers?|gutachter\w*|bewerter\w*|prüfer\w*|evaluador\w*"
    r"|jue(?:z|ces)|revisor\w*)\b|評価者|採点者|審査員|평가자|채점자|심사위원"
)
_LETTERED: Final = re.compile(
    r"\b[ab]\b(?:\s*(?:,|or|and|oder|und|o|y|bis|to|から|부터)\s*)?.{0,8}\b[bcd]\b|[AＡ]から|A부터"
)
_MOST_OF: Final = 0.8


def is_for_somebody_else(prompt: str) -> bool:
    """Say whether the folded prompt asks for another's words, so that "I" is not the model."""
    return _SOMEBODY_ELSE.search(prompt) is not None


def is_about_models(prompt: str) -> bool:
    """Say whether the folded prompt is itself about language models."""
    return _ABOUT_MODELS.search(prompt) is not None


def speaks_of_raters(prompt: str) -> bool:
    """Say whether the folded prompt is itself about raters, or about options with letters."""
    return _RATERS.search(prompt) is not None or _LETTERED.search(prompt) is not None


def quoted_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Give the spans of the text that stand between quotation marks, unless that is nearly all."""
    spans = tuple(found.span() for found in _QUOTED.finditer(text))
    return () if any(end - start > _MOST_OF * len(text) for start, end in spans) else spans
