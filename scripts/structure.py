"""Drawing of the rooms and their imports: docs/img/rooms.svg.

``posture/`` and ``calibration/`` are parsed, not imported. The tests check the order of the same
import graph (tests/test_architecture.py).
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DRAWING = ROOT / "docs" / "img" / "rooms.svg"

SHARED = (
    "errors",
    "types",
    "quantity",
    "codec",
    "settings",
    "messages",
    "texts",
    "landmarks",
    "hooks",
    "child",
    "files",
)
"""Modules that every room may import; they import no room."""

ENTRANCES = ("__init__", "__main__")
"""Modules that may import any room, as entry points."""

ROOMS = {
    "inputs": "hints, corrections, set-up of a visit",
    "photo": "any source to an upright RGB photo",
    "pose": "landmarks and mask of the person",
    "geometry": "body frame, joints, outline of the trunk",
    "view": "the gate: refusals, and costs in degrees",
    "measures": "plain quantities",
    "estimator": "pelvis and arch, each with its interval",
    "pelvis": "the line that a person marks",
    "screening": "norms, signs, grade",
    "analysis": "one photo from bytes to an Analysis",
    "draw": "pictures",
    "export": "rows and formats of other programs",
    "comparison": "is a change real",
    "guidance": "live frames to one instruction",
    "program": "exercises, answers, plan",
    "case": "where photo and answers meet",
    "report": "the printed sheet",
    "clients": "the client file",
    "batch": "folders and buckets of photos",
    "web": "the app",
    "cli": "the command line",
}
"""The rooms of ``posture`` and their contents, in order: a room imports only rooms above it."""

CALIBRATION_ROOMS = ("bodies", "render", "data", "fit", "report", "illustrations")
"""The rooms of ``calibration``, in order."""

Graph = Mapping[str, frozenset[str]]


def modules(package: Path) -> dict[str, Path]:
    """Return the modules of a package by dotted name."""
    return {_name(path, package): path for path in sorted(package.rglob("*.py"))}


def imports(tree: ast.AST, known: Mapping[str, Path]) -> Iterator[str]:
    """Yield everything that a module imports, function bodies and type-checking blocks included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"line {node.lineno}: imports are absolute")
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


def graph(package: Path) -> Graph:
    """Return the modules of a package that each of its modules imports."""
    known = modules(package)
    return {
        name: frozenset(
            found
            for found in imports(ast.parse(path.read_text(encoding="utf-8")), known)
            if found in known and found != name
        )
        for name, path in known.items()
    }


def room_of(name: str) -> str:
    """Return the room of a module; "" for modules outside the rooms.

    >>> room_of("posture.view.gate"), room_of("posture.errors")
    ('view', '')
    """
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] not in (*SHARED, *ENTRANCES) else ""


def rooms(found: Graph) -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    between: dict[str, set[str]] = {}
    for name, others in found.items():
        between.setdefault(room_of(name), set()).update(
            room_of(other) for other in others if room_of(other) != room_of(name)
        )
    return between


def ring(found: Mapping[str, frozenset[str] | set[str]]) -> tuple[str, ...]:
    """Return one cycle of a graph, its first node again at the end; empty if there is none."""
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name) :], name)
        if name not in done:
            for other in sorted(found.get(name, ())):
                if met := visit(other, (*way, name)):
                    return met
            done.add(name)
        return ()

    return next((met for name in sorted(found) if (met := visit(name, ()))), ())


def drawing() -> str:
    """Return the drawing: a row for each room, with a dot under every room that it imports.

    All dots lie left of the diagonal: no room imports one below it.
    """
    between, names = rooms(graph(ROOT / "posture")), list(ROOMS)
    left, top, step = 110, 96, 22
    side = step * len(names)
    width, height = left + side + 300, top + side + 16
    parts = []
    for place, name in enumerate(names):
        x, y = left + step * place + step // 2, top + step * place + step // 2
        parts += [
            f'<path d="M{left} {y}H{x}V{top}"/>',
            f'<text x="{left - 8}" y="{y + 4}" text-anchor="end" class="room">{name}</text>',
            f'<text transform="translate({x + 4} {top - 8}) rotate(-60)">{name}</text>',
            f'<text x="{left + side + 12}" y="{y + 4}">{escape(ROOMS[name])}</text>',
            f'<rect x="{x - 5}" y="{y - 5}" width="10" height="10" rx="2"/>',
        ]
        parts += [
            f'<circle cx="{left + step * names.index(other) + step // 2}" cy="{y}" r="4.5"/>'
            for other in sorted(between.get(name, set()) - {""}, key=names.index)
        ]
    lines = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="13">\n'
        "<title>Rooms of posture: a dot where the room of the row imports the room of the column"
        "</title>\n<style>text{fill:#778}.room{font-weight:600}path{fill:none;stroke:#8885;"
        "stroke-width:1}circle{fill:#3b82c4}rect{fill:#778}</style>\n"
        f"{lines}\n</svg>\n"
    )


def _name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> None:
    """Write the drawing or, with ``--check``, fail if it is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the drawing is out of date"
    )
    if parser.parse_args().check:
        sys.exit(DRAWING.read_text(encoding="utf-8") != drawing())
    DRAWING.write_text(drawing(), encoding="utf-8")
    print(DRAWING)


if __name__ == "__main__":
    main()
