"""Loading of photos: every source gives the same upright RGB, or a clear refusal."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from posture.errors import PhotoError
from posture.photo.load import load_photo
from posture.settings import Settings

HERE = Path(__file__).parents[1]
SAMPLE = HERE.parent / "sample_images" / "01_neutral_woman_left.jpg"
ORIENTATION, EXIF_IFD, FOCAL_35MM = 0x0112, 0x8769, 0xA405
COLOURS = np.array([[[200, 40, 40], [40, 160, 40]], [[40, 60, 200], [220, 200, 40]]], np.uint8)


def quadrants(width: int = 240, height: int = 320) -> NDArray[np.uint8]:
    """Four colours in four quarters, so that every turn and mirroring shows."""
    return np.repeat(np.repeat(COLOURS, height // 2, axis=0), width // 2, axis=1)


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def corners(image: NDArray[np.uint8]) -> NDArray[np.int64]:
    height, width = image.shape[:2]
    rows, columns = [height // 4, 3 * height // 4], [width // 4, 3 * width // 4]
    return image[np.ix_(rows, columns)].astype(np.int64)


def assert_upright(image: NDArray[np.uint8], tolerance: int = 3) -> None:
    assert np.abs(corners(image) - COLOURS).max() <= tolerance


def refusal(source: object, **options: object) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        load_photo(source, **options)  # type: ignore[arg-type]
    message = str(caught.value)
    assert message[-1] == "." or message.endswith(".astype(np.uint8).")
    return caught.value


def test_a_file_gives_the_documented_photo() -> None:
    photo = load_photo(SAMPLE)
    assert photo.image.shape == (1200, 900, 3)
    assert photo.image.dtype == np.uint8
    assert photo.image.flags.c_contiguous
    assert not photo.image.flags.writeable
    assert (photo.name, photo.format) == ("01_neutral_woman_left.jpg", "JPEG")
    assert photo.sha256 == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    assert (photo.source_size, photo.scale) == ((900, 1200), 1.0)
    assert photo.focal_35mm is None


def test_path_string_bytes_pillow_and_array_agree() -> None:
    pixels = quadrants()
    data = encoded(Image.fromarray(pixels))
    for source in (data, Image.fromarray(pixels), pixels):
        assert np.array_equal(load_photo(source).image, pixels)
    assert np.array_equal(load_photo(str(SAMPLE)).image, load_photo(SAMPLE).image)


def test_a_name_can_be_given() -> None:
    assert load_photo(quadrants(), name="client.jpg").name == "client.jpg"


# --- orientation ---------------------------------------------------------------------------


def stored_as(orientation: int) -> NDArray[np.uint8]:
    """Pixels as a camera stores them, which ``orientation`` turns into quadrants()."""
    pixels = quadrants()
    undo: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    return np.ascontiguousarray(undo[orientation](pixels))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_once(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    if kind == "JPEG":
        options = {"quality": 95}
    data = encoded(Image.fromarray(stored_as(orientation)), kind, exif=exif, **options)
    photo = load_photo(data)
    assert photo.image.shape == (320, 240, 3)
    assert photo.source_size == (240, 320)
    assert_upright(photo.image)


@pytest.mark.parametrize("orientation", [1, 6])
def test_orientation_and_scale_when_reduced(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    big = Image.fromarray(stored_as(orientation))
    big = big.resize((big.width * 10, big.height * 10), Image.Resampling.NEAREST)
    photo = load_photo(encoded(big, "JPEG", exif=exif, quality=95))
    assert photo.image.shape == (1280, 960, 3)
    assert photo.source_size == (2400, 3200)
    assert photo.scale == 2.5
    assert_upright(photo.image)


def test_pillow_image_with_orientation_is_turned_and_left_alone() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    picture = Image.open(io.BytesIO(encoded(Image.fromarray(stored_as(6)), "JPEG", exif=exif)))
    assert_upright(load_photo(picture).image)
    assert picture.size == (320, 240)


def test_heic_is_read_upright() -> None:
    photo = load_photo(HERE / "data" / "quadrants.heic")
    assert photo.image.shape == (320, 240, 3)
    assert photo.format == "HEIF"
    assert photo.focal_35mm == 26.0
    assert_upright(photo.image, tolerance=6)


def test_focal_length_is_read_and_damaged_exif_ignored() -> None:
    exif = Image.Exif()
    exif.get_ifd(EXIF_IFD)[FOCAL_35MM] = 28
    data = encoded(Image.fromarray(quadrants()), "JPEG", exif=exif)
    assert load_photo(data).focal_35mm == 28.0
    at = data.index(b"Exif\x00\x00") + 6
    damaged = data[:at] + b"XX" + data[at + 2 :]
    assert load_photo(damaged).focal_35mm is None


# --- modes ---------------------------------------------------------------------------------


def test_alpha_lies_on_neutral_grey() -> None:
    rgba = np.dstack([quadrants(), np.full((320, 240), 255, np.uint8)])
    rgba[:160, :120, 3] = 0
    image = load_photo(encoded(Image.fromarray(rgba))).image
    assert image[40, 40].tolist() == [128, 128, 128]
    assert image[-40, -40].tolist() == COLOURS[1, 1].tolist()


def test_large_alpha_is_flattened_without_dark_fringes() -> None:
    rgba = np.zeros((3200, 2400, 4), np.uint8)
    rgba[:, 1201:] = (255, 255, 255, 255)
    image = load_photo(Image.fromarray(rgba)).image.astype(int)
    assert image.min() >= 126


def test_palettes_are_read_with_and_without_transparency() -> None:
    palette = Image.fromarray(quadrants()).quantize(8)
    assert_upright(load_photo(encoded(palette)).image)
    hole = palette.getpixel((10, 10))
    image = load_photo(encoded(palette, transparency=hole)).image
    assert image[10, 10].tolist() == [128, 128, 128]


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
def test_grey_modes_become_three_equal_channels(mode: str) -> None:
    grey = Image.fromarray(quadrants()).convert(mode)
    image = load_photo(encoded(grey)).image
    assert (image == image[..., :1]).all()
    assert image[40, 40, 0] == np.asarray(grey.convert("L"))[40, 40]


def test_sixteen_bit_grey_keeps_its_upper_byte() -> None:
    values = np.repeat(np.linspace(0, 65535, 320).astype(np.uint16)[:, None], 240, axis=1)
    image = load_photo(encoded(Image.fromarray(values))).image
    assert np.array_equal(image[..., 0], (values >> 8).astype(np.uint8))


def test_sixteen_bit_colour_png_is_read() -> None:
    image = load_photo(png(240, 320, bits=16, rows=320, value=0x80)).image
    assert image.shape == (320, 240, 3)
    assert (image == 0x80).all()


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_converted(kind: str) -> None:
    cmyk = Image.fromarray(quadrants()).convert("CMYK")
    assert_upright(load_photo(encoded(cmyk, kind)).image, tolerance=12)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
@pytest.mark.parametrize("profile", ["sRGB", "LAB", None])
def test_cmyk_with_the_profile_of_something_else_is_read_without_it(
    profile: str | None, kind: str
) -> None:
    """Programs keep the profile of the RGB original; version 0.1.0 called such photos damaged."""
    wrong = b"no profile" * 20
    if profile is not None:
        wrong = ImageCms.ImageCmsProfile(ImageCms.createProfile(profile)).tobytes()  # type: ignore[arg-type]
    cmyk = Image.fromarray(quadrants()).convert("CMYK")
    assert_upright(load_photo(encoded(cmyk, kind, icc_profile=wrong)).image, tolerance=6)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_read(kind: str) -> None:
    frames = [Image.fromarray(quadrants()), Image.fromarray(255 - quadrants())]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert_upright(load_photo(data).image, tolerance=12)


# --- reduction -----------------------------------------------------------------------------


def test_fine_patterns_do_not_alias_when_reduced() -> None:
    stripes = np.zeros((2560, 1920, 3), np.uint8)
    stripes[:, ::2] = 255  # finer than the result can show: they must become an even grey
    for size in ((2560, 1920), (2300, 1725), (1600, 1200)):
        image = load_photo(stripes[: size[0], : size[1]]).image.astype(float)
        assert image[4:-4, 4:-4].std() < 3, size


@pytest.mark.parametrize("scale", [1.3, 2.0, 2.7, 3.2])
def test_reduction_moves_nothing(scale: float) -> None:
    height, width = round(1280 * scale), round(960 * scale)
    image = np.zeros((height, width, 3), np.uint8)
    image[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = 255
    reduced = load_photo(image).image[..., 0] / 255.0
    rows, columns = reduced.sum(axis=1), reduced.sum(axis=0)
    centre_y = (rows * np.arange(rows.size)).sum() / rows.sum()
    centre_x = (columns * np.arange(columns.size)).sum() / columns.sum()
    assert abs(centre_y - (rows.size - 1) / 2) < 0.5
    assert abs(centre_x - (columns.size - 1) / 2) < 0.5
    assert abs(reduced.sum() / reduced.size - 0.25) < 0.002


def test_jpeg_is_decoded_reduced(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []

    def remember(picture: Image.Image, _target: tuple[int, int]) -> NDArray[np.uint8]:
        decoded.append(picture.size)
        return np.asarray(picture)

    monkeypatch.setattr("posture.photo.decode.to_rgb", remember)
    load_photo(encoded(Image.fromarray(quadrants(3024, 4032)), "JPEG"))
    assert decoded == [(756, 1008)]  # a quarter, so that no resizing is left to do


# --- arrays --------------------------------------------------------------------------------


def test_the_callers_array_stays_writeable_and_unshared() -> None:
    pixels = quadrants()
    photo = load_photo(pixels)
    pixels[:] = 0
    assert photo.image.any()
    assert photo.sha256 == hashlib.sha256(quadrants().tobytes()).hexdigest()


def test_non_contiguous_arrays_are_read_correctly() -> None:
    pixels = quadrants()
    assert np.array_equal(load_photo(pixels[:, ::-1]).image, pixels[:, ::-1])


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.zeros((320, 240, 3)), "float64"),
        (np.zeros((320, 240), np.uint8), "shape"),
        (np.zeros((320, 240, 4), np.uint8), "shape"),
        (np.zeros((320, 240, 3), np.uint16), "uint16"),
    ],
)
def test_other_arrays_are_refused_with_an_explanation(array: NDArray[np.uint8], word: str) -> None:
    error = refusal(array)
    assert error.code == "photo_unsupported"
    assert word in str(error)


# --- refusals ------------------------------------------------------------------------------


def png(width: int, height: int, *, bits: int = 8, rows: int = 0, value: int = 0) -> bytes:
    """A PNG whose header states any size, but which holds only ``rows`` rows."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0)
    row = b"\x00" + bytes([value]) * (width * 3 * bits // 8)
    body = zlib.compress(row * rows)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def test_decompression_bomb_is_refused_undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    error = refusal(png(60_000, 60_000))
    assert error.code == "photo_too_large"
    assert "60000 x 60000" in str(error)


def test_a_108_megapixel_header_passes_the_limit() -> None:
    assert refusal(png(12_000, 9_000)).code != "photo_too_large"  # cut off, but not too large


def test_too_many_bytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.jpg"
    path.write_bytes(bytes(2**20 + 1))
    small = Settings(max_bytes=2**20)
    assert refusal(path, settings=small).code == "photo_too_large"
    assert refusal(path.read_bytes(), settings=small).code == "photo_too_large"


@pytest.mark.parametrize("size", [(100, 150), (12, 400), (12_000, 100)])
def test_photos_in_which_no_body_can_be_seen_are_refused(size: tuple[int, int]) -> None:
    assert refusal(encoded(Image.new("RGB", size))).code == "photo_too_small"


@pytest.mark.parametrize("size", [(100, 400), (40, 600)])
def test_a_slim_photo_may_be_cut_to_the_person(size: tuple[int, int]) -> None:
    # How large the person is, and not the picture, decides whether they can be measured.
    assert load_photo(encoded(Image.new("RGB", size))).source_size == size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_truncated_files_are_refused(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (320, 240, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    error = refusal(data[: len(data) * 6 // 10])
    assert error.code in {"photo_truncated", "photo_unreadable"}
    assert "cut off" in str(error)


def test_a_truncated_heic_is_refused() -> None:
    data = (HERE / "data" / "quadrants.heic").read_bytes()
    assert "cut off" in str(refusal(data[:-100]))


def test_a_heic_item_name_that_is_not_text_does_not_kill_the_process() -> None:
    data = bytearray((HERE / "data" / "quadrants.heic").read_bytes())
    data[data.index(b"infe", data.index(b"infe") + 4) + 14] = 0xFD  # the decoder segfaults
    assert refusal(bytes(data)).code == "photo_unreadable"


@pytest.mark.parametrize("data", [b"", b"hello world, this is text", b"%PDF-1.7 ...", bytes(64)])
def test_files_that_are_no_photos_are_refused(data: bytes) -> None:
    assert refusal(data).code == "photo_unsupported"


def test_floating_point_pixels_are_refused() -> None:
    tiff = encoded(Image.fromarray(np.zeros((320, 240), np.float32)), "TIFF")
    assert refusal(tiff).code == "photo_unsupported"


def test_missing_files_folders_and_odd_types_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.jpg").code == "photo_missing"
    assert refusal(tmp_path).code == "photo_unsupported"
    assert refusal("a\0b.jpg").code == "photo_unreadable"
    assert refusal(3).code == "photo_unsupported"


FUZZ = {
    kind: encoded(Image.fromarray(quadrants()), kind)
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
} | {"HEIF": (HERE / "data" / "quadrants.heic").read_bytes()}


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FUZZ)), st.data())
def test_damaged_files_give_a_photo_or_a_photo_error(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(FUZZ[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(8, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    small = Settings(max_pixels=2_000_000)  # a damaged header may state any size
    with suppress(PhotoError):
        assert load_photo(bytes(damaged), settings=small).image.ndim == 3
