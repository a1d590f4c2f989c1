"""What a prompt asks for, as far as it decides whether a name in the answer is a leak."""

import re
from typing import Final

# Kinds of text and of play in which "I" is a figure. Not bare verbs: a function is written, too.
_SOMEBODY_ELSE: Final = re.compile(
    r"\b(?:stor(?:y|ies)|tale|novel|scene|poem|song|lyrics|monologue|dialogue|bio|biograph\w+|cover\s+letter|letter"
    r"|speech|voicemail|profile|audio\s+guide|blog\s+post|tweet|first\s+person|introduce\s+yourself\s+as|role-?play"
    r"|pretend|imagine|act\s+as|translate|rewrite|describe\s+your)\b"
    r"|\b(?:geschichte|gedicht|monolog|dialog\b|rolle\b|ich-form|\w*biogra\w+|lebenslauf|anschreiben|brief\b|rede\b"
    r"|audioguide|blogbeitrag|übersetz|beschreibe\s+deine|stell\s+dir\s+vor|roman\b)"
    r"|\b(?:cuento|historia\b|poema|monólogo|diálogo|primera\s+persona|biograf\w+|carta\b|discurso|audioguía|novela"
    r"|entrada\s+de\s+blog|traduc|describe\s+tu|imagina|actúa\s+como)"
    r"|物語|小説|詩を|独白|会話を|一人称|紹介|音声ガイド|ブログ|手紙|スピーチ|訳して|翻訳|演じ|なりきっ|経歴"
    r"|이야기를|이야기\s*써|로봇\s*이야기|소설|시를|독백|대화를|1인칭|소개|가이드|블로그|편지|연설|번역|역할|약력"
)
_ABOUT_MODELS: Final = re.compile(
    r"(?<![a-z])(?:ai|llms?|language\s+models?|chat\s?bots?|gpt|ki|sprachmodelle?|ia|modelos?\s+de\s+lenguaje"
    r"|machine\s+learning|open\s+model)(?![a-zà-ÿ])|言語モデル|人工知能|인공지능|언어\s*모델|챗봇"
)
_QUOTED: Final = re.compile(
    r"“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,400}」|『[^』\n]{1,400}』|\"[^\"\n]{1,400}\""
)
_RATERS: Final = re.compile(
    r"\b(?:raters?|evaluators?|annotators?|graders?|judges?|reviewers?|gutachter\w*|bewerter\w*|prüfer\w*|evaluador\w*"
    r"|jue(?:z|ces)|revisor\w*|votes?|voting|voters?|elections?|ballots?|campaign|abstimm\w*|wahl\w*|vot(?:o|os|ar|ación)"
    r"|eleccion\w*|campaña)\b|評価者|採点者|審査員|投票|選挙|평가자|채점자|심사위원|투표|선거"
)
_LETTERED: Final = re.compile(
    r"\bA\b(?:,|\s+(?:or|and|to|oder|und|bis|o|y|through|vs\.?)\s)\s*[BCD]\b|[AＡ](?:から|か|と)|A(?:부터|와|나)"
)
_MOST_OF: Final = 0.8


def is_for_somebody_else(prompt: str) -> bool:
    """Say whether the folded prompt asks for another's words, so that "I" is not the model."""
    return _SOMEBODY_ELSE.search(prompt) is not None


def is_about_models(prompt: str) -> bool:
    """Say whether the folded prompt is itself about language models."""
    return _ABOUT_MODELS.search(prompt) is not None


def speaks_of_raters(prompt: str) -> bool:
    """Say whether the prompt is itself about raters, about votes, or about options with letters."""
    return _RATERS.search(prompt.lower()) is not None or _LETTERED.search(prompt) is not None


def quoted_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Give the spans of the text that stand between quotation marks, unless that is nearly all."""
    spans = tuple(found.span() for found in _QUOTED.finditer(text))
    return () if any(end - start > _MOST_OF * len(text) for start, end in spans) else spans
