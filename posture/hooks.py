"""How results show themselves: as Arrow tables and as cards of a notebook.

Tables and pictures are made from results by later rooms. A result offers them all the same, so
``posture/__init__`` puts the functions here, and no result imports what is drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

to_table: Callable[[Sequence[Any]], pa.Table]
"""From outcomes to their rows."""

notebook_html: Callable[[Any], str]
"""From one outcome to a fragment of HTML."""
