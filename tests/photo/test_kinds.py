"""Kinds of photo files: judged by content, whatever the name says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posture.errors import PhotoError
from posture.photo.kinds import RAW_ENDINGS, kind_of
from posture.photo.load import load_photo
from reliability.hostile import RAWS, encoded, tiff

HERE = Path(__file__).parents[1]
PICTURE = Image.linear_gradient("L").resize((240, 320)).convert("RGB")


def refusal(data: bytes, name: str) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        kind_of(data, name)
    return caught.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF", "BMP"])
@pytest.mark.parametrize(
    "name", ["side.jfif", "1000012345", "IMG.HIF", "side.jpg", "side.nef.txt", "x.HEIC"]
)
def test_content_counts_and_not_the_name(kind: str, name: str) -> None:
    data = encoded(PICTURE, kind)
    assert kind_of(data, name) == kind.lower()


def test_a_hif_file_of_a_camera_is_a_heic_photo(tmp_path: Path) -> None:
    path = tmp_path / "DSC0001.HIF"
    path.write_bytes((HERE / "data" / "quadrants.heic").read_bytes())
    assert load_photo(path).format == "HEIF"


def test_avif_is_read_upright_though_its_first_brand_is_general() -> None:
    data = encoded(PICTURE, "AVIF", quality=90)
    general = data.replace(b"ftypavif", b"ftypmif1", 1)
    for content in (data, general):
        photo = load_photo(content, name="phone.jpg")
        assert photo.format == "AVIF"
        assert photo.source_size == (240, 320)
        assert photo.image[0].mean() < 10 < 245 < photo.image[-1].mean()


@pytest.mark.parametrize("ending", sorted(RAWS))
def test_a_raw_photo_is_named_as_one(ending: str) -> None:
    for name in (f"DSC_0001.{ending}", "DSC_0001"):
        error = refusal(RAWS[ending], name)
        assert error.code == "photo_raw"
        assert str(error) == (
            f"{name} is a raw photo: export it as JPEG, or use the JPEG that the camera saved "
            "beside it."
        )


@pytest.mark.parametrize("ending", sorted(RAW_ENDINGS))
def test_unknown_content_with_the_ending_of_a_raw_photo_is_one(ending: str) -> None:
    assert refusal(b"\x00\x01maker's own format" + bytes(50), f"A{ending.upper()}").code == (
        "photo_raw"
    )


def test_a_jpeg_with_the_ending_of_a_raw_photo_is_read() -> None:
    assert kind_of(encoded(PICTURE, "JPEG"), "DSC_0001.NEF") == "jpeg"


def test_an_ordinary_tiff_is_no_raw_photo() -> None:
    assert kind_of(encoded(PICTURE, "TIFF"), "scan.tif") == "tiff"
    assert kind_of(tiff({0x0106: (3, 2)}), "scan.tif") == "tiff"


@given(
    st.binary(max_size=200), st.sampled_from([b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x20ftyp", b""])
)
def test_no_header_hangs_or_ends_the_search(tail: bytes, head: bytes) -> None:
    with suppress(PhotoError):
        kind_of(head + tail, "side")
