"""The part of uharfbuzz that the node uses, typed."""

from enum import IntFlag

class Blob:
    data: bytes
    def __init__(self, data: bytes) -> None: ...

class Face:
    upem: int
    blob: Blob
    unicodes: set[int]
    def __init__(self, blob: Blob) -> None: ...

class Font:
    def __init__(self, face: Face) -> None: ...
    def get_glyph_h_advance(self, gid: int) -> int: ...

class GlyphInfo:
    codepoint: int
    cluster: int

class GlyphPosition:
    x_advance: int
    x_offset: int
    y_offset: int

class Buffer:
    direction: str
    script: str
    language: str
    glyph_infos: list[GlyphInfo]
    glyph_positions: list[GlyphPosition]
    def add_str(self, text: str) -> None: ...
    def guess_segment_properties(self) -> None: ...

def shape(font: Font, buffer: Buffer) -> None: ...

class SubsetFlags(IntFlag):
    DEFAULT = 0
    NO_HINTING = 1
    RETAIN_GIDS = 2
    NOTDEF_OUTLINE = 64
    NO_LAYOUT_CLOSURE = 512

class SubsetInput:
    glyph_set: set[int]
    drop_table_tag_set: set[int]
    flags: SubsetFlags

class SubsetPlan:
    old_to_new_glyph_mapping: dict[int, int]
    def __init__(self, face: Face, input: SubsetInput) -> None: ...
    def execute(self) -> Face: ...
