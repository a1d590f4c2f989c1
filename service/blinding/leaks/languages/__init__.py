"""The languages in which leaks are looked for: one file each, and whatever stands here counts."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from service.blinding.leaks.language import Language


def _found() -> dict[str, Language]:
    codes = sorted(module.name for module in iter_modules(__path__))
    return {code: import_module(f"{__name__}.{code}").LANGUAGE for code in codes}


KNOWN: Final[dict[str, Language]] = _found()


def joined(field: str) -> str:
    """Return a pattern that matches what any language's pattern or words of that name do."""
    said: list[str] = []
    for language in KNOWN.values():
        told = getattr(language, field)
        said += told if isinstance(told, tuple) else [told]
    return "|".join(f"(?:{one})" for one in said if one)


def listed(field: str) -> tuple[str, ...]:
    """Return the phrases or words of all languages."""
    return tuple(one for language in KNOWN.values() for one in getattr(language, field))
