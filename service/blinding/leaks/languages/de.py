"""German: all that is known of it where leaks are looked for."""

# ruff: noqa: E501  (a phrase is easier to read on one line than cut at a bracket)

from typing import Final

from service.blinding.leaks.language import Language

_GAP: Final = (
    r"(?:(?:eine?[mnrs]?|das|de[mnrs]|die|der|vo[nm]|ki|künstliche[nrs]?|intelligenz|sprachmodells?|modells?"
    r"|modellfamilie|familie|große[nrs]?|kleine[nrs]?|assistent(?:in|en)?|ki-assistent(?:in|en)?|ki-modell"
    r"|ki-sprachmodell|chatbots?|bots?|systems?|ki-systems?|virtuelle[nrs]?|digitale[nrs]?|freundliche[nrs]?"
    r"|hilfreiche[nrs]?|nur|bloß|lediglich|nicht|also|ja|eigentlich|einfach|hier|selbst|ruhig|gerade|aktuell"
    r"|entwickelte?[nrs]?|trainierte?[nrs]?|erstellte?[nrs]?|gebaute?[nrs]?|geschaffene?[nrs]?|programmierte?[nrs]?"
    r"|betriebene?[nrs]?|veröffentlichte?[nrs]?|firma|unternehmens?|hause?|aus|team|forschern|ingenieuren|bei|durch"
    r"|auf|mit|namens?|namen|version|instanz|produkt|teil|und|ist|lautet|wurde|werde|bin|zur|zum|französische[nrs]?"
    r"|amerikanische[nrs]?|chinesische[nrs]?|deutsche[nrs]?|generative[nrs]?|basiere|basierend|technologie"
    r"|neueste[nrs]?|ich|heiße|kommend)[\s,:]+){0,12}"
)
_MAKE: Final = r"(?:entwickelt|trainiert|erstellt|gebaut|geschaffen|erschaffen|programmiert|entworfen|veröffentlicht|gemacht)"
_TEXT: Final = r"(?:text|antwort|zusammenfassung|nachricht|inhalt|übersetzung|beitrag|aufsatz|brief|artikel|code)"

_OWN: Final = (
    rf"\b(?:ich\s+bin|ich\s+heiße)\s+[\w-]+(?:\s+[\w-]+)?,\s+(?:eine?|der|die|das|dein|ihre?)\s+{_GAP}<NAME>",
    (
        r"\b(?:ich\s+(?:bin|wurde|werde|heiße|stamme|komme|basiere|laufe|gehöre|arbeite\s+auf)|(?:bin|wurde|heiße|stamme"
        rf"|basiere|laufe|gehöre)\s+ich)\s+{_GAP}<NAME>"
    ),
    rf"\b(?:da|weil|dass)\s+ich\s+{_GAP}<NAME>[\w\s-]{{0,30}}?\s(?:bin|wurde|heiße|stamme|basiere)\b",
    r"\bals\s+<NAME>(?=\s*(?:,\s*)?(?:\w+\s+){0,3}(?:ich|mir|mich)\b)",
    (
        rf"\bals\s+(?:ki|sprachmodell|modell|assistent(?:in)?|chatbot|produkt|ki-\w+|großes|virtuelle[rs]?|digitale[rs]?"
        rf"|künstliche)\b[\s,]+{_GAP}<NAME>"
    ),
    (
        r"\bmeine?[mnrs]?\s+(?:eigene[nrs]?\s+)?(?:name|entwickler(?:in|n)?|schöpfer(?:n)?|hersteller(?:n|s)?|training"
        rf"|ersteller|betreiber|anbieter|mutterkonzern|erfinder)[\s,]+{_GAP}<NAME>"
    ),
    rf"<NAME>[^.!?\n]{{0,60}}?\s(?:hat|haben|hatte|das|die|der)\s+mich\b[^.!?\n]{{0,40}}?{_MAKE}",
    rf"\b(?:mich|mir)\b[^.!?\n]{{0,20}}\b(?:hat|haben)\s+{_GAP}<NAME>[^.!?\n]{{0,20}}{_MAKE}",
    r"\bhinter\s+mir\s+(?:steht|stehen|steckt)\s+(?:\w+\s+){0,3}?<NAME>",
    (
        r"\b(?:sie\s+(?:sprechen|chatten|reden|schreiben)|du\s+(?:sprichst|chattest|redest|schreibst))\s+"
        rf"(?:gerade\s+|hier\s+|jetzt\s+)*mit\s+{_GAP}<NAME>"
    ),
    r"\bhier\s+(?:ist|spricht|schreibt|antwortet)\s+<NAME>(?=\s*(?:[.!,:]|$|und\b))",
    rf"\bnenn(?:en|t)?\s+(?:sie\s+)?mich\s+{_GAP}<NAME>",
    r"\bich,\s+<NAME>\s*,",
    r"\bim\s+(?:gegensatz|unterschied)\s+zu\s+<NAME>\s+\w+\s+ich\b",
    (
        r"\b(?:richtlinien|regeln|nutzungsbedingungen|vorgaben|leitlinien)\s+(?:von|der\s+firma|des\s+unternehmens)\s+<NAME>"
        r"[^.!?\n]{0,60}\b(?:mir|mich|ich)\b"
    ),
    r"<NAME>s?(?:-|\s+)(?:richtlinien|nutzungsbedingungen|regeln)[^.!?\n]{0,60}\b(?:mir|mich|ich)\b",
    r"\bich\s+(?:nutze|verwende|benutze)\s+das\s+(?:ki-|sprach)?modell\s+<NAME>",
    rf"\b(?:dieser?|diese)\s+{_TEXT}\s+(?:wurde|ist|stammt)\s+(?:\w+\s+)?(?:von|mit|durch)\s+{_GAP}<NAME>",
    (
        r"^\W*(?:\w+\s+)?(?:erstellt|generiert|verfasst|geschrieben|erzeugt|beantwortet|bereitgestellt|formuliert)"
        rf"\s+(?:von|mit|durch)\s+{_GAP}<NAME>"
    ),
    r"^\W*(?:modell|autor(?:in)?|verfasser|quelle|assistent|ki)\s*[:(]\s*<NAME>",
)
_UNKNOWN: Final = (
    (
        r"(?i:\b(?:als|ich\s+bin|bin\s+ich)\s+(?:[\w-]+\s+){0,3}?(?:ki|ki-\w+|intelligenz|sprachmodell|chatbot"
        r"|virtueller\s+assistent|digitaler\s+assistent|virtuelle\s+assistentin|digitale\s+assistentin),?\s+"
        r"(?:(?:die|der|das)\s+)?(?:von|der\s+firma|des\s+unternehmens|aus\s+dem\s+hause)\s+(?:der\s+|dem\s+)?)"
        r"(?!Menschen|Texten|Daten|Grund|Natur|Haus|Beruf|Computern|Forschern|Entwicklern|Menge)[A-ZÄÖÜ]\w+"
    ),
    (
        r"(?i:\b(?:ich\s+bin|als)\s+(?:eine?\s*)?(?:von|durch)\s+(?:der\s+firma\s+)?)[A-ZÄÖÜ]\w+(?:\s+[A-Z]\w+)*"
        r"(?i:\s+(?:entwickelte|trainierte|erstellte|programmierte|betriebene)[rs]?\s+(?:\w+\s+)?(?:ki|modell"
        r"|sprachmodell|assistent|chatbot|ki-\w+))"
    ),
)

_THING: Final = r"(?:antwort|antworten|fassung|ausgabe|seite|reaktion|lösung|text|variante)"
_RATER: Final = (
    r"(?:bewerter(?:in|innen|n)?|gutachter(?:in|innen|n)?|gutachtende[nr]?|prüfer(?:in|innen|n)?|juror(?:in|en|innen)?"
    r"|annotator(?:in|en|innen)?|bewertende[nr]?)"
)
_ME: Final = (
    rf"(?:mich|(?:diese[nrs]?|meine[nrs]?)\s+{_THING}|die\s+(?:linke|rechte)\s+{_THING}"
    rf"|(?:die\s+)?(?:antwort|seite|ausgabe)\s+[ab12]|die\s+{_THING}\s+(?:links|rechts))\b"
)

_APPEALS: Final = (
    (
        r"\b(?:stimm(?:en|t|e)?|votier(?:en|t|e)?)\s+(?:sie\s+)?(?:bitte\s+)?für\s+(?:"
        rf"{_ME}|[ab](?=\s*(?:[.!,]|$|weil\b|denn\b)))"
    ),
    rf"\b(?:wähl(?:en|t|e)?|bevorzug(?:en|t|e)?|nimm|nehmen|markier(?:en|t|e)?)\s+(?:sie\s+)?(?:bitte\s+)?{_ME}",
    rf"\b(?:liebe[rs]?|sehr\s+geehrte[rs]?|hinweis\s+an(?:\s+die|\s+den|\s+alle)?|an\s+(?:die|den|alle)|hallo)\s+{_RATER}\b",
    rf"\bdie\s+andere\s+{_THING}\s+(?:ist|hat|enthält|war|macht|lässt|liegt)\b[^.!?\n]{{0,40}}(?:fehler|falsch|schlechter|unvollständig|ungenau|daneben|irreführend|kopiert|weg\b)",
    rf"\b(?:(?:als|gegenüber|mit|zu)\s+(?:der|die|den|dem)|zur)\s+andere[nrs]?\s+{_THING}\b",
    r"\bdes\s+anderen\s+(?:modells|assistenten|systems|chatbots)\b",
    rf"\bich\s+bin\s+(?:\w+\s+)?die\s+(?:bessere|beste|überlegene)\s+{_THING}",
    rf"\b(?:diese|meine)\s+{_THING}\s+(?:ist\s+(?:\w+\s+)?(?:besser|überlegen|die\s+be)|verdient|sollte\s+gewinnen)",
    rf"\bmeine\s+{_THING}\s+(?:ist|war)\s+(?:\w+\s+)?(?:besser|genauer|vollständiger|richtig)",
    (
        r"\b(?:gib|geben|gebt|schenk\w*)\s+(?:sie\s+)?(?:bitte\s+)?(?:mir|dieser\s+antwort)\s+(?:bitte\s+)?"
        r"(?:deine|ihre|eure|die)\s+(?:stimme|volle|höchst)"
    ),
    rf"\b(?:zwei|beide|diese)\s+{_THING}\s+(?:vergleich|bewerte|beurteil)",
    rf"\b(?:bewert|beurteil|benot)\w*\s+(?:sie\s+)?(?:bitte\s+)?(?:diese|meine)\s+{_THING}\b",
    r"\b(?:verdiene|möchte|will|brauche)\s+(?:deine|ihre|eure)\s+stimme\b",
)

LANGUAGE: Final = Language(
    own=_OWN,
    unknown=_UNKNOWN,
    appeals=_APPEALS,
    closings=(r"\b(?:grüßen|gruß|grüße)\b",),
    speakers=("ki", "assistent"),
    kinds=("Assistent", "Modell"),
    somebody_else=(
        r"\b(?:geschichte|gedicht|monolog|dialog\b|rolle\b|ich-form|\w*biogra\w+|lebenslauf|anschreiben|brief\b|rede\b"
        r"|audioguide|blogbeitrag|übersetz|beschreibe\s+deine|stell\s+dir\s+vor|roman\b)"
    ),
    about_models=r"(?<![a-z])(?:ki|sprachmodelle?)(?![a-zà-ÿ])",
    about_raters=r"\b(?:gutachter\w*|bewerter\w*|prüfer\w*|abstimm\w*|wahl\w*)\b",
    lettered=r"\bA\b\s+(?:oder|und|bis)\s\s*[BCD]\b",
    label_words=("modell", "variante", "antwort"),
)
