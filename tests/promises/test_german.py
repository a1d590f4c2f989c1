"""German says one word for one thing, as English does, and speaks to everybody alike.

A vote is an *Urteil*, whoever casts it is an *Urteilende* person, and what a judge (*Richter*) says
is a *maschinelles Urteil*: never a *Stimme*, of which there would be two then. Grades are *Punkte*,
since a German *Note* of 1 is the best.
"""

import re

import pytest

from tests import catalogues

# What is said instead, and how what is not said looks.
NOT_SAID = {
    "Urteil": r"\b(Stimmen?|Abstimmung\w*|abgestimmt|gestimmt|Votum|Voten)\b",
    "Urteilende": r"\b(Beurteilende[nr]?|Bewertende[nr]?|Bewerter\w*|Annotator\w*)\b",
    "Richter": r"\b(Richtermodell\w*|Juror\w*)\b",
    "Vergleich": r"\b(Paarung\w*|Begegnung\w*)\b",
    "Punkte": r"\b(Noten?|[Bb]enot\w+|Zensur\w*)\b",
    "Promptsammlung": r"\bPrompt-(Set|Sammlung)\w*\b",
    "Rangliste": r"\b(Bestenliste\w*|Leaderboard\w*)\b",
    "Konfiguration": r"\b(Konfig|Kandidat\w*|Kontrahent\w*)\b",
    "Abbruchregel": r"\bStoppregel\w*\b",
    "Version": r"\bFassung(en)?\b",
    "du": r"\b[A-ZÄÖÜa-zäöüß]+,? Sie\b|\bIhnen\b|\b(mit|auf|von|für) Ihre?[mnrs]?\b",
}
PLACE = re.compile(r"%\(\w+\)s")


def texts(domain):
    """Return what is said in German with its English, places left out."""
    for one in catalogues.read(catalogues.po_of("de", domain), "de"):
        if one.id:
            english, german = (
                " | ".join(text) if isinstance(text, tuple) else text
                for text in (one.id, one.string)
            )
            yield PLACE.sub("", english), PLACE.sub("", german)


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
class TestWords:
    @pytest.mark.parametrize("word", NOT_SAID)
    def test_are_one_for_each_thing(self, domain, word):
        found = [german for _, german in texts(domain) if re.search(NOT_SAID[word], german)]
        assert found == [], f"say {word}"

    def test_tell_what_a_judge_says_from_votes(self, domain):
        both = re.compile(r"\bjudgements?\b.*\bvotes?\b|\bvotes?\b.*\bjudgements?\b", re.DOTALL)
        told = [german for english, german in texts(domain) if both.search(english)]
        assert all("maschinelle" in german for german in told)
