"""Many visitors at once: ``python -m benchmarks.web_load``.

Every visitor is a real browser page with storage of its own that uploads a photo, reads the result
for a while and goes back for the next. Browsers and server share the machine, so waits are longer
than those of visitors with a computer each.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Error, Page, async_playwright

from benchmarks.memory import resident_mb
from benchmarks.web_latency import ARGUMENTS, WATCH, phone_photo, served
from scripts.ensure_chromium import find_chromium

READS_S: Final = (15.0, 45.0)
"""How long a visitor looks at a result, from and to."""

PATIENCE_MS: Final = 60_000
ARRIVAL_S: Final = 6.0
"""Time between two visitors who arrive: a browser takes 4 s of processor time for a first page,
which it has from the same cores as the server here."""

FIRST_MINUTE_S: Final = 60.0
"""After the last one has arrived; from then on everybody has had a result, and memory should be
flat."""

SAMPLE_S: Final = 5.0
FAULTS: Final = ".stException, .stAlert[data-kind=error]"
"""What a page shows of a failure."""


@dataclass(slots=True)
class Run:
    """What was seen, times in seconds since the start.

    Waits with the time of the upload, failures in words, memory in megabytes with its time.
    """

    count: int
    start: float = field(default_factory=time.monotonic)
    waits: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def settled_s(self) -> float:
        """From when on everybody is there and has had a result."""
        return self.count * ARRIVAL_S + FIRST_MINUTE_S


def main() -> int:
    """Run the visitors, print one figure per line; return 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web_load")
    parser.add_argument("--browsers", type=int, default=20)
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="arrivals and a first minute included"
    )
    chosen = parser.parse_args()
    if 60.0 * chosen.minutes <= Run(chosen.browsers).settled_s:
        parser.error(f"{chosen.browsers} visitors take longer to arrive and to settle")
    with tempfile.TemporaryDirectory() as folder:
        photo = phone_photo(Path(folder))
        with served(Path(folder)) as (server, address):
            run = asyncio.run(
                _run(address, photo, server.pid, chosen.browsers, 60.0 * chosen.minutes)
            )
    for line in figures(run):
        print(line)
    for failure in run.failures:
        print(failure, file=sys.stderr)
    return 1 if run.failures else 0


def figures(run: Run) -> Sequence[str]:
    """Return the figures of a run, one per line; waits and memory from when all have arrived."""
    waits = sorted(wait for at, wait in run.waits if at >= run.settled_s)
    memory = [mb for at, mb in run.memory if at >= run.settled_s]
    p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
    return (
        f"uploads {len(run.waits)}, {len(waits)} of them when all had arrived",
        f"failures {len(run.failures)}",
        f"longest_wait_while_they_arrive_s {max(wait for _, wait in run.waits):.2f}",
        f"wait_median_s {statistics.median(waits):.2f}",
        f"wait_p95_s {p95:.2f}",
        f"wait_longest_s {waits[-1]:.2f}",
        f"memory_first_mb {memory[0]:.0f}",
        f"memory_least_mb {min(memory):.0f}",
        f"memory_most_mb {max(memory):.0f}",
        f"memory_last_mb {memory[-1]:.0f}",
        f"memory_from_middle_pct {100 * (max(memory) / statistics.median(memory) - 1):.1f} up, "
        f"{100 * (1 - min(memory) / statistics.median(memory)):.1f} down",
    )


async def _run(address: str, photo: Path, server: int, count: int, seconds: float) -> Run:
    run = Run(count)
    until = run.start + seconds
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        visitors = [
            _visitor(browser, address, photo, until, number * ARRIVAL_S, run)
            for number in range(count)
        ]
        await asyncio.gather(_watch(server, until, run), *visitors)
        await browser.close()
    return run


async def _watch(server: int, until: float, run: Run) -> None:
    while time.monotonic() < until:
        run.memory.append((time.monotonic() - run.start, resident_mb(server)))
        await asyncio.sleep(SAMPLE_S)


async def _visitor(
    browser: Browser, address: str, photo: Path, until: float, arrives_s: float, run: Run
) -> None:
    chance = random.Random(arrives_s)  # noqa: S311
    await asyncio.sleep(arrives_s)
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        await page.goto(address)
        await page.get_by_role("heading", level=1).wait_for()
        await page.evaluate(WATCH)
        while time.monotonic() < until:
            at = time.monotonic() - run.start
            run.waits.append((at, await _upload(page, photo)))
            await asyncio.sleep(chance.uniform(*READS_S))
            await page.get_by_role("button", name="Another photo", exact=True).click()
    except (Error, RuntimeError) as error:
        run.failures.append(f"{time.strftime('%H:%M:%S')} {str(error).splitlines()[0]}")
    await context.close()


async def _upload(page: Page, photo: Path) -> float:
    """Upload a photo; return how long the page took to show its values, in seconds."""
    await page.locator(".po-guide").first.wait_for()
    await page.wait_for_function("document.querySelectorAll('input[type=file]').length === 1")
    await page.evaluate("window.shown = 0")
    await page.locator("input[type=file]").set_input_files(photo)
    await page.wait_for_function("window.shown > 0")
    if await page.locator(FAULTS).count():
        raise RuntimeError(await page.locator(FAULTS).first.inner_text())
    wait: float = await page.evaluate("(window.shown - window.started) / 1000")
    return wait


if __name__ == "__main__":
    sys.exit(main())
