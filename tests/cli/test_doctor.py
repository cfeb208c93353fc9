"""``posture doctor``: a complete installation, and each part that can be missing."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from posture import __version__
from posture.cli import doctor
from posture.cli.doctor import EXTRAS, PACKAGES, RIVAL_CV2, Check, run_checks
from posture.cli.main import EXIT_FAILED, main
from posture.errors import ModelError
from posture.estimator import model as estimation
from posture.estimator.file import ESTIMATOR_FILE, shipped_estimator, write_estimator
from posture.pose import bundle as models
from posture.pose.bundle import resolve_model


def report(*arguments: str) -> tuple[int, list[str]]:
    done = CliRunner().invoke(main, ["doctor", *arguments])
    return done.exit_code, done.stdout.splitlines()


def by_name(model_path: Path | None = None) -> dict[str, Check]:
    return {check.name: check for check in run_checks(model_path)}


def test_a_sound_installation() -> None:
    checks = by_name()
    assert [name for name, check in checks.items() if not check.ok] == []
    assert checks["posture"].detail == __version__
    assert checks["pose model"].detail.endswith(resolve_model().sha256)
    for name in PACKAGES:
        assert checks[name].detail == importlib.metadata.version(name)


def test_every_package_that_an_installation_needs_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.match(r"[\w-]+", need)[0] for need in project["dependencies"]}  # type: ignore[index]
    assert named == set(PACKAGES)
    extras = project["optional-dependencies"]
    optional = {
        re.match(r"[\w-]+", need)[0]: extra  # type: ignore[index]
        for extra in ("auth", "keyring", "ray", "s3")
        for need in extras[extra]
    }
    assert {name: extra for name, (extra, _) in EXTRAS.items()} == optional


def test_a_missing_extra_is_no_fault_but_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name in EXTRAS:
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    check = by_name()["ray"]
    assert check.ok
    assert check.detail == ("not installed; only for batches on a cluster: pip install '.[ray]'")


def test_one_line_per_check() -> None:
    code, lines = report()
    assert code == 0
    assert len(lines) == len(run_checks())
    assert all(line.startswith("ok ") for line in lines)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    code, lines = report("--model", str(tmp_path / "none.task"))
    assert code == EXIT_FAILED
    missing = [line for line in lines if line.startswith("MISSING")]
    assert [line.split("  ")[0].removeprefix("MISSING ") for line in missing] == [
        "pose model",
        "pose network",
    ]
    assert all("none.task" in line for line in missing)


def test_a_file_that_is_not_a_bundle_is_detected(tmp_path: Path) -> None:
    own = tmp_path / "own.task"
    own.write_bytes(b"no bundle")
    checks = by_name(own)
    assert checks["pose model"].ok
    assert not checks["pose network"].ok


def test_a_missing_estimator(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> estimation.Estimator:
        raise ModelError("The estimator is gone: install posture again.")

    monkeypatch.setattr(doctor, "shipped_estimator", missing)
    check = by_name()["estimator"]
    assert (check.ok, check.detail) == (False, "The estimator is gone: install posture again.")


def test_an_altered_estimator_does_not_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (models.REGISTRY, models.POSE_BUNDLE):
        shutil.copy(models.models_dir() / name, tmp_path)
    altered = dataclasses.replace(shipped_estimator(), id="another")
    write_estimator(altered, tmp_path / ESTIMATOR_FILE)  # a sound file, with other content
    monkeypatch.setattr(models, "_FOLDERS", (tmp_path,))
    shipped_estimator.cache_clear()
    try:
        check = by_name()["estimator"]
    finally:
        shipped_estimator.cache_clear()
    assert (check.ok, "was replaced: install posture again" in check.detail) == (False, True)


@pytest.mark.parametrize("gone", PACKAGES)
def test_a_missing_package(monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == gone:
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    bad = [check for check in run_checks() if not check.ok]
    assert [check.name for check in bad] == [gone]
    assert "install posture again" in bad[0].detail


@pytest.mark.parametrize("rival", RIVAL_CV2)
def test_a_second_cv2_is_a_conflict(monkeypatch: pytest.MonkeyPatch, rival: str) -> None:
    real = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "4.9" if name == rival else real(name)
    )
    bad = [check for check in run_checks() if not check.ok]
    assert [check.name for check in bad] == [rival]
    assert "uninstall both" in bad[0].detail
