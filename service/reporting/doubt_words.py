"""Says what may go wrong with a study before it opens, and what to do about it."""

from service.domain.doubt import Doubt
from service.reporting.words import Words, msgid

_SAID = {
    "unchecked": msgid(
        "No worker has started yet, so nobody knows whether the models can be reached."
    ),
    "no_key": msgid(
        "%(who)s cannot be reached: the workers have no key. Set %(name)s and start them again."
    ),
    "unknown_endpoint": msgid(
        "%(who)s cannot be reached: ENDPOINTS_FILE declares no endpoint %(name)s."
    ),
    "unknown_agent": msgid("%(who)s cannot be reached: ENDPOINTS_FILE declares no agent %(name)s."),
    "unknown_provider": msgid(
        "%(who)s cannot be reached: %(name)s is no provider that is called. Write provider/model, "
        "or name an endpoint."
    ),
    "unknown_model": msgid(
        "%(who)s: nobody knows the model %(name)s. That is right only where it is very new."
    ),
    "hidden_variables": msgid(
        "Raters do not see the variables %(names)s of the prompts. Write show_variables: true to "
        "show them with the prompt."
    ),
    "norming_few": msgid(
        "Norming needs at least ten matchups, for it takes half of all at most. There are "
        "%(name)s, so no panel comes first. Add prompts or configurations."
    ),
    "template_asks": msgid(
        "%(names)s: the template names %(name)s, which no prompt that a rater suggests has. There "
        "it stays empty."
    ),
    "own_alone": msgid(
        "The prompts %(names)s stay unrated: whoever suggested a prompt is never dealt it, and "
        "nobody else rates here. Invite somebody."
    ),
    "samples_differ": msgid(
        "%(names)s: another number of answers to each prompt than the other configurations have. "
        "Raters who compare notes can tell by it which texts belong together."
    ),
    "moved": msgid(
        "%(names)s: came, left or changed after raters had begun. Raters who compare notes can "
        "tell by it which texts belong together."
    ),
    "reads_alike": msgid(
        "The prompts %(names)s read the same to raters: they differ only in what is not shown."
    ),
}
_MOST_NAMED = 6


def told(doubt: Doubt, words: Words) -> str:
    """Return a doubt as a sentence or two."""
    names = list(doubt.names[:_MOST_NAMED])
    if len(doubt.names) > _MOST_NAMED:
        names.append("…")
    said = words.gettext(
        _SAID[doubt.code],
        who=doubt.configuration,
        name=doubt.name,
        names=words.listed(names),
    )
    if doubt.names and doubt.code.startswith("unknown_"):
        meant = words.gettext("Did you mean %(names)s?", names=words.listed(names))
        return f"{said} {meant}"
    return said
