"""Records in files: NDJSON, CSV and Parquet, compressed or not, read and written in pieces of bounded size.

A reader gives `Chunk`s: records with the line each stands on, and a fault for every line that holds none. A writer
takes records as plain values. The columns of CSV and Parquet are the fields of the standard and `id`, `ext`,
`external_ids`; columns of `_meta` are written and, when read, passed over.
"""

from jjm.registry.formats.model import Chunk, Format, columns_of, format_named, meta_columns
from jjm.registry.formats.readers import read_chunks
from jjm.registry.formats.writers import Writer, open_writer

__all__ = [
    "Chunk",
    "Format",
    "Writer",
    "columns_of",
    "format_named",
    "meta_columns",
    "open_writer",
    "read_chunks",
]
