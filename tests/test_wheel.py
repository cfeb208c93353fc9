"""Wheel in an empty environment: models, samples and texts are included."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import posture
from posture.pose.bundle import resolve_model

ROOT = Path(__file__).parents[1]
PARTS = (
    "posture",
    "models",
    "sample_images",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "app.py",
)
LISTING = """
import json, posture, posture.pose.bundle
from pathlib import Path
package = Path(posture.__file__).parent
print(json.dumps({
    "package": str(package),
    "models": str(posture.pose.bundle.models_dir()),
    "samples": sorted(path.name for path in (package / "_samples").iterdir()),
    "data": sorted(
        path.relative_to(package).as_posix()
        for path in package.rglob("*") if path.suffix in (".toml", ".po", ".mo")
    ),
}))
"""


def run(*words: object, cwd: Path) -> str:
    hidden = {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def source_copy(folder: Path) -> Path:
    """Copy the sources of a wheel, so that the build leaves nothing in the checkout."""
    folder.mkdir()
    for name in PARTS:
        part = ROOT / name
        if part.is_dir():
            shutil.copytree(part, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(part, folder / name)
    return folder


def install(wheel: Path, environment: Path) -> Path:
    """Install a wheel and the locked requirements; return the folder with the programs."""
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=environment.parent)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    # Python compiles what it imports; all of it together takes longer than the installation.
    pip += ("--python", programs / "python", "install", "--no-compile")
    locked = ROOT / "requirements" / "runtime.txt"
    run(*pip, "--require-hashes", "-r", locked, cwd=environment)
    run(*pip, "--no-deps", wheel, cwd=environment)
    return programs


def test_the_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    source = source_copy(tmp_path / "source")
    build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*build, ".", "--wheel-dir", tmp_path / "dist", cwd=source)
    shutil.rmtree(source)
    (wheel,) = (tmp_path / "dist").iterdir()
    assert wheel.name == f"pelvic_posture-{posture.__version__}-py3-none-any.whl"

    programs = install(wheel, tmp_path / "empty")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = json.loads(run(programs / "python", "-c", LISTING, cwd=elsewhere))
    package = Path(found["package"])
    assert package.is_relative_to((tmp_path / "empty").resolve())
    assert Path(found["models"]) == package / "_models"
    assert found["samples"] == sorted(path.name for path in (ROOT / "sample_images").iterdir())
    data = {
        path.relative_to(ROOT / "posture").as_posix()
        for path in (ROOT / "posture").rglob("*")
        if path.suffix in (".toml", ".po", ".mo")
    }
    assert "locales/de/LC_MESSAGES/posture.mo" in data
    assert set(found["data"]) >= data

    photo = next(path for path in sorted((package / "_samples").iterdir()) if path.suffix == ".jpg")
    shutil.copy(photo, elsewhere / "side.jpg")
    (line,) = run(programs / "posture", "analyze", "side.jpg", "--json", cwd=elsewhere).splitlines()
    result = json.loads(line)
    assert result["status"] in {"ok", "poor"}
    assert result["provenance"]["model_sha256"] == resolve_model().sha256
    assert result["estimates"]["pelvic_tilt_deg"]["value"] is not None
