"""Rules of the design, checked by machine."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import posture

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "posture"
MEDIAN_LINES, P90_LINES, MOST_LINES = 12, 35, 60
MOST_ROOMS = 32

Function = ast.FunctionDef | ast.AsyncFunctionDef


def load_structure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("structure", ROOT / "scripts" / "structure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


structure = load_structure()
MODULES = structure.modules(PACKAGE)
GRAPH = structure.graph(PACKAGE)
CALIBRATION = structure.graph(ROOT / "calibration")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def importers(package: str) -> set[str]:
    return {
        name
        for name, path in MODULES.items()
        if any(found.split(".")[0] == package for found in structure.imports(tree(path), MODULES))
    }


def without_entrances(graph: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Leave out the package's own name, its public API, which imports every room."""
    faces = {name for name in graph if name.count(".") == 0 or name.endswith(".__main__")}
    return {name: others - faces for name, others in graph.items() if name not in faces}


# --- rooms and arrows ----------------------------------------------------------------------


def test_every_module_is_in_a_room() -> None:
    found = {structure.room_of(name) for name in GRAPH} - {""}
    assert found == set(structure.ROOMS)
    assert len(found) <= MOST_ROOMS


def test_every_room_of_calibration_is_named() -> None:
    beside = {"arrays", "cli", "errors", "__main__"}
    found = {structure.room_of(name) for name in CALIBRATION} - {"", *beside}
    assert found == set(structure.CALIBRATION_ROOMS)


@pytest.mark.parametrize("graph", [GRAPH, CALIBRATION], ids=["posture", "calibration"])
def test_no_files_import_each_other_in_a_ring(graph: dict[str, frozenset[str]]) -> None:
    assert structure.ring(without_entrances(graph)) == ()


def test_the_search_for_rings_finds_them() -> None:
    assert structure.ring({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ("b", "c", "b")
    assert structure.ring({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ()


@pytest.mark.parametrize(
    ("graph", "order"),
    [(GRAPH, tuple(structure.ROOMS)), (CALIBRATION, structure.CALIBRATION_ROOMS)],
    ids=["posture", "calibration"],
)
def test_a_room_imports_only_rooms_before_it(
    graph: dict[str, frozenset[str]], order: tuple[str, ...]
) -> None:
    backwards = {
        (name, other)
        for name, others in graph.items()
        for other in others
        if (room := structure.room_of(name)) in order
        and (target := structure.room_of(other)) in order
        and order.index(target) > order.index(room)
    }
    assert backwards == set()


def test_what_all_rooms_share_imports_no_room() -> None:
    shared = {f"posture.{name}" for name in structure.SHARED}
    assert shared <= set(MODULES)
    assert {name: GRAPH[name] - shared for name in shared if GRAPH[name] - shared} == {}


def test_folders_inside_a_room_import_each_other_one_way() -> None:
    for graph in (GRAPH, CALIBRATION):
        for folder in {name.rpartition(".")[0] for name in graph} - {"", "posture", "calibration"}:
            depth = folder.count(".") + 2
            inside: dict[str, set[str]] = {}
            for name, others in graph.items():
                if name.startswith(f"{folder}."):
                    child = ".".join(name.split(".")[:depth])
                    inside.setdefault(child, set()).update(
                        other_child
                        for other in others
                        if other.startswith(f"{folder}.")
                        and (other_child := ".".join(other.split(".")[:depth])) != child
                    )
            assert structure.ring(inside) == (), folder


def test_mediapipe_and_streamlit_are_each_imported_in_one_room() -> None:
    assert importers("mediapipe") == {"posture.pose.detector"}
    assert {structure.room_of(name) for name in importers("streamlit")} == {"web"}


def test_nothing_imports_the_web_app_but_the_command_line() -> None:
    users = {
        structure.room_of(name)
        for name, others in GRAPH.items()
        if any(structure.room_of(other) == "web" for other in others)
    }
    assert users == {"web", "cli"}


@pytest.mark.parametrize("package", ["calibration", "tests", "benchmarks", "scripts"])
def test_the_package_does_not_import_its_workshop(package: str) -> None:
    assert importers(package) == set()


def test_tests_are_in_the_rooms_of_what_they_test() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= set(structure.ROOMS)
    inner = {path.parent.name for path in (ROOT / "tests" / "calibration").rglob("test_*.py")}
    assert inner <= set(structure.CALIBRATION_ROOMS)


def test_the_drawing_of_the_rooms_shows_them_as_they_are() -> None:
    """``python scripts/structure.py`` redraws it."""
    assert structure.DRAWING.read_text(encoding="utf-8") == structure.drawing()


def test_the_map_of_the_rooms_names_them_in_order() -> None:
    text = (ROOT / "docs" / "developer.md").read_text(encoding="utf-8")
    found = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert [name.rstrip("/") for name in found if name.endswith("/")] == list(structure.ROOMS)


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
def test_every_public_name_resolves_to_its_module(name: str) -> None:
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


@pytest.mark.parametrize("module", [name for name in MODULES if not name.endswith(".__main__")])
def test_all_lists_existing_names(module: str) -> None:
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


def undocumented(name: str, path: Path) -> list[str]:
    nodes = [(name, tree(path)), *public(tree(path).body, name)]
    return [found for found, node in nodes if not (ast.get_docstring(node) or "").strip()]


def test_everything_public_is_documented() -> None:
    assert [found for name, path in MODULES.items() for found in undocumented(name, path)] == []


def test_nothing_prints() -> None:
    """Results are printed through click, summaries through a console passed as an argument."""
    calls = [
        f"{name}:{node.lineno}"
        for name, path in MODULES.items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert calls == []


def test_only_the_command_line_writes_to_the_terminal() -> None:
    assert {structure.room_of(name) for name in importers("click") | importers("rich")} == {"cli"}


# --- size ----------------------------------------------------------------------------------


def body_lines(function: Function) -> int:
    """Return the number of lines of a function's body without its docstring."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return 0 if not body else (body[-1].end_lineno or 0) - body[0].lineno + 1


def sizes() -> dict[str, int]:
    return {
        f"{name}.{node.name}:{node.lineno}": body_lines(node)
        for name, path in MODULES.items()
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
