"""A configuration of promptfoo as a study file: providers compete, with each prompt as template."""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.errors import Invalid
from service.formats import study_file, study_nodes
from service.formats.said import said
from service.formats.shapes import shape

LoadFile = Callable[[str], str]
MOST_TESTS = 2000
_LONGEST_NAME = 80
# How promptfoo's providers are called where our models are.
_PROVIDERS = {
    **{name: name for name in ("openai", "anthropic", "mistral", "groq", "openrouter", "deepseek")},
    **{name: name for name in ("cohere", "xai", "ollama", "replicate", "bedrock", "perplexity")},
    "google": "gemini",
    "vertex": "vertex_ai",
    "azure": "azure",
    "azureopenai": "azure",
    "togetherai": "together_ai",
    "huggingface": "huggingface",
    "fireworks": "fireworks_ai",
}
_KINDS = frozenset(("chat", "completion", "messages", "responses", "text-generation", "chat_model"))
_VARIABLE = re.compile(r"{{\s{0,20}(\w{1,100})\s{0,20}}}")
_COMMAND = re.compile(r"{[{%#]")
_PARAMETERS = ("temperature", "max_tokens", "top_p", "seed", "stop", "frequency_penalty")


class ConfigUnusable(Invalid):
    """A file that is no configuration of promptfoo, or holds what cannot be made a study."""


@dataclass(frozen=True)
class Adopted:
    """The study file, and what of the configuration is not in it."""

    text: Mapping[str, Any]
    notes: tuple[str, ...]


def adopt(text: str, source: str, load: LoadFile) -> Adopted:
    """Return the study that a configuration stands for; `load` reads files that it names.

    Raises
    ------
    ConfigUnusable, StudyFileInvalid, FileUnreadable
    """
    told = study_nodes.load(text, source).value
    if not isinstance(told, dict) or not {"prompts", "providers"} <= told.keys():
        raise ConfigUnusable(
            "%(source)s is no configuration of promptfoo: it has no `prompts` and `providers`.",
            source=source,
        )
    notes: list[str] = []
    prompts = list(_prompts(told["prompts"], load, source))
    providers = list(_providers(told["providers"], source))
    tests = _tests(told, notes, source)
    if len(prompts) == 1 and tests:
        prompts, tests = _with_words_in_prompts(prompts[0], tests, notes)
    configurations = [
        _configuration(provider, prompt, prompts, notes)
        for provider in providers
        for prompt in prompts
    ]
    title = str(told.get("description") or "From promptfoo")
    made = {
        "title": title[:200],
        "name": study_file.slug(title),
        "configurations": _named_apart(configurations),
        "prompts": tests,
        "votes_per_matchup": 1,
    }
    if not tests:
        notes.append(said("It has no tests with variables; add prompts to the study."))
    notes.append(
        said("Say what generating may cost: `cap: {usd: 5}` in the study file, or its settings.")
    )
    study_file.check(made, {}, source)
    return Adopted(made, tuple(dict.fromkeys(notes)))


def _prompts(told: Any, load: LoadFile, source: str) -> Iterator[tuple[str, str, str]]:
    """Yield label, system prompt and template of each prompt."""
    for place, one in enumerate(told if isinstance(told, list) else [told], start=1):
        raw = one.get("raw") or one.get("id") if isinstance(one, dict) else one
        if not isinstance(raw, str):
            raise ConfigUnusable(
                "Prompt %(place)s of %(source)s is no text. Functions cannot be adopted.",
                place=place,
                source=source,
            )
        label = str(one.get("label") or "") if isinstance(one, dict) else ""
        if raw.startswith("file://"):
            label = label or raw.rpartition("/")[2]
            raw = load(raw.removeprefix("file://"))
        messages = shape.messages_in(raw)
        if messages is None:
            yield label or f"prompt {place}", "", raw
            continue
        asked = [text for role, text in messages if role == "user"]
        if len(asked) != 1:
            raise ConfigUnusable(
                "Prompt %(place)s of %(source)s has %(number)s messages of the user; a template "
                "stands for one.",
                place=place,
                source=source,
                number=len(asked),
            )
        system = "\n\n".join(text for role, text in messages if role == "system")
        yield label or f"prompt {place}", system, asked[0]


def _with_words_in_prompts(
    prompt: tuple[str, str, str], tests: list[Any], notes: list[str]
) -> tuple[list[tuple[str, str, str]], list[Any]]:
    """Return the one prompt without its words, and tests that hold them, as results ask them.

    What all configurations ask alike is no part of what competes; raters see it as it was asked.
    """
    label, system, template = prompt
    if not _is_plain(system) or not _is_plain(template):
        notes.append(
            said(
                "The prompt has commands or filters. Results that are imported later ask in the "
                "words that these make: as prompts of their own."
            )
        )
        return [prompt], tests
    has_own = _VARIABLE.search(system) is not None
    made = {}
    for test in tests:
        asked = {"text": _filled(template, test["variables"])}
        if has_own:
            asked["context"] = _filled(system, test["variables"])
        if asked["text"].strip():
            made[json.dumps(asked)] = asked
    return [(label, "" if has_own else system, "")], list(made.values())


def _is_plain(template: str) -> bool:
    return not _COMMAND.search(_VARIABLE.sub("", template))


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return _VARIABLE.sub(lambda found: str(values.get(found[1], "")), template)


def _providers(told: Any, source: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield id, label and settings of each provider."""
    for one in told if isinstance(told, list) else [told]:
        if isinstance(one, str):
            yield one, one, {}
        elif isinstance(one, dict) and isinstance(one.get("id"), str):
            yield one["id"], str(one.get("label") or one["id"]), one.get("config") or {}
        elif isinstance(one, dict) and len(one) == 1:
            ((name, settings),) = one.items()
            settings = settings if isinstance(settings, dict) else {}
            yield str(name), str(settings.get("label") or name), settings.get("config") or {}
        else:
            raise ConfigUnusable(
                "A provider of %(source)s has no id: %(one)s.", source=source, one=str(one)[:60]
            )


def _configuration(
    provider: tuple[str, str, Mapping[str, Any]],
    prompt: tuple[str, str, str],
    prompts: list[tuple[str, str, str]],
    notes: list[str],
) -> dict[str, Any]:
    identity, label, settings = provider
    title, system, template = prompt
    name = label if len(prompts) == 1 else f"{label} · {title}"
    made: dict[str, Any] = {"name": name[:_LONGEST_NAME], "approach": "prompt"}
    model = _model(identity)
    if model is None:
        notes.append(
            said(
                "%(name)s is no model that can be called from here: import its answers.",
                name=identity,
            )
        )
        return {**made, "approach": "other"}
    made["model"] = model
    if system:
        made["system_prompt"] = system
    if template:
        made["template"] = _without_commands(template, notes)
    kept = {key: settings[key] for key in _PARAMETERS if settings.get(key) is not None}
    left = sorted(set(settings) - set(kept))
    if left:
        notes.append(
            said(
                "Settings of %(name)s were left out: %(settings)s.",
                name=identity,
                settings=", ".join(left)[:120],
            )
        )
    return {**made, **({"parameters": kept} if kept else {})}


def _model(identity: str) -> str | None:
    first, *rest = identity.split(":")
    if first not in _PROVIDERS or not rest:
        return None
    rest = rest[1:] if rest[0] in _KINDS and len(rest) > 1 else rest
    return f"{_PROVIDERS[first]}/{':'.join(rest)}"


def _without_commands(template: str, notes: list[str]) -> str:
    if re.search(r"{%|{#", template):
        notes.append(
            said("A prompt has commands of Nunjucks; look whether they are Jinja's as well.")
        )
    return template


def _tests(told: Mapping[str, Any], notes: list[str], source: str) -> list[Any]:
    """Return the prompts that tests are: what varies, each combination one of them."""
    tests = told.get("tests") or []
    if not isinstance(tests, list):
        notes.append(
            said(
                "Its tests stand elsewhere (%(place)s): import them as prompts.",
                place=str(tests)[:60],
            )
        )
        tests = []
    base = told.get("defaultTest")
    shared = base.get("vars") or {} if isinstance(base, dict) else {}
    found: dict[str, dict[str, Any]] = {}
    for test in tests:
        given = test.get("vars") if isinstance(test, dict) else None
        if not isinstance(given, dict):
            notes.append(said("Tests without variables of their own were left out."))
            continue
        if "assert" in test:
            notes.append(said("Assertions were left out: people judge."))
        for values in _combined({**shared, **given}):
            made = _prompt(values, source)
            found.setdefault(json.dumps(made, sort_keys=True), made)
            if len(found) > MOST_TESTS:
                raise ConfigUnusable(
                    "%(source)s has more than %(most)s tests. Import them as prompts.",
                    source=source,
                    most=MOST_TESTS,
                )
    return list(found.values())


def _combined(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each combination of values of which a variable has several."""
    choices = [value if isinstance(value, list) else [value] for value in values.values()]
    for some in itertools.product(*choices):
        yield dict(zip(values, some, strict=True))


def _prompt(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in values.items():
        if not name.isidentifier():
            raise ConfigUnusable(
                "The variable %(name)s of %(source)s must be named like a word, without spaces.",
                name=repr(name),
                source=source,
            )
        if isinstance(value, str) and value.startswith("file://"):
            raise ConfigUnusable(
                "The variable %(name)s of %(source)s stands in a file (%(file)s). Write its text "
                "into the test.",
                name=name,
                source=source,
                file=value[:60],
            )
        plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        told[name] = value if plain else json.dumps(value, ensure_ascii=False)
    if "prompt" in told:
        text = str(told["prompt"])
    elif len(told) == 1:
        text = str(next(iter(told.values())))
    else:
        text = "\n".join(f"{name}: {value}" for name, value in told.items())
    return {"text": text, "variables": told}


def _named_apart(configurations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return configurations with names of their own; those that share one are numbered."""
    seen: dict[str, int] = {}
    for made in configurations:
        name = made["name"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            made["name"] = f"{name[: _LONGEST_NAME - 4]} {seen[name]}"
    return configurations
