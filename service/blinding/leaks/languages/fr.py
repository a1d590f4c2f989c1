"""French: all that is known of it where leaks are looked for."""

from typing import Final

from service.blinding.leaks.language import Language

_GAP: Final = (
    r"(?:(?:une?|l[ea]?s?|d[eu]?s?|qu|grande?|petite?|modèles?|langage|langue|linguistique|ia|intelligence|artificielle"
    r"|assistante?|conversationnel(?:le)?|virtuel(?:le)?|agent|chatbot|bot|robot|famille|version|produit|par|chez|et|qui"
    r"|a|été|est|sont|suis|développée?s?|créée?s?|conçue?s?|entraînée?s?|formée?s?|fournie?s?|proposée?s?|basée?s?|sur"
    r"|société|entreprise|équipes?|chercheurs|français\w*|américain\w*|chinois\w*|nommée?|appelée?|connue?|comme|sous"
    r"|nom|ici|simplement|seulement|non|pas|en|fait|s|appelle|intégrée?|propulsée?|alimentée?|grâce|à|aux?|génératif"
    r"|générative|open|source|entraînement)[\s,:']+){0,14}"
)
_MADE: Final = r"(?:créée?|développée?|conçue?|entraînée?|formée?|programmée?|fabriquée?)"
_TEXT: Final = r"(?:réponse|texte|résumé|message|contenu|traduction|article|code|lettre)"

_OWN: Final = (
    rf"\bje\s+(?:suis|m'appelle|me\s+nomme|fonctionne|tourne|repose|proviens|viens)\s+{_GAP}<NAME>",
    rf"\bj'(?:ai\s+été|appartiens|utilise)\s+{_GAP}<NAME>",
    rf"\ben\s+tant\s+qu(?:e\s+|')(?:une?\s+)?(?:ia|assistante?|modèle|chatbot|agent|produit|intelligence|grand)\b[\s,]+{_GAP}<NAME>",
    r"\ben\s+tant\s+que\s+<NAME>\s*,?\s*j[e']",
    rf"\bm(?:on|es|a)\s+(?:nom|créateurs?|développeurs?|concepteurs?|fabricants?|entraînement|éditeur|maison\s+mère|fournisseur)[\s,]+{_GAP}<NAME>",
    rf"<NAME>[^.!?\n]{{0,40}}?\sm'(?:a|ont)\s+(?:\w+\s+){{0,2}}?{_MADE}",
    rf"\bm'(?:a|ont)\s+{_MADE}[^.!?\n]{{0,20}}<NAME>",
    rf"\b(?:vous\s+(?:parlez|discutez|échangez|conversez)|tu\s+(?:parles|discutes|échanges))\s+(?:actuellement\s+|ici\s+)?(?:avec|à)\s+{_GAP}<NAME>",
    r"^\W*(?:bonjour[\s,!]+)?ici\s+<NAME>(?=\s*[.!,:])",
    r"\bappel(?:ez|le)-moi\s+<NAME>",
    r"\bmoi,\s+<NAME>\s*,",
    r"\bcontrairement\s+à\s+<NAME>\s*,?\s+je\b",
    rf"\b(?:cette?|ce)\s+{_TEXT}\s+(?:a\s+été|est)\s+\w+\s+(?:par|avec)\s+{_GAP}<NAME>",
    rf"^\W*(?:générée?|rédigée?|écrite?|produite?|créée?)\s+(?:par|avec)\s+{_GAP}<NAME>",
    r"^\W*(?:modèle|auteur|source|assistant|ia)\s*[:(]\s*<NAME>",
)
_UNKNOWN: Final = (
    (
        r"(?i:\b(?:je\s+suis|en\s+tant\s+qu(?:e\s|'))\s*(?:[\w'-]+\s+){0,5}?(?:ia|assistante?|modèle|chatbot|agent)\b(?:\s+\w+){0,3}?,?\s+"
        r"(?:développée?|créée?|conçue?|entraînée?)\s+par\s+(?:la\s+société\s+|l'entreprise\s+)?)[A-ZÀ-Þ]\w+"
    ),
)

_ANSWER: Final = r"(?:réponse|version|solution|proposition)"
_RATERS: Final = (
    r"(?:évaluat(?:eurs?|rices?)|juges?|annotat(?:eurs?|rices?)|correct(?:eurs?|rices?)|jurés?)"
)
_APPEALS: Final = (
    rf"\b(?:votez|vote|choisissez|choisis|préférez|sélectionnez|retenez)\s+(?:donc\s+)?(?:pour\s+)?(?:cette|ma)\s+{_ANSWER}",
    r"\b(?:votez|vote)\s+(?:pour\s+)?(?:la\s+réponse\s+)?[ab]\b(?=\s*(?:[.!,;]|$))",
    rf"\b(?:chers?|chères?|à\s+l'attention\s+des|note\s+aux?|message\s+aux?)\s+{_RATERS}\b",
    rf"\bl'autre\s+{_ANSWER}\s+(?:est|contient|a|comporte)\b[^.!?\n]{{0,40}}(?:fausse|erreur|incorrecte|moins|pire|incomplète|mauvaise)",
    rf"\b(?:ma|cette)\s+{_ANSWER}\s+(?:est\s+(?:\w+ment\s+)?(?:la\s+)?(?:meilleure|supérieure)|mérite|devrait\s+gagner)",
    rf"\bdonnez\s+(?:\w+\s+)?(?:votre\s+voix|la\s+meilleure\s+note)\s+à\s+(?:cette|ma)\s+{_ANSWER}",
)

LANGUAGE: Final = Language(
    own=_OWN,
    unknown=_UNKNOWN,
    appeals=_APPEALS,
    closings=(r"\b(?:cordialement|bien\s+à\s+vous|salutations)\b",),
    speakers=("ia",),
    kinds=("Modèle",),
    somebody_else=(
        r"\b(?:histoire|conte|poème|monologue|dialogue|scène|roman|chanson|lettre\s+de|discours|biographi\w+|imagine|joue\s+le\s+rôle"
        r"|dans\s+la\s+peau|tradui\w+|première\s+personne|article\s+de\s+blog)\b"
    ),
    about_models=r"(?<![a-z])(?:modèles?\s+de\s+langage|intelligence\s+artificielle)(?![a-zà-ÿ])",
    about_raters=r"\b(?:évaluat(?:eur|rice)s?|jurys?|correcteurs?|votes?|voter|élections?|scrutin)\b",
    lettered=r"\bA\b\s+(?:ou|et)\s+[BCD]\b",
    label_words=("modèle", "réponse", "variante", "essai"),
)
