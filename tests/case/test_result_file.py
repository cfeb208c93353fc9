"""Result files: named after the photo, numbered on collision, never over a source photo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis
from posture.case.result_file import Writer, refused_result, result_of
from posture.case.starter import starter_plan
from posture.cli.main import main
from posture.codec import encode_record
from posture.draw import OverlayOptions, draw_overlay, encode_png
from posture.errors import PhotoError, SettingsError

SAMPLE = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))[0]
REFUSED = refused_result(
    Refusal(photo="a.jpg", error=PhotoError("Not a photo.", code="photo_unsupported"))
)


@pytest.fixture(scope="module")
def analysis(read_sample: object) -> Analysis:
    return read_sample(SAMPLE)


def writer(folder: Path, *photos: Path) -> Writer:
    return Writer(folder, photos=photos, blur_face=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_result_is_the_analysis_with_its_plan(analysis: Analysis) -> None:
    result = result_of(analysis)
    assert {**result, "plan": None} == {**analysis.to_dict(), "plan": None}
    assert result["plan"] == encode_record(starter_plan(analysis.screening))


def test_a_refusal_has_the_same_keys(analysis: Analysis) -> None:
    assert list(REFUSED) == list(result_of(analysis))
    assert REFUSED["error"] == {"code": "photo_unsupported", "message": "Not a photo."}
    assert REFUSED["measures"] == {}


def test_files_hold_the_result_and_the_overlay(tmp_path: Path, analysis: Analysis) -> None:
    photo = tmp_path / "side.jpg"
    result = result_of(analysis)
    writer(tmp_path, photo).write(photo, result, analysis)
    stored = json.loads((tmp_path / "side.posture.json").read_text(encoding="utf-8"))
    assert stored == result
    picture = encode_png(draw_overlay(analysis, options=OverlayOptions(blur_face=False)))
    assert (tmp_path / "side.posture.png").read_bytes() == picture


def test_the_words_in_the_picture_are_of_the_language_asked_for(
    tmp_path: Path, analysis: Analysis
) -> None:
    done = CliRunner().invoke(
        main, ["analyze", str(SAMPLE), "--language", "de", "--out", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    picture = encode_png(draw_overlay(analysis, options=OverlayOptions(language="de")))
    assert (tmp_path / f"{SAMPLE.stem}.posture.png").read_bytes() == picture
    assert picture != encode_png(draw_overlay(analysis, options=OverlayOptions()))


def test_equal_names_from_several_folders_get_numbers(tmp_path: Path) -> None:
    photos = [tmp_path / str(i) / "side.jpg" for i in range(3)]
    out = writer(tmp_path / "out", *photos)
    for photo in photos:
        out.write(photo, REFUSED, None)
    assert names(tmp_path / "out") == [
        "side-2.posture.json",
        "side-3.posture.json",
        "side.posture.json",
    ]


def test_names_that_look_numbered_are_not_overwritten_within_a_run(tmp_path: Path) -> None:
    photos = [Path("a/side.jpg"), Path("a/side-2.jpg"), Path("b/side.jpg")]
    out = writer(tmp_path, *photos)
    for photo in photos:
        out.write(photo, REFUSED, None)
    assert len(names(tmp_path)) == 3


@pytest.mark.parametrize("ending", [".posture.png", ".posture.json"])
def test_a_source_photo_is_never_overwritten(
    tmp_path: Path, analysis: Analysis, ending: str
) -> None:
    """An overlay that is itself a source photo must not be replaced by new results."""
    own = tmp_path / f"side{ending}"
    own.write_bytes(b"precious")
    photo = tmp_path / "side.jpg"
    writer(tmp_path, photo, own).write(photo, result_of(analysis), analysis)
    assert own.read_bytes() == b"precious"
    assert {"side-2.posture.json", "side-2.posture.png"} <= set(names(tmp_path))


def test_a_source_photo_behind_a_link_is_never_overwritten(tmp_path: Path) -> None:
    own = tmp_path / "elsewhere.png"
    own.write_bytes(b"precious")
    out = tmp_path / "out"
    out.mkdir()
    (out / "side.posture.json").symlink_to(own)
    writer(out, own).write(Path("side.jpg"), REFUSED, None)
    assert own.read_bytes() == b"precious"


def test_dots_in_names_are_kept(tmp_path: Path) -> None:
    photo = Path("2024.05.01 side.view.jpg")
    writer(tmp_path, photo).write(photo, REFUSED, None)
    assert names(tmp_path) == ["2024.05.01 side.view.posture.json"]


def test_folders_are_created(tmp_path: Path) -> None:
    writer(tmp_path / "a" / "b").write(Path("x.jpg"), REFUSED, None)
    assert names(tmp_path / "a" / "b") == ["x.posture.json"]


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be made") as caught:
        writer(tmp_path / "file")
    assert caught.value.code == "bad_output"


def test_results_that_cannot_be_written_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "side.posture.json").mkdir()  # stops even a superuser
    with pytest.raises(SettingsError, match="cannot be written") as caught:
        writer(tmp_path).write(Path("side.jpg"), REFUSED, None)
    assert caught.value.code == "bad_output"
