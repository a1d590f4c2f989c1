"""The schema, one file per chapter; import this to have every table registered."""

from service.store.models.accounts import Account, Session, SignInLink
from service.store.models.api import ApiToken, KeptAnswer
from service.store.models.decisions import Decision
from service.store.models.drafts import DraftPrompt, PromptDraft
from service.store.models.exports import Export, ExportPiece
from service.store.models.foundation import Model, UtcDateTime
from service.store.models.judges import (
    Judge,
    JudgeExample,
    Judgement,
    JudgeReport,
    JudgeVersion,
    PooledMatchup,
    PoolGrade,
)
from service.store.models.ladder import Call, Collection, Document, Evidence, Member
from service.store.models.marks import Criterion, Gold, Mark
from service.store.models.norming import NormingMatchup, NormingPanel
from service.store.models.preregistrations import Preregistration
from service.store.models.prompt_sets import PromptSet, SetMember, SetPrompt, SetVersion
from service.store.models.ratings import (
    Dirty,
    KeptCount,
    Leaderboard,
    Price,
    PromptTally,
    Tallied,
    Tally,
)
from service.store.models.shares import Share
from service.store.models.sittings import ClosingAnswer, ClosingQuestion, Reason, Skip
from service.store.models.studies import (
    Attempt,
    Completion,
    Configuration,
    Prompt,
    RateLimit,
    Reach,
    Study,
    Throttle,
)
from service.store.models.submissions import Submission
from service.store.models.uploads import KnownHeader, SetUpload, Upload, UploadPiece
from service.store.models.voting import (
    Assignment,
    Exclusion,
    Flag,
    Invite,
    Rater,
    RaterDetail,
    Vote,
)
from service.store.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "Account",
    "ApiToken",
    "Assignment",
    "Attempt",
    "Call",
    "ClosingAnswer",
    "ClosingQuestion",
    "Collection",
    "Completion",
    "Configuration",
    "Criterion",
    "Decision",
    "Dirty",
    "Document",
    "DraftPrompt",
    "Evidence",
    "Exclusion",
    "Export",
    "ExportPiece",
    "Flag",
    "Gold",
    "Invite",
    "Judge",
    "JudgeExample",
    "JudgeReport",
    "JudgeVersion",
    "Judgement",
    "KeptAnswer",
    "KeptCount",
    "KnownHeader",
    "Leaderboard",
    "Mark",
    "Member",
    "Model",
    "NormingMatchup",
    "NormingPanel",
    "PoolGrade",
    "PooledMatchup",
    "Preregistration",
    "Price",
    "Prompt",
    "PromptDraft",
    "PromptSet",
    "PromptTally",
    "RateLimit",
    "Rater",
    "RaterDetail",
    "Reach",
    "Reason",
    "Session",
    "SetMember",
    "SetPrompt",
    "SetUpload",
    "SetVersion",
    "Share",
    "SignInLink",
    "Skip",
    "Study",
    "Submission",
    "Tallied",
    "Tally",
    "Throttle",
    "Upload",
    "UploadPiece",
    "UtcDateTime",
    "Vote",
    "Webhook",
    "WebhookDelivery",
]
