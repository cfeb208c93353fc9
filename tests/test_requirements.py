"""Pinned requirements: what users of the extras install is what is tested here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "requirements"
_PIN = re.compile(r"^([a-z0-9.\-]+(?:\[[a-z,\-]+\])?)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    found = dict(_PIN.findall((FOLDER / name).read_text(encoding="utf-8")))
    return {package.partition("[")[0]: version for package, version in found.items()}


EXTRAS = {
    "auth": ("authlib", "httpx"),
    "keyring": ("keyring",),
    "ray": ("ray",),
    "s3": ("botocore",),
}


@pytest.mark.parametrize(("extra", "packages"), EXTRAS.items())
def test_extras_are_pinned_for_users_as_for_developers(
    extra: str, packages: tuple[str, ...]
) -> None:
    found, tested = pins(f"{extra}.txt"), pins("dev.txt")
    assert set(packages) <= set(found)
    assert pins("runtime.txt").items() <= found.items()
    assert {name: tested.get(name) for name in found} == found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.name)
def test_every_pin_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block[:40] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
