"""Hooks through which results turn into Arrow tables and notebook cards.

Later rooms make tables and pictures from results, but a result offers both as methods of its own.
So ``posture/__init__`` puts the functions here, and no result imports what is drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

to_table: Callable[[Sequence[Any]], pa.Table]
"""Turns outcomes into an Arrow table, one row each."""

notebook_html: Callable[[Any], str]
"""Turns one outcome into a fragment of HTML."""
