"""Command ``posture clients visit tests``: the trainer's tests of a stored visit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.selection import client_file, one_client, one_visit
from posture.cli.terminal import echo, echo_json
from posture.messages import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posture.program import Answers

PREFIX = "tests."


@click.command()
@click.argument("client")
@click.option("--number", type=int, default=-1, help="Number of the visit (default: the last).")
@click.option(
    "--set",
    "readings",
    multiple=True,
    metavar="READING=VALUE",
    help="Record or change a reading, such as modified_thomas.left.thigh_deg=12. May be repeated.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    help="Record all answers and tests of a TOML or JSON file.",
)
@click.option("--remove", multiple=True, metavar="TEST", help="Remove a test. May be repeated.")
@click.option("--json", "as_json", is_flag=True, help="All answers of the visit, as JSON.")
@click.pass_context
def tests(
    context: click.Context,
    /,
    *,
    client: str,
    number: int,
    readings: tuple[str, ...],
    answers: Path | None,
    remove: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show the tests of a visit, or record and change them.

    Tests move the verdict and the plan of the visit as an answers file does. The readings that
    there are: docs/answers.md.
    """
    from posture.clients.answers import readable
    from posture.program import parse_answers, read_answers

    with client_file(context) as store:
        item = one_visit(store, one_client(store, client), number)
        before, removed = readable(item.answers), _known_tests(remove)
        kept = {
            path: value
            for path, value in before.to_dict().items()
            if not any(_belongs(path, name) for name in removed)
        }
        given = read_answers(answers).to_dict() if answers else {}
        after = parse_answers(kept | given | _read(readings))
        if after != before:
            store.save_visit_answers(item.id, after.to_dict() or None)
        if as_json:
            echo_json(after.to_dict())
            return
        echo(f"visit of {item.day}")
        for line in _lines(after):
            echo(line)


def _known_tests(names: Sequence[str]) -> tuple[str, ...]:
    from posture.errors import SettingsError
    from posture.program import load_library

    for name in names:
        if name not in load_library().tests:
            known = ", ".join(load_library().tests)
            raise SettingsError(f"There is no test {name}; there are: {known}.", code="bad_option")
    return tuple(names)


def _belongs(path: str, test: str) -> bool:
    return path.startswith(f"{PREFIX}{test}.")


def _read(readings: Sequence[str]) -> dict[str, object]:
    """Return the readings of the command line by path."""
    from posture.errors import SettingsError

    found: dict[str, object] = {}
    for text in readings:
        name, sign, value = text.partition("=")
        if not sign:
            raise SettingsError(
                f"--set {text} must be READING=VALUE, such as plank.hold_s=45.", code="bad_option"
            )
        path = name.strip() if name.startswith(PREFIX) else PREFIX + name.strip()
        found[path] = _value(value.strip())
    return found


def _value(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _lines(answers: Answers) -> list[str]:
    """Return each reading in words, and the tests that could be done."""
    from posture.case.retest import readings
    from posture.program import entered_tests, load_library, suitable_tests

    tests = load_library().tests
    fitting, done = suitable_tests(answers), entered_tests(answers)
    lines = [f"  {item.place}: {item.field.ask} {item.words}" for item in readings(answers)]
    barred = [test.name for test in tests.values() if test.id not in fitting]
    open_ = [name for name in fitting if name not in done]
    lines += [f"  not done: {', '.join(open_)}"] if open_ else []
    lines += [f"  left out for this client: {listed(barred)}"] if barred else []
    return lines
