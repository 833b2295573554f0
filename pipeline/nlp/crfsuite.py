"""Read a linear-chain CRF from a model file in CRFsuite's format, so that its weights can be laid out in tables.

The format (version 100) is that of CRFsuite 0.12, ``lib/crf/src/crf1d_model.c`` and ``lib/cqdb/src/cqdb.c``: a
header, the features (kind, source, target, weight), and two string tables (labels, attributes), each with an array
that leads from a number to its string. A state feature leads from an attribute to a label, a transition from a label
to a label.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_HEADER = struct.Struct("<4sI4sIIIIIIIII")
_STRINGS = struct.Struct("<4sIIIII")
_RECORD = struct.Struct("<II")
_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
_VERSION = 100


@dataclass(frozen=True, slots=True)
class CrfModel:
    """``attributes`` gives the row of ``state`` (attributes x labels); ``transition`` leads from row to column."""

    labels: tuple[str, ...]
    attributes: dict[str, int]
    state: NDArray[np.float64]
    transition: NDArray[np.float64]

    def row(self, attribute: str) -> NDArray[np.float64]:
        """Weights of one attribute for each label; zeros when the model does not know it."""
        at = self.attributes.get(attribute)
        return np.zeros(len(self.labels)) if at is None else self.state[at]


def read_model(path: Path) -> CrfModel:
    """The model in one file.

    Raises:
        ValueError: the file is not a CRFsuite model of the version this reads.
    """
    data = path.read_bytes()
    if len(data) < _HEADER.size:
        raise ValueError(f"{path.name}: too short for a model file")
    magic, _, kind, version, _, label_count, attribute_count, *offsets = _HEADER.unpack_from(data)
    if (magic, kind, version) != (b"lCRF", b"FOMC", _VERSION):
        raise ValueError(f"{path.name}: not a CRFsuite model of version {_VERSION}")
    features_at, labels_at, attributes_at = offsets[:3]
    (count,) = struct.unpack_from("<I", data, features_at + 8)
    features = np.frombuffer(data, _FEATURE, count, features_at + 12)
    labels = _read_strings(data, labels_at)
    attributes = _read_strings(data, attributes_at)
    if (len(labels), len(attributes)) != (label_count, attribute_count):
        raise ValueError(f"{path.name}: {len(attributes)} attributes where the header tells {attribute_count}")
    state = np.zeros((attribute_count, label_count))
    transition = np.zeros((label_count, label_count))
    for table, of_kind in ((state, features["kind"] == 0), (transition, features["kind"] == 1)):
        chosen = features[of_kind]
        table[chosen["source"], chosen["target"]] = chosen["weight"]
    return CrfModel(tuple(labels), {name: number for number, name in enumerate(attributes)}, state, transition)


def _read_strings(data: bytes, at: int) -> list[str]:
    magic, _, _, _, count, offset = _STRINGS.unpack_from(data, at)
    if magic != b"CQDB":
        raise ValueError("a string table of the model file is damaged")
    strings = []
    for record in np.frombuffer(data, "<u4", count, at + offset).tolist():
        _, size = _RECORD.unpack_from(data, at + record)
        start = at + record + _RECORD.size
        strings.append(data[start : start + size - 1].decode())
    return strings
