"""The pose bundle: the shipped one is the registered one, any other is refused or recorded."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

from posture.errors import ModelError
from posture.pose import bundle as models
from posture.pose.bundle import POSE_BUNDLE, REGISTRY, ModelFile, models_dir, resolve_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may damage."""
    copy = tmp_path / "models"
    copy.mkdir()
    for name in (POSE_BUNDLE, REGISTRY):
        shutil.copy(models_dir() / name, copy / name)
    return copy


@pytest.fixture
def shipped_from(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Make ``folder`` the shipped folder."""
    monkeypatch.setattr(models, "_FOLDERS", (folder,))
    models._shipped_model.cache_clear()
    yield folder
    models._shipped_model.cache_clear()


def test_the_shipped_bundle_is_the_registered_one() -> None:
    found = resolve_model()
    content = found.path.read_bytes()
    registry = tomllib.loads((models_dir() / REGISTRY).read_text(encoding="utf-8"))["pose"]
    assert found.sha256 == hashlib.sha256(content).hexdigest() == registry["sha256"]
    assert found.path.name == registry["file"]
    assert len(content) == registry["size"]
    assert (models_dir() / registry["licence_file"]).is_file()
    assert (models_dir() / registry["model_card"]).is_file()


def test_the_bundle_is_stored_aligned_and_dated_the_same_each_time() -> None:
    with zipfile.ZipFile(models_dir() / POSE_BUNDLE) as bundle:
        for info in bundle.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.header_offset + 30 + len(info.filename) + len(info.extra)) % 4 == 0


def test_the_bundle_is_hashed_once_per_process(monkeypatch: pytest.MonkeyPatch) -> None:
    first = resolve_model()
    monkeypatch.setattr(models, "_hash", lambda *_: pytest.fail("hashed again"))
    assert resolve_model() is first


def test_a_wheel_carries_the_folder_inside_the_package(folder: Path) -> None:
    package, checkout = models._FOLDERS
    assert package.name == "_models"
    assert package.parent.name == "posture"
    assert checkout.name == "models"
    assert models._checked(folder) == ModelFile(
        path=folder / POSE_BUNDLE, sha256=resolve_model().sha256
    )


def test_a_changed_bundle_is_refused(shipped_from: Path) -> None:
    path = shipped_from / POSE_BUNDLE
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="install posture again") as caught:
        resolve_model()
    assert caught.value.code == "model_checksum"


@pytest.mark.parametrize("name", [POSE_BUNDLE, REGISTRY])
def test_missing_files_are_refused(shipped_from: Path, name: str) -> None:
    (shipped_from / name).unlink()
    with pytest.raises(ModelError, match=r"[Ii]nstall posture again") as caught:
        resolve_model()
    assert caught.value.code == "model_missing"


@pytest.mark.parametrize("text", ["", "pose = 3", "[pose]", "[pose", "\xff"])
def test_a_damaged_registry_is_refused(shipped_from: Path, text: str) -> None:
    (shipped_from / REGISTRY).write_text(text, encoding="latin-1")
    with pytest.raises(ModelError, match="install posture again"):
        resolve_model()


def test_a_failure_is_not_cached(shipped_from: Path) -> None:
    away = shipped_from / "away"
    (shipped_from / POSE_BUNDLE).rename(away)
    with pytest.raises(ModelError):
        resolve_model()
    away.rename(shipped_from / POSE_BUNDLE)
    assert resolve_model().path == shipped_from / POSE_BUNDLE


def test_a_users_own_file_is_used_and_recorded(tmp_path: Path) -> None:
    own = tmp_path / "own.task"
    own.write_bytes(b"anything")
    assert resolve_model(own) == ModelFile(path=own, sha256=hashlib.sha256(b"anything").hexdigest())


def test_a_missing_file_of_the_user_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Check the path") as caught:
        resolve_model(tmp_path / "none.task")
    assert caught.value.code == "model_missing"
