"""The sentences that go with a plan: what it rests on, what was changed, what to expect."""

from __future__ import annotations

from posture.program.client import Client
from posture.program.gate import unanswered_safety
from posture.program.plan import Asymmetry, PlanKind
from posture.program.texts import say


def headline(client: Client, outcome: PlanKind) -> str:
    """Return the first sentence of the sheet."""
    if outcome != "programme":
        return say(f"headline_{outcome}")
    request = client.request
    return say(f"headline_{request.grade}_{request.serves}")


def plan_notes(client: Client) -> tuple[str, ...]:
    """Return the notes of a programme, in the order in which they are printed."""
    notes = [say("not_a_diagnosis"), say("balance")]
    if unanswered_safety(client.request.answers, client.library):
        notes.append(say("safety_open"))
    if client.asymmetry is not None:
        notes.append(_asymmetry_note(client, client.asymmetry))
    notes += [condition.note for condition in client.conditions]
    if client.older:
        notes.append(say("older"))
    if _sits(client):
        notes.append(say("sitting"))
    notes += [signal.note for signal in client.signals if not (signal.roles or signal.prefer)]
    return (*dict.fromkeys(notes), say("rephoto"), say("expect"), say("stop"))


def _asymmetry_note(client: Client, found: Asymmetry) -> str:
    stronger = client.request.answers.choice("sides.stronger")
    note = say("asymmetry", first=say(found.first), source=say(f"asymmetry_{found.source}"))
    if found.source == "test" and stronger == found.first:
        note += " " + say("asymmetry_disagree")
    return note


def _sits(client: Client) -> bool:
    hours = client.request.answers.sitting_hours
    return hours is not None and hours >= client.library.rules.limits.sitting_hours
