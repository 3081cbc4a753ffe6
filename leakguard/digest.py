"""Short digests of contents and settings."""

from __future__ import annotations

try:  # `hashlib` loads OpenSSL too, which takes a twentieth of a short run
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


def digest_of(data: bytes, size: int = 16) -> str:
    """Return `size` bytes, in hexadecimal digits, that stand for the content (BLAKE2b, RFC 7693)."""
    return blake2b(data, digest_size=size).hexdigest()
