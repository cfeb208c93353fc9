"""Plans of the twenty clients, side by side: what they share, how many exercises, how long.

``python scripts/programme.py`` prints the tables; ``--write`` puts them into docs/program.md.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from posture.program import Plan, PlanRequest, build_plan, parse_answers

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = ROOT / "tests" / "golden" / "programme" / "clients.toml"
PAGE = ROOT / "docs" / "program.md"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
START = date(2025, 1, 6)


@dataclass(frozen=True, kw_only=True)
class Client:
    """One client with a plan for each photo."""

    name: str
    plans: dict[str, Plan]


def clients() -> dict[str, Client]:
    """Build the plan of each client for each photo."""
    table = tomllib.loads(CLIENTS.read_text(encoding="utf-8"))
    return {
        key: Client(
            name=entry["name"],
            plans={
                photo: build_plan(
                    PlanRequest.from_answers(
                        parse_answers(entry.get("answers", {})),
                        start=START,
                        pattern=shown.get("pattern"),
                        grade=shown["grade"],
                        signs=frozenset(shown["signs"]),
                        equipment=frozenset(entry.get("equipment", [])),
                    )
                )
                for photo, shown in table["photos"].items()
            },
        )
        for key, entry in table["clients"].items()
    }


def exercises(plan: Plan) -> frozenset[str]:
    """Return the exercises of sessions and daily block; habits are the same for everybody."""
    items = [item for session in plan.sessions for item in session.items]
    items += [item for phase in plan.phases for item in phase.daily]
    return frozenset(item.exercise_id for item in items)


def share(one: Plan, other: Plan) -> float:
    """Return the part of the smaller plan's exercises that the other has too."""
    first, second = exercises(one), exercises(other)
    return len(first & second) / min(len(first), len(second))


def tables() -> str:
    """Return both tables as Markdown."""
    return "\n".join([*_shares(), "", *_sizes()]) + "\n"


def _shares() -> Iterator[str]:
    found = [(key, client) for key, client in clients().items() if _trains(client)]
    photos = list(found[0][1].plans)
    pairs = list(combinations(photos, 2))
    head = " | ".join(f"{one} and {other}".replace("_", " ") for one, other in pairs)
    yield f"| client | {head} |"
    yield f"|---|{'---|' * len(pairs)}"
    for key, client in found:
        shares = [share(client.plans[one], client.plans[other]) for one, other in pairs]
        yield f"| {_label(key, client)} | {' | '.join(f'{100 * s:.0f} %' for s in shares)} |"


def _sizes() -> Iterator[str]:
    yield "| client | photo | exercises in the plan | a session | minutes planned | counted |"
    yield "|---|---|---|---|---|---|"
    for key, client in clients().items():
        if not _trains(client):
            plan = next(iter(client.plans.values()))
            yield f"| {_label(key, client)} | any | none: {plan.headline} | | | |"
            continue
        for photo, plan in client.plans.items():
            sizes = sorted({len(session.items) for session in plan.sessions})
            minutes = sorted(session.seconds / 60 for session in plan.sessions)
            yield (
                f"| {_label(key, client)} | {photo.replace('_', ' ')} | {len(exercises(plan))} "
                f"| {' to '.join(map(str, sizes))} | {plan.minutes} "
                f"| {minutes[0]:.0f} to {minutes[-1]:.0f} |"
            )


def _trains(client: Client) -> bool:
    return all(plan.outcome == "programme" for plan in client.plans.values())


def _label(key: str, client: Client) -> str:
    return f"{int(key.partition('_')[0])} {client.name}"


def page() -> str:
    """Return docs/program.md with the tables as they are now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{tables()}{END}{rest.partition(END)[2]}"


def main() -> None:
    """Print the tables, or write them into the page."""
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(tables(), end="")


if __name__ == "__main__":
    main()
