"""Reads rendered HTML as a browser would and tells what is not on the allow-list."""

from html.parser import HTMLParser

from service.blinding.sanitising import ATTRIBUTE_VALUES, TAGS

_VOID = {"br", "hr"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.open = []
        self.words = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if (tag, name) in {("ol", "start"), ("li", "value")} and value.isdigit():
                continue
            if value not in ATTRIBUTE_VALUES.get(tag, {}).get(name, ()):
                self.faults.append(f"<{tag} {name}={value!r}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.faults.append("a comment")

    def handle_decl(self, decl):
        self.faults.append("a declaration")

    def handle_pi(self, data):
        self.faults.append("a processing instruction")


def read(html):
    """Give the reader of a whole text, with its faults and words."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    reader.faults += [f"<{tag}> stays open" for tag in reader.open]
    return reader
