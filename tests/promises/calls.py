"""Finds which names of some rooms the product reaches, by reading its syntax trees.

A name is reached when code outside the rooms uses it, or when a reached name does. Importing a
name is no use of it. Names are resolved through imports of modules and of names, and through
what a package's `__init__` passes on; a module that is itself handed on reaches all its names. A
method is reached when its class is, and reached code (or a template) has an attribute or a text
of its name.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Bases that call no methods of their own accord; other foreign bases may call any.
PLAIN_BASES = {"Enum", "IntEnum", "StrEnum", "NamedTuple", "Protocol", "Generic", "Exception"}
ATTRIBUTE = re.compile(r"\.([a-zA-Z_]\w*)")


@dataclass
class Module:
    """A module: what its local names mean, what it defines, and what it runs besides."""

    name: str
    # A local name to a module ("service.stats") or to a name of one ("service.stats.fitting.fit").
    imports: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, list[ast.AST]] = field(default_factory=dict)
    body: list[ast.AST] = field(default_factory=list)


@dataclass
class Product:
    """Modules by their dotted names, and the words that templates have after a dot."""

    modules: dict[str, Module]
    in_templates: set[str] = field(default_factory=set)


def read(root: Path, *rooms: str) -> Product:
    """Read the modules and templates below `root`/`rooms`."""
    sources = {}
    for path in (path for room in rooms for path in sorted((root / room).rglob("*.py"))):
        parts = path.relative_to(root).with_suffix("").parts
        sources[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    pages = (page for room in rooms for page in (root / room).rglob("*.html"))
    words = {word for page in pages for word in ATTRIBUTE.findall(page.read_text(encoding="utf-8"))}
    return Product({name: parse(name, text) for name, text in sources.items()}, words)


def find_uncalled(product: Product, rooms: tuple[str, ...], callers: tuple[str, ...]) -> set[str]:
    """Give the public names and methods of `rooms` that nothing reaches.

    Whatever stands outside the rooms counts as called, and so do the names below `callers`
    (modules or names of the rooms that are to be called one day).
    """
    modules = product.modules
    waiting = [
        f"{module.name}.{name}"
        for module in modules.values()
        for name in ["", *module.definitions]
        if not _is_in(module.name, rooms) or _is_in(f"{module.name}.{name}", callers)
    ]
    reached: set[str] = set()
    attributes = set(product.in_templates)
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        module = modules[name.rpartition(".")[0]]
        own = name.rpartition(".")[2]
        trees = module.definitions[own] if own else module.body
        waiting.append(f"{module.name}.")
        for tree in trees:
            uses = _Uses(module, modules)
            uses.visit(tree)
            waiting += uses.found
            attributes |= uses.attributes
    uncalled = {
        *_uncalled_names(modules, rooms, reached),
        *_uncalled_methods(modules, rooms, callers, reached, attributes),
    }
    return {name for name in uncalled if not _is_in(name, callers)}


def _uncalled_names(
    modules: dict[str, Module], rooms: tuple[str, ...], reached: set[str]
) -> Iterator[str]:
    for module in modules.values():
        for name in module.definitions if _is_in(module.name, rooms) else ():
            if not name.startswith("_") and f"{module.name}.{name}" not in reached:
                yield f"{module.name}.{name}"


def _uncalled_methods(
    modules: dict[str, Module],
    rooms: tuple[str, ...],
    callers: tuple[str, ...],
    reached: set[str],
    attributes: set[str],
) -> Iterator[str]:
    for module in modules.values():
        is_asked = _is_in(module.name, rooms) and not _is_in(module.name, callers)
        for name, trees in module.definitions.items() if is_asked else ():
            for tree in trees if f"{module.name}.{name}" in reached else ():
                if isinstance(tree, ast.ClassDef) and not _has_foreign_base(module, tree):
                    for entry in tree.body:
                        if (
                            isinstance(entry, ast.FunctionDef)
                            and not entry.name.startswith("_")
                            and entry.name not in attributes
                        ):
                            yield f"{module.name}.{name}.{entry.name}"


def _has_foreign_base(module: Module, tree: ast.ClassDef) -> bool:
    for name in (ast.unparse(base).partition("[")[0] for base in tree.bases):
        own = [one for one in module.definitions.get(name, []) if isinstance(one, ast.ClassDef)]
        is_ours = module.imports.get(name.partition(".")[0], "").startswith("service.")
        if any(_has_foreign_base(module, one) for one in own):
            return True
        if not own and not is_ours and name.rpartition(".")[2] not in PLAIN_BASES:
            return True
    return False


def _is_in(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def parse(name: str, text: str) -> Module:
    """Give a module from its text."""
    module = Module(name)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                module.imports[alias.asname or whole] = whole
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module.imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for statement in tree.body:
        names = list(_find_definitions(statement))
        for defined in names:
            module.definitions.setdefault(defined, []).append(statement)
        if not names and not isinstance(statement, ast.Import | ast.ImportFrom):
            module.body.append(statement)
    return module


def _find_definitions(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for node in (node for target in targets for node in ast.walk(target)):
            if isinstance(node, ast.Name) and node.id != "__all__":
                yield node.id


class _Uses(ast.NodeVisitor):
    """The definitions and the attributes that a tree uses."""

    def __init__(self, module: Module, modules: dict[str, Module]):
        self.module, self.modules = module, modules
        self.found: list[str] = []
        self.attributes: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        self._use([node.id])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.attributes.add(node.attr)
        path = [node.attr]
        inner = node.value
        while isinstance(inner, ast.Attribute):
            self.attributes.add(inner.attr)
            path.insert(0, inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            self._use([inner.id, *path])
        else:
            self.visit(inner)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.attributes.add(node.value)

    def _use(self, path: list[str]) -> None:
        if path[0] in self.module.definitions:
            self.found.append(f"{self.module.name}.{path[0]}")
        if path[0] in self.module.imports:
            dotted = ".".join([self.module.imports[path[0]], *path[1:]])
            self.found += _resolve(dotted, self.modules)


def _resolve(dotted: str, modules: dict[str, Module]) -> list[str]:
    """Give the definition that a dotted path leads to, or all of those of a module."""
    if dotted in modules:
        return [f"{dotted}.{name}" for name in modules[dotted].definitions]
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = modules.get(".".join(parts[:cut]))
        if module is not None and parts[cut] in module.definitions:
            return [f"{module.name}.{parts[cut]}"]
        if module is not None and parts[cut] in module.imports:
            return _resolve(".".join([module.imports[parts[cut]], *parts[cut + 1 :]]), modules)
    return []
