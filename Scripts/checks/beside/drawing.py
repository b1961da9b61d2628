"""Codes drawn by segno and read back by zxing-cpp, neither of which knows the other."""

import dataclasses
import io

import segno
import zxingcpp
from PIL import Image


@dataclasses.dataclass
class Told:
    """A code's text, and what it tells by an independent reader's word."""

    kind: str
    text: "str | bytes"
    #: What the summary has to say, and may not say.
    says: list
    hides: list = dataclasses.field(default_factory=list)


def drawn_and_read(text):
    """The bytes of a text after it was drawn and read."""
    picture = io.BytesIO()
    segno.make(text, error="l", micro=False).save(picture, kind="png", scale=4, border=4)
    found = zxingcpp.read_barcodes(Image.open(picture))
    return bytes(found[0].bytes) if len(found) == 1 else None
