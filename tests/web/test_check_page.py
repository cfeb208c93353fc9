"""The photo check without a browser: several photos, camera, refusals, hints."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from posture.analysis import correct as correct_module
from posture.analysis.correct import offered_pelvis_px
from posture.analysis.record import Record
from posture.case.case import make_case
from posture.estimator.bone_line import BoneLine
from posture.estimator.file import shipped_estimator
from posture.inputs.corrections import Corrections
from posture.inputs.hints import Hints
from posture.inputs.protocol import (
    CAMERA_DISTANCE_RANGE_CM,
    CAMERA_HEIGHT_RANGE_CM,
    MOST_PHOTOS,
)
from posture.quantity import Z90
from posture.texts import value_text
from posture.web import state
from posture.web.language import CHOICE
from posture.web.services import analyzer, planning
from posture.web.services.correct import apply
from posture.web.services.examine import PhotoFile
from posture.web.services.inbox import Inbox
from posture.web.services.samples import find_samples

APP = Path(__file__).resolve().parents[2] / "app.py"
SAMPLES = {sample.kind: sample.path for sample in reversed(find_samples())}
GOOD = [sample.path for sample in find_samples() if sample.kind == "good"]


def shown(page: AppTest) -> str:
    bodies = [str(block.proto.body) for block in page.get("html")]
    return " ".join(body for body in bodies if not body.startswith("<style"))


def file(path: Path) -> tuple[str, bytes, str]:
    return path.name, path.read_bytes(), "image/jpeg"


def plan_page() -> None:
    from posture.web.pages import plan

    plan.show()


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=60).run()


def test_usable_photos_are_averaged_and_a_refused_one_is_named(page: AppTest) -> None:
    page.file_uploader[0].set_value([file(path) for path in (*GOOD[:2], SAMPLES["refused"])]).run()
    assert not page.exception
    assert "Mean of 2 photos." in shown(page)
    assert "Your two photos differ by" in shown(page)
    assert "Photo 3 is not used." in page.warning[0].value
    which = next(each for each in page.segmented_control if str(each.key).startswith("which_"))
    assert which.options[2] == "Photo 3: not used"
    which.set_value(2).run()
    assert not page.exception
    assert "po-card" in shown(page)
    assert "For the next photo" in shown(page)
    assert any("means of 2 photos" in caption.value for caption in page.caption)


PEOPLE = [sorted((APP.parent / "sample_images").glob("*.jpg"))[place] for place in (6, 3, 7, 8)]
"""Four photos, each of somebody whose proportions are unlike those in the first."""


def test_photos_of_different_people_are_asked_about_above_their_mean(page: AppTest) -> None:
    page.file_uploader[0].set_value([file(path) for path in PEOPLE]).run()
    assert not page.exception
    (asked,) = (each.value for each in page.warning)
    assert asked == (
        "Photos 2, 3 and 4 may show a different person from photo 1, as the proportions of the "
        "body differ: if so, leave them out or begin anew."
    )
    order = [str(each.proto) for each in page.main]
    (question,) = (place for place, words in enumerate(order) if asked in words)
    first = min(place for place, words in enumerate(order) if "po-sentence" in words)
    assert question < first
    # It blocks nothing: the mean is there, and so is the way on.
    assert "Mean of 4 photos." in shown(page)


def test_photos_are_left_out_one_by_one_until_one_person_is_left(page: AppTest) -> None:
    page.file_uploader[0].set_value([file(path) for path in PEOPLE[:3]]).run()
    page.button(key="leave_out_2").click().run()
    assert page.warning[0].value.startswith("Photo 2 may show a different person from photo 1,")
    assert "Mean of 2 photos." in shown(page)
    # The first one may be the one that does not belong.
    press = next(each for each in page.button if each.label == "Leave out photo 1")
    press.click().run()
    assert not page.exception
    assert not page.warning
    assert [photo.name for photo in page.session_state["photos"]] == [PEOPLE[2].name]
    assert "Mean of" not in shown(page)
    assert not any(each.label.startswith("Leave out") for each in page.button)


def test_photos_of_one_person_are_not_asked_about(page: AppTest) -> None:
    buffer = io.BytesIO()
    Image.open(PEOPLE[0]).crop((20, 0, 900, 1200)).save(buffer, "JPEG", quality=90)
    again = ("again.jpg", buffer.getvalue(), "image/jpeg")
    page.file_uploader[0].set_value([file(PEOPLE[0]), again]).run()
    assert "Mean of 2 photos." in shown(page)
    assert not page.warning


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (Image.Transpose.ROTATE_90, "a quarter turn to the right"),
        (Image.Transpose.ROTATE_270, "a quarter turn to the left"),
        (Image.Transpose.ROTATE_180, "upside down"),
    ],
)
def test_a_picture_on_its_side_is_turned_by_a_button(
    page: AppTest, turn: Image.Transpose, words: str
) -> None:
    buffer = io.BytesIO()
    Image.open(GOOD[0]).transpose(turn).save(buffer, "JPEG", quality=92)
    page.file_uploader[0].set_value([("side.jpg", buffer.getvalue(), "image/jpeg")]).run()
    assert words in shown(page)
    assert "Turn the picture" not in shown(page)
    (button,) = (each for each in page.button if each.label == "Turn the picture")
    button.click().run()
    assert not page.exception
    assert "po-card" in shown(page)
    assert not any(each.label == "Turn the picture" for each in page.button)


def test_the_plan_is_made_from_all_photos(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    used = []

    def record_used(record: Record, *arguments: object, **options: object) -> object:
        used.append(record.estimates.pelvic_tilt_deg.value)
        return make_case(record, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(planning, "make_case", record_used)
    page.file_uploader[0].set_value([file(path) for path in GOOD[:2]]).run()
    tilts = [
        shown.examined.analysis.estimates.pelvic_tilt_deg.value
        for shown in page.session_state["found"].values()
    ]
    plan = AppTest.from_function(plan_page, default_timeout=60)
    for key in ("photos", "found"):
        plan.session_state[key] = page.session_state[key]
    plan.run().button(key="safety_none").click().run()
    assert not plan.exception
    assert used[-1] == pytest.approx(sum(tilts) / 2)


def dotted(page: AppTest) -> bytes:
    """Return the sample with two stickers where the editor would offer ASIS and PSIS."""
    (known, *_) = page.session_state["found"].values()
    analysis = known.examined.analysis
    picture = Image.fromarray(analysis.geometry.image)
    radius = 9 * analysis.geometry.frame.unit_px / 500
    for x, y in offered_pelvis_px(analysis).values():
        place = (x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(picture).ellipse(place, fill=(255, 230, 0))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def corrected(page: AppTest) -> Corrections:
    (known, *_) = page.session_state["found"].values()
    corrections: Corrections = known.examined.analysis.corrections
    return corrections


def toggle(page: AppTest, label: str) -> None:
    switch = next(each for each in page.toggle if each.label == label)
    switch.set_value(not switch.value).run()
    assert not page.exception


def test_stickers_are_proposed_and_count_only_when_confirmed(page: AppTest) -> None:
    page.button(key="sample_2").click().run()
    photo = dotted(page)
    page.button[0].click().run()
    page.file_uploader[0].set_value([("dots.png", photo, "image/png")]).run()
    toggle(page, "Correct the points")
    page.button(key="fix_find").click().run()
    assert corrected(page).names == ()
    assert "Are they right?" in page.info[0].value
    page.button(key="fix_find_drop").click().run()
    page.button(key="fix_find").click().run()
    page.button(key="fix_find_use").click().run()
    assert corrected(page).names == ("asis", "psis")
    assert corrected(page).marked
    assert "Moved by hand: ASIS, PSIS" in shown(page)
    toggle(page, "Stickers mark these two")
    assert corrected(page).names == ("asis", "psis")
    assert not corrected(page).marked


def test_without_stickers_the_page_says_what_to_do(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    toggle(page, "Correct the points")
    page.button(key="fix_find").click().run()
    assert "You can place the points by hand too." in page.info[0].value
    assert corrected(page).names == ()


def copies(count: int) -> list[tuple[str, bytes, str]]:
    """Return copies of the first sample, no two files alike."""
    name, data, kind = file(GOOD[0])
    return [(f"{number}_{name}", data + bytes([number]), kind) for number in range(count)]


def test_photos_beyond_a_full_visit_are_left_out(page: AppTest) -> None:
    page.file_uploader[0].set_value(copies(MOST_PHOTOS + 1)).run()
    assert not page.exception
    assert f"the first {MOST_PHOTOS} count" in page.info[0].value
    assert f"Mean of {MOST_PHOTOS} photos." in shown(page)
    assert not any(each.label == "Add another photo" for each in page.expander)


def test_what_a_further_photo_would_bring_is_said_before_it_is_taken(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    (gain,) = (c.value for c in page.caption if c.value.startswith("One more photo like this"))
    (known, *_) = page.session_state["found"].values()
    half = Z90 * known.examined.analysis.estimates.pelvic_tilt_deg.sd
    assert f"instead of ±{half:.1f}°." in gain
    page.session_state[CHOICE] = "de"
    page.run()
    assert any("statt ±" in caption.value for caption in page.caption)
    page.session_state[CHOICE] = "en"
    page.file_uploader[0].set_value(copies(MOST_PHOTOS)).run()
    assert not any(c.value.startswith("One more photo") for c in page.caption)


def inbox() -> None:
    from posture.web.pages import phones

    phones._show_inbox()


@pytest.mark.parametrize(("count", "offered"), [(4, True), (MOST_PHOTOS, True), (10, False)])
def test_photos_from_a_phone_are_checked_together_up_to_a_full_visit(
    monkeypatch: pytest.MonkeyPatch, *, count: int, offered: bool
) -> None:
    arrived = Inbox()
    for number in range(count):
        assert arrived.put(PhotoFile(name=f"{number}.jpg", data=bytes([number])))
    monkeypatch.setattr("posture.web.pages.phones.shared_inbox", lambda: arrived)
    page = AppTest.from_function(inbox, default_timeout=30).run()
    label = f"Check these {count} photos together"
    assert any(button.label == label for button in page.button) == offered


def test_a_fourth_photo_counts_and_the_page_says_how_much_photos_differ(page: AppTest) -> None:
    page.file_uploader[0].set_value([file(path) for path in GOOD[:4]]).run()
    assert not page.exception
    assert "Mean of 4 photos." in shown(page)
    assert "Your 4 photos differ by" in shown(page)


def test_a_stated_camera_replaces_the_cost_of_an_unknown_one(
    monkeypatch: pytest.MonkeyPatch, page: AppTest
) -> None:
    page.button(key="sample_1").click().run()
    assert "The height of the camera is not known." in shown(page)

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("the photo was read again")

    monkeypatch.setattr(analyzer.SharedAnalyzer, "analyze", never)
    height, distance = (
        page.number_input(key=f"hint_camera_{name}") for name in ("height", "distance")
    )
    assert (height.min, height.max) == CAMERA_HEIGHT_RANGE_CM
    assert (distance.min, distance.max) == CAMERA_DISTANCE_RANGE_CM
    height.set_value(160.0).run()
    assert "cm above the pelvis" in shown(page)
    height = page.number_input(key="hint_camera_height")
    height.set_value(95.0).run()
    assert "The camera was at the height of the pelvis." in shown(page)
    page.session_state[CHOICE] = "de"
    assert "Die Kamera war auf Höhe des Beckens." in shown(page.run())
    page.session_state[CHOICE] = "en"
    page.run()
    before = shown(page)
    page.number_input(key="hint_camera_distance").set_value(800.0).run()
    assert shown(page) != before
    assert not page.exception


def test_help_today_empties_the_result_of_values_and_files(page: AppTest) -> None:
    page.button(key="sample_2").click().run()
    page.button(key="next_session").click().run()
    box = next(each for each in page.checkbox if "between the legs" in each.label)
    box.set_value(True).run()
    back = next(button for button in page.button if button.label == "Back to the result")
    back.click().run()
    assert not page.exception
    assert "See a doctor today" in shown(page)
    for part in ("po-sentence", "po-figure", "po-card", "type A"):
        assert part not in shown(page)
    assert not page.get("download_button")
    assert not [button for button in page.button if str(button.key).startswith("next_")]


def test_the_same_photo_twice_counts_once(page: AppTest) -> None:
    page.file_uploader[0].set_value([file(GOOD[0]), file(GOOD[0])]).run()
    assert "Mean of" not in shown(page)
    assert "po-sentence" in shown(page)


def test_one_more_photo_is_added_to_the_others(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    assert "Mean of" not in shown(page)
    page.file_uploader[0].set_value([file(GOOD[1])]).run()
    assert "Mean of 2 photos." in shown(page)
    assert not page.exception


def test_when_every_photo_is_refused_each_says_why(page: AppTest) -> None:
    refused = file(SAMPLES["refused"])
    page.file_uploader[0].set_value([refused, ("notes.jpg", b"my notes", "image/jpeg")]).run()
    assert shown(page).count("For the next photo") == 2
    assert "notes.jpg" in shown(page)
    assert "po-card" not in shown(page)


def test_another_sex_screens_anew_without_reading_the_photo_again(
    monkeypatch: pytest.MonkeyPatch, page: AppTest
) -> None:
    page.button(key="sample_1").click().run()

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("the photo was read again")

    monkeypatch.setattr(analyzer.SharedAnalyzer, "analyze", never)
    page.segmented_control(key="hint_sex").set_value("female").run()
    page.number_input(key="hint_height").set_value(170.0).run()
    before = shown(page)
    assert "Give sex and clothes" in before
    page.segmented_control(key="hint_clothing").set_value("loose").run()
    assert not page.exception
    assert "Give sex and clothes" not in shown(page)
    assert shown(page) != before
    assert "That is about" in shown(page)


def test_corrections_survive_a_changed_hint_and_are_named(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    table = page.session_state["found"]
    (sha256, known), *_ = table.items()
    analysis = known.examined.analysis
    x, y = analysis.geometry.frame.to_image(analysis.geometry.joints.hip)
    moved = apply(analysis, Corrections(hip=(float(x) + 30, float(y)))).analysis
    page.session_state["found"] = {
        sha256: state.ShownPhoto(
            sha256=sha256,
            hints=Hints(),
            examined=type(known.examined)(photo="a", analysis=moved, error=None),
        )
    }
    page.segmented_control(key="hint_sex").set_value("male").run()
    assert "Moved by hand: hip" in shown(page)
    assert "Before moving points:" in shown(page)


@pytest.fixture
def bones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the estimator know how line and position go together among adults."""
    found = BoneLine(intercept_deg=4.0, slope=0.6, sd_deg=4.0)
    estimator = replace(shipped_estimator(), bone_line=found)
    monkeypatch.setattr(correct_module, "shipped_estimator", lambda: estimator)


@pytest.mark.usefixtures("bones")
def test_the_page_leads_with_a_placed_line_and_keeps_the_position(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    assert "ASIS–PSIS line today" not in shown(page)
    (sha256, known), *_ = page.session_state["found"].items()
    analysis = known.examined.analysis
    at = offered_pelvis_px(analysis)
    lower = {**at, "asis": (at["asis"][0], at["asis"][1] + 12.0)}
    placed = apply(analysis, Corrections(**lower)).analysis
    examined = type(known.examined)(photo="a", analysis=placed, error=None)
    page.session_state["found"] = {
        sha256: state.ShownPhoto(sha256=sha256, hints=Hints(), examined=examined)
    }
    page.run()
    assert not page.exception
    words = shown(page)
    line, position = placed.estimates.asis_psis_deg, placed.estimates.pelvic_tilt_deg
    first_note = words[words.index("po-note") :]
    assert first_note.startswith(
        f'po-note">Between the marked points the pelvis '
        f"{'tips' if line.low > 0 else 'seems to tip'} forward by about {line.value:.0f}° today"
    )
    assert f"The finding builds on the pelvic tilt, {value_text(position)}:" in words
    names = re.findall(r"po-card\"><h2>([^<]+)</h2>", words)
    assert names == [
        "ASIS–PSIS line today",
        "Pelvic tilt",
        "Lumbar arch angle",
        "Lumbar arch depth",
    ]
    assert "was taken as one more reading" in words
    assert value_text(line) in words
    # One sentence for trainers, below the values of every photo.
    captions = " ".join(caption.value for caption in page.caption)
    assert "a calliper on the bones can check its change, not its value" in captions
