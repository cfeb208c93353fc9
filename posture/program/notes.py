"""Words of the plan that follow from the client: its first sentence, and the notes."""

from __future__ import annotations

from posture.messages import sentences
from posture.program.plan import Asymmetry, PlanKind
from posture.program.profile import ClientProfile
from posture.program.red_flags import unanswered_safety
from posture.program.texts import say


def headline(client: ClientProfile, outcome: PlanKind) -> str:
    """Return the first sentence of the plan."""
    if outcome != "programme":
        return say(f"headline_{outcome}")
    request = client.request
    return say(f"headline_{request.grade}_{request.serves}")


def sits_a_lot(client: ClientProfile) -> bool:
    """Whether the client sits for so many hours that the opening stretch is repeated."""
    hours = client.request.answers.sitting_hours
    return hours is not None and hours >= client.library.rules.limits.sitting_hours


def notes(client: ClientProfile) -> tuple[str, ...]:
    """Return the notes of a programme, in the order in which they are printed."""
    found: list[str] = [say("not_a_diagnosis"), say("stop"), say("progress"), say("balance")]
    if unanswered_safety(client.request.answers, client.library):
        found.append(say("safety_open"))
    if client.asymmetry is not None:
        found.append(_asymmetry_note(client, client.asymmetry))
    if client.tightness is not None:
        side = say(client.tightness.side)
        found.append(
            say("tightness", side=side, source=say(f"tightness_{client.tightness.source}"))
        )
    found += [condition.note for condition in client.conditions]
    if client.older:
        found.append(say("older"))
    if sits_a_lot(client):
        found.append(say("sitting"))
    found += [signal.note for signal in client.signals if not (signal.roles or signal.prefer)]
    return (*dict.fromkeys(found), say("rephoto"), say("expect"))


def _asymmetry_note(client: ClientProfile, found: Asymmetry) -> str:
    stronger = client.request.answers.choice("sides.stronger")
    note = say("asymmetry", first=say(found.first), source=say(f"asymmetry_{found.source}"))
    if found.source == "test" and stronger == found.first:
        return sentences(note, say("asymmetry_disagree"))
    return note
