"""Italian: all that is known of it where leaks are looked for."""

# ruff: noqa: E501  (a phrase is easier to read on one line than cut at a bracket)

from typing import Final

from service.blinding.leaks.language import Language

_GAP: Final = (
    r"(?:(?:un[ao]?|il|lo|la|l|i|gli|le|d[aeio]l?l?[aeio]?|d|grande|piccolo|modello|modelli|linguistic[oa]|linguaggio|lingua|ia|ai"
    r"|intelligenza|artificiale|assistente|virtuale|conversazionale|agente|chatbot|bot|famiglia|versione|prodotto|che|è|stat[oa]"
    r"|sono|creat[oa]|sviluppat[oa]|addestrat[oa]|progettat[oa]|realizzat[oa]|basat[oa]|fornit[oa]|su|azienda|società|team|ricercatori"
    r"|american[oa]|cinese|francese|italian[oa]|chiamat[oa]|nome|si|chiama|solo|soltanto|semplicemente|non|come|qui|e|in)[\s,:']+){0,14}"
)
_MADE: Final = r"(?:creat[oaie]|sviluppat[oaie]|addestrat[oaie]|progettat[oaie]|realizzat[oaie]|programmat[oaie])"
_TEXT: Final = r"(?:risposta|testo|riassunto|messaggio|contenuto|traduzione|articolo|codice)"

_OWN: Final = (
    rf"\b(?:io\s+)?(?:sono|mi\s+chiamo|funziono|appartengo)\s+{_GAP}<NAME>",
    rf"\bin\s+quanto\s+{_GAP}<NAME>",
    rf"\bcome\s+(?:ia|ai|assistente|modello|chatbot|agente|prodotto|intelligenza)\b[\s,]+{_GAP}<NAME>",
    rf"\b(?:il\s+mio|la\s+mia|i\s+miei)\s+(?:nome|creator[ei]|sviluppator[ei]|produttor[ei]|addestramento|casa\s+madre|azienda|fornitore)[\s,]+{_GAP}<NAME>",
    rf"<NAME>[^.!?\n]{{0,40}}?\smi\s+(?:ha|hanno)\s+{_MADE}",
    rf"\bmi\s+(?:ha|hanno)\s+{_MADE}[^.!?\n]{{0,20}}<NAME>",
    rf"\b(?:stai|state|sta)\s+(?:parlando|chattando|dialogando)\s+con\s+{_GAP}<NAME>",
    r"^\W*(?:ciao[\s,!]+)?qui\s+<NAME>(?=\s*[.!,:])",
    r"\b(?:chiamami|chiamatemi)\s+<NAME>",
    r"\ba\s+differenza\s+di\s+<NAME>\s*,?\s+io\b",
    rf"\bquest[oa]\s+{_TEXT}\s+è\s+stat[oa]\s+\w+\s+(?:da|con)\s+{_GAP}<NAME>",
    rf"^\W*(?:generat[oa]|scritt[oa]|redatt[oa]|prodott[oa]|creat[oa])\s+(?:da|con)\s+{_GAP}<NAME>",
    r"^\W*(?:modello|autore|fonte|assistente|ia)\s*[:(]\s*<NAME>",
)
_UNKNOWN: Final = (
    (
        r"(?i:\b(?:sono|come|in\s+quanto)\s+(?:[\w'-]+\s+){0,4}?(?:ia|assistente|modello|chatbot|agente|intelligenza)\b(?:\s+\w+){0,3}?,?\s+"
        r"(?:sviluppat|creat|addestrat|progettat)[oa]\s+da(?:ll[a'])?\s*(?:società\s+|azienda\s+)?)[A-ZÀ-Þ]\w+"
    ),
)

_ANSWER: Final = r"(?:risposta|versione|soluzione)"
_RATERS: Final = r"(?:valutator[ei]|giudic[ei]|annotator[ei]|revisor[ei]|esaminator[ei])"
_APPEALS: Final = (
    rf"\b(?:votate|vota|scegliete|scegli|preferite|preferisci|selezionate)\s+(?:per\s+)?(?:questa|la\s+mia)\s+{_ANSWER}",
    r"\b(?:votate|vota)\s+(?:per\s+)?(?:la\s+risposta\s+)?[ab]\b(?=\s*(?:[.!,;]|$))",
    rf"\b(?:car[oi]|gentil[ei]|nota\s+per\s+i|messaggio\s+per\s+i|ai)\s+{_RATERS}\b",
    rf"\bl'altra\s+{_ANSWER}\s+(?:è|contiene|ha)\b[^.!?\n]{{0,40}}(?:sbagliata|error[ei]|errata|peggiore|incompleta)",
    rf"\b(?:la\s+mia|questa)\s+{_ANSWER}\s+(?:è\s+(?:la\s+)?(?:migliore|superiore)|merita|dovrebbe\s+vincere)",
)

LANGUAGE: Final = Language(
    own=_OWN,
    unknown=_UNKNOWN,
    appeals=_APPEALS,
    closings=(r"\b(?:cordiali|distinti|saluti)\b",),
    speakers=("assistente",),
    kinds=("Assistente", "Modello"),
    somebody_else=(
        r"\b(?:racconto|storia|poesia|monologo|dialogo|scena|romanzo|canzone|lettera|discorso|biografi\w+|immagina|interpreta"
        r"|fingi|traduc\w+|traduzione|prima\s+persona)\b"
    ),
    about_models=r"(?<![a-z])(?:modell[oi]\s+linguistic[oi]|intelligenza\s+artificiale)(?![a-zà-ÿ])",
    about_raters=r"\b(?:valutator[ei]|giudic[ei]|giuria|votazion[ei]|votare|elezion[ei])\b",
    lettered=r"\bA\b\s+(?:o|e)\s+[BCD]\b",
    label_words=("modello", "risposta", "variante", "prova"),
)
