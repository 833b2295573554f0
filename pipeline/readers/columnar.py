"""Parquet to records, some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from pipeline.models import RawDocument, Reason, Rejection
from pipeline.readers.records import Container, as_document, column_names

ROWS = 64  # read at once: bounds memory where single texts are large


def read_parquet(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """The rows of a Parquet file, which must be seekable; columns that hold no field of ours are not read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream, pre_buffer=False)
        wanted = column_names() | set(container.columns.values())
        columns = [name for name in table.schema_arrow.names if name in wanted or name.strip().lower() in wanted]
        number = 0
        for batch in table.iter_batches(batch_size=ROWS, columns=columns or None, use_threads=False):
            for record in batch.to_pylist():
                yield as_document(record, number, container)
                number += 1
    except (pa.ArrowException, OSError, ValueError) as error:
        yield container.reject(None, Reason.UNREADABLE, f"no readable Parquet: {str(error)[:160]}")
