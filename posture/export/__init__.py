"""Results in the formats of other programs.

Each function takes what :meth:`posture.Analyzer.map` yields (analyses and refusals) or what
:func:`read_results` reads from result files. Tables, JSON and FHIR keep refused photos, with the
reason; formats that hold points leave them out.

>>> from posture import Analyzer, export
>>> with Analyzer() as analyzer:  # doctest: +SKIP
...     outcomes = list(analyzer.map(["a.jpg", "b.jpg"]))
>>> export.to_csv(outcomes)  # doctest: +SKIP
"""

from __future__ import annotations

from posture.export.coco import to_coco
from posture.export.datasets import to_xarray
from posture.export.entries import Entry, LeftOutError, entries_of, read_result, read_results
from posture.export.fhir import to_fhir
from posture.export.files import FORMATS, Options, Written, export_files, export_text
from posture.export.openpose import to_openpose
from posture.export.opensim import to_mot, to_trc
from posture.export.tables import to_csv, to_json, to_table, write_parquet

__all__ = [
    "FORMATS",
    "Entry",
    "LeftOutError",
    "Options",
    "Written",
    "entries_of",
    "export_files",
    "export_text",
    "read_result",
    "read_results",
    "to_coco",
    "to_csv",
    "to_fhir",
    "to_json",
    "to_mot",
    "to_openpose",
    "to_table",
    "to_trc",
    "to_xarray",
    "write_parquet",
]
