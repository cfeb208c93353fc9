"""Rules of the design that no reader should have to check by eye."""

from __future__ import annotations

import ast
import importlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import posture

PACKAGE = Path(posture.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MEDIAN_LINES, P90_LINES, MOST_LINES = 12, 35, 60
MODULE_LINES = 300

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in MODULES}


def imports(node: ast.AST) -> Iterator[str]:
    """Absolute names of everything imported in a tree, function bodies included."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            for alias in child.names:
                inner = f"{child.module}.{alias.name}"
                yield inner if inner in NAMES else str(child.module)


def importers(package: str) -> set[str]:
    return {
        name_of(path)
        for path in MODULES
        if any(found.split(".")[0] == package for found in imports(tree(path)))
    }


def inside_web(name: str) -> bool:
    return name == "posture.web" or name.startswith("posture.web.")


# --- who imports what ----------------------------------------------------------------------


def test_mediapipe_is_imported_in_one_place() -> None:
    assert importers("mediapipe") == {"posture.pose.detector"}


def test_streamlit_is_imported_only_by_the_web_app() -> None:
    found = importers("streamlit")
    assert found
    assert {name for name in found if not inside_web(name)} == set()


def test_nothing_imports_the_web_app_but_the_command_line() -> None:
    users = {
        name
        for name, path in NAMES.items()
        if not inside_web(name) and any(inside_web(found) for found in imports(tree(path)))
    }
    assert users == {"posture.cli.main"}


@pytest.mark.parametrize("package", ["calibration", "tests", "benchmarks", "scripts"])
def test_the_package_does_not_lean_on_its_workshop(package: str) -> None:
    assert importers(package) == set()


def at_import(path: Path) -> Iterator[str]:
    """Modules of the package that are imported when ``path`` is, not later in functions."""
    body: list[ast.AST] = list(tree(path).body)
    while body:
        node = body.pop()
        if isinstance(node, Function | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (found for found in imports(node) if found in NAMES)
        body.extend(ast.iter_child_nodes(node))


def test_there_is_no_import_cycle() -> None:
    graph = {name: set(at_import(path)) - {name, "posture"} for name, path in NAMES.items()}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way[way.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())
    assert done == set(NAMES)


# --- the public face -----------------------------------------------------------------------

PROBE = """
import json, sys, time
before = set(sys.modules)
start = time.perf_counter()
import posture
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
names = dir(posture)
print(json.dumps({"loaded": sorted(loaded), "names": names}))
"""


def test_import_is_silent_and_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    found = json.loads(done.stdout)
    heavy = {"mediapipe", "cv2", "numpy", "PIL", "streamlit", "rich", "click", "pi_heif"}
    assert heavy.isdisjoint(found["loaded"])
    assert found["names"] == sorted(posture.__all__)


@pytest.mark.parametrize("name", posture.__all__)
def test_every_public_name_resolves_to_its_home(name: str) -> None:
    value = getattr(posture, name)
    if name != "__version__":
        assert value.__name__ == name
        assert value.__module__ == f"posture.{posture._HOMES[name]}"


def test_public_names_are_listed_once_and_sorted() -> None:
    assert list(posture.__all__) == sorted(set(posture.__all__))
    assert set(posture._HOMES) == set(posture.__all__) - {"__version__"}


def test_other_names_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        posture.nonsense  # noqa: B018


@pytest.mark.parametrize("module", [name for name in NAMES if name.count(".") == 1])
def test_all_lists_what_is_there(module: str) -> None:
    if module == "posture.__main__":
        return  # importing it runs the program
    loaded = importlib.import_module(module)
    missing = [name for name in getattr(loaded, "__all__", ()) if not hasattr(loaded, name)]
    assert missing == []


# --- documentation and prints --------------------------------------------------------------


def public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{prefix}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}.{node.name}")


def undocumented(path: Path) -> list[str]:
    nodes = [(name_of(path), tree(path)), *public(tree(path).body, name_of(path))]
    return [name for name, node in nodes if not (ast.get_docstring(node) or "").strip()]


def test_everything_public_is_documented() -> None:
    assert [name for path in MODULES for name in undocumented(path)] == []


def test_nothing_prints() -> None:
    """Results leave through click, summaries through a console that is handed in."""
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert calls == []


def test_only_the_command_line_writes_to_the_terminal() -> None:
    assert {name for name in importers("click") if not name.startswith("posture.cli.main")} == set()
    writers = importers("rich") - {"posture.cli.summary"}
    assert {name for name in writers if not name.startswith("posture.cli.main")} == set()


# --- size ----------------------------------------------------------------------------------


def body_lines(function: Function) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return 0 if not body else (body[-1].end_lineno or 0) - body[0].lineno + 1


def sizes() -> dict[str, int]:
    return {
        f"{name_of(path)}.{node.name}:{node.lineno}": body_lines(node)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, Function)
    }


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: lines for name, lines in sizes().items() if lines > MOST_LINES} == {}


def test_functions_are_short() -> None:
    lines = sorted(sizes().values())
    ninth = lines[round(0.9 * (len(lines) - 1))]
    longest = sorted(sizes().items(), key=lambda item: -item[1])[:10]
    assert statistics.median(lines) <= MEDIAN_LINES, longest
    assert ninth <= P90_LINES, longest


def test_modules_are_short() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}
