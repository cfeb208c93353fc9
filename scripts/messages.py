"""Translation catalogues in posture/locales, updated and compiled.

``python scripts/messages.py`` updates every language; ``python scripts/messages.py fr`` adds one. A
catalogue lists the page texts, the sentences that the package builds with ``message``, and those
sentences of code and data without placeholders that some catalogue already lists; a new one is
added to a ``.po`` by hand. Translations of changed texts are marked as fuzzy, those of removed
texts are dropped.
"""

from __future__ import annotations

import argparse
import ast
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from posture.messages import DOMAIN, LOCALES, NUMBER_FORMAT
from posture.web.texts import TEXTS

ROOT = Path(__file__).resolve().parents[1]
MAKERS = frozenset({"message", "range_problem"})
"""Functions whose first argument is an English sentence."""

Places = dict[str, list[str]]


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def po_file(language: str) -> Path:
    """Return the file that translators edit."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one if it has none."""
    if not po_file(language).exists():
        return Catalog(locale=language)
    with po_file(language).open("rb") as stream:
        return read_po(stream, locale=language)


def texts(package: Path = ROOT / "posture") -> Places:
    """Return every string constant of the package and of its data, with the files it is in."""
    places = _places(package, _constants)
    for path in sorted(package.rglob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for text in dict.fromkeys(_strings(table)):
            places.setdefault(text, []).append(path.relative_to(package.parent).as_posix())
    return places


def sentences(package: Path = ROOT / "posture") -> Places:
    """Return the English of every sentence built from values, with its modules."""
    return _places(package, _made)


def template() -> Catalog:
    """Return everything that is to be translated."""
    found, made = texts(), sentences()
    listed = {item.id for language in languages() for item in read(language) if not item.context}
    catalog = Catalog()
    for text in found:
        if text in made or text in listed:
            # A single word is also an identifier in many places that do not matter.
            places = made.get(text, found[text] if " " in text else [])
            catalog.add(text, locations=[(place, None) for place in places])
    for key, text in TEXTS.items():
        catalog.add(text, context=key, locations=[(found[text][0], None)])
    for sign in (".", "to"):
        catalog.add(sign, context=NUMBER_FORMAT, locations=[("posture/messages.py", None)])
    return catalog


def renew(language: str, wanted: Catalog) -> None:
    """Update the catalogue of a language to the wanted messages, write and compile it."""
    catalog = read(language)
    catalog.update(wanted, update_creation_date=False)
    catalog.header_comment = f"# The words of posture in {catalog.locale.english_name}."
    catalog.project, catalog.version, catalog.msgid_bugs_address = "posture", "", ""
    catalog.last_translator, catalog.language_team, catalog.fuzzy = "", "", False
    for item in catalog:
        # "95 % interval" is not a format string for Babel to check.
        item.flags.discard("python-format")
    file = po_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalog, width=100, ignore_obsolete=True, include_previous=True)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalog)


def _places(package: Path, texts_in: Callable[[ast.AST], Iterator[str]]) -> Places:
    places: Places = {}
    for path in sorted(package.rglob("*.py")):
        for text in dict.fromkeys(texts_in(ast.parse(path.read_text(encoding="utf-8")))):
            places.setdefault(text, []).append(path.relative_to(package.parent).as_posix())
    return places


def _constants(tree: ast.AST) -> Iterator[str]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    yield from (node.value for node in found if isinstance(node.value, str))


def _strings(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        for value in table.values():
            yield from _strings(value)
    elif isinstance(table, list):
        for value in table:
            yield from _strings(value)


def _made(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            if node.func.id in MAKERS and isinstance(first, ast.Constant):
                yield str(first.value)


def main() -> None:
    """Update the named catalogues, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("language", nargs="*", help="such as fr; all existing ones if omitted")
    wanted = template()
    for language in parser.parse_args().language or languages():
        renew(language, wanted)
        open_ = sum(not item.string or item.fuzzy for item in read(language) if item.id)
        print(f"{po_file(language)}: {open_} to translate")


if __name__ == "__main__":
    main()
