import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.exports import personal
from service.formats.exports.personal import Redactor
from service.formats.exports.record import Message
from tests.formats.exports.judged import judged

REDACTOR = Redactor(("US", "DE"))


class TestText:
    @pytest.mark.parametrize(
        ("text", "redacted"),
        [
            ("Mail jörg.müller@firma.de, or a@b.co.", "Mail [e-mail], or [e-mail]."),
            ("+49 30 901820 or (415) 555-2671.", "[phone] or [phone]."),
            ("415-555-2671, 415 555 2671, 030 901820", "[phone], [phone], [phone]"),
            ("tel:+14155552671", "tel:[phone]"),
            ("DE89 3704 0044 0532 0130 00 AND MORE", "[IBAN] AND MORE"),
            ("GB82WEST12345698765432!", "[IBAN]!"),
            ("4111 1111 1111 1111, 4111111111111111", "[card], [card]"),
            ("from 192.168.1.20:8080", "from [IP address]:8080"),
            (
                "2001:db8::1, 2001:0db8:85a3:0000:0000:8a2e:0370:7334:",
                "[IP address], [IP address]:",
            ),
        ],
    )
    def test_puts_personal_data_out_of_sight(self, text, redacted):
        assert REDACTOR.text(text) == redacted

    @pytest.mark.parametrize(
        "text",
        [
            "At 12:30:45 on 2026-03-12, order 12345678.",
            "2024-01-02 10:11:12 or 02.01.2026",
            "1 2 3 4 5 6 7 8 9 10 11 12",
            "0.12345678 and 3.14159265358979",
            "std::vector, ::1, a::b(), @decorator, 1,234,567,890 users",
            "4111 1111 1111 1112 and DE88 3704 0044 0532 0130 00",
            "d41d8cd98f00b204e9800998ecf8427e",
            "version 1.2.3, 999.999.999.999",
        ],
    )
    def test_leaves_other_numbers_alone(self, text):
        assert REDACTOR.text(text) == text

    def test_knows_national_numbers_of_the_countries_asked_for_alone(self):
        assert Redactor(()).text("030 901820, +49 30 901820") == "030 901820, [phone]"

    @given(st.text(max_size=200))
    def test_does_nothing_more_the_second_time_and_takes_any_text(self, text):
        once = REDACTOR.text(text)
        assert REDACTOR.text(once) == once

    def test_takes_time_in_proportion_to_hostile_texts(self):
        # With one endless repetition these would be hours.
        for piece in ("a.", "a@", "1", "12 ", "AA11 BBBB ", "a:", "1.", "+", "x" * 63 + "@"):
            text = piece * (200_000 // len(piece))
            assert REDACTOR.text(text) == text


class TestRecord:
    def test_redacts_every_text_and_counts_what_it_found(self):
        given = judged(
            prompt=(Message("user", "I am a@b.de."),), first="Call +49 30 901820.", second="a@b.de"
        )
        made = REDACTOR.record(given)
        assert made.prompt == (Message("user", "I am [e-mail]."),)
        assert (made.first, made.second) == ("Call [phone].", "[e-mail]")
        assert REDACTOR.counts(given) == {"e-mail": 2, "phone": 1}


class TestRedactor:
    def test_refuses_countries_that_are_none(self):
        with pytest.raises(personal.UnknownCountry, match="'Mars'"):
            Redactor(("Mars",))
        with pytest.raises(personal.UnknownCountry, match="at most 10"):
            Redactor(("US",) * 11)
