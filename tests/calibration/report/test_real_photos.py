"""The section on real photos: what it says of made-up readings, and what it must never show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from calibration.data.readings import Reading
from calibration.errors import DatasetError
from calibration.report.contact_sheet import CELL, COLUMNS, write_sheets
from calibration.report.kept_section import REAL_PHOTOS
from calibration.report.real_photos import QUANTITIES, SUM, RealPhotos, values

REPOSITORY = Path(__file__).resolve().parents[3]


def reading(
    name: str, tilt: float, *, arch: float | None = None, depth: float = 9.0, **traits: str
) -> Reading:
    numbers = {
        "pelvic_tilt_deg": tilt,
        "lumbar_lordosis_deg": np.nan if arch is None else arch,
        "lumbar_depth_pct": depth,
    }
    return Reading(
        photo=name,
        truth={},
        traits={"read_facing": "right", "read_back": "in view", **traits},
        status="ok",
        values={key: (value, value - 5.0, value + 5.0) for key, value in numbers.items()},
    )


def refused(name: str, **traits: str) -> Reading:
    return Reading(photo=name, truth={}, traits=traits, status="not_side_view")


def rated(count: int = 30) -> list[Reading]:
    """Photos whose tilt is a tenth of the score; the arch is unrelated, the depth upside down."""
    rng = np.random.default_rng(4)
    scores = rng.permutation(np.linspace(0.0, 100.0, count))
    return [
        reading(
            f"{i}.jpg",
            score / 10,
            arch=float(rng.normal(35.0, 8.0)),
            depth=20.0 - score / 10,
            pelvis=f"{score}",
            lcs=f"{score}",
            label="anterior" if score > 66 else "posterior" if score < 33 else "neutral",
        )
        for i, score in enumerate(scores)
    ]


def row(section: str, title: str, name: str) -> list[str]:
    """Return the cells of a row of the table under a title."""
    table = section.split(title, 1)[1].split("###", 1)[0]
    (line,) = (line for line in table.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def section(
    readings: list[Reading],
    *,
    twice: list[Reading] | None = None,
    depth: list[Reading] | None = None,
) -> str:
    return RealPhotos(rated=readings, twice=twice or [], depth=depth or []).section()


def test_scores_are_compared_with_what_they_score() -> None:
    found = section(rated())
    pelvis = row(found, "Agreement with the scores", "Position of the pelvis")
    assert pelvis[1:4] == ["1.00 (1.00 to 1.00)", "1.00 (1.00 to 1.00)", "30"]
    assert pelvis[4:7] == ["–", "–", "0"]  # No arch scores in the table.
    assert row(found, "Agreement with the scores", "Arch depth")[1].startswith("-1.00")
    arch = row(found, "Agreement with the scores", "Arch angle")[1]
    low, high = (float(part) for part in arch.split("(")[1].rstrip(")").split(" to "))
    assert low < 0.0 < high


def test_classes_are_told_apart_by_the_quantity_that_differs() -> None:
    found = section(rated())
    cells = row(found, "Telling classes apart", "Position of the pelvis")[1:]
    assert cells[0].startswith("1.00 (1.00 to 1.00), 10 against 10")
    assert cells[1].startswith("1.00")
    assert cells[2] == "1.00 (1.00 to 1.00), 12 against 9"
    assert row(found, "Telling classes apart", "Arch depth")[1].startswith("0.00")


def test_the_sum_weighs_all_three_alike_and_needs_them_all() -> None:
    some = [reading(f"{i}.jpg", i, arch=10.0 * i, depth=i / 2) for i in range(5)]
    found = values([*some, reading("no_arch.jpg", 3.0)])
    assert found[SUM][:5] == pytest.approx(3 * (np.arange(5) - 2) / np.std(np.arange(5)))
    assert np.isnan(found[SUM][5])
    assert np.isfinite(found["pelvic_tilt_deg"]).all()


def test_pairs_of_one_person_are_put_in_order() -> None:
    photos = [
        reading("a1.jpg", 5.0, arch=30.0, same_person="A", pelvis="20", lcs="10"),
        reading("a2.jpg", 12.0, arch=40.0, same_person="A", pelvis="80", lcs="90"),
        reading("a3.jpg", 4.0, arch=20.0, same_person="A", pelvis="50", lcs="20"),
        reading("b1.jpg", 4.0, arch=20.0, same_person="B", pelvis="90", lcs="20"),
        reading("c1.jpg", 0.0, arch=20.0, pelvis="95", lcs="20"),
    ]
    cells = row(section(photos), "Pairs of photos of one person", "Position of the pelvis")
    assert cells[1] == "2 of 3"


def test_people_photographed_twice_show_the_difference_and_its_spread() -> None:
    twice = [
        reading(
            f"{who}_{day}.jpg",
            2.0 * who + (day == 2) * gain,
            arch=30.0,
            person=f"P{who}",
            day=str(day),
        )
        for who, gain in enumerate((1.0, -1.0, 3.0, -3.0, 5.0, 1.0))
        for day in (2, 1)
    ]
    alone = reading("alone.jpg", 99.0, arch=30.0, person="alone", day="1")
    found = row(section([], twice=[*twice, alone]), "Same person", "Position of the pelvis")
    gains = np.array([1.0, -1.0, 3.0, -3.0, 5.0, 1.0])
    assert found[1] == "6"
    assert found[2].startswith(f"{gains.mean():.1f} (")
    assert found[3].startswith(f"{gains.std(ddof=1):.1f} (")
    first = 2.0 * np.arange(6)
    assert found[4].startswith(f"{np.corrcoef(first, first + gains)[0, 1]:.2f} (")


def test_both_sides_of_a_body_are_compared() -> None:
    depth = [
        reading(f"{body}_{side}.png", body + shift, arch=30.0, body=f"b{body}", side=side)
        for body in range(6)
        for side, shift in (("left", 0.0), ("right", 0.5))
    ]
    cells = row(section([], depth=depth), "Left and right side", "Position of the pelvis")
    assert cells[1:4] == ["6", "0.5 (0.5 to 0.5)°", "0.0 (0.0 to 0.0)°"]


def test_absences_refusals_and_facing_are_counted() -> None:
    photos = [
        reading("1.jpg", 10.0, category="side_standing", facing="right", read_back="covered"),
        reading("2.jpg", 10.0, arch=30.0, category="side_standing", facing="left"),
        refused("3.jpg", category="front", facing="none"),
        refused("4.jpg", category="front", facing="none"),
    ]
    side = row(section(photos), "Read, refused, absent", "side_standing")
    assert [cell.split(" (")[0] for cell in side[1:]] == ["2", "2", "0", "1", "0", "1", "1", "–"]
    front = row(section(photos), "Read, refused, absent", "front")
    assert front[1:3] == ["2", "0 (0 %, 0 to 66)"]
    assert front[-1] == "not_side_view 2"


def test_measured_values_give_errors_in_degrees() -> None:
    photos = [reading(f"{i}.jpg", 10.0 + i + 2.0, arch=30.0) for i in range(8)]
    for i, photo in enumerate(photos):
        photo.truth["pelvic_tilt_deg"] = 10.0 + i
    table = section(photos).split("Against measured values")[1]
    assert "| Pelvic tilt (°) | 8 | 0% | 2.00 |" in table
    assert "Against measured values" not in section(rated())


def test_sources_are_named_and_no_picture_is_shown() -> None:
    known = reading(
        "x/1.jpg", 10.0, source="owner/name", path="img/one.jpg", commit="abcdef0123456"
    )
    found = section([known, reading("x/2.jpg", 11.0)])
    assert "- owner/name (abcdef0): `img/one.jpg`" in found
    assert "no source for 1 photos" in found
    assert "![" not in found
    assert "<img" not in found


def test_the_section_says_what_scores_are_worth() -> None:
    words = " ".join(section(rated()).split())
    for claim in ("by a vision model", "no clinician", "no measurement", "nothing was fitted"):
        assert claim in words


# --- the page that keeps the section -------------------------------------------------------


def test_a_section_replaces_the_one_before_and_keeps_its_place() -> None:
    page = f"# Accuracy\n\nbefore\n\n{REAL_PHOTOS.start}\n{REAL_PHOTOS.end}\n\nafter\n"
    first = REAL_PHOTOS.put(page, "## Real photos\n\none\n")
    second = REAL_PHOTOS.put(first, "## Real photos\n\ntwo\n")
    assert second == page.replace(
        f"{REAL_PHOTOS.start}\n{REAL_PHOTOS.end}",
        f"{REAL_PHOTOS.start}\n## Real photos\n\ntwo\n{REAL_PHOTOS.end}",
    )
    assert (
        REAL_PHOTOS.of(second) == f"{REAL_PHOTOS.start}\n## Real photos\n\ntwo\n{REAL_PHOTOS.end}"
    )


def test_a_page_without_the_section_gets_it_at_its_end() -> None:
    assert REAL_PHOTOS.of("# Accuracy\n") == f"{REAL_PHOTOS.start}\n{REAL_PHOTOS.end}"
    assert (
        REAL_PHOTOS.put("# Accuracy\n", "x")
        == f"# Accuracy\n\n{REAL_PHOTOS.start}\nx\n{REAL_PHOTOS.end}\n"
    )
    assert REAL_PHOTOS.put("", "x") == f"{REAL_PHOTOS.start}\nx\n{REAL_PHOTOS.end}\n"


# --- contact sheets ------------------------------------------------------------------------


def test_a_sheet_is_sorted_by_its_value(tmp_path: Path) -> None:
    colours = {"high": (255, 0, 0), "low": (0, 0, 255), "none": (0, 255, 0)}
    overlays: list[Path | None] = []
    for name, colour in colours.items():
        overlays.append(tmp_path / f"{name}.png")
        Image.new("RGB", CELL, colour).save(tmp_path / f"{name}.png")
    photos = [reading("high", 20.0), reading("low", -5.0), refused("none")]
    (file,) = write_sheets(photos, overlays, tmp_path, sort="pelvic_tilt_deg")
    with Image.open(file) as sheet:
        assert sheet.width == COLUMNS * CELL[0]
        seen = [sheet.getpixel((at * CELL[0] + 100, 100)) for at in range(4)]
    wanted = [colours["low"], colours["high"], colours["none"], (255, 255, 255)]
    assert np.array(seen) == pytest.approx(np.array(wanted), abs=4)


def test_no_sheet_is_written_into_the_repository() -> None:
    with pytest.raises(DatasetError, match="outside"):
        write_sheets([reading("a", 1.0)], [None], REPOSITORY / "docs" / "img", sort="sum")
    assert set(QUANTITIES) >= {"sum"}
