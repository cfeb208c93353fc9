"""Benchmarks for docs/benchmarks.md: ``python -m benchmarks``, ``python -m benchmarks batch``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.batch import CORES, ROUNDS, measure_batch
from benchmarks.batch_page import kept_section, section, write_section
from benchmarks.budget import budget_table, measure_budget
from benchmarks.memory import measure_memory
from benchmarks.photos import make_photos
from benchmarks.scale_page import write_tables
from benchmarks.speed import measure_speed
from benchmarks.startup import measure_startup
from posture import __version__

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
SCALE = PAGE.with_name("scale.md")


def main() -> None:
    """Measure everything but batches, then print and write the page."""
    text = page(measured()) + kept_section(PAGE)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


def batch(arguments: list[str]) -> None:
    """Measure batches, then print and write their section of the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks batch")
    parser.add_argument("--photos", type=int, default=500, help="photos in each round")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--dry", action="store_true", help="print, do not write the pages")
    chosen = parser.parse_args(arguments)
    figures = measure_batch(chosen.photos, chosen.rounds)
    print(
        json.dumps(figures), file=sys.stderr
    )  # lets the page be written again without measuring again
    text = section(figures, _machine(), __version__)
    if not chosen.dry:
        write_section(PAGE, text)
        write_tables(SCALE, figures, CORES)
    print(text)


def measured() -> dict[str, float]:
    """Return all figures; each part is measured in a process of its own."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        # Making photos takes more memory than analysing them, so it has a process of its own, too.
        for part in ("photos", "startup", "speed", "budget", "memory"):
            print(f"measuring {part} ...", file=sys.stderr)
            command = [sys.executable, "-m", "benchmarks", part, folder]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            for line in done.stdout.splitlines():
                name, value = line.split()
                figures[name] = float(value)
    return figures


def page(figures: dict[str, float]) -> str:
    """Return the page of results."""
    right, left, bound = (figures[k] for k in ("analysis_right", "analysis_left", "bound"))
    rows = [
        ("`import posture`", f"{figures['import_s']:.3f} s", "≤ 0.15 s"),
        ("`posture analyze` of one photo, cold", f"{figures['analyze_s']:.2f} s", "≤ 2.5 s"),
        ("scaled decode + bare detect (the bound)", f"{bound:.0f} ms", "–"),
        (
            "whole analysis, facing right",
            f"{right:.0f} ms ({right / bound:.2f} × bound)",
            "≤ 1.2 ×",
        ),
        ("whole analysis, facing left", f"{left:.0f} ms ({left / bound:.2f} × bound)", "≤ 1.2 ×"),
        (
            "a user's own loop (full decode, full-size detect, contour)",
            f"{figures['own_loop']:.0f} ms ({figures['own_loop'] / right:.1f} × the analysis)",
            "≥ 3.3 ×",
        ),
        ("peak memory", f"{figures['peak_mb']:.0f} MB", "≤ 600 MB"),
        ("growth over 500 photos", f"{figures['growth_mb']:.1f} MB", "none"),
    ]
    table = "\n".join(f"| {name} | {value} | {target} |" for name, value, target in rows)
    return f"""# Benchmarks

Measured with `make bench` (version {__version__}) on 12-megapixel JPEG photos, one core, medians
of interleaved runs. Machine: {_machine()}.

| what | measured | target |
|---|---|---|
{table}

The photo is a sample enlarged to 3024 × 4032 pixels with sensor noise added,
{figures["photo_mb"]:.1f} MB as JPEG. The bound runs nothing of this program: OpenCV decodes the
photo at a quarter, MediaPipe's pose landmarker with mask looks at that.

## Where the time of a photo goes

Processor time of each stage in all threads, each stage by itself, medians over eleven different
photos. A stage that wraps another (load decodes, find detects) is counted without it.

{budget_table(figures)}

Hashing takes 2 ms of "load", and the search for lines 5 to 7 ms of "gate" on photos with much
grain. Of "detect", the mask takes {figures["budget_mask"]:.0f} ms: the library computes it at 256 ×
256 cells and draws it at the size of the picture, which no option of it shortens. "Verdict" is what
is left of the whole analysis, so its error is that of all others.

A user's own loop takes {figures["own_loop"] / bound:.1f} × the bare bound, which is
the most that any analysis can be faster. The aim of 1.2 × is missed. What is left beside the search
for lines and hashing is some sixty steps of a tenth of a millisecond each. Decoding the next photo
beside the detection of this one gains nothing in a batch, whose workers already keep every core
busy. HEIC cannot be decoded at a reduced size, and the thumbnails in it are smaller than the
picture that is measured.
"""


def _machine() -> str:
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.processor()
    python = platform.python_version()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {python}"


def _part(name: str, folder: Path) -> None:
    parts = {
        "photos": make_photos,
        "speed": measure_speed,
        "budget": measure_budget,
        "memory": measure_memory,
        "startup": measure_startup,
    }
    for key, value in parts[name](folder).items():
        print(key, value)


if __name__ == "__main__":
    if sys.argv[1:2] == ["batch"]:
        batch(sys.argv[2:])
    elif len(sys.argv) > 2:
        _part(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
