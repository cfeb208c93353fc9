"""Build of ``models/pose_landmarker_full.task`` from the models inside a MediaPipe wheel.

MediaPipe wheels from 0.10.30 on contain no models, and a user may be offline. The 0.10.21 wheel
contains both networks; they lack only the normalisation of their inputs, without which the Tasks
API refuses them. This script adds it and stores both in one bundle, byte for byte the same each
time. Run it on Linux x86-64 with Python 3.11 (the wheel's metadata writer is a compiled extension)
in the project's environment::

    python scripts/build_pose_bundle.py            # writes and prints the sha256
    python scripts/build_pose_bundle.py --check    # builds in memory and only compares
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import types
import zipfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "mediapipe"
VERSION = "0.10.21"
PLATFORM = "manylinux_2_28_x86_64"
PYTHON = (3, 11)
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
TARGET = Path(__file__).resolve().parents[1] / "models" / "pose_landmarker_full.task"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
LOCAL_HEADER = 30  # bytes of a zip member's header before its name
ALIGNMENT = 4  # the runtime maps stored members into memory and needs them aligned


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One network of the bundle and the input normalisation its metadata must state."""

    member: str
    source: str
    title: str
    mean: float
    std: float


# The Tasks API looks for these names. The detector expects pixels in -1..1, the landmark network in
# 0..1 (as in MediaPipe's own graphs).
PARTS = (
    Part(
        member="pose_detector.tflite",
        source="mediapipe/modules/pose_detection/pose_detection.tflite",
        title="pose detector",
        mean=127.5,
        std=127.5,
    ),
    Part(
        member="pose_landmarks_detector.tflite",
        source="mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        title="pose landmarks detector (full)",
        mean=0.0,
        std=255.0,
    ),
)


def fetch_wheel(folder: Path) -> Path:
    """Download the pinned wheel into ``folder`` and check its sha256."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--platform", PLATFORM, "--implementation", "cp"]
    command += ["--python-version", ".".join(map(str, PYTHON)), "--dest", str(folder)]
    subprocess.run([*command, f"{PACKAGE}=={VERSION}"], check=True)
    (wheel,) = folder.glob("*.whl")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        raise SystemExit(f"{wheel.name}: sha256 is {found}, expected {WHEEL_SHA256}")
    return wheel


def expose_metadata_writer(root: Path) -> types.ModuleType:
    """Import the wheel's metadata writer without running the package's own ``__init__``.

    Importing those packages would load all of MediaPipe with its many dependencies; empty packages
    that only have a search path stand in for them.
    """
    for name in ("mediapipe", "mediapipe.tasks", "mediapipe.tasks.python", "mediapipe.tasks.cc"):
        package = types.ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = package
    from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

    module: types.ModuleType = metadata_writer
    return module


def add_metadata(writer_module: types.ModuleType, part: Part, network: bytes) -> bytes:
    """Return the network with its input normalisation written into its metadata."""
    writer = writer_module.MetadataWriter.create(bytearray(network))
    writer.add_general_info(part.title, f"{PACKAGE} {VERSION}")
    writer.add_image_input([part.mean] * 3, [part.std] * 3)
    populated, _ = writer.populate()
    return bytes(populated)


def pack(members: dict[str, bytes]) -> bytes:
    """Return a zip of the members, uncompressed, aligned and with a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            start = buffer.tell() + LOCAL_HEADER + len(name)
            # An extra field of zeros is a legal way to move the data to an aligned offset.
            padding = -(start + 4) % ALIGNMENT
            info.extra = b"\x00\x00" + padding.to_bytes(2, "little") + bytes(padding)
            archive.writestr(info, data)
    return buffer.getvalue()


def build() -> bytes:
    """Fetch the wheel and return the bytes of the bundle."""
    if sys.version_info[:2] != PYTHON or sys.platform != "linux":
        raise SystemExit("run this with Python 3.11 on Linux x86-64")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with zipfile.ZipFile(fetch_wheel(root)) as wheel:
            wheel.extractall(root)
        writer = expose_metadata_writer(root)
        return pack(
            {p.member: add_metadata(writer, p, (root / p.source).read_bytes()) for p in PARTS}
        )


def main() -> None:
    """Build the bundle or, with ``--check``, compare it with the file in the repository."""
    parser = argparse.ArgumentParser(description="Build the pose bundle.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    data = build()
    if check and TARGET.read_bytes() != data:
        raise SystemExit(f"{TARGET.name} differs from what this recipe builds")
    if not check:
        TARGET.write_bytes(data)
    sys.stdout.write(f"{hashlib.sha256(data).hexdigest()}  {TARGET.name}  {len(data)} bytes\n")


if __name__ == "__main__":
    main()
