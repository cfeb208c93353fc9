"""Graded screening: several signs at once or nothing, and never "likely" from a photo alone."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.estimator.model import Estimates
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity
from posture.screening.grade import Evidence, Screening, screen
from posture.screening.signs import (
    ARCH_NORMS,
    BENT_LIMIT_DEG,
    DEEP_LIMIT_Z,
    HEAD_LIMIT_DEG,
    KNEE_LIMIT_DEG,
    KYPHOSIS_LIMIT_PCT,
    ORDINARY_LIMIT_Z,
    SWAY_LIMIT_DEG,
    TILT_LIMIT_DEG,
)

NORMAL = {
    "pelvic_tilt_deg": 10.0,
    "lumbar_lordosis_deg": 46.0,  # above ordinary, below deep
    "sway_angle_deg": 178.0,
    "hip_extension_deg": 2.0,
    "knee_extension_deg": 1.0,
    "thoracic_kyphosis_index_pct": 9.0,
    "craniovertebral_deg": 55.0,
}
"""Someone without any sign."""

EXTREME = {
    "pelvic_tilt_deg": 60.0,
    "lumbar_lordosis_deg": 90.0,
    "sway_angle_deg": 200.0,
    "hip_extension_deg": -40.0,
    "knee_extension_deg": -40.0,
    "thoracic_kyphosis_index_pct": 40.0,
    "craniovertebral_deg": 10.0,
}
TYPE_A = {"pelvic_tilt_deg": 40.0, "lumbar_lordosis_deg": 60.0}
TYPE_B = {"sway_angle_deg": 203.0, "lumbar_lordosis_deg": 0.0}
CORES = {
    "anterior_tilt": "pelvic_tilt_deg",
    "deep_arch": "lumbar_lordosis_deg",
    "sway": "sway_angle_deg",
    "shallow_arch": "lumbar_lordosis_deg",
}


def person(*, sd: float = 0.5, sex: str | None = None, **values: float | None) -> Screening:
    """Screen someone normal with some values changed, or not seen (``None``)."""

    def quantity(name: str) -> Quantity:
        value = {**NORMAL, **values}.get(name, 0.0)
        if value is None:
            return Quantity.absent("back_covered", unit="deg")
        return Quantity.known(value, sd, unit="deg")

    estimates = Estimates(
        pelvic_tilt_deg=quantity("pelvic_tilt_deg"),
        lumbar_lordosis_deg=quantity("lumbar_lordosis_deg"),
        lumbar_depth_pct=quantity("lumbar_depth_pct"),
    )
    return screen(estimates, {name: quantity(name) for name in MEASURES}, sex=sex)


def evidence(found: Screening) -> dict[str, Evidence]:
    return {item.sign: item for item in found.evidence}


def tail(value: float, limit: float, sd: float) -> float:
    return 0.5 * math.erfc((limit - value) / (sd * math.sqrt(2)))


# --- grades --------------------------------------------------------------------------------


def test_someone_without_signs() -> None:
    found = person()
    assert (found.grade, found.pattern, found.missing) == ("not_suggested", None, ())
    assert found.signs == frozenset()
    assert found.probability == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(("values", "pattern"), [(TYPE_A, "type_a"), (TYPE_B, "type_b")])
def test_all_core_signs_together_make_a_pattern_possible(
    values: dict[str, float], pattern: str
) -> None:
    found = person(**values)
    assert (found.grade, found.pattern) == ("possible", pattern)
    assert found.probability == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("lonely", [*TYPE_A, *TYPE_B])
def test_one_core_sign_alone_makes_no_pattern(lonely: str) -> None:
    value = {**TYPE_B, **TYPE_A}[lonely]
    found = person(**{lonely: value})
    assert (found.grade, found.pattern) == ("not_suggested", None)


def test_a_borderline_person_is_undetermined() -> None:
    """Both core signs as likely as not: 0.7 x 0.5 lies between the two limits."""
    mean, sd = ARCH_NORMS[None].mean, ARCH_NORMS[None].sd
    found = person(
        sd=5.0, pelvic_tilt_deg=TILT_LIMIT_DEG + 2.622, lumbar_lordosis_deg=mean + DEEP_LIMIT_Z * sd
    )
    assert found.probability == pytest.approx(0.7 * 0.5, abs=1e-3)
    assert (found.grade, found.pattern) == ("undetermined", None)


@pytest.mark.parametrize(
    ("product", "grade"),
    [(0.51, "possible"), (0.49, "undetermined"), (0.11, "undetermined"), (0.09, "not_suggested")],
)
def test_the_limits_are_the_stated_ones(product: float, grade: str) -> None:
    """The arch is certain, so the product is the probability of the tilt."""
    from statistics import NormalDist

    tilt = TILT_LIMIT_DEG + 5.0 * NormalDist().inv_cdf(product)
    found = person(sd=5.0, pelvic_tilt_deg=tilt, lumbar_lordosis_deg=95.0)
    assert found.probability == pytest.approx(product, abs=1e-6)
    assert found.grade == grade


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"pelvic_tilt_deg": None, "lumbar_lordosis_deg": 60.0}, {"anterior_tilt"}),
        ({"sway_angle_deg": None, "lumbar_lordosis_deg": 0.0}, {"sway"}),
        ({"lumbar_lordosis_deg": None, "pelvic_tilt_deg": 40.0}, {"deep_arch"}),
        ({"lumbar_lordosis_deg": None, "sway_angle_deg": 203.0}, {"shallow_arch"}),
        (
            dict.fromkeys(("pelvic_tilt_deg", "sway_angle_deg", "lumbar_lordosis_deg")),
            {"anterior_tilt", "deep_arch", "sway", "shallow_arch"},
        ),
    ],
)
def test_missing_cores_are_named_and_leave_it_open(
    values: dict[str, float | None], names: set[str]
) -> None:
    found = person(**values)
    assert set(found.missing) == names
    assert (found.grade, found.pattern) == ("undetermined", None)


@pytest.mark.parametrize("name", ["pelvic_tilt_deg", "sway_angle_deg", "lumbar_lordosis_deg"])
def test_a_missing_core_does_not_matter_where_the_other_one_rules_the_pattern_out(
    name: str,
) -> None:
    found = person(**{name: None})
    assert (found.grade, found.missing) == ("not_suggested", ())


def test_without_any_pattern_there_is_no_probability() -> None:
    assert person(lumbar_lordosis_deg=None).probability is None


def test_a_pattern_seen_whole_is_possible_though_the_other_was_not_seen() -> None:
    found = person(**TYPE_A, sway_angle_deg=None)
    assert (found.grade, found.pattern, found.missing) == ("possible", "type_a", ())


def test_the_more_probable_pattern_leads() -> None:
    """A wide arch interval leaves both open; the sway decides."""
    mean, sd = ARCH_NORMS[None].mean, ARCH_NORMS[None].sd
    wide = {"sd": 30.0, "lumbar_lordosis_deg": 38.0, "pelvic_tilt_deg": 200.0}
    a = person(**wide, sway_angle_deg=0.0)
    b = person(**wide, sway_angle_deg=400.0)
    assert a.probability == pytest.approx(tail(38.0, mean + DEEP_LIMIT_Z * sd, 30.0), abs=0.01)
    assert b.probability == pytest.approx(
        1 - tail(38.0, mean + ORDINARY_LIMIT_Z * sd, 30.0), abs=0.01
    )


def test_a_tucked_pelvis_is_no_sway() -> None:
    """It carries the hips forward too, and is the opposite of the pattern."""
    assert person(**TYPE_B).grade == "possible"
    tucked = person(**TYPE_B, pelvic_tilt_deg=-12.0)
    assert tucked.grade == "not_suggested"
    assert evidence(tucked)["sway"].direction == "against"
    unknown = evidence(person(**TYPE_B, pelvic_tilt_deg=None))["sway"].probability
    assert unknown == pytest.approx(1.0, abs=0.01)


# --- what must never happen ----------------------------------------------------------------

ANY = {name: st.one_of(st.none(), st.floats(-250, 250)) for name in NORMAL}


@given(
    values=st.fixed_dictionaries(ANY),
    sd=st.floats(0.1, 50),
    sex=st.sampled_from([None, "female", "male"]),
)
def test_a_photo_alone_is_never_likely(
    values: dict[str, float | None], sd: float, sex: str | None
) -> None:
    found = person(sd=sd, sex=sex, **values)
    assert found.grade in {"not_suggested", "possible", "undetermined"}
    assert (found.pattern is not None) == (found.grade == "possible")
    assert found.probability is None or 0 <= found.probability <= 1
    assert json.loads(json.dumps(found.to_dict()))["grade"] == found.grade


@given(
    tilt=st.floats(TILT_LIMIT_DEG, 90),
    sd=st.floats(0.1, 8),
    sex=st.sampled_from([None, "female", "male"]),
    arch=st.floats(-1.0, 0.5),
)
def test_tilt_alone_never_flags(tilt: float, sd: float, sex: str | None, arch: float) -> None:
    """However far the pelvis is tipped: with an ordinary arch there is no pattern."""
    mean, spread = ARCH_NORMS[sex].mean, ARCH_NORMS[sex].sd
    found = person(sd=sd, sex=sex, pelvic_tilt_deg=tilt, lumbar_lordosis_deg=mean + arch * spread)
    assert found.grade != "possible"
    assert found.pattern is None


@given(support=st.lists(st.sampled_from(sorted(set(EXTREME) - set(CORES.values())))))
def test_support_alone_never_flags(support: list[str]) -> None:
    found = person(**{name: EXTREME[name] for name in support})
    assert found.grade == "not_suggested"


@given(tilt=st.floats(-30, 60), more=st.floats(0, 30), sd=st.floats(0.5, 10))
def test_more_tilt_never_makes_type_a_less_probable(tilt: float, more: float, sd: float) -> None:
    less, tipped = (
        evidence(person(sd=sd, pelvic_tilt_deg=deg))["anterior_tilt"].probability
        for deg in (tilt, tilt + more)
    )
    assert tipped >= less


# --- signs ---------------------------------------------------------------------------------

MEAN, SD = ARCH_NORMS[None].mean, ARCH_NORMS[None].sd
SIGNS = [
    ("anterior_tilt", "type_a", "core", "pelvic_tilt_deg", TILT_LIMIT_DEG, +1),
    ("deep_arch", "type_a", "core", "lumbar_lordosis_deg", MEAN + DEEP_LIMIT_Z * SD, +1),
    ("hip_flexion", "type_a", "support", "hip_extension_deg", BENT_LIMIT_DEG, -1),
    ("knee_flexion", "type_a", "support", "knee_extension_deg", BENT_LIMIT_DEG, -1),
    ("sway", "type_b", "core", "sway_angle_deg", SWAY_LIMIT_DEG, +1),
    ("shallow_arch", "type_b", "core", "lumbar_lordosis_deg", MEAN + ORDINARY_LIMIT_Z * SD, -1),
    ("knee_hyperextension", "type_b", "support", "knee_extension_deg", KNEE_LIMIT_DEG, +1),
    ("kyphosis", "type_b", "support", "thoracic_kyphosis_index_pct", KYPHOSIS_LIMIT_PCT, +1),
    ("forward_head", "type_b", "support", "craniovertebral_deg", HEAD_LIMIT_DEG, -1),
]


def test_these_are_all_signs() -> None:
    found = [(item.sign, item.pattern, item.role) for item in person().evidence]
    assert found == [sign[:3] for sign in SIGNS]


@pytest.mark.parametrize(("sign", "pattern", "role", "name", "limit", "side"), SIGNS)
@pytest.mark.parametrize("offset", [-4.0, -0.5, 0.5, 4.0])
def test_each_sign_has_the_probability_beyond_its_limit(
    sign: str, pattern: str, role: str, name: str, limit: float, side: int, offset: float
) -> None:
    untucked = {} if name == "pelvic_tilt_deg" else {"pelvic_tilt_deg": 30.0}
    item = evidence(person(sd=2.0, **untucked, **{name: limit + offset}))[sign]
    expected = tail(side * offset, 0.0, 2.0)
    assert item.probability == pytest.approx(expected)
    assert item.direction == ("for" if side * offset > 0 else "against")
    assert (item.pattern, item.role) == (pattern, role)
    assert item.text


@pytest.mark.parametrize(("sign", "name"), [(sign[0], sign[3]) for sign in SIGNS])
def test_a_sign_that_could_not_be_seen_says_so(sign: str, name: str) -> None:
    item = evidence(person(**{name: None}))[sign]
    assert (item.direction, item.probability) == ("not_seen", None)
    assert item.to_dict()["probability"] is None


@pytest.mark.parametrize("sex", ["female", "male"])
def test_sex_chooses_the_norm_of_the_arch(sex: str) -> None:
    mean, spread = ARCH_NORMS[sex].mean, ARCH_NORMS[sex].sd
    found = evidence(person(sex=sex, lumbar_lordosis_deg=mean + DEEP_LIMIT_Z * spread))
    assert found["deep_arch"].probability == pytest.approx(0.5)


def test_signs_are_those_that_are_present() -> None:
    found = person(**TYPE_A, knee_extension_deg=9.0, craniovertebral_deg=None)
    assert found.signs == {"anterior_tilt", "deep_arch", "knee_hyperextension"}


def test_json_keys() -> None:
    found = person(**TYPE_B).to_dict()
    assert list(found) == ["grade", "pattern", "probability", "evidence", "missing"]
    keys = ["sign", "pattern", "role", "direction", "probability", "text"]
    assert all(list(item)[: len(keys)] == keys for item in found["evidence"])
