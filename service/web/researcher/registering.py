"""The fields of what a study declares in words before anybody looks, and the whole plan's form."""

from service.web.languages import msgid
from service.web.researcher import fields
from service.web.researcher.fields import Field, Group

DECLARED = Group(
    msgid("Registered beforehand"),
    (
        Field(
            ("preregistration", "question"),
            msgid("Question"),
            "text",
            hint=msgid("What shall be decided, in a sentence or two."),
            longest=2000,
        ),
        Field(
            ("preregistration", "margin"),
            msgid("Difference that counts, in percentage points"),
            "whole",
            hint=msgid("Up to so many from an even share, two are practically equal. 5 if empty."),
        ),
        Field(
            ("preregistration", "exclusions"),
            msgid("Whose votes will be left out, and why"),
            "text",
            hint=msgid("Rules that are fixed before anybody looks."),
            longest=2000,
        ),
    ),
)
PLAN = (*fields.PLAN, DECLARED)
