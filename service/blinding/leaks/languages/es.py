"""Spanish: all that is known of it where leaks are looked for."""

# ruff: noqa: E501  (a phrase is easier to read on one line than cut at a bracket)

from typing import Final

from service.blinding.leaks.language import Language

_GAP: Final = (
    r"(?:(?:una?|el|la|los|las|lo|del?|modelos?|lenguaje|grande|gran|pequeño|ia|inteligencia|artificial|asistente"
    r"|virtual|digital|chatbot|bot|sistema|programa|cread[oa]|desarrollad[oa]|entrenad[oa]|diseñad[oa]|hech[oa]"
    r"|construid[oa]|programad[oa]|lanzad[oa]|por|en|con|sobre|basad[oa]|empresa|compañía|familia|s[oó]lo"
    r"|simplemente|llamad[oa]|nombre|equipo|investigadores|ingenieros|versión|instancia|gigante|parte|producto|y"
    r"|que|fue|fui|es|son|no|soy|conversacional|amable|útil|generativ[oa]|francesa|estadounidense|china|abierto"
    r"|aquí|gracias|a|partir|tecnología|firma|laboratorio)[\s,:]+){0,12}"
)
_MADE: Final = (
    r"(?:entrenó|creó|desarrolló|diseñó|programó|construyó|entrenaron|crearon|desarrollaron|diseñaron"
    r"|h[ai]n?\s+(?:entrenado|creado|desarrollado|diseñado))"
)
_TEXT: Final = r"(?:texto|respuesta|resumen|mensaje|contenido|traducción|ensayo|artículo|código)"

_OWN: Final = (
    rf"\b(?:soy|me\s+llamo)\s+[\w-]+(?:\s+[\w-]+)?,\s+(?:una?|el|la|tu|su)\s+{_GAP}<NAME>",
    (
        r"\b(?:soy|fui|he\s+sido|estoy|me\s+llamo|mi\s+nombre\s+es|funciono|pertenezco|provengo|procedo|me\s+baso)\s+"
        rf"{_GAP}<NAME>"
    ),
    r"\bcomo\s+<NAME>(?=\s*,[^.!?]{0,60})",
    rf"\bcomo\s+(?:soy\s+)?(?:una?\s+)?(?:ia|modelo|asistente|chatbot|inteligencia|sistema|producto|gran)\b[\s,]*{_GAP}<NAME>",
    rf"\b(?:al\s+ser|siendo|como\s+soy)\s+{_GAP}<NAME>",
    rf"<NAME>[^.!?\n]{{0,60}}?\sme\s+{_MADE}",
    rf"\bme\s+{_MADE}[^.!?\n]{{0,30}}?<NAME>",
    (
        r"\bmis?\s+(?:creador(?:es|a)?|desarrollador(?:es|a)?|nombre|entrenamiento|fabricante|empresa\s+matriz|diseñador(?:es)?"
        rf"|proveedor)[\s,]+{_GAP}<NAME>"
    ),
    rf"\b(?:estás|está|están)\s+(?:hablando|chateando|conversando|charlando)\s+(?:ahora\s+)?con\s+{_GAP}<NAME>",
    r"\b(?:puedes?\s+llamarme|llámame|llámeme|me\s+dicen|me\s+llaman|soy\s+yo,|(?:le|te)\s+habla)\s+<NAME>",
    r"(?:^|[.!¡,]\s*)aquí\s+<NAME>(?=\s*[.!,]|$)",
    r"\byo,\s+<NAME>\s*,",
    r"\ba\s+diferencia\s+de\s+<NAME>\s*,?\s+(?:yo|no|fui|soy)\b",
    r"\b(?:políticas?|directrices|normas|reglas|pautas)\s+(?:de\s+uso\s+)?de\s+<NAME>[^.!?\n]{0,60}\b(?:me|mi|yo)\b",
    r"\b(?:detrás\s+de\s+mí|tras\s+de\s+mí)\s+(?:está|hay)\s+(?:\w+\s+){0,3}?<NAME>",
    rf"\b(?:este|esta)\s+{_TEXT}\s+(?:fue|ha\s+sido|está|es)\s+\w+\s+(?:por|con|mediante)\s+{_GAP}<NAME>",
    (
        rf"^\W*(?:{_TEXT}\s+)?(?:generad|elaborad|escrit|redactad|cread|producid|proporcionad)[oa]\s+"
        rf"(?:por|con|mediante)\s+{_GAP}<NAME>"
    ),
    r"^\W*(?:modelo|autor(?:a)?|fuente|asistente|ia)\s*[:(]\s*<NAME>",
)
_UNKNOWN: Final = (
    (
        r"(?i:\b(?:soy|como|fui)\s+(?:una?\s+)?(?:ia|inteligencia\s+artificial|modelo|asistente|chatbot|sistema)"
        r"(?:\s+(?:virtual|digital|conversacional|de\s+lenguaje|de\s+ia|de\s+inteligencia\s+artificial|amable))*,?\s+"
        r"(?:cread|desarrollad|entrenad|diseñad|programad|construid)[oa]\s+(?:por|en)\s+(?:la\s+empresa\s+|el\s+equipo\s+de\s+)?)"
        r"[A-ZÁÉÍÓÚÑ]\w+"
    ),
)

_THING: Final = r"(?:respuestas?|contestación|salida|opción|versión|texto)"
_RATER: Final = r"(?:evaluador(?:es|as?)?|calificador(?:es|as?)?|anotador(?:es|as?)?|juece?s|juez|revisor(?:es|as?)?)"
_ME: Final = (
    r"(?:est[ae]|mi)\s+(?:respuesta|contestación|texto|salida)\b|la\s+respuesta\s+de\s+la\s+(?:izquierda|derecha)"
    r"|(?:la\s+)?respuesta\s+[ab12]\b|la\s+mía\b|la\s+(?:izquierda|derecha)(?=\s*[.!,]|$)"
)

_APPEALS: Final = (
    rf"\b(?:vot[ae]d?|voten)\s+(?:por|a)\s+(?:{_ME}|mí\b|(?:la\s+)?[ab](?=\s*(?:[.!,]|$|porque\b|ya\s+que\b)))",
    (
        r"\b(?:elige|elija|elijan|escoge|escoja|prefiere|prefiera|selecciona|seleccione|qu[eé]d[ae](?:te|se)\s+con|marca)"
        rf"\s+(?:{_ME}|esta(?=\s*[.!,]|$))"
    ),
    r"\b(?:elígeme|escógeme|vótame|prefiéreme|elíjame|selecciónenme)\b",
    rf"\b(?:estimad[oa]s?|querid[oa]s?|nota\s+para(?:\s+l[oa]s?)?|a\s+l[oa]s|mensaje\s+para(?:\s+l[oa]s?)?|hola)\s+{_RATER}\b",
    r"\bla\s+otra\s+(?:respuesta|contestación|salida)\s+(?:es|contiene|tiene|está|fue|falla|no)\b[^.!?\n]{0,40}(?:error|incorrecta|peor|mal\b|equivocada|incompleta|falsa|copiada|falla)",
    r"\b(?:que|a|con|frente\s+a)\s+la\s+otra\s+(?:respuesta|contestación|salida)\b",
    r"\bdel\s+otro\s+(?:modelo|asistente|sistema|chatbot)\b",
    r"\bsoy\s+(?:\w+mente\s+)?la\s+(?:mejor|respuesta\s+(?:correcta|ganadora))\s*(?:respuesta|opción)?\b(?!\s+(?:amig|alumn|nadador))",
    r"\bmi\s+respuesta\s+es\s+(?:\w+mente\s+)?(?:mejor|más|superior|la\s+(?:mejor|correcta))",
    r"\b(?:esta|mi)\s+respuesta\s+(?:merece|debería\s+ganar|es\s+(?:la\s+)?(?:mejor|superior))",
    r"\b(?:dame|deme|denme|dadme|quiero|merezco|necesito)\s+(?:tu|su|vuestro|el)\s+voto\b",
    r"\b(?:comparando|evaluando|calificando|juzgando|comparas?|evalúas?)\s+(?:las\s+|estas\s+)?(?:dos|ambas|estas)\s+respuestas",
    r"\b(?:califica|califique|puntúa|puntúe|valora|valore|evalúa|evalúe)\s+(?:bien\s+)?(?:esta|mi)\s+respuesta\b",
)

LANGUAGE: Final = Language(
    own=_OWN,
    unknown=_UNKNOWN,
    appeals=_APPEALS,
    closings=(r"\b(?:saludos?|atentamente|cordialmente)\b",),
    speakers=("ia", "asistente"),
    kinds=("Asistente", "Modelo"),
    somebody_else=(
        r"\b(?:cuento|historia\b|poema|monólogo|diálogo|primera\s+persona|biograf\w+|carta\b|discurso|audioguía|novela"
        r"|entrada\s+de\s+blog|traduc|describe\s+tu|imagina|actúa\s+como)"
    ),
    about_models=r"(?<![a-z])(?:ia|modelos?\s+de\s+lenguaje)(?![a-zà-ÿ])",
    about_raters=r"\b(?:evaluador\w*|jue(?:z|ces)|revisor\w*|vot(?:o|os|ar|ación)|eleccion\w*|campaña)\b",
    lettered=r"\bA\b\s+[oy]\s\s*[BCD]\b",
    label_words=("modelo", "versi[oó]n", "prueba"),
)
