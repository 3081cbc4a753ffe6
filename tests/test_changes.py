"""Fragments of the changelog have names and texts that a release can put together."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "changes"
_NAME = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md")


def test_names_and_texts() -> None:
    fragments = [path for path in _FOLDER.iterdir() if path.name != "README.md"]
    for path in fragments:
        text = path.read_text("utf-8")
        assert _NAME.fullmatch(path.name), path.name
        assert text.strip().endswith("."), path.name
        assert "\n" not in text.strip(), f"{path.name}: one paragraph, in one row"
