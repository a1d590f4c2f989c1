"""Portuguese: all that is known of it where leaks are looked for."""

from typing import Final

from service.blinding.leaks.language import Language

_GAP: Final = (
    r"(?:(?:uma?|[oa]s?|d[eoa]s?|pel[oa]s?|por|n[oa]|em|grande|pequeno|modelos?|linguagem|língua|ia|inteligência|artificial"
    r"|assistente|virtual|conversacional|agente|chatbot|bot|robô|família|versão|produto|que|foi|é|sou|fui|criad[oa]|desenvolvid[oa]"
    r"|treinad[oa]|projetad[oa]|feit[oa]|construíd[oa]|basead[oa]|oferecid[oa]|empresa|companhia|equipe|equipa|pesquisadores"
    r"|american[oa]|chines[oa]|frances[oa]|chamad[oa]|nome|se|chama|apenas|somente|simplesmente|não|como|aqui|e)[\s,:]+){0,14}"
)
_MADE: Final = r"(?:criou|desenvolveu|treinou|projetou|construiu|programou|fez)"
_TEXT: Final = r"(?:resposta|texto|resumo|mensagem|conteúdo|tradução|artigo|código)"

_OWN: Final = (
    rf"\b(?:eu\s+)?(?:sou|me\s+chamo|chamo-me|pertenço|funciono|fui)\s+{_GAP}<NAME>",
    rf"\b(?:como|enquanto)\s+(?:uma?\s+)?(?:ia|assistente|modelo|chatbot|agente|produto|inteligência)\b[\s,]+{_GAP}<NAME>",
    rf"\b(?:o\s+)?(?:meus?|minhas?)\s+(?:nome|criador(?:es|a)?|desenvolvedor(?:es|a)?|fabricante|treinamento|treino|empresa|fornecedor)[\s,]+{_GAP}<NAME>",
    rf"<NAME>[^.!?\n]{{0,40}}?\sme\s+{_MADE}",
    rf"\bme\s+{_MADE}[^.!?\n]{{0,20}}<NAME>",
    rf"\b(?:você\s+está|estás|está)\s+(?:falando|conversando|a\s+falar|a\s+conversar)\s+com\s+{_GAP}<NAME>",
    r"^\W*(?:olá[\s,!]+)?aqui\s+(?:é|fala)\s+(?:[oa]\s+)?<NAME>(?=\s*[.!,:])",
    r"\b(?:me\s+chame\s+de|chama-me)\s+<NAME>",
    r"\b(?:ao\s+contrário|diferentemente)\s+d[oae]\s+<NAME>\s*,?\s+eu\b",
    rf"\best[ea]\s+{_TEXT}\s+foi\s+\w+\s+(?:por|pel[oa]|com)\s+{_GAP}<NAME>",
    rf"^\W*(?:gerad[oa]|escrit[oa]|redigid[oa]|produzid[oa]|criad[oa])\s+(?:por|pel[oa]|com)\s+{_GAP}<NAME>",
    r"^\W*(?:modelo|autor|fonte|assistente|ia)\s*[:(]\s*<NAME>",
)
_UNKNOWN: Final = (
    (
        r"(?i:\b(?:sou|como|enquanto)\s+(?:[\w'-]+\s+){0,4}?(?:ia|assistente|modelo|chatbot|agente|inteligência)\b(?:\s+\w+){0,3}?,?\s+"
        r"(?:desenvolvid|criad|treinad|projetad)[oa]\s+(?:por|pel[oa])\s+(?:empresa\s+|equipe\s+d[ae]\s+)?)[A-ZÀ-Þ]\w+"
    ),
)

_ANSWER: Final = r"(?:resposta|versão|solução)"
_RATERS: Final = (
    r"(?:avaliador(?:es|as?)?|ju[ií]z(?:es)?|anotador(?:es|as?)?|jurad[oa]s?|revisor(?:es|as?)?)"
)
_APPEALS: Final = (
    rf"\b(?:votem?|vota|escolham?|prefiram?|selecionem?)\s+(?:n)?(?:esta|essa|a\s+minha|minha)\s+{_ANSWER}",
    r"\b(?:votem?|vota)\s+(?:n[ao]?\s+|em\s+)?(?:resposta\s+)?[ab]\b(?=\s*(?:[.!,;]|$))",
    rf"\b(?:car[oa]s?|prezad[oa]s?|nota\s+a[oa]s?|mensagem\s+a[oa]s?)\s+{_RATERS}\b",
    rf"\ba\s+outra\s+{_ANSWER}\s+(?:é|está|contém|tem)\b[^.!?\n]{{0,40}}(?:errada|erros?|incorreta|pior|incompleta)",
    rf"\b(?:a\s+minha|minha|esta)\s+{_ANSWER}\s+(?:é\s+(?:a\s+)?(?:melhor|superior)|merece|deveria\s+ganhar)",
)

LANGUAGE: Final = Language(
    own=_OWN,
    unknown=_UNKNOWN,
    appeals=_APPEALS,
    closings=(r"\b(?:atenciosamente|cumprimentos|abraços?)\b",),
    speakers=("assistente",),
    kinds=("Assistente",),
    somebody_else=(
        r"\b(?:conto|história|poema|monólogo|diálogo|cena|romance|canção|carta|discurso|biografi\w+|imagine|finja|interprete"
        r"|traduz\w*|tradução|primeira\s+pessoa)\b"
    ),
    about_models=r"(?<![a-z])(?:modelos?\s+de\s+linguagem|inteligência\s+artificial)(?![a-zà-ÿ])",
    about_raters=r"\b(?:avaliador\w*|jurad[oa]s?|votações|votação|votar|eleiç\w+)\b",
    lettered=r"\bA\b\s+(?:ou|e)\s+[BCD]\b",
    label_words=("modelo", "resposta", "variante", "teste"),
)
