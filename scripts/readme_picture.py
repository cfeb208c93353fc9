"""Picture of the README: docs/img/overlay.jpg, the overlay of a sample."""

from __future__ import annotations

from pathlib import Path

from posture import Analyzer
from posture.draw import draw_overlay, encode_jpeg

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_images" / "03_tilted_arched_woman_right.jpg"
PICTURE = ROOT / "docs" / "img" / "overlay.jpg"


def main() -> None:
    """Analyse the sample and write its overlay."""
    with Analyzer() as analyzer:
        analysis = analyzer.analyze(SAMPLE)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(encode_jpeg(draw_overlay(analysis)))
    print(PICTURE)


if __name__ == "__main__":
    main()
