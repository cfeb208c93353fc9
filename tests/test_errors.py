"""Errors: a code and one sentence each, unchanged when sent between processes."""

from __future__ import annotations

import pickle

import pytest

from posture.errors import ModelError, PhotoError, PoseError, PostureError, SettingsError

KINDS = {
    PhotoError: "photo_unreadable",
    ModelError: "model_missing",
    PoseError: "no_person",
    SettingsError: "bad_setting",
}


@pytest.mark.parametrize(("kind", "code"), KINDS.items())
def test_the_tree_and_its_default_codes(kind: type[PostureError], code: str) -> None:
    error = kind("Do something else.")
    assert isinstance(error, PostureError)
    assert error.code == code
    assert str(error) == error.message == "Do something else."


@pytest.mark.parametrize("kind", [PostureError, *KINDS])
def test_json_form(kind: type[PostureError]) -> None:
    error = kind("Do something else.", code="own_code")
    assert error.to_dict() == {"code": "own_code", "message": "Do something else."}


@pytest.mark.parametrize("kind", [PostureError, *KINDS])
def test_errors_survive_pickling_as_workers_do_it(kind: type[PostureError]) -> None:
    again = pickle.loads(pickle.dumps(kind("Do something else.", code="own_code")))  # noqa: S301
    assert type(again) is kind
    assert (str(again), again.code) == ("Do something else.", "own_code")


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_error_is_another_kind(kind: type[PostureError]) -> None:
    others = [other for other in KINDS if other is not kind]
    assert not any(issubclass(kind, other) for other in others)
