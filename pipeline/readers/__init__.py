"""Readers: whatever lies in the raw folder, as raw documents, and their decoding.

:func:`read_sources` walks the folder and hands over one :class:`pipeline.models.RawDocument` per file or record,
cheaply;
:func:`decode_document` turns one into text, where the work is and where it can be spread.
"""

from pipeline.readers.decoding import decode_document
from pipeline.readers.sources import ReadOptions, read_sources

__all__ = ["ReadOptions", "decode_document", "read_sources"]
