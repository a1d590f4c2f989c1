"""Names of models and their makers, and how to find one in a text."""

import re
from collections.abc import Iterable
from typing import Final

from service.blinding.leaks import languages

# Words that only name a model or a maker; in any case.
_PLAIN: Final = """
openai|open ai|anthropic|deepmind|google deepmind|google ai|google research|google brain|xai|x.ai
meta ai|mistral ai|alibaba cloud|deepseek|deep seek|baidu|tencent|bytedance|moonshot ai|zhipu ai
zhipu|hugging face|huggingface|stability ai|aleph alpha|ai21 labs|ai21|inflection ai|lmsys
allen institute for ai|eleutherai|databricks|mosaicml|perplexity ai|upstage|lg ai research
preferred networks|sakana ai|elyza|01.ai|minimax|nous research|character.ai|cohere labs
technology innovation institute|tsinghua university|uc berkeley|lg ai연구원|kakao brain|navercloud
chatgpt|chat gpt|chatglm|glm|gpt|qwen|tongyi qianwen|hunyuan|doubao|mixtral|le chat|gemma|lamda
bing chat|command r|olmo|openassistant|open assistant|stablelm|wizardlm|nemotron|dbrx|exaone
hyperclova x|hyperclova|clova x|kanana|plamo|pharia|teuken|eurollm|apertus|codestral|magistral
claude instant|ai2|claude code|chatgpt plus|copilot chat|microsoft copilot|github copilot
google gemini|google bard|gemini advanced|notebooklm|internlm|kimi|ernie bot|wenxin yiyan
gigachat|yandexgpt
"""
# Words with a life of their own (a painter, a tree, a star, a river): only as they are written.
_AMBIGUOUS: Final = """
google|meta|microsoft|facebook|mistral|cohere|alibaba|moonshot|ibm|amazon|aws|nvidia|apple|tii
inflection|perplexity|naver|kakao|samsung|rinna|reka|huawei|snowflake|salesforce|stepfun|writer
claude|gemini|bard|palm|llama|vicuna|alpaca|koala|falcon|yi|ernie|grok|copilot|bing|sydney
command|jamba|jurassic|nova|titan|granite|tulu|zephyr|dolly|mpt|pi|phi|orca|starling|solar|bloom
luminous|sonar|alexa|siri|cortana|clova|guanaco|o1|o3|o4
"""
# What people may be called, too.
PERSONAL: Final = frozenset({"claude", "ernie", "sydney", "alexa", *languages.listed("people")})

_VERSION: Final = (
    r"(?:[- ]?(?:v?\d[\w.-]*\w|v?\d|sonnet|haiku|opus|pro|flash|ultra|nano|large|medium|small|mini"
    r"|turbo|instruct|chat|lite|plus|r1)(?![a-z0-9]))*"
)
_ASCII: Final = re.compile(r"[a-z0-9][a-z0-9 .:/_-]*\Z")


def _words(block: str) -> list[str]:
    return [word for line in block.split("\n") for word in line.split("|") if word]


PLAIN: Final = frozenset([*_words(_PLAIN), *languages.listed("names")])
AMBIGUOUS: Final = frozenset(_words(_AMBIGUOUS))


def fold_name(name: str) -> str:
    """Give the name as it is looked for: lower case, single spaces."""
    return " ".join(name.lower().split())


def name_parts(names: tuple[str, ...]) -> set[str]:
    """Give the longest word of each well-known name and of these: a match of one holds it."""
    return {max(name.split(" "), key=len) for name in _known(names)}


def name_pattern(names: tuple[str, ...]) -> str:
    """Give a pattern for the well-known names and these, in folded text."""
    words = sorted(_known(names), key=lambda word: (-len(word), word))
    latin = _alternatives(word for word in words if _ASCII.match(word))
    other = _alternatives(word for word in words if not _ASCII.match(word))
    known = languages.KNOWN.values()
    before = "".join(language.letters_before for language in known)
    after = "".join(language.letters_after for language in known)
    return (
        rf"((?<![a-z0-9à-öø-ÿ-])(?:{latin}){_VERSION}(?![a-z0-9à-öø-ÿ])"
        rf"|(?<![a-z0-9à-öø-ÿ{before}-])(?:{other}){_VERSION}(?![a-zà-öø-ÿ{after}]))"
    )


def _known(names: tuple[str, ...]) -> frozenset[str]:
    return PLAIN | AMBIGUOUS | ({fold_name(name) for name in names} - {""})


def _alternatives(words: Iterable[str]) -> str:
    """Give a pattern for any of these, the longest first; it asks for each first letter once."""
    by_letter: dict[str, list[str]] = {}
    for word in words:
        rest = re.escape(word[1:]).replace(r"\ ", r"[ -]")
        by_letter.setdefault(re.escape(word[0]), []).append(rest)
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


# Labels made of such words alone appear in any text.
_GENERIC: Final = re.compile(rf"(?:{languages.joined('label_words')}|\d|[-_ .])+")
_DIGIT: Final = re.compile(r"\d")
_MANY_WORDS: Final = 3


def is_label(name: str) -> bool:
    """Say whether a study's name can only mean the configuration, wherever it stands.

    So is what carries a digit or an underscore, has an inner capital or three words; a word of
    the language is not, nor are the names everybody knows.
    """
    folded = fold_name(name)
    if folded in PLAIN | AMBIGUOUS or len(folded) < 4 or _GENERIC.fullmatch(folded):  # noqa: PLR2004
        return False
    inner_capital = re.search(r"[a-zß-ÿ][A-Z]", name) is not None
    has_letter = any(sign.isalpha() for sign in folded)
    marked = bool(_DIGIT.search(folded)) or "_" in folded
    return (has_letter and marked) or inner_capital or len(folded.split()) >= _MANY_WORDS
