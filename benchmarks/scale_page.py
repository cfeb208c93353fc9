"""Tables of docs/scale.md: measured rates and sizes times a hundred million."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from posture.batch.parts import PART_ROWS

PHOTOS: Final = 1e8
CORES: Final = (100, 1_000, 10_000)
LISTED_AT_ONCE: Final = 1_000
"""Keys in one response of an object store to a listing."""

READS: Final = 2
"""Requests to read one photo: its size, then its bytes."""

CHECKS: Final = 1
"""Requests after each written file, to check that it arrived complete."""

BEGIN: Final = "<!-- measured: {name} -->"
END: Final = "<!-- end -->"


def write_tables(page: Path, figures: dict[str, float], cores: int) -> None:
    """Write the tables of these figures between the marks of the page."""
    text = page.read_text(encoding="utf-8")
    rate = figures["rate_all_workers"] / cores
    overlaid = figures["rate_overlays"] / cores
    tables = {
        "time": _time(rate, overlaid, figures["photo_mb"]),
        "storage": _storage(figures),
        "requests": _requests(),
        "cost": _cost(rate, figures),
    }
    for name, table in tables.items():
        mark = BEGIN.format(name=name)
        before, rest = text.split(mark, 1)
        text = f"{before}{mark}\n{table}\n{END}{rest.split(END, 1)[1]}"
    page.write_text(text, encoding="utf-8")


def _time(rate: float, overlaid: float, photo_mb: float) -> str:
    lines = [
        f"Measured: {rate:.1f} photos per second and core, {overlaid:.1f} with overlays, with "
        f"photos of 12 megapixels and {photo_mb:.1f} MB.",
        "",
        "| cores | photos/s | 10⁸ photos take | with overlays | read from the store |",
        "|---|---|---|---|---|",
    ]
    for cores in CORES:
        gbit = rate * cores * photo_mb * 8 / 1000
        lines.append(
            f"| {cores:,} | {rate * cores:,.0f} | {_span(PHOTOS / (rate * cores))} | "
            f"{_span(PHOTOS / (overlaid * cores))} | {gbit:,.1f} Gbit/s |"
        )
    hours = PHOTOS / rate / 3600
    return "\n".join(
        [*lines, "", f"That is {hours:,.0f} core-hours, {hours / 100:,.0f} per million."]
    )


def _storage(figures: dict[str, float]) -> str:
    sizes = {
        "the photos themselves": figures["photo_mb"] * 1e6,
        "rows (Parquet)": figures["row_bytes"],
        "the same as JSON lines, for comparison": figures["json_bytes"],
        "overlays, with `--overlays`": figures["overlay_bytes"],
    }
    lines = ["| what | per photo | 10⁸ photos |", "|---|---|---|"]
    lines += [
        f"| {name} | {_bytes(size)} | {_bytes(size * PHOTOS)} |" for name, size in sizes.items()
    ]
    return "\n".join(lines)


def _requests() -> str:
    parts = PHOTOS / PART_ROWS
    return "\n".join(
        [
            "| requests | 10⁸ photos |",
            "|---|---|",
            f"| list: one for {LISTED_AT_ONCE:,} keys | {PHOTOS / LISTED_AT_ONCE:,.0f} |",
            f"| read: {READS} for each photo, {CHECKS} for each part | "
            f"{PHOTOS * READS + parts:,.0f} |",
            f"| write: one for each part of {PART_ROWS:,} rows | {parts:,.0f} |",
            f"| overlays, with `--overlays`: one to write, {CHECKS} to read for each | "
            f"{PHOTOS:,.0f} and {PHOTOS * CHECKS:,.0f} |",
        ]
    )


def _cost(rate: float, figures: dict[str, float]) -> str:
    hours = 1e6 / rate / 3600
    row_gb, overlay_gb = figures["row_bytes"] / 1e3, figures["overlay_bytes"] / 1e3
    return "\n".join(
        [
            "| per million photos | amount | times |",
            "|---|---|---|",
            f"| computing | {hours:.1f} core-hours | p |",
            f"| reading photos | {READS * 1e3:,.0f} thousand requests | r |",
            f"| listing, writing rows | {1e3 / LISTED_AT_ONCE + 1e3 / PART_ROWS:.1f} thousand "
            "requests | w |",
            f"| keeping rows | {row_gb:.1f} GB | s per month |",
            f"| moving photos | {figures['photo_mb'] * 1e3:,.0f} GB | e |",
            "| with `--overlays`: writing them | 1,000 thousand requests | w |",
            f"| with `--overlays`: keeping them | {overlay_gb:,.0f} GB | s per month |",
        ]
    )


def _span(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
