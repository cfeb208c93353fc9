"""The section on backs behind an arm: shares and errors by hand, and the command on photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from calibration.cli import main
from calibration.data.dataset import Plan, build_dataset
from calibration.report.behind_arms import CoveredPhoto, error_rows, estimated, shares_table
from calibration.report.kept_section import BEHIND_ARMS
from posture.analysis.analyzer import Analyzer
from posture.estimator.file import shipped_estimator

SAMPLE = Path(__file__).resolve().parents[3] / "sample_images" / "01_neutral_woman_left.jpg"


def covered_photo(counts: tuple[int, int, int], errors: list[float]) -> CoveredPhoto:
    """A photo whose error of each target is the same."""
    return CoveredPhoto(
        counts=counts,
        errors=np.column_stack([errors] * 3),
        measured=(False, False, False, False, errors[-1] == 0.0),
    )


PHOTOS = [
    # Covered, in view, and of these the outline itself: 40 hidden, 50 inside, 10 outline.
    covered_photo((100, 60, 10), [4.0, 4.0, 3.0, 2.0, 0.0]),
    covered_photo((100, 20, 20), [6.0, 5.0, 5.0, 5.0, 1.0]),
]


def test_shares_are_of_levels_and_of_photos() -> None:
    table = shares_table({"population": PHOTOS, "wide": PHOTOS[1:]}, {"population": 9, "wide": 4})
    cells = [[cell.strip() for cell in line.split("|")[2:4]] for line in table.splitlines()]
    assert cells == [
        ["adults", "wide set"],
        ["---", "---"],
        ["2 of 9", "1 of 4"],
        ["60 %", "80 %"],
        ["25 %", "0 %"],
        ["15 %", "20 %"],
        ["1 of 2", "0 of 1"],
        ["1 of 2", "0 of 1"],
    ]


def test_errors_are_compared_with_the_row_above() -> None:
    rows = [[cell.strip() for cell in row.split("|")[2:-1]] for row in error_rows(PHOTOS)]
    assert [row[0] for row in rows] == [
        "5.00",
        "4.50 (-0.50 ± 0.50)",
        "4.00 (-0.50 ± 0.50)",
        "3.50 (-0.50 ± 0.50)",
        "0.50 (-3.00 ± 1.00)",
    ]
    assert [row[3] for row in rows] == [*["0 of 2"] * 4, "1 of 2"]


def test_an_unchanged_silhouette_gives_the_estimates_of_the_product() -> None:
    estimator = shipped_estimator()
    with Analyzer(estimator=estimator) as analyzer:
        analysis = analyzer.analyze(SAMPLE)
    means, measured = estimated(analysis, analysis.geometry.silhouette, estimator)
    assert means[0] == pytest.approx(analysis.estimates.pelvic_tilt_deg.value)
    assert means[1] == pytest.approx(analysis.estimates.lumbar_lordosis_deg.value)
    assert measured


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Photos of both populations whose arms hang behind the trunk."""
    folders = []
    for population in ("population", "wide"):
        folder = tmp_path_factory.mktemp(population)
        plan = Plan(
            photos=3,
            photos_per_body=1,
            seed=10,
            population=population,
            height=480,
            arms="hanging_back",
        )
        build_dataset(plan, folder)
        folders.append(str(folder))
    return folders


def test_the_command_puts_the_section_into_the_page(photos: list[str], tmp_path: Path) -> None:
    page = tmp_path / "limits.md"
    page.write_text("# What a body can show\n")
    done = CliRunner().invoke(main, ["covered", *photos, "--out", str(page)])
    assert done.exit_code == 0, done.output
    written = page.read_text()
    assert written.startswith("# What a body can show\n")
    assert BEHIND_ARMS.of(written).splitlines()[1:-1] == done.stdout.strip().splitlines()
    rows = {
        line.split("|")[1].strip(): line.split("|")[2:-1]
        for line in written.splitlines()[1:]
        if line.startswith("|")
    }
    shares = [
        [int(cell.split()[0]) for cell in rows[name]]
        for name in (
            "covered levels: an arm hides the edge",
            "the edge is in view inside the outline",
            "the outline is the trunk's own (within 1 cm)",
        )
    ]
    assert np.sum(shares, axis=0) == pytest.approx(100, abs=1)


def test_one_population_without_a_covered_back_is_refused(photos: list[str]) -> None:
    done = CliRunner().invoke(main, ["covered", photos[0]])
    assert done.exit_code == 2
    assert "has a covered back" in done.output


def test_the_limits_page_keeps_the_section(
    photos: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "limits.md"
    page.write_text(BEHIND_ARMS.put("# Old\n", "## Behind an arm\n\nkept"))
    monkeypatch.setattr("calibration.report.limits.limits_page", lambda *_, **__: "# New\n")
    done = CliRunner().invoke(main, ["limits", photos[0], "--out", str(page)])
    assert done.exit_code == 0, done.output
    assert page.read_text() == BEHIND_ARMS.put("# New\n", "## Behind an arm\n\nkept")
