"""Cards of the gallery, one for each photo, or for an even sample of a large batch."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from posture.batch.batch_info import BatchInfo
from posture.batch.parts import iter_parts, iter_thumbnails
from posture.batch.results.pictures import overlay_name
from posture.batch.stores.base import Store
from posture.estimator.model import TARGETS
from posture.texts import least_shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CARDS: Final = 10_000
"""Most photos that get a card; in larger batches every second one, every third, ..."""

PICTURES: Final = 1_000
"""Most thumbnails in the page: 8 MB, which a browser opens at once."""

OUTERMOST: Final = 150
"""In larger batches, the photos with the lowest and highest tilt and arch have a picture: this many
at each end."""

LISTED_REFUSALS: Final = 1_000

SHOWN: Final = (
    *("id", "photo", "status", "error_code", "error_message"),
    *("pelvic_tilt_deg", "pelvic_tilt_deg_low", "pelvic_tilt_deg_high", "pelvic_tilt_deg_reason"),
    *("lumbar_depth_pct", "lumbar_depth_pct_low", "lumbar_depth_pct_high"),
    *("lumbar_depth_pct_reason", "screening_grade", "screening_pattern"),
    *("asis_psis_deg", "asis_psis_deg_low", "asis_psis_deg_high"),
    *("type_a_probability", "type_b_probability", "overlay"),
)

Card = dict[str, object]


@dataclass(slots=True, kw_only=True)
class GalleryContent:
    """Everything shown in the gallery.

    Parameters
    ----------
    cards : list of dict
        Analysed photos in the order of the inputs; keys as in gallery.js.
    refusals : dict of str to list of (id, sentence)
        By error code; only the first ones of many.
    step : int
        1 if every input may have a card, 2 if every second one, ...
    pictures : int
        Number of cards with a picture.
    """

    cards: list[Card] = field(default_factory=list)
    refusals: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    step: int = 1
    pictures: int = 0


def card_step(total: int) -> int:
    """Return 1 if every input may have a card, 2 if every second one, and so on."""
    return max(1, -(-total // CARDS))


def gallery_content(store: Store, info: BatchInfo, stop: threading.Event) -> GalleryContent:
    """Collect the content of the gallery; raises ``Interrupted`` when ``stop`` is set."""
    content = GalleryContent(step=card_step(info.inputs))
    refused: list[tuple[int, Card]] = []
    cards: list[tuple[int, Card]] = []
    for numbers, table in iter_parts(store, stop, SHOWN):
        for number, row in zip(numbers.tolist(), table.to_pylist(), strict=True):
            if row["status"] == "refused":
                refused.append((number, row))
            elif number % content.step == 0:
                cards.append((number, _card(number, row, info)))
        # The first refusals by input number, not by time.
        refused = sorted(refused, key=lambda pair: pair[0])[:LISTED_REFUSALS]
    for _, row in refused:
        entry = (str(row["id"]), str(row["error_message"]))
        content.refusals.setdefault(str(row["error_code"]), []).append(entry)
    cards.sort(key=lambda pair: pair[0])
    content.cards = [card for _, card in cards]
    content.pictures = _embed(content.cards, iter_thumbnails(store))
    return content


def _card(number: int, row: Card, info: BatchInfo) -> Card:
    card: Card = {
        "number": number,
        "id": row["id"],
        "status": row["status"],
        "grade": row["screening_grade"],
        "pattern": row["screening_pattern"],
        # Parts of earlier versions lack these columns.
        "type_a": row.get("type_a_probability"),
        "type_b": row.get("type_b_probability"),
        "tilt": _shown(row, "pelvic_tilt_deg"),
        "arch": _shown(row, "lumbar_depth_pct"),
    }
    if row["asis_psis_deg"] is not None:
        card["line"] = _shown(row, "asis_psis_deg")
    if "overlay" not in row and info.plan.overlays:  # a part of an earlier version
        card["overlay"] = overlay_name(number, str(row["photo"]), total=info.inputs)
    elif row.get("overlay") is not None:
        card["overlay"] = row["overlay"]
    return card


def _shown(row: Card, name: str) -> list[object]:
    """Return value, low and high, or the reason for absence."""
    value = row[name]
    if value is None:
        return [None, row[f"{name}_reason"]]
    low = cast("float", row[f"{name}_low"])
    least = least_shown(low, cast("float", value), unit=TARGETS.get(name, "deg"))
    return [value, least, row[f"{name}_high"]]


def _embed(cards: list[Card], thumbnails: Iterable[tuple[int, bytes]]) -> int:
    """Add pictures to cards and return their number."""
    chosen = {card["number"]: card for card in _pictured(cards)}
    count = 0
    for number, jpeg in thumbnails:
        if (card := chosen.pop(number, None)) is not None:
            card["picture"] = base64.b64encode(jpeg).decode("ascii")
            count += 1
    return count


def _pictured(cards: list[Card]) -> Iterator[Card]:
    """Yield the cards with a picture: all, or the outermost and an even sample."""
    if len(cards) <= PICTURES:
        yield from cards
        return
    taken: set[object] = set()
    for key in ("tilt", "arch"):
        ordered = sorted(
            (card for card in cards if _value(card, key) is not None),
            key=lambda card: _value(card, key) or 0.0,
        )
        taken.update(card["number"] for card in (*ordered[:OUTERMOST], *ordered[-OUTERMOST:]))
    left = [card for card in cards if card["number"] not in taken]
    room = PICTURES - len(taken)
    sample = {left[index * len(left) // room]["number"] for index in range(room)} if left else set()
    yield from (card for card in cards if card["number"] in taken | sample)


def _value(card: Card, key: str) -> float | None:
    shown = card[key]
    return shown[0] if isinstance(shown, list) else None
