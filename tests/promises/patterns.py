"""Every pattern of the rooms that strangers' texts reach, and texts made to wear it out."""

import ast
import importlib
import pkgutil
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from re import _constants, _parser

from service.blinding.leaks.triggers import Patterns, Triggered

ROOT = Path(__file__).parents[2]
ROOMS = ("service.web", "service.blinding", "service.formats", "workers")
FUNCTIONS = (
    "compile",
    "match",
    "fullmatch",
    "search",
    "sub",
    "subn",
    "split",
    "findall",
    "finditer",
)
# What stands in a pattern that is made within a function, from that function's own names.
LOCAL = {"label": "nordwind-7b", "provider": "openai"}
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}
MUCH = 0.05  # seconds: what is in proportion takes less for the longest text, or shows as such
SURE = 0.5  # seconds: so long that chance plays no part
_COMMON = (" ", "\n", "\t", "a", "A", "1", ".", "-", "_", "/", '"', "(", "[", "<", "&", "，", "가")


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands, and whether it is only asked about the beginning of a text."""

    where: str
    pattern: re.Pattern
    is_anchored: bool


def modules():
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not info.name.endswith("__main__"):
                yield importlib.import_module(info.name)


def every_one():
    """Every pattern once, with a place where it stands."""
    found = {}
    for module in modules():
        source = Path(module.__file__).read_text("utf-8")
        uses = _uses(source)
        for name, value in vars(module).items():
            anchored = bool(uses[name]) and uses[name] <= {"match", "fullmatch"}
            for pattern in _patterns_in(value):
                found.setdefault(pattern, Found(f"{module.__name__}.{name}", pattern, anchored))
        for where, pattern, anchored in _within_functions(module, source):
            found.setdefault(pattern, Found(where, pattern, anchored))
    return list(found.values())


def _patterns_in(value):
    # By exact type: what stands for the request of the moment must not be asked anything.
    if type(value) is re.Pattern:
        yield value
    elif type(value) is Triggered:
        yield value.pattern
    elif type(value) is dict:
        yield from _patterns_in(list(value.values()))
    elif type(value) in {tuple, list, set, frozenset, Patterns}:
        for one in value:
            yield from _patterns_in(one)


def _uses(source):
    """Give the methods of each name that a module calls."""
    found = defaultdict(set)
    for name, method in re.findall(r"\b(\w+)\.(\w+)\(", source):
        found[name].add(method)
    return found


def _within_functions(module, source):
    for call in ast.walk(ast.parse(source)):
        if not (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "re"
            and call.func.attr in FUNCTIONS
        ):
            continue
        code = compile(ast.Expression(call.args[0]), module.__file__, "eval")
        try:
            told = eval(code, {**vars(module), **LOCAL})
        except NameError:
            continue  # compiled from an argument: its results are found where they are kept
        anchored = call.func.attr in {"match", "fullmatch"}
        pattern = told if isinstance(told, re.Pattern) else re.compile(told)
        yield f"{module.__name__}:{call.lineno}", pattern, anchored


def hostile(pattern):
    """Give beginnings and units that, repeated, lead a pattern into its repetitions."""
    parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    units = {("", unit) for unit in _COMMON}
    units |= {("", sign) for sign in _signs(parsed)}
    units |= set(_repeated(parsed, ""))
    return sorted(units)


def _repeated(parts, before):
    for operation, argument in parts:
        if operation in _REPEATS:
            inner = _sample(argument[2])
            if inner:
                yield before, inner
            yield from _repeated(argument[2], before)
        for group in _groups(operation, argument):
            yield from _repeated(group, before)
        before += _sample([(operation, argument)])


def _groups(operation, argument):
    if operation is _constants.SUBPATTERN:
        return [argument[-1]]
    if operation is _constants.BRANCH:
        return argument[1]
    if operation is _constants.ATOMIC_GROUP:
        return [argument]
    if operation in {_constants.ASSERT, _constants.ASSERT_NOT}:
        return [argument[1]]
    return []


def _sample(parts):
    """Return a short string that a part of a pattern matches."""
    text = ""
    for operation, argument in parts:
        if operation is _constants.LITERAL:
            text += chr(argument)
        elif operation is _constants.NOT_LITERAL or operation is _constants.ANY:
            text += "a" if argument != ord("a") else "b"
        elif operation is _constants.IN:
            text += _sign_of(argument)
        elif operation in _REPEATS:
            text += _sample(argument[2]) * max(argument[0], 1 if argument[0] else 0)
        elif operation is _constants.BRANCH:
            text += _sample(argument[1][0])
        elif operation is not _constants.ASSERT and operation is not _constants.ASSERT_NOT:
            for group in _groups(operation, argument):
                text += _sample(group)
    return text


def _sign_of(members):
    """Return one sign of a class."""
    pattern = re.compile(_class_of(members))
    return next((sign for sign in "a1 .-\n,;A_中가あ\"'" if pattern.match(sign)), chr(0x2028))


def _class_of(members):
    written = ""
    for operation, argument in members:
        if operation is _constants.NEGATE:
            written += "^"
        elif operation is _constants.LITERAL:
            written += re.escape(chr(argument))
        elif operation is _constants.RANGE:
            written += "-".join(re.escape(chr(end)) for end in argument)
        else:
            written += {
                _constants.CATEGORY_DIGIT: r"\d",
                _constants.CATEGORY_NOT_DIGIT: r"\D",
                _constants.CATEGORY_SPACE: r"\s",
                _constants.CATEGORY_NOT_SPACE: r"\S",
                _constants.CATEGORY_WORD: r"\w",
                _constants.CATEGORY_NOT_WORD: r"\W",
            }[argument]
    return f"[{written}]"


def _signs(parts):
    """Every sign that a pattern names, and one of each of its classes."""
    for operation, argument in parts:
        if operation is _constants.LITERAL:
            yield chr(argument)
        elif operation is _constants.IN:
            yield _sign_of(argument)
        elif operation in _REPEATS:
            yield from _signs(argument[2])
        for group in _groups(operation, argument):
            yield from _signs(group)


def seconds(found, text, tries=3):
    """Return the best of some times of the processor that a pattern takes for a text.

    The least, since what else a machine does only ever adds.
    """
    best = float("inf")
    for _ in range(tries):
        started = time.thread_time()
        if found.is_anchored:
            found.pattern.fullmatch(text)
        else:
            deque(found.pattern.finditer(text), maxlen=0)
        best = min(best, time.thread_time() - started)
    return best


def growth(found, before, unit, longest):
    """Return by what the time grows when a repetition becomes four times as long.

    None where that is not to be told from nothing. Lengths begin small, so that a pattern whose
    time doubles with each sign shows before it takes for ever.
    """
    for length in (16, 20, 24, 28):
        if seconds(found, _filled(before, unit, length)) > MUCH:
            return float("inf")
    text, quarter = (_filled(before, unit, length) for length in (longest, longest // 4))
    once = seconds(found, text, 1)
    if once > SURE:
        return once / seconds(found, quarter)
    if once < MUCH or seconds(found, text) < MUCH:
        return None
    return seconds(found, text, 5) / seconds(found, quarter, 5)


def _filled(before, unit, length):
    return before + (unit * (length // len(unit) + 1))[:length] + "\x00!"
