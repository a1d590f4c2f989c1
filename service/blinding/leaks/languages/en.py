"""English: all that is known of it where leaks are looked for."""

# ruff: noqa: E501  (a phrase is easier to read on one line than cut at a bracket)

from typing import Final

from service.blinding.leaks.language import Language
from service.domain.vote import OFFERED

_CHOICES: Final = "|".join(choice.value for choice in OFFERED if "_" in choice.value)
# Words that may stand between the first person and a name without breaking the relation.
_GAP: Final = (
    r"(?:(?:an?|the|one|of|ai|a\.i\.|artificial|intelligence|language|large|small|big|open|open-source"
    r"|chat|bot|chatbot|assistant|companion|helper|agent|model|models|virtual|personal|helpful|friendly"
    r"|conversational|dialogue|neural|network|system|program|foundation|family|instance|version|product"
    r"|part|member|called|named|known|as|just|only|simply|actually|not|still|indeed|merely|basically"
    r"|really|your|my|its|generative|pre-trained|powered|based|built|created|made|developed|trained"
    r"|designed|released|produced|provided|run|running|hosted|operated|fine-tuned|finetuned|tuned"
    r"|jointly|originally|by|from|on|at|for|in|to|with|using|team|teams|researchers|engineers|people"
    r"|company|firm|lab|startup|here|is|that|which|was|and|technology|llm|multimodal|state-of-the-art"
    r"|advanced|latest|new|experimental|digital|french|chinese|american|german|korean|japanese)"
    r"(?:'s)?[\s,:]+){0,14}"
)
_MAKE: Final = r"(?:made|created|developed|built|trained|designed|programmed|released|fine-tuned|taught|engineered)"
_TEXT: Final = (
    r"(?:text|answer|response|summary|reply|message|content|translation|code|e-?mail|essay|story|post"
    r"|output|article|document)"
)
_AFTER_ME: Final = (
    r"(?=\s*(?:[.,;:!?)]|$|is\b|to\b|with\b|as\b|in\b|and\b|has\b|for\b|so\b|on\b|not\b))"
)

_OWN: Final = (
    rf"\bi(?:'m|\s+am|\s+was|\s+have\s+been)\s+(?!(?:with|at|in|on|from|for|to)\b)(?:[\w-]+(?:\s+[\w-]+)?,\s+(?=(?:an?|the|your)\s))?{_GAP}<NAME>",
    (
        rf"\b(?:i\s+)?(?:run\s+on|belong\s+to|am\s+running\s+on|go\s+by|answer\s+to|descend\s+from)\s+{_GAP}"
        r"(?:name\s+(?:of\s+)?)?<NAME>"
    ),
    rf"\bas\s+an?\s+{_GAP}<NAME>",
    r"\b(?:as|being|in\s+my\s+role\s+as)\s+<NAME>(?=\s*,[^.!?]{0,80}\b(?:i|my|me|we)\b|\s*,?\s*(?:i|my)\b)",
    rf"\bbeing\s+(?:an?\s+)?{_GAP}<NAME>",
    (
        r"\bmy\s+(?:own\s+)?(?:name|creators?|developers?|makers?|training|parent\s+company|designers?"
        rf"|trainers?|provider|vendor)(?:'s\s+name)?[\s,]+{_GAP}<NAME>"
    ),
    rf"<NAME>[^.!?\n]{{0,60}}?\s(?:has\s+|have\s+|had\s+)?{_MAKE}\s+me\b{_AFTER_ME}",
    (
        rf"\b(?:company|team|people|lab|researchers|organi[sz]ation|firm)\s+(?:that|who|which)\s+{_MAKE}\s+me\b"
        r"[^.!?\n]{0,30}<NAME>"
    ),
    (
        r"<NAME>\s+is\s+(?:the\s+)?(?:company|team|lab|one|organi[sz]ation)?\s*(?:my\s+(?:creator|maker|developer)"
        rf"|behind\s+me|that\s+{_MAKE}\s+me)"
    ),
    rf"\byou(?:'re|\s+are)\s+(?:now\s+|currently\s+|just\s+)?(?:talking|chatting|speaking)\s+(?:to|with)\s+{_GAP}<NAME>",
    rf"\byou(?:'ve|\s+have)\s+reached\s+{_GAP}<NAME>",
    r"\b(?:call\s+me|it's\s+me,?|they\s+call\s+me)\s+<NAME>",
    r"(?:^|,\s)\s*(?:\w+[,!]\s+)?this\s+is\s+<NAME>(?=\s*(?:[.!]|$|,(?!\s*my\b)))",
    r"(?:^|[.!?,]\s*)<NAME>\s+here\b",
    r"\bi,\s+<NAME>\s*,",
    r"\bunlike\s+<NAME>\s*,?\s+i\b",
    (
        r"<NAME>(?:'s?)?\s+(?:usage\s+|content\s+|safety\s+)?(?:polic(?:y|ies)|guidelines|rules|terms)\b"
        r"[^.!?\n]{0,60}\b(?:me|i)\b"
    ),
    (
        r"\b(?:i|me|my)\b[^.!?\n]{0,60}\s<NAME>(?:'s)?\s+(?:usage\s+|content\s+|safety\s+)?"
        r"(?:polic(?:y|ies)|guidelines)\b"
    ),
    rf"\b(?:this|the\s+above|the\s+following)\s+{_TEXT}\s+(?:is|was|has\s+been)\s+\w+\s+(?:by|with|using)\s+{_GAP}<NAME>",
    (
        r"^\W*(?:\w+\s+)?(?:generated|written|produced|created|composed|drafted|provided|prepared|powered|answered)"
        rf"\s+(?:by|with|using)\s+{_GAP}<NAME>"
    ),
    rf"\b(?:here\s+is|this\s+is)\s+(?:the|an?)\s+{_TEXT}\s+(?:from|of|by)\s+{_GAP}<NAME>",
    r"^\W*(?:model|author|engine|source|assistant|ai|bot|llm)\s*[:(]\s*<NAME>",
)
# With makers that nobody knows; written in capitals, hence matched in the text as it stands.
_UNKNOWN: Final = (
    (
        r"(?i:\b(?:as|i\s+am|i'm|i\s+was)\s+(?:\w+\s+){0,6}?(?:ai|assistant|model|chatbot|bot|intelligence|agent)\b"
        r"(?:\s*,)?(?:\s+(?:that|which|was|is|model|assistant|system|created|originally))*"
        r"\s+(?:made|created|developed|built|trained|designed|programmed)\s+(?:and\s+\w+\s+)?(?:by|at)\s+"
        r"(?:the\s+|a\s+team\s+at\s+|researchers\s+at\s+|engineers\s+at\s+)?)[A-Z]\w+(?:\s+[A-Z]\w+)*"
    ),
)

_THING: Final = (
    r"(?:response|completion|assistant|output|reply|answer|side|text|one|model|solution)"
)
_BAD: Final = r"\b(?:wrong|incorrect|worse|errors?|mistakes?|false|inferior|lose|misleading|incomplete|copied|made\s+up|poor|bad)\b"
_RATER: Final = r"(?:raters?|evaluators?|annotators?|graders?|judges?|labell?ers?|assessors?)"
_ME: Final = (
    rf"(?:me|mine|(?:this|my)\s+(?:own\s+)?{_THING}|the\s+(?:left|right)\s+(?:{_THING}|side|pane)"
    rf"|the\s+{_THING}\s+(?:on\s+the\s+(?:left|right)|you\s+are\s+reading|above)"
    r"|(?:response|completion|assistant|output|reply|side)\s+[ab12](?!\s+(?:if|when|for)\b))\b"
)

_APPEALS: Final = (
    (
        rf"(?:^|[,;:!]\s*|\b(?:please|should|must|to|so|and|then|kindly|just)\s+)"
        rf"(?:vote\s+for|choose|pick|select|prefer|favou?r|upvote|go\s+(?:with|for))\s+{_ME}"
    ),
    r"\bvote\s+(?:for\s+)?(?:option\s+)?[ab12]\b(?=\s*(?:[.!,;)]|$|because\b|instead\b|over\b|please\b|since\b))",
    r"\bso\s+vote\s+for\s+(?:it|this)\b",
    (
        rf"\b(?:dear|attention|hey|hello|to\s+the|to\s+all|note\s+to(?:\s+the)?|instructions?\s+(?:to|for)(?:\s+the)?"
        rf"|message\s+(?:to|for)(?:\s+the)?|as\s+an?\s+\w+)\s+(?:human\s+)?{_RATER}\b"
    ),
    rf"^\W*(?:human\s+)?{_RATER}\s*(?::|,|should\b|must\b|please\b|will\b|note\b)",
    r"\bto\s+(?:whoever|whomever|everyone|anyone)\s+(?:is\s+)?(?:judging|rating|grading|evaluating|comparing)\b",
    (
        rf"\bthe\s+other\s+(?:response|assistant|completion|ai|reply|chatbot|model's\s+{_THING}|assistant's\s+{_THING})"
        rf"\s+(?:is|was|has|contains|gets|got|makes|made|should|does|did|fails|misses|lacks)\b(?:[^.!?\n]{{0,40}}{_BAD})"
    ),
    rf"\bthe\s+(?:other|second|competing)\s+answer\s+(?:is|was|has|contains|fails|misses|lacks|gets|should)\b[^.!?\n]{{0,40}}{_BAD}",
    r"\bignore\s+the\s+other\s+(?:answer|one)\b",
    rf"\b(?:than|over|beats?|unlike|see)\s+the\s+other\s+(?:response|assistant|completion|answer|reply|(?:model|assistant)'s\s+{_THING})\b",
    r"\b(?:in|from)\s+the\s+other\s+(?:pane|completion|response|reply)\b(?!\s+(?:variable|time))",
    (
        rf"\b(?:i\s+am|i'm|this\s+is|mine\s+is|(?:this|my)\s+{_THING}\s+is)\s+(?:\w+ly\s+)?(?:the\s+)?"
        rf"(?:better|best|superior|winning|stronger)\s+(?:{_THING}|choice|than\s+the\s+other|of\s+the\s+two)"
    ),
    rf"\b(?:best|better|stronger|superior)\s+(?:{_THING}\s+)?of\s+the\s+two\s+(?:{_THING}s?|texts)",
    (
        r"\b(?:comparing|compare|judging|judge|evaluating|rating|rate)\s+(?:the\s+|these\s+|between\s+)?(?:two|both|these)"
        r"\s+(?:answers|responses|completions|outputs|replies)\b"
    ),
    rf"\b(?:rate|score|grade|mark)\s+(?:this|my|the\s+above)\s+{_THING}\b",
    rf"\b(?:give|grant|award|hand)\s+(?:this|my|the\s+above)\s+{_THING}\s+(?:your|the|a|full)\b",
    r"\b(?:deserve|earn|win|want|need|have|get|give\s+me)s?\s+your\s+vote\b",
    rf"\b(?:this|my)\s+{_THING}\s+(?:deserves|should\s+(?:win|get|receive|be\s+(?:chosen|preferred|picked)))",
    rf"\b(?:{_CHOICES})\b|\b[ab]\s+(?:is\s+)?much\s+better\b(?=[\"'”.!]|$)",
    r"\bi(?:'m|\s+am)\s+(?:assistant|response|answer|model|completion)\s+[ab12]\b",
    rf"\bthank\s+you\s+for\s+(?:preferring|choosing|picking|voting\s+for)\s+(?:my|this)\s+{_THING}",
    r"\banswer\s+above\b[^.!?\n]{0,60}\bshould\s+win\b",
)

LANGUAGE: Final = Language(
    own=_OWN,
    unknown=_UNKNOWN,
    appeals=_APPEALS,
    closings=(r"\b(?:regards|sincerely|yours|cheers|best|thanks|wishes)\b",),
    speakers=("assistant", "ai"),
    kinds=("AI", "Assistant", "Model", "Chat", "Bot", "Chatbot", "Labs?", "Research"),
    # Not bare verbs: a function is written, too.
    somebody_else=(
        r"\b(?:stor(?:y|ies)|tale|novel|scene|poem|song|lyrics|monologue|dialogue|bio|biograph\w+|cover\s+letter|letter"
        r"|speech|voicemail|profile|audio\s+guide|blog\s+post|tweet|first\s+person|introduce\s+yourself\s+as|role-?play"
        r"|pretend|imagine|act\s+as|translate|rewrite|describe\s+your)\b"
    ),
    about_models=(
        r"(?<![a-z])(?:ai|llms?|language\s+models?|chat\s?bots?|gpt|machine\s+learning|open\s+model)(?![a-zà-ÿ])"
    ),
    about_raters=(
        r"\b(?:raters?|evaluators?|annotators?|graders?|judges?|reviewers?|votes?|voting|voters?|elections?|ballots?"
        r"|campaign)\b"
    ),
    lettered=r"\bA\b(?:,|\s+(?:or|and|to|through|vs\.?)\s)\s*[BCD]\b",
    label_words=(
        *(
            "prompt",
            "version",
            "model",
            "baseline",
            "variant",
            "test",
            "option",
            "answer",
            "sample",
        ),
        *("configuration", "system", "run", "setup", "candidate", "plain", "default", "retrieval"),
        *("fine", "tuned", "tune", "agent", "new", "old", "v", "a", "b"),
    ),
)
