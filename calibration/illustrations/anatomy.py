"""All drawings of bones and muscles, by the names under which the package keeps them."""

from __future__ import annotations

from pathlib import Path

from calibration.illustrations.chain import LEVEL, TIPPED, chain_drawing
from calibration.illustrations.flexors import MUSCLES, all_flexors, flexor_drawing


def drawings() -> dict[str, str]:
    """Return the SVG of each drawing by the name of its file."""
    found = {name: flexor_drawing(name) for name in MUSCLES}
    found["all_flexors"] = all_flexors()
    found["chain_level"], found["chain_tipped"] = chain_drawing(LEVEL), chain_drawing(TIPPED)
    return found


def write_drawings(out: Path) -> list[Path]:
    """Write all drawings into a folder, which is created if needed; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, svg in drawings().items():
        path = out / f"{name}.svg"
        path.write_text(svg, encoding="utf-8")
        written.append(path)
    return written
