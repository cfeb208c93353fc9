"""Long checks, each one command; docs/reliability.md holds the figures of the last run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from reliability.bad_input import (
    Figures,
    broken_by,
    through_analyzer,
    through_batch,
    through_command,
    through_readers,
)
from reliability.corpus import corpus
from reliability.targets import TARGETS


def main() -> None:
    """Run the check that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m reliability", description=__doc__)
    checks = parser.add_subparsers(dest="check", required=True)
    bad = checks.add_parser("bad-input", help="changed files through package, command and batch")
    bad.add_argument("--files", type=int, default=1000, help="photos; as many inputs a reader")
    bad.add_argument("--command-files", type=int, default=300, help="of them, for the command")
    fuzzing = checks.add_parser("fuzz", help="coverage-guided, with atheris")
    fuzzing.add_argument("target", choices=sorted(TARGETS))
    fuzzing.add_argument("--seconds", type=int, default=600)
    chosen = parser.parse_args()
    if chosen.check == "fuzz":
        from reliability.fuzz import fuzz

        fuzz(chosen.target, seconds=chosen.seconds)
    sys.exit(_bad_input(chosen.files, chosen.command_files))


def _bad_input(count: int, command_count: int) -> int:
    """Print a row for each way in; return 1 if a promise was broken."""
    found: dict[str, Figures] = {
        "`posture analyze`": through_command(corpus(command_count)),
        "`posture batch`": through_batch(corpus(command_count)),
        "`Analyzer.analyze`": through_analyzer(corpus(count)),
    }
    found |= {f"reader of {name}": figures for name, figures in through_readers(count).items()}
    print("| through | inputs | results | refused in one sentence | slowest | memory | broken |")
    print("|---|---|---|---|---|---|---|")
    for name, figures in found.items():
        print(_row(name, figures))
    broken = _broken(found)
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


def _row(name: str, figures: Figures) -> str:
    results = sum(figures.outcomes[status] for status in ("ok", "poor", "result"))
    refused = figures.count - results
    return (
        f"| {name} | {figures.count} | {results} | {refused} | {figures.longest_s:.1f} s | "
        f"{figures.peak_mb} MB | {len(broken_by(figures))} |"
    )


def _broken(found: Mapping[str, Figures]) -> list[str]:
    return [f"{name}: {line}" for name, figures in found.items() for line in broken_by(figures)]


if __name__ == "__main__":
    main()
