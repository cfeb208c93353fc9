"""The back curve of outlines whose hollow is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.backs import arcs, sine, turned, wave

from posture.geometry.back_curve import (
    MIN_POINTS,
    SAMPLES,
    SMOOTHING,
    BackCurve,
    back_curve,
    smooth_curve,
    tangent_slope_deg,
)
from posture.types import FloatArray

BULGES = st.tuples(st.floats(0.05, 0.20), st.floats(0.05, 0.25))


def measured(points: FloatArray) -> BackCurve:
    curve = back_curve(points)
    assert curve is not None
    return curve


def smoothed_share(wavelength_in_lengths: float) -> float:
    """Return the share of a sine's amplitude that Gaussian smoothing leaves."""
    return float(np.exp(-0.5 * (2 * np.pi * SMOOTHING / wavelength_in_lengths) ** 2))


# --- known hollows -------------------------------------------------------------------------


@pytest.mark.parametrize("amplitude", [0.005, 0.01, 0.02])
def test_a_flat_sine_has_the_depth_and_slopes_of_theory(amplitude: float) -> None:
    curve = measured(sine(amplitude=amplitude, wavelength=1.0))
    left = smoothed_share(1 / 1.5)
    steepest = np.degrees(np.arctan(2 * np.pi * amplitude * left))
    assert curve.depth == pytest.approx(2 * amplitude * left, rel=0.005)
    assert curve.lumbosacral_slope_deg == pytest.approx(steepest, rel=0.01)
    assert curve.thoracolumbar_slope_deg == pytest.approx(-steepest, rel=0.01)
    assert curve.lordosis_deg == pytest.approx(2 * steepest, rel=0.01)
    assert curve.apex_level == pytest.approx(0.5, abs=0.01)
    assert curve.chord_length == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("half_angle", [8.0, 15.0, 25.0, 35.0])
@pytest.mark.parametrize("radius", [0.4, 60.0])
def test_three_arcs_have_the_depth_of_their_sagitta(half_angle: float, radius: float) -> None:
    curve = measured(arcs(radius=radius, half_angle_deg=half_angle))
    sagitta = 2 * radius * (1 - np.cos(np.radians(half_angle)))
    assert curve.depth == pytest.approx(sagitta, rel=0.03)
    # Smoothing rounds off the corner of curvature at the inflections.
    assert curve.lordosis_deg == pytest.approx(2 * half_angle, rel=0.08)
    assert curve.lordosis_deg < 2 * half_angle
    chord = 4 * radius * np.sin(np.radians(half_angle))
    assert curve.chord_length == pytest.approx(chord, rel=0.02)


def test_the_points_of_three_arcs_lie_where_they_should() -> None:
    radius, half = 0.5, np.radians(30.0)
    points = arcs(radius=radius, half_angle_deg=30.0)
    curve = measured(points)
    crest, trough = points[:, 0].min(), points[:, 0].max()
    middle = points[:, 1].mean()
    quarter = radius * np.sin(half)
    # The flat tops rise by only a fraction of a millimetre, so their levels are imprecise.
    assert curve.lumbar_apex == pytest.approx(np.array([trough, middle]), abs=0.01)
    assert curve.thoracic_apex == pytest.approx([crest, middle + 2 * quarter], abs=0.02)
    assert curve.gluteal_apex == pytest.approx([crest, middle - 2 * quarter], abs=0.02)
    assert curve.thoracolumbar == pytest.approx([(crest + trough) / 2, middle + quarter], abs=0.02)
    assert curve.lumbosacral == pytest.approx([(crest + trough) / 2, middle - quarter], abs=0.02)


@pytest.mark.parametrize("lean", [0.0, 7.0, -12.0])
def test_kyphosis_index_is_sagitta_over_chord(lean: float) -> None:
    """From the start of the upper bulge to the inflection the outline is one circular arc."""
    points = arcs(radius=0.5, half_angle_deg=30.0)
    turn = np.radians(1.5 * 30.0)  # the upper arc, start to inflection
    expected = 100 * (1 - np.cos(turn / 2)) / (2 * np.sin(turn / 2))
    curve = measured(turned(points, lean))
    assert curve.kyphosis_index_pct == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(np.column_stack([np.zeros(50), np.linspace(1, 0, 50)]), id="straight"),
        pytest.param(
            np.column_stack([np.linspace(0, 0.3, 50), np.linspace(1, 0, 50)]), id="leaning"
        ),
    ],
)
def test_a_straight_back_has_next_to_no_hollow(points: FloatArray) -> None:
    curve = back_curve(points)
    assert curve is None or (curve.depth < 1e-9 and abs(curve.lordosis_deg) < 1e-6)


def test_a_single_bulge_has_no_hollow() -> None:
    y = np.linspace(1, -0.3, 200)
    assert back_curve(np.column_stack([0.4 * (y - 0.35) ** 2, y])) is None


@pytest.mark.parametrize("at", [0.05, 0.95])
def test_a_hollow_at_the_nape_or_under_the_buttock_is_not_lumbar(at: float) -> None:
    y = np.linspace(1.0, 0.0, 400)
    bow = 0.5 * (y - 0.5) ** 2  # one bulge backwards
    dent = 0.03 * np.exp(-0.5 * ((1 - y - at) / 0.02) ** 2)
    assert back_curve(np.column_stack([bow + dent, y])) is None


def test_of_two_hollows_the_deeper_one_counts() -> None:
    y = np.linspace(1.0, 0.0, 600)
    shallow = 0.02 * np.exp(-0.5 * ((y - 0.70) / 0.05) ** 2)
    deep = 0.06 * np.exp(-0.5 * ((y - 0.35) / 0.05) ** 2)
    curve = measured(np.column_stack([shallow + deep, y]))
    assert curve.lumbar_apex[1] == pytest.approx(0.35, abs=0.01)


# --- invariance ----------------------------------------------------------------------------

SHAPE = ("lordosis_deg", "kyphosis_index_pct", "apex_level")


def assert_same_shape(curve: BackCurve, reference: BackCurve, *, unit: float = 1.0) -> None:
    assert curve.depth == pytest.approx(reference.depth * unit, rel=1e-6)
    for name in SHAPE:
        assert getattr(curve, name) == pytest.approx(getattr(reference, name), abs=1e-5)


@given(bulges=BULGES, scale=st.floats(0.01, 500), x=st.floats(-1e3, 1e3), y=st.floats(-1e3, 1e3))
def test_moving_and_scaling_change_nothing_but_the_unit(
    bulges: tuple[float, float], scale: float, x: float, y: float
) -> None:
    points = wave(thorax=bulges[0], buttock=bulges[1])
    moved = measured(points * scale + (x, y))
    reference = measured(points)
    assert_same_shape(moved, reference, unit=scale)
    assert moved.lumbosacral_slope_deg == pytest.approx(reference.lumbosacral_slope_deg, abs=1e-5)


@given(bulges=BULGES, deg=st.floats(-25, 25))
def test_turning_turns_the_slopes_and_nothing_else(bulges: tuple[float, float], deg: float) -> None:
    points = wave(thorax=bulges[0], buttock=bulges[1])
    reference, tilted = measured(points), measured(turned(points, deg))
    assert_same_shape(tilted, reference)
    # Turning counter-clockwise carries the lower end forward.
    for name in ("thoracolumbar_slope_deg", "lumbosacral_slope_deg"):
        assert getattr(tilted, name) == pytest.approx(getattr(reference, name) - deg, abs=1e-5)


@pytest.mark.parametrize("count", [60, 150, 1000, 5000])
def test_density_of_the_input_does_not_matter(count: int) -> None:
    reference, other = measured(wave(count=2000)), measured(wave(count=count))
    assert other.depth == pytest.approx(reference.depth, rel=0.01)
    assert other.lordosis_deg == pytest.approx(reference.lordosis_deg, abs=0.5)


def test_uneven_spacing_does_not_matter() -> None:
    dense = wave(count=4000)
    uneven = dense[np.unique((np.linspace(0, 1, 700) ** 2 * 3999).astype(int))]
    assert measured(uneven).depth == pytest.approx(measured(dense).depth, rel=0.002)


@given(thorax=st.floats(0.04, 0.2), a=st.floats(0.04, 0.25), more=st.floats(0.005, 0.1))
def test_a_bigger_buttock_makes_a_deeper_hollow(thorax: float, a: float, more: float) -> None:
    small, big = (measured(wave(thorax=thorax, buttock=size)) for size in (a, a + more))
    assert big.depth > small.depth
    assert big.lordosis_deg > small.lordosis_deg
    assert big.lumbosacral_slope_deg > small.lumbosacral_slope_deg


@given(amplitude=st.floats(0.01, 0.15), factor=st.floats(1.05, 3.0))
def test_depth_grows_with_amplitude(amplitude: float, factor: float) -> None:
    small = measured(sine(amplitude=amplitude, wavelength=1.0))
    big = measured(sine(amplitude=amplitude * factor, wavelength=1.0))
    assert big.depth > small.depth


# --- noise ---------------------------------------------------------------------------------

HEIGHT = 3.46  # of the body, in trunk lengths
MASK_NOISE = 0.0013 * HEIGHT


@pytest.mark.parametrize("bulges", [(0.10, 0.14), (0.06, 0.08)])
@pytest.mark.parametrize("correlation", [0.0, 0.03])
def test_depth_is_robust_against_mask_noise(
    bulges: tuple[float, float], correlation: float
) -> None:
    """Noise of 0.13 % of height, independent per pixel or correlated over a network cell."""
    clean = wave(thorax=bulges[0], buttock=bulges[1], count=220)
    reference = measured(clean).depth
    errors = [
        100 * (measured(clean + _noise(seed, correlation, len(clean))).depth - reference)
        for seed in range(40)
    ]
    assert np.sqrt(np.mean(np.square(errors))) < 0.5
    assert np.abs(errors).max() < 1.2


def _noise(seed: int, correlation: float, count: int) -> FloatArray:
    cell = max(1, round(correlation / (1.37 / count)))
    white = np.random.default_rng(seed).normal(size=count + cell)
    across = np.convolve(white, np.ones(cell) / np.sqrt(cell), "valid")[:count] * MASK_NOISE
    return np.column_stack([across, np.zeros(count)])


# --- smoothing and slopes ------------------------------------------------------------------


def test_smoothing_keeps_straight_lines_and_ends() -> None:
    line = np.column_stack([np.linspace(0, 1, 30), np.linspace(2, -1, 30)])
    smooth = smooth_curve(line)
    assert smooth.shape == (SAMPLES, 2)
    even = np.column_stack([np.linspace(0, 1, SAMPLES), np.linspace(2, -1, SAMPLES)])
    assert smooth == pytest.approx(even, abs=1e-12)
    bent = wave()
    assert smooth_curve(bent)[[0, -1]] == pytest.approx(bent[[0, -1]], abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"), [((0, -1), 0), ((-1, -1), 45), ((1, -1), -45), ((-1, 0), 90)]
)
def test_slope_is_positive_where_the_outline_runs_backwards(
    step: tuple[float, float], expected: float
) -> None:
    line = np.arange(5)[:, None] * np.array(step, dtype=float)
    assert tangent_slope_deg(line) == pytest.approx(np.full(5, expected))


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    [
        np.zeros((MIN_POINTS - 1, 2)),
        np.zeros((50, 3)),
        np.zeros(50),
        np.where(np.arange(50)[:, None] == 20, np.nan, wave(count=50)),
        np.where(np.arange(50)[:, None] == 20, np.inf, wave(count=50)),
    ],
)
def test_points_that_are_no_outline_are_refused(points: FloatArray) -> None:
    with pytest.raises(ValueError, match="back outline"):
        back_curve(points)
