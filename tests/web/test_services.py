"""Services of the photo page: samples, sentences, previews."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support.records import NEUTRAL, make_record

from posture.analysis.analyzer import Analyzer
from posture.errors import ModelError, PoseError
from posture.inputs.hints import Hints
from posture.quantity import Z90, Quantity
from posture.screening.norms import position_in
from posture.types import Clothing
from posture.view.findings import outline_findings
from posture.web.components.headline import angle_clause
from posture.web.components.markup import element, plain
from posture.web.components.refusal import advice_for
from posture.web.services.analyzer import SharedAnalyzer
from posture.web.services.examine import PhotoFile, examine, result_dict
from posture.web.services.preview import preview_jpeg
from posture.web.services.samples import find_samples, thumbnail


def jpeg(size: tuple[int, int] = (600, 800)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (180, 170, 160)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("folder", ["_samples", "sample_images"])
def test_samples_are_found_in_a_wheel_and_in_a_checkout(tmp_path: Path, folder: str) -> None:
    folders = (tmp_path / "_samples", tmp_path / "sample_images")
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "truth.json").write_text("[]")
    for number in range(12):
        (tmp_path / folder / f"render_{number:02d}.jpg").write_bytes(jpeg())
    samples = find_samples(6, folders=folders)
    assert [sample.number for sample in samples] == [1, 2, 3, 4, 5, 6]
    assert samples[0].path.name == "render_00.jpg"
    assert samples[-1].path.name == "render_11.jpg"
    assert len({sample.path for sample in samples}) == 6


def test_one_poor_and_one_refused_sample_come_last(tmp_path: Path) -> None:
    names = [f"{number:02d}_neutral.jpg" for number in range(1, 11)]
    for name in [*names, "11_poor_light.jpg", "12_refused_front.jpg", "13_refused_dog.jpg"]:
        (tmp_path / name).write_bytes(b"")
    samples = find_samples(6, folders=(tmp_path,))
    assert [sample.kind for sample in samples] == ["good"] * 4 + ["poor", "refused"]
    assert samples[0].path.name == "01_neutral.jpg"


def test_without_samples_there_is_nothing_to_pick(tmp_path: Path) -> None:
    assert find_samples(folders=(tmp_path / "_samples", tmp_path / "sample_images")) == []


def test_samples_are_there_and_have_small_thumbnails() -> None:
    picture = Image.open(io.BytesIO(thumbnail(find_samples()[0].path)))
    assert picture.size == (240, 320)


@pytest.mark.parametrize(
    ("value", "sd", "position"),
    [
        (25, 3, "high"),
        (21, 3, "edge_high"),
        (13, 3, "common"),
        (14, 7, "perhaps"),
        (13, 15, "open"),
        (5, 3, "edge_low"),
        (0, 3, "low"),
    ],
)
def test_the_words_follow_the_interval(value: float, sd: float, position: str) -> None:
    tilt = Quantity.known(value, sd, unit="deg")
    assert position_in((6.6, 19.4), tilt) == position


@pytest.mark.parametrize(
    ("tilt", "words"),
    [
        (Quantity.known(14.2, 2, unit="deg"), "The pelvis tips forward by about 14°"),
        (Quantity.known(-6, 2, unit="deg"), "The pelvis tips backward by about 6°"),
        (Quantity.known(9, 8, unit="deg"), "The pelvis seems to tip forward by about 9°"),
        (Quantity.known(-4, 4, unit="deg"), "The pelvis seems to tip backward by about 4°"),
        (Quantity.known(1, 4, unit="deg"), "The pelvis is close to level"),
        (Quantity.absent("back_covered", unit="deg"), "This photo does not show enough"),
    ],
)
def test_the_sentence_names_a_direction_only_when_it_is_sure(tilt: Quantity, words: str) -> None:
    assert angle_clause("tilt", tilt).startswith(words)


def no_analyzer() -> object:
    raise ModelError("The model folder is missing: install posture again.", code="model_missing")


def broken_analyzer() -> object:
    raise ZeroDivisionError("secret detail")


@pytest.mark.parametrize(
    ("analyzer", "code"), [(no_analyzer, "model_missing"), (broken_analyzer, "internal")]
)
def test_every_failure_becomes_a_sentence(analyzer: object, code: str) -> None:
    examined = examine(
        PhotoFile(name="a.jpg", data=jpeg()),
        hints=Hints(),
        analyzer=analyzer,  # type: ignore[arg-type]
        tell=lambda _words: None,
    )
    assert examined.analysis is None
    assert examined.error is not None
    assert examined.error.code == code
    assert "secret" not in examined.error.message
    document = json.loads(json.dumps(result_dict(examined)))
    assert document["status"] == "refused"
    assert document["photo"] == "a.jpg"


def test_a_photo_is_hashed_once_and_told_apart_by_its_bytes() -> None:
    photo = PhotoFile(name="a.jpg", data=b"bytes")
    assert photo.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert photo.sha256 is photo.sha256
    assert photo.sha256 != PhotoFile(name="a.jpg", data=b"others").sha256


def test_a_photo_that_cannot_be_read_is_named_as_it_came_in(analyzer: Analyzer) -> None:
    outcome = examine(
        PhotoFile(name="bytes of mine.jpg", data=b"my notes"),
        hints=Hints(),
        analyzer=lambda: SharedAnalyzer(analyzer),
        tell=lambda _words: None,
    )
    assert outcome.error is not None
    assert outcome.error.message.startswith("bytes of mine.jpg ")


def test_photos_of_all_visitors_are_read_one_after_the_other_in_one_thread() -> None:
    """What reading a photo frees is used again only by the thread that freed it."""
    threads, at_work, most = set[int](), 0, 0

    class Slow:
        def analyze(self, source: bytes, **_: object) -> bytes:
            nonlocal at_work, most
            threads.add(threading.get_ident())
            at_work += 1
            most = max(most, at_work)
            time.sleep(0.02)
            at_work -= 1
            if source == b"3":
                raise PoseError("No person.", code="no_person")
            return source

    shared = SharedAnalyzer(Slow())  # type: ignore[arg-type]

    def visit(number: int) -> bytes | str:
        try:
            return shared.analyze(b"%d" % number, hints=Hints(), name="a.jpg")  # type: ignore[return-value]
        except PoseError as error:
            return error.code

    with ThreadPoolExecutor(6) as visitors:
        found = list(visitors.map(visit, range(6)))
    # Everybody gets what is theirs, a refusal too.
    assert found == [b"0", b"1", b"2", "no_person", b"4", b"5"]
    assert (len(threads), most) == (1, 1)
    assert threading.get_ident() not in threads


def test_advice_is_about_this_very_error_and_general_only_without_such() -> None:
    error = PoseError("There are several people.", code="several_people")
    assert advice_for(error) == ["Ask others to step out of the picture."]
    assert len(advice_for(PoseError("No person.", code="no_person"))) == 3


def test_a_preview_is_small_can_be_blurred_and_is_none_if_there_is_no_photo() -> None:
    sharp = preview_jpeg(jpeg((3000, 4000)))
    assert sharp is not None
    assert max(Image.open(io.BytesIO(sharp)).size) == 720
    assert preview_jpeg(jpeg(), blurred=True) is not None
    assert preview_jpeg(b"notes") is None


def test_text_from_visitors_is_escaped() -> None:
    assert element("p", plain("<img onerror=x>"), css='a"b') == (
        '<p class="a&quot;b">&lt;img onerror=x&gt;</p>'
    )


def headline_page() -> None:
    import streamlit as st

    from posture.case.weigh import weigh
    from posture.program import Answers
    from posture.web.components.headline import show_headline

    record = st.session_state["record"]
    record = st.session_state["record"]
    show_headline(record, weigh(record.screening, Answers()))


@pytest.mark.parametrize("arch", [45.0, None])
def test_behind_an_arm_the_page_asks_for_folded_arms_whether_the_arch_is_stated_or_not(
    arch: float | None,
) -> None:
    record = make_record(tilt=12.0, lordosis=arch)
    hidden = Quantity.absent("back_covered", unit="%trunk")
    findings = tuple(
        outline_findings(("arm_on_back",), covered=True, beside_arm=arch is not None, clothing=None)
    )
    covered = replace(
        record,
        status="poor",
        findings=findings,
        measures={**record.measures, "lumbar_depth_pct": hidden},
    )
    page = AppTest.from_function(headline_page)
    page.session_state["record"] = covered
    page.run()
    assert not page.exception
    assert "arms folded high on the chest" in str(page.get("html")[0].proto.body)


def headline() -> None:
    import streamlit as st

    from posture.case.weigh import weigh
    from posture.program import Answers
    from posture.web.components.headline import show_headline

    record = st.session_state["record"]
    show_headline(record, weigh(record.screening, Answers()))


@pytest.mark.parametrize(
    ("width", "clothing", "told"),
    [(12.0, None, 0), (30.0, None, 1), (30.0, "loose", 1), (30.0, "tight", 0)],
)
def test_thick_clothes_get_one_word_where_they_leave_the_range_wide(
    width: float, clothing: Clothing | None, told: int
) -> None:
    record = make_record(**NEUTRAL)
    arch = Quantity.known(45.0, width / 2 / Z90, unit="deg")
    record = replace(
        record,
        estimates=replace(record.estimates, lumbar_lordosis_deg=arch),
        provenance=replace(record.provenance, clothing=clothing),
    )
    page = AppTest.from_function(headline)
    page.session_state["record"] = record
    page.run()
    assert not page.exception
    said = " ".join(str(block.proto.body) for block in page.get("html"))
    assert said.count("In tight clothes, the next photo can tell more.") == told
