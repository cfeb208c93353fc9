"""The pose detector with the real model, and every hazard of MediaPipe."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posture.errors import ModelError, PoseError
from posture.landmarks import ANKLES, EARS, HIPS, SHOULDERS, Landmark
from posture.photo.load import load_photo
from posture.pose.bundle import resolve_model
from posture.pose.detector import Detection, Pose, PoseDetector
from posture.pose.plausibility import distinct, head_in_frame, looks_human
from posture.pose.stderr import quiet_stderr

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))


@pytest.fixture(scope="module")
def detector() -> Iterator[PoseDetector]:
    with PoseDetector() as made:
        yield made


@pytest.fixture(scope="module")
def image() -> NDArray[np.uint8]:
    return load_photo(SAMPLES[0]).image


@pytest.fixture(scope="module")
def found(detector: PoseDetector, image: NDArray[np.uint8]) -> Detection:
    return detector.detect(image)


def trunk(pose: Pose) -> float:
    points = pose.landmarks
    return float(np.linalg.norm(points[list(SHOULDERS)].mean(0) - points[list(HIPS)].mean(0)))


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    one, two = a > 0.5, b > 0.5
    return float((one & two).sum() / (one | two).sum())


def beheaded(image: NDArray[np.uint8], pose: Pose, share: float) -> tuple[NDArray[np.uint8], int]:
    """Cut the photo off at ``share`` of the way from ear to shoulder; also return the row."""
    ear, shoulder = (pose.landmarks[list(pair), 1].mean() for pair in (EARS, SHOULDERS))
    row = int(ear + share * (shoulder - ear))
    return np.ascontiguousarray(image[row:]), row


# --- the result ----------------------------------------------------------------------------


def test_shapes_types_and_ranges(found: Detection, image: NDArray[np.uint8]) -> None:
    pose = found.main
    assert found.attempt == 0
    assert found.others == ()
    assert pose.landmarks.shape == (33, 2)
    assert pose.landmarks.dtype == np.float64
    assert pose.world.shape == (33, 3)
    for share in (pose.visibility, pose.presence, pose.mask):
        assert share.min() >= 0
        assert share.max() <= 1
    assert pose.visibility.shape == pose.presence.shape == (33,)
    assert pose.mask.shape == image.shape[:2]
    assert pose.mask.dtype == np.float32


def test_landmarks_lie_on_the_body_in_the_right_order(found: Detection) -> None:
    pose = found.main
    rows = [pose.landmarks[list(pair), 1].mean() for pair in (EARS, SHOULDERS, HIPS, ANKLES)]
    assert rows == sorted(rows)
    for point in (*SHOULDERS, *HIPS):
        x, y = np.rint(pose.landmarks[point]).astype(int)
        assert pose.mask[y, x] > 0.5


def test_the_mask_owns_its_memory(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection
) -> None:
    before = found.main.mask.copy()
    assert found.main.mask.flags.owndata
    assert found.main.mask.flags.c_contiguous
    for _ in range(3):
        detector.detect(np.ascontiguousarray(image[:, ::-1]))
    assert np.array_equal(found.main.mask, before)


def test_the_same_photo_gives_identical_results(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection
) -> None:
    with PoseDetector() as other:
        for again in (detector.detect(image), other.detect(image)):
            assert np.array_equal(again.main.landmarks, found.main.landmarks)
            assert np.array_equal(again.main.mask, found.main.mask)


def test_a_mirrored_photo_gives_mirrored_landmarks(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection
) -> None:
    mirrored = detector.detect(np.ascontiguousarray(image[:, ::-1])).main
    assert overlap(mirrored.mask[:, ::-1], found.main.mask) > 0.96
    hip = image.shape[1] - 1 - mirrored.landmarks[list(HIPS), 0].mean()
    assert abs(hip - found.main.landmarks[list(HIPS), 0].mean()) < 0.05 * trunk(found.main)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_shows_one_person(detector: PoseDetector, path: Path) -> None:
    found = detector.detect(load_photo(path).image)
    assert found.attempt == 0
    assert not found.others
    assert head_in_frame(found.main)
    assert looks_human(found.main)


# --- hazards of the library ----------------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_any_width_is_safe_and_keeps_coordinates(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection, cut: int
) -> None:
    narrow = np.ascontiguousarray(image[:, : image.shape[1] - cut])
    pose = detector.detect(narrow).main
    assert pose.mask.shape == narrow.shape[:2]
    assert overlap(pose.mask, found.main.mask[:, : narrow.shape[1]]) > 0.97
    difference = np.linalg.norm(pose.landmarks - found.main.landmarks, axis=1)
    assert np.median(difference) < 0.02 * trunk(found.main)


def test_unaligned_width_does_not_abort_a_process() -> None:
    code = (
        "import sys; from posture.photo.load import load_photo\n"
        "from posture.pose.detector import PoseDetector\n"
        "image = load_photo(sys.argv[1]).image\n"
        "with PoseDetector() as detector:\n"
        "    for cut in (1, 2, 3): detector.detect(image[:, cut:])\n"
        "print('alive')"
    )
    done = run_python(code, str(SAMPLES[0]))
    assert (done.returncode, done.stdout.strip()) == (0, "alive")


def test_strided_and_read_only_arrays(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection
) -> None:
    assert not image.flags.writeable
    wide = np.repeat(image, 2, axis=1)[:, ::2]
    assert not wide.flags.c_contiguous
    assert np.array_equal(detector.detect(wide).main.landmarks, found.main.landmarks)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((64, 64, 4), np.uint8),
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 3), np.float32),
        np.zeros((0, 64, 3), np.uint8),
    ],
)
def test_anything_but_rgb_bytes_is_refused(
    detector: PoseDetector, array: NDArray[np.uint8]
) -> None:
    with pytest.raises(ValueError, match="uint8 RGB"):
        detector.detect(array)


def test_a_closed_detector_raises_instead_of_finding_nobody(image: NDArray[np.uint8]) -> None:
    made = PoseDetector()
    with made:
        assert not made.closed
    made.close()  # closing twice does no harm
    assert made.closed
    with pytest.raises(ValueError, match="closed"):
        made.detect(image)


def test_threads_may_share_a_detector(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection
) -> None:
    results: list[Detection] = []
    threads = [
        threading.Thread(target=lambda: results.append(detector.detect(image))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.array_equal(r.main.landmarks, found.main.landmarks) for r in results)


@pytest.mark.parametrize("content", [b"", b"no bundle", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.task"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"bad\.task") as caught:
        PoseDetector(path)
    assert caught.value.code == "model_unusable"


def test_a_truncated_bundle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.task"
    path.write_bytes(resolve_model().path.read_bytes()[:3_000_000])
    with pytest.raises(ModelError):
        PoseDetector(path)


def test_a_users_bundle_is_recorded(tmp_path: Path, detector: PoseDetector) -> None:
    path = tmp_path / "modèle à moi.task"
    path.write_bytes(resolve_model().path.read_bytes())
    with PoseDetector(path) as own:
        assert own.model_sha256 == detector.model_sha256 == resolve_model().sha256


# --- further attempts ----------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_people_without_their_head_are_found(detector: PoseDetector, share: float) -> None:
    for path in SAMPLES[:4]:
        image = load_photo(path).image
        whole = detector.detect(image).main
        cut, row = beheaded(image, whole, share)
        found = detector.detect(cut)
        assert not found.others  # up to four candidates of the same person are merged
        assert found.main.mask.shape == cut.shape[:2]
        assert overlap(found.main.mask, whole.mask[row:]) > 0.88
        shift = np.add(found.main.landmarks[list(HIPS)].mean(0), (0, row))
        assert np.linalg.norm(shift - whole.landmarks[list(HIPS)].mean(0)) < 0.25 * trunk(whole)


def empty_scenes() -> dict[str, NDArray[np.uint8]]:
    """Rooms, textures and shapes with nobody in them."""
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 255, (400, 300, 3), np.uint8)
    room = np.full((400, 300, 3), 200, np.uint8)
    cv2.rectangle(room, (90, 60), (210, 330), (120, 90, 60), -1)  # a door
    cv2.rectangle(room, (0, 330), (300, 400), (90, 90, 90), -1)  # the floor
    clock = np.full((400, 300, 3), 180, np.uint8)
    cv2.circle(clock, (150, 120), 60, (20, 20, 20), 8)
    cv2.line(clock, (150, 180), (150, 380), (60, 40, 20), 50)
    return {
        "black": np.zeros((400, 300, 3), np.uint8),
        "noise": noise,
        "blurred noise": cv2.GaussianBlur(noise, (0, 0), 9),
        "room": room,
        "clock": clock,
    }


@pytest.mark.parametrize("scene", sorted(empty_scenes()))
def test_nobody_is_found_where_nobody_is(detector: PoseDetector, scene: str) -> None:
    with pytest.raises(PoseError, match="side") as caught:
        detector.detect(empty_scenes()[scene])
    assert caught.value.code == "no_person"


def test_the_background_of_a_sample_holds_nobody(
    detector: PoseDetector, image: NDArray[np.uint8], found: Detection
) -> None:
    body = np.flatnonzero((found.main.mask > 0.02).any(axis=0))
    with pytest.raises(PoseError):
        detector.detect(np.ascontiguousarray(image[:, : body[0] - 8]))


def test_two_people_are_found_as_two_with_a_mask_each(detector: PoseDetector) -> None:
    left, right = (load_photo(path).image for path in SAMPLES[:2])
    small = cv2.resize(right, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    small = cv2.copyMakeBorder(small, left.shape[0] - small.shape[0], 0, 0, 0, cv2.BORDER_REPLICATE)
    found = detector.detect(np.hstack([left, small]))
    assert len(found.others) == 1
    other = found.others[0]
    assert found.main.mask.sum() > other.mask.sum()
    assert found.main.mask[:, left.shape[1] :].max() < 0.5
    assert overlap(found.main.mask, other.mask) < 0.01


def test_impossible_people_are_recognised(found: Detection) -> None:
    pose = found.main
    assert looks_human(pose)
    flipped = pose.landmarks * (1, -1) + (0, pose.mask.shape[0])
    for impossible in (
        replace(pose, landmarks=flipped, mask=pose.mask[::-1]),
        replace(pose, world=pose.world * 0.5),
        replace(pose, mask=np.full_like(pose.mask, 0.6)),
        replace(pose, mask=np.ones_like(pose.mask)),
        replace(pose, mask=np.zeros_like(pose.mask)),
        replace(pose, landmarks=np.add(pose.landmarks, (5000, 0))),
        replace(pose, landmarks=pose.landmarks * 0.2),
    ):
        assert not looks_human(impossible)


def test_candidates_of_one_person_are_merged(found: Detection) -> None:
    pose = found.main
    height, width = pose.mask.shape
    shrunk = replace(pose, mask=np.where(np.arange(height)[:, None] > height // 5, pose.mask, 0))
    assert distinct([shrunk, pose]) == [pose]
    elsewhere = replace(pose, mask=np.roll(pose.mask, width // 2, axis=1) * (pose.mask < 0.5))
    assert len(distinct([pose, elsewhere])) == 2


def test_a_head_out_of_the_frame_is_noticed(found: Detection) -> None:
    assert head_in_frame(found.main)
    up = found.main.landmarks - (0, found.main.landmarks[Landmark.NOSE, 1] + 1)
    assert not head_in_frame(replace(found.main, landmarks=up))
    neck = int(found.main.landmarks[list(SHOULDERS), 1].mean())
    assert not head_in_frame(replace(found.main, mask=found.main.mask[neck:]))


# --- standard error ------------------------------------------------------------------------


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SAMPLES[0].parents[1])},
    )


def test_the_library_writes_nothing_to_stderr() -> None:
    code = (
        "import sys; from posture.photo.load import load_photo\n"
        "from posture.pose.detector import PoseDetector\n"
        "image = load_photo(sys.argv[1]).image\n"
        "detector = PoseDetector(); detector.detect(image); detector.detect(image[150:])\n"
        "print('mine', file=sys.stderr)"
    )
    done = run_python(code, str(SAMPLES[0]))
    assert (done.returncode, done.stderr) == (0, "mine\n")


def test_importing_the_package_does_not_import_mediapipe() -> None:
    code = "import posture, posture.photo.load, sys; print('mediapipe' in sys.modules)"
    assert run_python(code).stdout.strip() == "False"


def test_everything_but_chatter_passes(capfd: pytest.CaptureFixture[str]) -> None:
    def fail_loudly() -> None:
        with quiet_stderr():
            os.write(2, b"W0000 00:00:17 5 x.cc:1] chatter\nE0000 00:00:17 5 x.cc:1] an error\n")
            sys.stderr.write("a warning of Python\n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_loudly()
    passed = capfd.readouterr().err.splitlines()
    assert sorted(passed) == ["E0000 00:00:17 5 x.cc:1] an error", "a warning of Python"]
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_a_program_without_stderr_still_runs() -> None:
    code = (
        "import os, sys; os.close(2); sys.stderr = None\n"
        "from posture.pose.stderr import quiet_stderr\n"
        "with quiet_stderr(): pass\n"
        "print('fine')"
    )
    assert run_python(code).stdout.strip() == "fine"
