"""The languages that pages speak: which ones, which one now, and their catalogues.

The standard library reads what `tests.catalogues` compiled; Babel is needed for keeping only.
"""

import gettext as catalogues
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import cast

from flask import Flask, Response, current_app, g, has_request_context, request
from jinja2 import Environment

from service.errors import ServiceError
from service.formats.said import Said
from service.formats.study_problems import WHERE, Problem, StudyFileInvalid
from service.reporting.words import ENGLISH, Words
from service.web import sessions

SOURCE = "en"
_SIGHTED = {"studio", "shared"}  # blueprints whose words stand in the sighted catalogues
_EXTENSION = "evenhand.languages"
# Of what is wrong with a file, so much is told at once.
MOST_PROBLEMS = 8


@dataclass(frozen=True)
class Language:
    """A language with its own name for itself, its direction, and its words on either side."""

    code: str
    name: str
    catalogue: catalogues.NullTranslations
    direction: str = "ltr"
    sighted: Words = field(default=ENGLISH)


def msgid(text: str) -> str:
    """Return a text as it is; it stands in the catalogues and is translated when it is shown."""
    return text


@cache
def shipped() -> Mapping[str, Language]:
    """Return what comes with Evenhand, by code; texts in the code are the English ones."""
    return {
        SOURCE: Language(SOURCE, "English", catalogues.NullTranslations()),
        "de": Language(
            "de",
            "Deutsch",
            _catalogue("de", "rater"),
            sighted=Words(_catalogue("de", "sighted", "rater"), thousands=".", decimal=","),
        ),
    }


def install(app: Flask, known: Mapping[str, Language]) -> None:
    """Let templates translate, and say in headers what the words of a page depend on."""
    app.extensions[_EXTENSION] = known
    translate(app.jinja_env)
    app.add_template_global(current, "language")
    app.add_template_global(others, "other_languages")
    app.after_request(_name_what_it_depends_on)


def translate(environment: Environment) -> None:
    """Give templates `_` and `ngettext`; both fill in what stands as %(name)s, escaped."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=gettext, ngettext=ngettext, newstyle=True
    )


def current() -> Language:
    """Return the language of this answer: the study's where it fixes one.

    Else it is the one chosen in this browser, else the one it asks for.
    """
    if not has_request_context():
        return shipped()[SOURCE]
    if "language" not in g:
        g.language = _asked_for()
    return cast("Language", g.language)


def fix(code: str | None) -> None:
    """Answer this request in the language that a study fixes; None leaves it to the browser."""
    found = _known().get(code or "")
    if found is not None:
        g.language = found
        g.language_is_fixed = True


def is_known(code: str) -> bool:
    """Tell whether rater pages speak a language."""
    return code in _known()


def others() -> list[Language]:
    """Return the languages that somebody may prefer to this page's; none where a study fixes it."""
    if g.get("language_is_fixed", False):
        return []
    return [language for language in _known().values() if language is not current()]


def gettext(text: str) -> str:
    """Return a text in the language of this answer."""
    return _words_of_this_side().gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form that goes with a number, in the language of this answer."""
    return _words_of_this_side().ngettext(one, many, number)


def words() -> Words:
    """Return how sighted pages say results, in the language of this answer."""
    return current().sighted


def message(error: ServiceError) -> str:
    """Return what an error says, in the language of this answer."""
    if isinstance(error, StudyFileInvalid):
        return "\n".join(_of_file(error.source, one) for one in error.problems[:MOST_PROBLEMS])
    return _filled(error.text, error.values)


def _of_file(source: str, one: Problem) -> str:
    what = f"{one.field}: {told(one.message)}" if one.field else told(one.message)
    return _filled(WHERE.text, {"source": source, "line": one.line, "what": what})


def told(message: str) -> str:
    """Return a message about a file in the language of this answer, where it can be said so."""
    if not isinstance(message, Said):
        return message
    return _filled(message.text, message.values)


def _filled(text: str, values: Mapping[str, object]) -> str:
    """Return a text in the language of this answer, and so what fills its places."""
    filled = {
        name: told(value) if isinstance(value, str) else value for name, value in values.items()
    }
    return gettext(text) % filled if filled else gettext(text)


def _known() -> Mapping[str, Language]:
    return cast("Mapping[str, Language]", current_app.extensions[_EXTENSION])


def _asked_for() -> Language:
    known = _known()
    chosen = sessions.language_code()
    if chosen in known:
        return known[chosen]
    # Best first; "de-AT" before "en" means German, though no catalogue is Austria's.
    for tag, quality in request.accept_languages:
        for code in (tag, tag.partition("-")[0].lower()):
            if quality > 0 and code in known:
                return known[code]
    return known[SOURCE]


def _name_what_it_depends_on(response: Response) -> Response:
    if "language" in g:
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _words_of_this_side() -> catalogues.NullTranslations:
    is_sighted = has_request_context() and request.blueprint in _SIGHTED
    return words().catalogue if is_sighted else current().catalogue


def _catalogue(code: str, domain: str, beside: str = "") -> catalogues.GNUTranslations:
    """Return a catalogue; what it does not hold is looked for in the one `beside` it."""
    file = resources.files("service.web") / "locale" / code / "LC_MESSAGES" / f"{domain}.mo"
    with file.open("rb") as stream:
        found = catalogues.GNUTranslations(stream)
    if beside:
        found.add_fallback(_catalogue(code, beside))
    return found
