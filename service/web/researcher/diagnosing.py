"""The view of what can be claimed of a study now, and of what would unblock the rest."""

from flask import render_template

from service.reporting import doctor_words
from service.usecases.sighted.judges import diagnosing
from service.usecases.sighted.studies import heads
from service.web import languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio


@studio.get("/studio/<name>/doctor")
@access.role("viewer")
def show_diagnosis(name: str) -> str:
    """Show which statements are supported now, which are blocked, and what would unblock them."""
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        found = diagnosing.of_study(session, name)
    words = languages.words().naming(
        dict.fromkeys(of for one in found.statements for of in one.about)
    )
    judges = [name for name in dict.fromkeys(one.judge for one in found.statements) if name]
    supported, blocked = doctor_words.said(found, words)
    return render_template(
        "studio/doctor.html",
        study=study,
        says=doctor_words.summary(found, words),
        supported=supported,
        blocked=blocked,
        judges=judges,
    )
