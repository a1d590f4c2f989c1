"""What commands are called and do, read from their source: nothing that they need is loaded."""

import ast
import inspect
from functools import cache
from importlib import resources


def help_of(module: str, function: str) -> str:
    """Return what a command's function says that it does, "" where it says nothing."""
    found = _functions(module).get(function)
    return inspect.cleandoc(ast.get_docstring(found) or "") if found else ""


def commands_of(module: str, group: str) -> dict[str, str]:
    """Return the functions of a group's commands by name; empty where it is no group."""
    found = {}
    for name, function in _functions(module).items():
        for call in function.decorator_list:
            match call:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=owner), attr="command"),
                    args=[ast.Constant(value=str(called)), *_],
                ) if owner == group:
                    found[called] = name
    return found


@cache
def _functions(module: str) -> dict[str, ast.FunctionDef]:
    package, _, name = module.rpartition(".")
    text = (resources.files(package) / f"{name}.py").read_text(encoding="utf-8")
    return {each.name: each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)}
