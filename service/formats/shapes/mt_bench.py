"""What MT-bench consists of: questions, answers, and judgements of one turn or of both."""

from typing import Any

from service.formats import judging
from service.formats.columns import Values
from service.formats.said import said
from service.formats.shapes.shape import Shape, by_row


def _are_questions(values: Values) -> bool:
    return values.keys() >= {"question_id", "turns"} and "model_id" not in values


def _are_answers(values: Values) -> bool:
    return values.keys() >= {"question_id", "model_id", "choices"}


def _are_judgements(values: Values) -> bool:
    return values.keys() >= {"question_id", "model_a", "model_b", "winner", "turn"}


def _are_of_a_model(values: Values) -> bool:
    return values.keys() >= {"question_id", "model_1", "model_2", "g1_winner", "g2_winner"}


def _of_a_model(values: Values) -> list[dict[str, Any]]:
    """Return the verdict of a model that saw both orders: a tie where the two differ."""
    first, second = values["g1_winner"], values["g2_winner"]
    judge = values.get("judge")
    return [
        {
            **{name: values[name] for name in ("question_id", "turn", "tstamp") if name in values},
            "left": values["model_1"],
            "right": values["model_2"],
            "winner": _WINNERS.get(str(first), first) if first == second else "tie",
            "rater": str(judge[0] if isinstance(judge, list) and judge else judge or "judge"),
            judging.COLUMN: judging.MODEL,
        }
    ]


_WINNERS = {"model_1": "left", "model_2": "right"}

QUESTIONS = Shape("mt-bench-questions", said("questions of MT-bench"), "prompts", _are_questions)
ANSWERS = Shape("mt-bench-answers", said("answers of MT-bench"), "completions", _are_answers)
JUDGEMENTS = Shape("mt-bench-judgements", said("judgements of MT-bench"), "votes", _are_judgements)
OF_A_MODEL = Shape(
    "mt-bench-model-judgements",
    said("judgements of MT-bench by a model"),
    "votes",
    _are_of_a_model,
    by_row(_of_a_model),
)
