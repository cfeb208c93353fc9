"""The trainer's tests of a stored visit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import takewhile

from posture.case.retest import only_tests
from posture.clients import ClientStore, Visit
from posture.clients.answers import readable
from posture.clients.documents import held_answers
from posture.codec import encode
from posture.program import Answers, TrainerTest, parse_answers
from posture.program.answers import AnswerValue
from posture.web import state
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.clients.test_flow import TestFlow, forget_flow, show_flow
from posture.web.components.links import open_page
from posture.web.components.words import day_words
from posture.web.services.test_round import paths_of, round_of, with_readings
from posture.web.texts import say
from posture.web.visit import answer_name


def open_tests(visit: Visit) -> None:
    """Go to the tests of a visit, the first one first; nothing after this call is drawn."""
    forget_flow()
    state.choose_tested(visit.id)
    open_page("tests")


def open_own_tests(chosen: tuple[str, ...] = ()) -> None:
    """Go to the tests of the visit on the photo check; nothing after this call is drawn.

    Parameters
    ----------
    chosen : tuple of str
        Ids of the tests to do, which then lead back to the result; none for a whole round.
    """
    forget_flow()
    state.choose_tested(None)
    state.choose_tests(chosen)
    open_page("tests")


def stop_tests() -> None:
    """Go back to the client."""
    state.choose_tested(None)
    open_page("clients")


def show_own_tests() -> None:
    """Show the tests of the visit on the photo check, which need not be saved for a client."""
    answers = readable({path: encode(value) for path, value in state.answers().items()})
    chosen = state.chosen_tests()
    show_flow(
        TestFlow(
            key="tests_own",
            whose="",
            tests=round_of(answers, chosen),
            known=only_tests(answers),
            before=Answers(),
            before_day="",
            save=_keep,
            leave=partial(open_page, "check" if chosen else "plan"),
            way_back=say("back_to_result" if chosen else "train_close"),
        )
    )


def _keep(test: TrainerTest, found: Mapping[str, AnswerValue]) -> None:
    checked = parse_answers(found).to_dict()
    state.fill({answer_name(path): checked.get(path) for path in paths_of(test)})


def show_visit_tests(store: ClientStore, visit: Visit) -> None:
    """Show the tests of a visit one by one; each is saved as soon as it is left."""
    client, visits = store.get(visit.client_id), store.visits(visit.client_id)
    before, day = _before(visits, visit)
    show_flow(
        TestFlow(
            key=f"tests_{visit.id}",
            whose=f"{plain_markdown(client.name)} · {day_words(visit.day)}",
            tests=round_of(held_answers(store, visit)),
            known=only_tests(readable(visit.answers)),
            before=before,
            before_day=day,
            save=partial(_save, store, visit.id),
            leave=stop_tests,
            way_back=say("test_finish"),
        )
    )


def _before(visits: tuple[Visit, ...], visit: Visit) -> tuple[Answers, str]:
    """Return the newest readings of an earlier visit, and its day in words."""
    for earlier in reversed(list(takewhile(lambda each: each.id != visit.id, visits))):
        found = only_tests(readable(earlier.answers))
        if found.entries:
            return found, day_words(earlier.day)
    return Answers(), ""


def _save(
    store: ClientStore, visit_id: str, test: TrainerTest, found: Mapping[str, AnswerValue]
) -> None:
    kept = with_readings(store.visit(visit_id).answers, test, parse_answers(found).to_dict())
    store.save_visit_answers(visit_id, kept or None)
