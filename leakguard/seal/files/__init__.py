"""Seals for files: what they are, by inode, name and content; who opens them, in this process or another."""

from __future__ import annotations

from leakguard.seal.files.sealing import PathSeal, seal_paths

__all__ = ["PathSeal", "seal_paths"]
