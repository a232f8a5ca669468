"""Answers a page can check without showing them: a text goes in; its seal, and words only this text opens, come out.

The seal is a part of PBKDF2 (HMAC-SHA-256) of the text's canonical form; what is hidden is added to a stream made from the rest of it. Few
texts are possible answers, so whoever tries them all finds the right one; it only cannot be read off the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import pbkdf2_hmac, sha256
from typing import NamedTuple

ROUNDS = 300
"""What one try costs. Every mistake of every answer is a seal to be made, so it cannot be much."""
SHOWN = 8
"""Bytes of the digest that stand in the page; the others are the key."""


class Seal(NamedTuple):
    """What a text is known by, and the key to what is hidden under it."""

    tag: str
    key: bytes

    def hide(self, words: str) -> str:
        """The words as hexadecimal digits that the key turns back."""
        plain = words.encode()
        return bytes(one ^ other for one, other in zip(plain, self._stream(), strict=False)).hex()

    def _stream(self) -> Iterator[int]:
        count = 0
        while True:
            yield from sha256(self.key + count.to_bytes(4, "big")).digest()
            count += 1


def seal(text: str, salt: str, rounds: int = ROUNDS) -> Seal:
    """The seal of a text; another salt, another seal."""
    digest = pbkdf2_hmac("sha256", text.encode(), salt.encode(), rounds)
    return Seal(digest[:SHOWN].hex(), digest[SHOWN:])


def canonical(number: str) -> str:
    """A printed number without what does not count: digits, and the power of ten of the last that is not 0."""
    sign, digits, exponent = Decimal(number).normalize().as_tuple()
    if digits == (0,):
        return "0"
    return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"
