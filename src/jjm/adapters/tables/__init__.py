"""The one tolerant reader behind all adapters: it takes a table as it comes and says what it saw."""

from jjm.adapters.tables.columns import Column, Columns, fold
from jjm.adapters.tables.headings import joined
from jjm.adapters.tables.reader import Row, Table, open_table, read_rows
from jjm.adapters.tables.values import census, clean, code, count, day, lakh, number, text

__all__ = [
    "Column",
    "Columns",
    "Row",
    "Table",
    "census",
    "clean",
    "code",
    "count",
    "day",
    "fold",
    "joined",
    "lakh",
    "number",
    "open_table",
    "read_rows",
    "text",
]
