"""Messages that can be said in another language: a text with places, and what fills them."""


class Said(str):
    """A message in English that knows the text it was made from, as catalogues hold it."""

    __slots__ = ("text", "values")
    text: str
    values: dict[str, object]


def said(text: str, **values: object) -> Said:
    """Return a message with its places filled in: "%(name)s"."""
    made = Said(text % values if values else text)
    made.text, made.values = text, values
    return made
