"""A folder of photos as a study collects them: subjects, visits, copies, damaged files, a list.

Run as a program it measures such a folder of any size on its way through batch, every export and
back: ``python tests/support/study_folder.py 230`` (figures in docs/export.md).
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))
GOOD, FRONT = SAMPLES[:10], SAMPLES[11]
PER_VISIT = 2
TAKEN = "2025:03:{day:02d} 09:{minute:02d}:00"

FORMATS = ("json", "csv", "parquet", "coco17", "coco33", "openpose", "trc", "mot", "fhir")


def make_study(folder: Path, count: int) -> Path:
    """Write ``count`` files and ``list.csv`` below a folder; returns the list.

    Of every 23 files one is a copy, one is cut off and one is a front view. Each subject has the
    names ``visit1/1.jpg``, ``visit1/2.jpg``, ``visit2/1.jpg`` and so on.
    """
    rows = []
    for number in range(count):
        subject, within = divmod(number, 2 * PER_VISIT)
        visit, shot = divmod(within, PER_VISIT)
        path = folder / f"subject{subject:03d}" / f"visit{visit + 1}" / f"{shot + 1}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(number))
        rows.append(
            {
                "photo": str(path.relative_to(folder)),
                "subject": f"S{subject:03d}",
                "visit": str(visit + 1),
                "sex": ("female", "m", "NA", "")[subject % 4],
                "clothing": "tight" if subject % 2 else "unknown",
                "height": "168" if subject % 3 else "NaN",
                "camera_height_cm": "95",
                "group": "ä-control" if subject % 2 else "training",
                "pain": str(number % 10),
            }
        )
    place = folder / "list.csv"
    with place.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return place


def _content(number: int) -> bytes:
    """Return the bytes of a file; no two are equal, except the copies."""
    kind = number % 23
    if kind == 20:
        return _content(number - 20)
    if kind == 21:
        return _content(number - 1)[:4000] + b"%d" % number
    if kind == 22:
        return FRONT.read_bytes() + b"%d" % number
    buffer = io.BytesIO()
    exif = Image.Exif()
    taken = TAKEN.format(day=1 + number % 28, minute=number % 60)
    exif.get_ifd(0x8769)[0x9003] = taken
    with Image.open(GOOD[number % len(GOOD)]) as picture:
        picture.save(buffer, "JPEG", quality=85 + number % 10, exif=exif)
    return buffer.getvalue() + b"%d" % number


def main() -> None:
    """Measure a folder on its way through batch, every export and back."""
    import click
    from click.testing import CliRunner

    from posture.cli.main import main as posture
    from posture.export import read_results, to_table

    count = int(sys.argv[1])
    folder = Path(tempfile.mkdtemp())
    try:
        listed, out = make_study(folder / "photos", count), folder / "results"
        began = time.perf_counter()
        CliRunner().invoke(posture, ["batch", str(listed), "--out", str(out)])
        click.echo(f"batch: {time.perf_counter() - began:.1f} s")
        for name in ("rows", "analyses", "thumbnails"):
            size = sum(path.stat().st_size for path in (out / name).iterdir())
            click.echo(f"{name}: {size / count / 1000:.2f} kB a photo")
        for name in FORMATS:
            began = time.perf_counter()
            target = folder / name
            CliRunner().invoke(
                posture, ["export", str(out), "--format", name, "--out", str(target)]
            )
            files = [target] if target.is_file() else list(target.iterdir())
            size = sum(file.stat().st_size for file in files)
            seconds = time.perf_counter() - began
            click.echo(f"{name}: {seconds:.2f} s, {size / count / 1000:.2f} kB a photo")
        began = time.perf_counter()
        frame = to_table(read_results(out)).to_pandas()
        click.echo(f"read back: {len(frame)} rows in {time.perf_counter() - began:.2f} s")
        without = frame.drop(columns="keypoints")
        sizes = []
        for number, table in enumerate((frame, without)):
            table.to_parquet(folder / f"{number}.parquet", compression="zstd")
            sizes.append((folder / f"{number}.parquet").stat().st_size / count / 1000)
        click.echo(f"table with keypoints {sizes[0]:.2f} kB a photo, without {sizes[1]:.2f} kB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
