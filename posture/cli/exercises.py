"""Command ``posture exercises``: browse the exercise library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from posture.cli.errors import exit_on_error
from posture.cli.source import split_names
from posture.cli.terminal import echo, echo_json
from posture.messages import in_sentence

if TYPE_CHECKING:
    from posture.program import Exercise, Library

TRACKS: Final = ("type_a", "type_b", "maintenance")
TYPES: Final = ("release", "stretch", "mobilise", "activate", "strengthen", "integrate", "habit")


@click.command()
@click.argument("exercise", required=False, metavar="[ID]")
@click.option("--for", "serves", type=click.Choice(TRACKS), help="Only exercises for this finding.")
@click.option("--type", "kind", type=click.Choice(TYPES), help="Only this type.")
@click.option("--equipment", help="Only exercises that need nothing else; names joined by commas.")
@click.option("--search", help="Only entries with this text in name, type or muscles.")
@click.option("--json", "as_json", is_flag=True, help="Whole entries as JSON.")
def exercises(
    *,
    exercise: str | None,
    serves: str | None,
    kind: str | None,
    equipment: str | None,
    search: str | None,
    as_json: bool,
) -> None:
    """Browse the exercise library; an ID prints its whole entry for client and trainer."""
    from posture.program import exercise_to_text, load_library

    with exit_on_error():
        library = load_library()
        if exercise is not None:
            entry = _one(exercise, library)
            if as_json:
                _echo_json([entry], single=True)
            else:
                _echo_facts(entry, library)
                echo(exercise_to_text(entry, reader="trainer"), nl=False)
            return
        found = [
            entry
            for entry in (library.find(search) if search else library.exercises.values())
            if (serves is None or serves in entry.serves) and kind in (None, entry.type)
        ]
        kit = split_names(equipment)
        if kit is not None:
            found = [entry for entry in found if _doable(entry, kit, library)]
        if as_json:
            _echo_json(found)
        else:
            _echo_table(found)


def _one(name: str, library: Library) -> Exercise:
    from difflib import get_close_matches

    entry = library.exercises.get(name)
    if entry is None:
        near = get_close_matches(name, library.exercises, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise click.UsageError(
            f"There is no exercise {name!r}.{hint} 'posture exercises' lists them all."
        )
    return entry


def _doable(entry: Exercise, kit: frozenset[str], library: Library) -> bool:
    unknown = sorted(kit - set(library.equipment))
    if unknown:
        known = ", ".join(library.equipment)
        raise click.UsageError(f"equipment {unknown[0]!r} is not one of: {known}.")
    return all(name in kit or library.equipment[name].household for name in entry.equipment)


def _echo_json(entries: list[Exercise], *, single: bool = False) -> None:
    from posture.codec import encode_record

    tables = [encode_record(entry) for entry in entries]
    echo_json(tables[0] if single else tables, indent=2)


def _echo_table(entries: list[Exercise]) -> None:
    """Print one line for each entry, in columns."""
    from posture.program import dose_to_text

    width = max((len(entry.id) for entry in entries), default=0)
    for entry in entries:
        dose = dose_to_text(entry.dose)
        echo(f"{entry.id:{width}}  {entry.type:10}  {entry.name} ({dose})")
    echo(f"{len(entries)} exercises" if len(entries) != 1 else "1 exercise", err=True)


def _echo_facts(entry: Exercise, library: Library) -> None:
    """Print the facts of an entry, above its description."""
    from posture.program import dose_to_text

    needs = [library.equipment[name].name for name in entry.equipment]
    against = [library.conditions[name].label for name in entry.contraindications]
    facts = {
        "Id": entry.id,
        "Also called": ", ".join(entry.aliases),
        "Type": f"{entry.type}, {entry.level}",
        "For": ", ".join(entry.serves).replace("_", " "),
        "Dose": dose_to_text(entry.dose),
        "Muscles": ", ".join(library.muscles[name].name for name in entry.muscles),
        "Needs": ", ".join(needs) or "nothing",
        "Not with": "; ".join(map(in_sentence, against)) or "–",
        "Easier": ", ".join(entry.easier) or "–",
        "Harder": ", ".join(entry.harder) or "–",
        "Why": entry.reason,
    }
    for name, value in facts.items():
        if value:
            echo(f"{name + ':':13}{value}")
    echo()
