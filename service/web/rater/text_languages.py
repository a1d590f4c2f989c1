"""What language texts are in, as far as their script tells, and that nothing may change them."""

import re

from markupsafe import Markup

# Tells translators and writing assistants of the browser to leave what is judged as it is. The same
# on both sides and on every page: one corrected text beside another would be judged by that.
UNTOUCHED = Markup(
    'translate="no" spellcheck="false" data-gramm="false" data-gramm_editor="false" '
    'data-enable-grammarly="false" data-lt-active="false"'
)
_TAGS = re.compile(r"<[^<>]*>|&\w+;")
_KANA = re.compile(r"[\u3041-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ANY = re.compile(f"[{''.join(one.pattern[1:-1] for one in (_KANA, _HANGUL, _HAN))}]")
_LETTER = re.compile(r"[^\W\d_]")
# Common characters that only one of the two ways of writing Chinese has.
_SIMPLIFIED = re.compile(r"[这个们来说为国会时对学发过还后]")
_TRADITIONAL = re.compile(r"[這個們來說為國會時對學發過還後]")
# Characters at the beginning of a text that tell its script.
_ENOUGH = 1500


def language_of(*html: str) -> str:
    """Return "ja", "ko", "zh-Hans" or "zh-Hant" for texts that are mostly so written, else "".

    Characters that these languages share look different in each, so browsers must know. Both
    sides are to be asked about together: they get the same answer, and so the same look.
    """
    whole = " ".join(one[:_ENOUGH] for one in html)
    # Most texts have none of these scripts, and then nothing need be counted.
    if whole.isascii() or not _ANY.search(whole):
        return ""
    text = _TAGS.sub(" ", whole)
    kana, hangul, han = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HAN))
    if 4 * (kana + hangul + han) <= len(_LETTER.findall(text)):
        return ""
    if hangul > kana + han / 2:
        return "ko"
    if 10 * kana > han:
        return "ja"
    is_simplified = len(_SIMPLIFIED.findall(text)) >= len(_TRADITIONAL.findall(text))
    return "zh-Hans" if is_simplified else "zh-Hant"
