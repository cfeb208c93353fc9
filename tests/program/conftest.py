"""The ten worked clients, shared by several tests."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from posture.program import Plan, PlanRequest, build_plan, parse_answers

GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
START = date(2025, 1, 6)


def read_clients() -> dict[str, PlanRequest]:
    table = tomllib.loads((GOLDEN / "clients.toml").read_text(encoding="utf-8"))
    return {
        name: PlanRequest(
            start=START,
            pattern=client.get("pattern"),
            grade=client["grade"],
            signs=frozenset(client.get("signs", [])),
            answers=parse_answers(client.get("answers", {})),
            minutes=client.get("minutes", 20),
            equipment=frozenset(client.get("equipment", [])),
            level=client.get("level", "beginner"),
        )
        for name, client in table.items()
    }


@pytest.fixture(scope="session")
def clients() -> dict[str, PlanRequest]:
    return read_clients()


@pytest.fixture(scope="session")
def plans(clients: dict[str, PlanRequest]) -> dict[str, Plan]:
    return {name: build_plan(request) for name, request in clients.items()}


@pytest.fixture(scope="session")
def golden_folder() -> Path:
    return GOLDEN
