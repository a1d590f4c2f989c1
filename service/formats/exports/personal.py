"""Personal data in texts: e-mail addresses, phone, card and bank numbers and IP addresses.

Expressions find what may be one; well-kept libraries say whether it is: phonenumbers (Google's
rules of every country), python-stdnum (check digits of IBANs and cards), ipaddress. Names and
postal addresses need a model and are not looked for.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from service.errors import Invalid
from service.formats.exports.record import Judged, Message

MOST_COUNTRIES = 10
# Texts of one prompt come again with each of its matchups.
_REMEMBERED = 256

# Every repetition has an end, so a text takes time in proportion to its length: 1.4 s a megabyte
# of the worst found.
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_CARD = re.compile(r"(?<![\w.])[2-6]\d(?:[ -]?\d){11,17}(?![\w])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,41}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])")
# Groups of two digits and more, but for the first one: lists of numbers are no phone numbers.
_PHONE = re.compile(
    r"(?<![\w.+/-])(?:\+ ?|\()?\d{1,15}\)?(?:[ ./-]{1,2}\(?\d{2,12}\)?){0,7}(?![\w])"
)
_NATIONAL = re.compile(r"0|\(|\d+[./-]|\d{3} \d{3} \d{4}$")
_OTHER_NUMBER = re.compile(
    r"(19|20)\d\d([./-])\d\d?\2\d\d?(?!\d)|\d\d?([./-])\d\d?\3(19|20)\d\d(?!\d)|\d+[.]\d+$"
)
_FEWEST_DIGITS = 7
_SHORTEST_IBAN = 15


class UnknownCountry(Invalid):
    """A country without phone numbers."""


class Redactor:
    """Puts a word such as [e-mail] where personal data stands, and counts them."""

    def __init__(self, countries: Sequence[str]) -> None:
        """Know national phone numbers of these countries (ISO 3166) beside international ones.

        Raises
        ------
        UnknownCountry
        """
        # Loaded where personal data is looked for, and nowhere else.
        import phonenumbers  # noqa: PLC0415

        if len(countries) > MOST_COUNTRIES:
            raise UnknownCountry(
                "Phone numbers of at most %(most)s countries are looked for.", most=MOST_COUNTRIES
            )
        for country in countries:
            if country not in phonenumbers.SUPPORTED_REGIONS:
                raise UnknownCountry(
                    "There are no phone numbers of %(country)s. Give the two letters of a country, "
                    "such as US or DE.",
                    country=repr(country),
                )
        self._phones: Any = phonenumbers
        self._countries = countries
        self._known: dict[str, tuple[str, Counter[str]]] = {}

    def record(self, record: Judged) -> Judged:
        """Return a record whose prompt and answers hold no personal data that is known as such."""
        return replace(
            record,
            prompt=tuple(Message(each.role, self.text(each.content)) for each in record.prompt),
            first=self.text(record.first),
            second=self.text(record.second),
        )

    def counts(self, record: Judged) -> Counter[str]:
        """Return how many of each kind a record holds, as it was before."""
        texts = [*(each.content for each in record.prompt), record.first, record.second]
        found: Counter[str] = Counter()
        for text in texts:
            found += self._found(text)[1]
        return found

    def text(self, text: str) -> str:
        """Return a text without personal data."""
        return self._found(text)[0]

    def kinds(self, text: str) -> Counter[str]:
        """Return how many of each kind a text holds."""
        return self._found(text)[1]

    def _found(self, text: str) -> tuple[str, Counter[str]]:
        if text not in self._known:
            if len(self._known) == _REMEMBERED:
                self._known.clear()
            self._known[text] = self._redacted(text)
        return self._known[text]

    def _redacted(self, text: str) -> tuple[str, Counter[str]]:
        counts: Counter[str] = Counter()
        for kind, expression, check in self._kinds:

            def put(found: re.Match[str], kind: str = kind, check: Check = check) -> str:
                whole = found.group()
                length = check(whole)
                counts[kind] += bool(length)
                return f"[{kind}]{whole[length:]}" if length else whole

            text = expression.sub(put, text)
        return text, +counts

    @cached_property
    def _kinds(self) -> tuple[tuple[str, re.Pattern[str], "Check"], ...]:
        return (
            ("e-mail", _EMAIL, len),
            ("IBAN", _IBAN, _iban),
            ("card", _CARD, _card),
            ("IP address", _IPV4, partial(_address, of=ipaddress.IPv4Address)),
            ("IP address", _IPV6, partial(_address, of=ipaddress.IPv6Address)),
            ("phone", _PHONE, self._phone),
        )

    def _phone(self, found: str) -> int:
        digits = sum(sign.isdigit() for sign in found)
        if digits < _FEWEST_DIGITS or _OTHER_NUMBER.match(found):
            return 0
        regions: Sequence[str | None] = self._countries if _NATIONAL.match(found) else ()
        for region in (None,) if found.startswith("+") else regions:
            try:
                number = self._phones.parse(found, region)
            except self._phones.NumberParseException:
                continue
            if self._phones.is_valid_number(number):
                return len(found)
        return 0


# How much of a candidate is what it may be: its length from the start, 0 for none of it.
Check = Callable[[str], int]


def _iban(found: str) -> int:
    from stdnum import iban  # noqa: PLC0415 - as above

    end = len(found)
    while end >= _SHORTEST_IBAN:
        if iban.is_valid(found[:end]):
            return end
        end = found.rfind(" ", 0, end)
    return 0


def _card(found: str) -> int:
    from stdnum import luhn  # noqa: PLC0415 - as above

    return len(found) if luhn.is_valid(re.sub("[ -]", "", found)) else 0


def _address(found: str, of: Callable[[str], Any]) -> int:
    kept = found.rstrip(":") if not found.endswith("::") else found
    try:
        address = of(kept)
    except ValueError:
        return 0
    # Names of programs, such as a::b, hold no digit.
    is_meant = any(sign.isdigit() for sign in kept)
    return len(kept) if is_meant and not address.is_loopback else 0
