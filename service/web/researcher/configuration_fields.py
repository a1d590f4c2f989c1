"""The fields of a configuration's form, and of the documents that it retrieves from."""

from collections.abc import Iterable

from service.web.languages import msgid
from service.web.researcher.fields import Field, Group

CONFIGURATION = (
    Group(
        msgid("What answers"),
        (
            Field(("name",), msgid("Name"), hint=msgid("Raters never see it.")),
            Field(
                ("approach",),
                msgid("What a team would have to do to get it"),
                "choice",
                options=(
                    ("", msgid("prompt")),
                    ("retrieval", msgid("retrieval")),
                    ("fine-tune", msgid("fine-tune")),
                    ("pre-train", msgid("pre-train")),
                    ("agent", msgid("agent")),
                    ("other", msgid("other")),
                ),
            ),
            Field(
                ("model",),
                msgid("Model"),
                hint=msgid(
                    "As litellm names it, such as openai/gpt-4o-mini. "
                    "With an endpoint, as its server lists it. Empty where you bring the answers."
                ),
            ),
            Field(
                ("endpoint",),
                msgid("Endpoint"),
                hint=msgid("A server of your own, by the name that its operator gave it."),
            ),
            Field(
                ("agent",),
                msgid("Agent"),
                hint=msgid("In place of a model, where one is declared."),
            ),
        ),
    ),
    Group(
        msgid("What it is told"),
        (
            Field(("system_prompt",), msgid("System prompt"), "text", longest=200_000),
            Field(
                ("template",),
                msgid("Template"),
                "text",
                hint=msgid(
                    "In place of the bare prompt, with {{ prompt }}, {{ context }} and variables."
                ),
                longest=200_000,
            ),
            Field(
                ("examples",),
                msgid("Examples: what is asked, and the answer that is wanted"),
                "pairs",
                hint=msgid("They stand before the prompt. Save to get more places."),
                longest=200_000,
            ),
            Field(("parameters", "temperature"), msgid("Temperature"), "number"),
            Field(("parameters", "max_tokens"), msgid("Tokens of an answer at most"), "whole"),
            Field(
                ("shows",),
                msgid("Field that is shown"),
                hint=msgid(
                    "Where answers are JSON, such as answer or result.answer. All of it if empty."
                ),
            ),
            Field(("samples",), msgid("Answers to each prompt"), "whole"),
        ),
    ),
    Group(
        msgid("What it costs"),
        (
            Field(("price", "input"), msgid("USD per million tokens read"), "number"),
            Field(("price", "output"), msgid("USD per million tokens written"), "number"),
            Field(("price", "call"), msgid("USD per call, for an agent"), "number"),
            Field(("one_off_cost",), msgid("USD once, such as for training"), "number"),
        ),
    ),
    Group(
        msgid("More settings"),
        (
            Field(("parameters", "top_p"), msgid("Top p"), "number"),
            Field(("parameters", "seed"), msgid("Seed"), "whole"),
            Field(("parameters", "reasoning_effort"), msgid("Reasoning effort")),
            Field(("parameters", "top_k"), msgid("Top k"), "whole"),
            Field(("parameters", "min_p"), msgid("Min p"), "number"),
            Field(("parameters", "presence_penalty"), msgid("Presence penalty"), "number"),
            Field(("parameters", "frequency_penalty"), msgid("Frequency penalty"), "number"),
            Field(("parameters", "repetition_penalty"), msgid("Repetition penalty"), "number"),
            Field(
                ("parameters", "max_completion_tokens"),
                msgid("Tokens at most, by the name newer models use"),
                "whole",
            ),
            Field(("parameters", "sentences"), msgid("Sentences, of offline models"), "whole"),
            Field(("parameters", "verbosity"), msgid("Verbosity")),
            *(
                Field(("parameters", name), label, "json", hint, longest=10_000)
                for name, label, hint in (
                    ("stop", msgid("Texts that end an answer"), msgid('One, or a list: ["END"]')),
                    ("response_format", msgid("Response format, as JSON"), ""),
                    ("thinking", msgid("Thinking, as JSON"), ""),
                    ("logit_bias", msgid("Logit bias, as JSON"), ""),
                )
            ),
        ),
        is_folded=True,
    ),
)


def of_documents(names: Iterable[str]) -> Group:
    """Return the fields of what is retrieved, from one of the study's collections."""
    return Group(
        msgid("Documents to retrieve from"),
        (
            Field(
                ("retrieval", "collection"),
                msgid("Collection"),
                "choice",
                options=(("", msgid("none")), *((name, name) for name in names)),
            ),
            Field(("retrieval", "top_k"), msgid("Passages, best first"), "whole"),
            Field(
                ("retrieval", "passage_bytes"),
                msgid("Bytes of a passage at most"),
                "whole",
                hint=msgid("A Latin letter is one, a Chinese sign three. 1200 if empty."),
            ),
            Field(
                ("retrieval", "overlap_bytes"),
                msgid("Bytes that two passages share"),
                "whole",
                hint=msgid("At most a quarter of a passage, an eighth if empty."),
            ),
        ),
    )
