"""What a document is, told by its own bytes; where and when a photo was taken; a copy that tells neither. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import puremagic
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from jjm.kit import Fault, Problem

PHOTOS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MOST: Mapping[str, int] = {**dict.fromkeys(PHOTOS, 10 << 20), "application/pdf": 10 << 20, "video/mp4": 40 << 20}
"""The types that are taken, with the bytes that one may have."""
LARGEST = max(MOST.values())
_PIXELS = 60_000_000
_MP4 = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Looked:
    """A document that was looked at: its type, where (longitude, latitude) and when a photo says it was taken, and the
    copy without that; None where it is no photo."""

    type: str
    position: tuple[float, float] | None = None
    taken_at: datetime | None = None
    clean: bytes | None = None


def look(content: bytes) -> Looked:
    """Look at a document. Raises Problem 415 `document-type`, 413 `body-too-large`, 422 `document-broken`."""
    type = _sniffed(content)
    if len(content) > MOST[type]:
        detail = f"A document of the type {type} has at most {MOST[type]:,} bytes."
        raise Problem("body-too-large", 413, "The body is too large", detail)
    return _photo(content, type) if type in PHOTOS else Looked(type)


def _sniffed(content: bytes) -> str:
    try:
        head = content[:4096] + content[-1024:]
        type = puremagic.from_string(head, mime=True) if content else "nothing"  # pyright: ignore[reportUnknownMemberType]
    except puremagic.PureError:
        type = "something unknown"
    if type in MOST:
        return type
    if content[4:8] == b"ftyp" and content[8:12] in _MP4:
        return "video/mp4"
    fault = Fault(f"the bytes are {type}", f"Send one of: {', '.join(MOST)}.", "")
    raise Problem("document-type", 415, "This kind of file is not taken", "The type is told by the bytes.", [fault])


def _photo(content: bytes, type: str) -> Looked:
    try:
        with Image.open(BytesIO(content), formats=[PHOTOS[type]]) as opened:
            if opened.width * opened.height > _PIXELS:
                raise _broken(f"It has more than {_PIXELS:,} pixels.")
            opened.load()
            exif = opened.getexif()
            position, taken_at = _position(exif.get_ifd(ExifTags.IFD.GPSInfo)), _taken(exif)
            upright = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _broken("It does not open as a picture.") from error
    # Everything beside the picture itself goes: EXIF, XMP, comments, profiles.
    upright.info.clear()
    plain = upright if upright.mode in ("RGB", "L") or type == "image/png" else upright.convert("RGB")
    out = BytesIO()
    plain.save(out, PHOTOS[type], **({} if type == "image/png" else {"quality": _QUALITY}))
    return Looked(type, position, taken_at, out.getvalue())


def _broken(reason: str) -> Problem:
    return Problem("document-broken", 422, "The document cannot be used", reason)


def _position(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, to a metre; None where the photo does not say, or says what cannot be."""
    tags = ExifTags.GPS
    try:
        north = _degrees(gps[tags.GPSLatitude]) * (-1 if str(gps[tags.GPSLatitudeRef]).upper() == "S" else 1)
        east = _degrees(gps[tags.GPSLongitude]) * (-1 if str(gps[tags.GPSLongitudeRef]).upper() == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    return (round(east, 5), round(north, 5)) if abs(east) <= 180 and abs(north) <= 90 else None


def _degrees(parts: Any) -> float:
    whole, minutes, seconds = (float(part) for part in parts)
    return whole + minutes / 60 + seconds / 3600


def _taken(exif: Image.Exif) -> datetime | None:
    """When a photo was taken; by Indian time where it names no zone of its own."""
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    said = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        at = datetime.strptime(str(said)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=_zone(inner))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(inner: Mapping[int, Any]) -> timezone:
    text = str(inner.get(ExifTags.Base.OffsetTimeOriginal) or "+05:30")
    hours, minutes = int(text[1:3]), int(text[4:6])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))
