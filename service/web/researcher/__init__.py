"""The sighted pages: sign-in, studies, invites, leaderboards; everything a rater must not see."""

from typing import Any

from service.reporting import states
from service.web import languages
from service.web.researcher import (
    access,
    accounts,
    adopting,
    completions,
    configurations,
    deciding,
    deleting,
    diagnosing,
    drafts,
    exports,
    flags,
    invites,
    judge_grading,
    judges,
    leaderboards,
    leaks,
    matchups,
    norming,
    over_time,
    plans,
    plots,
    preregistrations,
    prompt_sets,
    raters,
    reports,
    set_up,
    set_uploads,
    shared,
    studies,
    study_files,
    submissions,
    tokens,
    trying,
    uploads,
    webhooks,
)
from service.web.researcher.blueprint import studio

__all__ = [
    "accounts",
    "adopting",
    "completions",
    "configurations",
    "deciding",
    "deleting",
    "diagnosing",
    "drafts",
    "exports",
    "flags",
    "invites",
    "judge_grading",
    "judges",
    "leaderboards",
    "leaks",
    "matchups",
    "norming",
    "over_time",
    "plans",
    "plots",
    "preregistrations",
    "prompt_sets",
    "raters",
    "reports",
    "set_up",
    "set_uploads",
    "shared",
    "studies",
    "studio",
    "study_files",
    "submissions",
    "tokens",
    "trying",
    "uploads",
    "webhooks",
]


@studio.context_processor
def context() -> dict[str, Any]:
    """Return what every template may say, without being handed it by a view."""
    return {
        "account": access.current_or_none(),
        "may": access.may,
        "token": access.form_token,
        "figures": languages.words(),
        "called": lambda word: states.called(word, languages.words()),
    }
