"""Fills a configuration's template in, within bounds of what it may do, make and cost.

A template is Jinja without what nobody needs in a prompt: no macros, includes or blocks, no calls
but those of plain text. Every loop, filter and operator spends from one allowance in proportion to
what it reads and makes, so a template ends soon, whatever it says. Steps are counted, not timed:
the same template fits everywhere.
"""

import json
import operator
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast

from jinja2 import Template, TemplateError, meta, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.visitor import NodeTransformer

from service.domain.retrieval import Passages
from service.errors import Invalid
from service.formats.said import Said, said

MOST_TEMPLATE = 100_000
MOST_FILLED = 2 * 1024 * 1024
# Characters read or made, and steps: a template that uses all of it takes about a second.
ALLOWANCE = 16 * MOST_FILLED
STEP = 20
_MOST_DEPTH = 50
_MOST_BITS = 256

_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List),
    *(nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Getattr, nodes.Getitem),
    *(nodes.Slice, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock, nodes.Filter, nodes.Test),
    *(nodes.Call, nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv),
    *(nodes.Mod, nodes.Pow, nodes.Concat),
)
# What makes no more than a little more than what it reads.
_FILTERS = (
    *("abs", "capitalize", "d", "default", "dictsort", "e", "escape", "first", "float", "int"),
    *("items", "last", "length", "count", "list", "lower", "map", "max", "min", "reject"),
    *("rejectattr", "reverse", "select", "selectattr", "sort", "string", "title", "trim"),
    *("truncate", "unique", "upper", "wordcount"),
)
_TESTS = (
    *("boolean", "defined", "divisibleby", "even", "false", "float", "integer", "iterable"),
    *("lower", "mapping", "none", "number", "odd", "sequence", "string", "true", "undefined"),
    "upper",
)
_METHODS = {
    str: (
        *("capitalize", "casefold", "count", "endswith", "find", "lower", "lstrip", "partition"),
        *("removeprefix", "removesuffix", "rpartition", "rstrip", "split", "splitlines"),
        *("startswith", "strip", "title", "upper"),
    ),
    dict: ("get", "items", "keys", "values"),
}


class TemplateInvalid(Invalid):
    """A configuration's template cannot be filled in."""


class _TooMuch(TemplateError):
    """The allowance is spent."""

    def __init__(self) -> None:
        super().__init__(
            said(
                "it makes too much of it. A prompt may have 2 MB, and may be filled in by some "
                "million steps; repeat and loop less"
            )
        )


class _Allowance:
    """What one filling may still spend."""

    def __init__(self) -> None:
        self._left = ALLOWANCE

    def spend(self, number: int) -> None:
        """Take so many characters or steps off.

        Raises
        ------
        _TooMuch
        """
        self._left -= max(number, 0)
        if self._left < 0:
            raise _TooMuch


_allowance: ContextVar[_Allowance] = ContextVar("allowance")


def fill(template: str, known: dict[str, Any]) -> str:
    """Return a template filled in with what it may name.

    Raises
    ------
    TemplateInvalid
        It is no template, does what templates may not, or makes too much.
    """
    if len(template) > MOST_TEMPLATE:
        raise TemplateInvalid(
            "The template has more than %(most)s characters.", most=f"{MOST_TEMPLATE:,}"
        )
    _allowance.set(_Allowance())
    try:
        filled: str = _compiled(template).render(known)
    except (
        *(TemplateError, TypeError, ValueError, ArithmeticError, MemoryError, RecursionError),
        *(LookupError, AttributeError, SyntaxError),
    ) as error:
        raise TemplateInvalid(
            "The template cannot be filled in: %(problem)s.", problem=_why(error)
        ) from None
    if len(filled) > MOST_FILLED:
        raise TemplateInvalid("The template makes a prompt of more than 2 MB.")
    return filled


def named(template: str) -> set[str]:
    """Return the names that a template takes from outside, none of one that is no template."""
    if len(template) > MOST_TEMPLATE:
        return set()
    try:
        return meta.find_undeclared_variables(_ENVIRONMENT.parse(template))
    except (TemplateError, RecursionError):
        return set()


def _why(error: BaseException) -> str:
    """Return why a template fails; what Jinja says of it is English."""
    if isinstance(error, SecurityError):
        return said("it calls or reads what templates of prompts may not")
    told = getattr(error, "message", None)
    if isinstance(told, Said):
        return told
    return str(told or error).rstrip(".") or type(error).__name__


@lru_cache(maxsize=64)
def _compiled(template: str) -> Template:
    """Return a template ready to be filled in: compiling costs more than filling."""
    return _ENVIRONMENT.from_string(template)


def _size(value: object, depth: int = 0) -> int:
    """Return how many characters a value has, about; what is nested is spent while it is walked."""
    if isinstance(value, str | Passages):
        return len(str(value))
    if isinstance(value, int):
        return value.bit_length() // 3 + 1
    if depth > _MOST_DEPTH:
        raise _TooMuch
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        total = 0
        for part in value:
            _allowance.get().spend(STEP * (1 + 5 * depth))
            total += 2 + _size(part, depth + 1)
        return total
    return STEP


def _spend(*values: object) -> None:
    _allowance.get().spend(STEP + sum(_size(value) for value in values))


def _whole(value: Any) -> Any:
    """Return what a filter made as a list where it would be made on the way."""
    is_plain = isinstance(value, str | int | float | dict | list | tuple | Undefined)
    return value if is_plain or value is None or not isinstance(value, Iterable) else list(value)


def _spending(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that spends what it reads and makes."""
    is_given = getattr(plain, "jinja_pass_arg", None) is not None  # the context or the like

    def spending(*values: Any, **options: Any) -> Any:
        _spend(*values[1:] if is_given else values, *options.values())
        made = _whole(plain(*values, **options))
        _spend(made)
        return made

    if is_given:
        spending.jinja_pass_arg = plain.jinja_pass_arg  # type: ignore[attr-defined]
    return spending


def _joined(value: Any, between: str = "", attribute: str | None = None) -> str:
    parts = list(value)
    if attribute is not None:
        parts = [_ENVIRONMENT.getattr(part, attribute) for part in parts]
    _spend(parts)
    _allowance.get().spend(len(parts) * len(str(between)))
    joined: str = str(between).join(str(part) for part in parts)
    return joined


def _concatenated(*values: Any) -> str:
    _spend(*values)
    return "".join(str(value) for value in values)


def _replaced(text: Any, old: str, new: str) -> str:
    text, old, new = str(text), str(old), str(new)
    found = text.count(old)
    _allowance.get().spend(STEP + 2 * len(text) + found * len(new))
    replaced: str = text.replace(old, new)
    return replaced


def _indented(text: Any, width: int = 4, first: bool = False) -> str:  # noqa: FBT001, FBT002 - Jinja's own
    lines = str(text).split("\n")
    spaces = " " * min(int(width), STEP)
    _allowance.get().spend(STEP + len(str(text)) + len(lines) * len(spaces))
    others = [spaces + line if line else line for line in lines[1:]]
    return "\n".join([(spaces if first else "") + lines[0], *others])


def _rounded(value: Any, digits: int = 0) -> float:
    return round(float(value), max(min(int(digits), STEP), -STEP))


def _json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; each line may be indented, but not by much."""
    _spend(value)
    made = json.dumps(
        value, ensure_ascii=False, indent=None if indent is None else min(int(indent), 8)
    )
    _spend(made)
    return made


def _entered(value: Any, cost: int) -> list[Any]:
    """Return what a loop goes through, after spending what all its rounds take."""
    parts = list(value)
    _allowance.get().spend(len(parts) * cost)
    return parts


def _read(value: Any) -> Any:
    """Return a value as it is, after spending what reading it takes."""
    _spend(value)
    return value


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """Return what stands in the output; all that is put out counts, wherever it goes."""
    del context  # taken only so that nothing is put out beforehand
    _spend(value)
    return value


class _Bounds(NodeTransformer):
    """Refuses what templates may not do, and lets the rest spend."""

    def generic_visit(self, node: nodes.Node, *args: Any, **options: Any) -> nodes.Node:
        """Refuse a node that is not on the list."""
        if not isinstance(node, _NODES):
            raise TemplateError(
                said(
                    "it uses “%(name)s”, which is not for templates of prompts",
                    name=type(node).__name__.lower(),
                )
            )
        return super().generic_visit(node, *args, **options)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        """Let a loop spend its rounds before it begins."""
        if node.recursive:
            raise TemplateError(
                said("its loop is recursive, which is not for templates of prompts")
            )
        inside = [found for part in node.body for found in (part, *part.find_all(nodes.Node))]
        data = sum(len(found.data) for found in inside if isinstance(found, nodes.TemplateData))
        cost = STEP * (2 + len(inside)) + data
        self.generic_visit(node)
        node.iter = _filter(node.iter, "_entered", nodes.Const(cost))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """Let `~` spend what it makes."""
        self.generic_visit(node)
        first, *others = node.nodes
        return _filter(first, "_concatenated", *others)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """Let a comparison spend what it reads."""
        self.generic_visit(node)
        node.expr = _filter(node.expr, "_read")
        for operand in node.ops:
            operand.expr = _filter(operand.expr, "_read")
        return node


def _filter(value: nodes.Node, name: str, *others: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(
        cast("nodes.Expr", value), name, list(others), [], None, None, lineno=value.lineno
    )


def _number(left: Any, right: Any, sign: str) -> Any:
    """Return the result of an operator on two numbers, none of which grows for ever."""
    if not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise TemplateError(said("“%(sign)s” is for numbers", sign=sign))
    if sign == "**" and abs(right) * max(_size(left) * 3, 1) > _MOST_BITS:
        raise _TooMuch
    made = _OPERATORS[sign](left, right)
    if isinstance(made, int) and made.bit_length() > _MOST_BITS:
        raise _TooMuch
    return made


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}


class _Environment(SandboxedEnvironment):
    """The sandbox, which hands over what a template does to the functions above."""

    intercepted_binops = frozenset(_OPERATORS)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed: nodes.Template = _Bounds().visit(super()._parse(source, name, filename))
        return parsed

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes: numbers, longer texts and lists, or repetitions."""
        del context
        kinds = (str, list, tuple)
        if operator == "+" and isinstance(left, kinds) and isinstance(right, kinds):
            _spend(left, right)
            return left + right  # type: ignore[operator]
        if operator == "*" and isinstance(right, kinds):
            left, right = right, left
        if operator == "*" and isinstance(left, kinds) and isinstance(right, int):
            _allowance.get().spend(STEP + max(right, 0) * (1 + _size(left)))
            return left * right
        _spend()
        return _number(left, right, operator)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may have an attribute: no way to what formats by widths."""
        return super().is_safe_attribute(obj, attr, value) and not (
            callable(value) and not self.is_safe_callable(value)
        )

    def is_safe_callable(self, obj: Any) -> bool:
        """Tell whether a template may call this: plain methods of texts and of variables."""
        owner = getattr(obj, "__self__", None)
        return any(
            isinstance(owner, kind) and getattr(obj, "__name__", "") in names
            for kind, names in _METHODS.items()
        )

    def call(self, context: Context, obj: Any, *values: Any, **options: Any) -> Any:
        """Return what a call makes, after spending what it reads and makes."""
        _spend(getattr(obj, "__self__", ""), *values, *options.values())
        made = _whole(super().call(context, obj, *values, **options))
        _spend(made)
        return made


def _make_environment() -> _Environment:
    """Return an environment without loader and globals: a template sees the prompt alone.

    Nothing is computed beforehand (`optimized`), for there would be no allowance to spend from.
    """
    made = _Environment(
        autoescape=False, keep_trailing_newline=True, optimized=False, finalize=_shown
    )
    made.globals.clear()
    made.filters = {name: _spending(FILTERS[name]) for name in _FILTERS}
    made.filters |= {"join": _joined, "replace": _replaced, "indent": _indented}
    made.filters |= {"round": _rounded, "tojson": _json}
    made.filters |= {"_entered": _entered, "_concatenated": _concatenated, "_read": _read}
    made.tests = {name: TESTS[name] for name in _TESTS}
    return made


_ENVIRONMENT = _make_environment()
