"""Section of docs/benchmarks.md about batches."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Final

HEADING: Final = "## Batches"
TARGET: Final = 5.0
"""Speed-up over a user's own loop."""


def write_section(page: Path, section: str) -> None:
    """Write the section in place of an older one, or at the end of the page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")
    after = re.search(r"(?ms)^## .*", rest)
    text = f"{before.rstrip()}\n\n{section.rstrip()}\n" + (f"\n{after[0]}" if after else "")
    page.write_text(text, encoding="utf-8")


def kept_section(page: Path) -> str:
    """Return the page's present section, for a page that is rewritten; "" if there is none."""
    found = re.search(rf"(?ms)^{HEADING}$.*", page.read_text(encoding="utf-8"))
    return f"\n{found[0]}" if found else ""


def section(figures: dict[str, float], machine: str, version: str) -> str:
    """Return the section for figures of :func:`benchmarks.batch.measure_batch`."""
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in _rows(figures))
    count, rounds, mb = (f"{figures[name]:.3g}" for name in ("photos", "rounds", "photo_mb"))
    row, overlay, thumbnail = (
        _size(figures[f"{name}_bytes"]) for name in ("row", "overlay", "thumbnail")
    )
    local_s, ray_s = (f"{figures[f'wall_{name}']:.1f} s" for name in ("all_workers", "ray"))
    return f"""{HEADING}

Measured with `python -m benchmarks batch --photos {count} --rounds {rounds}` (version {version}):
{count} different photos of 12 megapixels, {mb} MB each. Rounds: {rounds}, in each of which every
way goes through all photos in turn; medians. Rates are those once all processes have started.
Machine: {machine}; {_loads(figures)}.

| way | photos/s | processor time per photo | compared | target |
|---|---|---|---|---|
{table}

Processor time is that of all processes of a way together, their start included; it depends less on
the load of the machine than rates do.

"A user's own loop" is one process with MediaPipe and OpenCV: full decode, detection at full size
with mask, contour, drawing. "The bound" is scaled decode and bare detection, nothing of this
program, in one process per core.{_remarks(figures)}

A row takes {row} (Parquet), an overlay {overlay}, a thumbnail of the gallery {thumbnail}. From
start to end of the command, loading and the gallery included, {count} photos take {local_s} with
the local engine and {ray_s} with Ray, which first starts its own servers.
"""


def _remarks(figures: dict[str, float]) -> str:
    """Return the caveats without which the table would be misread."""
    text = ""
    gain = figures["rate_one_worker"] / figures["rate_own_loop"]
    if figures["rate_all_workers"] < TARGET * figures["rate_own_loop"]:
        text += (
            f"\n\nOne worker is {gain:.1f} × a user's own loop, which is one process. "
            f"So {TARGET:.0f} × takes at least\n"
            f"{math.ceil(TARGET / gain)} workers on as many cores; "
            f"this machine has {figures['cores']:.0f}, on which the bare bound itself is "
            f"{figures['rate_bound'] / figures['rate_own_loop']:.1f} × the own\nloop."
        )
    if figures["load_most"] > 2 * figures["cores"]:
        text += (
            "\n\nOther programs kept the machine busy during this run: rates are far below those "
            "of an idle\nmachine, and comparisons of rates are uncertain, above all of one process "
            "with several, which\nget a larger share of a busy machine. "
            "Processor times are the better guide."
        )
    return text


def _loads(figures: dict[str, float]) -> str:
    """Return the load of the machine: other programs slow all ways, but not all of them alike."""
    return (
        f"load {figures['load_before']:.1f} before the run and between {figures['load_least']:.1f} "
        f"and {figures['load_most']:.1f} during it"
    )


def _rows(figures: dict[str, float]) -> list[tuple[str, ...]]:
    rate = {name.removeprefix("rate_"): value for name, value in figures.items() if "rate_" in name}
    own, bound, one, both = (rate[k] for k in ("own_loop", "bound", "one_worker", "all_workers"))

    def row(words: str, way: str, compared: str, target: str) -> tuple[str, ...]:
        # The servers of Ray are not children of the command, so their time is not counted.
        cpu = "–" if way == "ray" else f"{1000 * figures[f'cpu_{way}']:.0f} ms"
        return words, f"{rate[way]:.2f}", cpu, compared, target

    batch = "a worker per core"
    overlays, ray = both / rate["overlays"], rate["ray"] / both
    return [
        row("a user's own loop", "own_loop", "–", "–"),
        row("the bound, all cores", "bound", f"{bound / own:.1f} × own loop", "–"),
        row("`posture batch`, one worker", "one_worker", f"{one / own:.1f} × own loop", "–"),
        row(f"`posture batch`, {batch}", "all_workers", f"{both / own:.1f} × own loop", "≥ 5 ×"),
        ("", "", "", f"{both / bound:.2f} × bound", "≥ 0.9 ×"),
        ("", "", "", f"{both / one:.2f} × one worker", "≥ 1.85 ×"),
        row("the same with `--overlays`", "overlays", f"{overlays:.2f} × the time", "≤ 1.5 ×"),
        row("the same with `--engine ray`", "ray", f"{ray:.2f} × local", "≥ 0.95 ×"),
    ]


def _size(count: float) -> str:
    return f"{count / 1000:.1f} kB" if count < 10_000 else f"{count / 1000:.0f} kB"
