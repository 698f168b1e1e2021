"""Photos for tests, as a telephone takes them: with the place in them."""

from __future__ import annotations

from io import BytesIO

from PIL import ExifTags, Image


def photo_at(north: float, east: float) -> bytes:
    """A small photo that says where it was taken."""
    image = Image.new("RGB", (64, 48), (20, 90, 160))
    exif = image.getexif()
    place = {1: "N", 2: (north, 0.0, 0.0), 3: "E", 4: (east, 0.0, 0.0)}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()
