"""Door: codes work once, tries are counted, phones are let out in time."""

from __future__ import annotations

import asyncio
import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message, Receive

from posture.web.lan import door as module
from posture.web.lan.door import (
    ALPHABET,
    CODE_S,
    LOCK_ALL_S,
    LOCK_EACH_S,
    STAY_S,
    TRIES_ALL,
    TRIES_EACH,
    Code,
    Door,
    new_code,
    readable,
)
from posture.web.lan.gate import Gate
from posture.web.lan.reach import Reach
from posture.web.lan.sessions import Sessions


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Door:
    return Door(now=clock)


def test_codes_are_long_enough_and_never_the_same() -> None:
    codes = [new_code() for _ in range(200)]
    assert len({code.key for code in codes}) == len({code.short for code in codes}) == 200
    assert all(len(code.key) * 6 >= 128 for code in codes)  # base64: 6 bits a character
    assert len(set(ALPHABET)) ** 8 >= 2**40
    assert all(set(code.short) <= set(ALPHABET) and len(code.short) == 8 for code in codes)


@pytest.mark.parametrize("form", ["key", "short", "typed", "spaced"])
def test_each_form_opens_once_and_then_there_is_a_new_code(door: Door, form: str) -> None:
    code = door.code()
    given = {
        "key": code.key,
        "short": code.short,
        "typed": readable(code.short).lower(),
        "spaced": f" {code.short[:4]} {code.short[4:]} ",
    }[form]
    reply = door.try_code(given, "phone")
    assert reply.answer == "welcome"
    assert door.knows(reply.token)
    assert door.inside() == 1
    assert door.code() not in (code, None)
    assert door.try_code(code.key, "other").answer == "wrong"
    assert door.try_code(code.short, "other").answer == "wrong"


def test_nothing_but_the_token_is_known(door: Door) -> None:
    token = door.try_code(door.code().key, "phone").token
    assert not door.knows("")
    assert not door.knows(token[:-1])
    assert not door.knows(door.code().key)


@pytest.mark.parametrize("given", ["", "-", "0" * 8, "ä" * 8, "x" * 200])
def test_anything_else_is_wrong(door: Door, given: str) -> None:
    assert door.try_code(given, "phone").answer == "wrong"


def test_a_guessing_device_is_locked_out_for_a_while(door: Door, clock: Clock) -> None:
    replies = [door.try_code("WRONG", "guesser") for _ in range(TRIES_EACH)]
    assert [reply.answer for reply in replies] == ["wrong"] * TRIES_EACH
    assert replies[-1].wait_s == pytest.approx(LOCK_EACH_S)
    assert door.try_code(door.code().short, "guesser").answer == "wait"
    assert door.try_code(door.code().short, "phone").answer == "welcome"
    clock.time += LOCK_EACH_S + 1
    assert door.try_code(door.code().short, "guesser").answer == "welcome"


def test_guessing_by_many_devices_is_stopped_and_the_code_changes(door: Door, clock: Clock) -> None:
    code = door.code()
    for number in range(TRIES_ALL):
        door.try_code("WRONG", f"device {number}")
    assert door.code() != code
    assert door.try_code(door.code().short, "phone").answer == "wait"
    # Nobody can guess a key, so the QR code still works: a flood of guesses locks nobody out.
    assert door.try_code(door.code().key, "phone").answer == "welcome"
    clock.time += LOCK_ALL_S + 1
    assert door.try_code(door.code().short, "phone").answer == "welcome"


def test_memory_of_wrong_tries_is_bounded(door: Door, clock: Clock) -> None:
    for number in range(2000):
        door.try_code("WRONG", f"device {number}")
        clock.time += LOCK_ALL_S
    assert len(door._tries) <= module._MOST_CLIENTS


def test_an_unused_code_goes_stale(door: Door, clock: Clock) -> None:
    code = door.code()
    clock.time += CODE_S + 1
    assert door.try_code(code.key, "phone").answer == "wrong"


def test_phones_are_disconnected_in_time_or_on_request(door: Door, clock: Clock) -> None:
    first = door.try_code(door.code().key, "one").token
    clock.time += STAY_S / 2
    second = door.try_code(door.code().key, "two").token
    clock.time += STAY_S / 2 + 1
    assert not door.knows(first)
    assert door.knows(second)
    code = door.code()
    door.clear()
    assert not door.knows(second)
    assert door.inside() == 0
    assert door.code() != code


def test_a_code_lets_only_one_of_several_simultaneous_phones_in() -> None:
    door = Door(Code(key="k" * 32, short="A" * 8))
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: door.try_code("k" * 32, f"{n}").answer, range(8)))
    assert sorted(replies) == ["welcome"] + ["wrong"] * 7


def test_nothing_more_gets_through_from_a_disconnected_phone(door: Door) -> None:
    token = door.try_code(door.code().key, "phone").token
    heard: list[str] = []

    async def pages(_scope: object, receive: Receive, _send: object) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(str(message.get("text", message["type"])))

    async def phone() -> Message:
        if len(heard) == 2:
            door.clear()
        return {"type": "websocket.receive", "text": f"word {len(heard)}"}

    async def nowhere(_message: object) -> None:
        """Ignore what the pages send."""

    scope = {
        "type": "websocket",
        "path": "/_stcore/stream",
        "headers": [(b"host", b"10.0.0.5:8501"), (b"cookie", f"posture_guest={token}".encode())],
        "client": ("10.0.0.9", 50000),
        "server": ("10.0.0.5", 8501),
    }
    reach = Reach(kind="lan", host="10.0.0.5", address="10.0.0.5", port=8501)
    gate = Gate(pages, reach=reach, door=door, sessions=Sessions())
    # The browser tests keep an event loop of their own running in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(gate(scope, phone, nowhere))).result()
    assert heard == ["word 0", "word 1"]


def test_codes_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch, door: Door) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(
        "posture.web.lan.door.hmac.compare_digest",
        lambda one, other: compared.append((one, other)) or one == other,
    )
    assert hmac.compare_digest(b"a", b"a")
    compared.clear()
    code = door.code()
    door.try_code("guess", "phone")
    assert compared == [(b"guess", code.key.encode()), (b"GUESS", code.short.encode())]
