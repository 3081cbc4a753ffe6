"""Source trees to measure on: the newest source distributions of some projects, fetched from where pip would look."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from html import unescape
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECTS = ("scikit-learn", "optuna", "django", "pandas", "homeassistant")
_LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>([^<]+)</a>')
_SDIST = re.compile(r"^(?P<project>.*?)-(?P<version>\d[^-]*)\.tar\.gz$")


@dataclass(frozen=True, slots=True)
class Tree:
    """A project's unpacked source distribution, and what its Python files hold."""

    project: str
    path: Path
    files: tuple[str, ...]
    lines: int


def tree(project: str, folder: Path) -> Tree:
    """Return a project's tree, fetched into the folder unless it lies there already."""
    path = _unpacked(project, folder) or _fetched(project, folder)
    files = tuple(sorted(map(str, path.rglob("*.py"))))
    return Tree(project, path, files, sum(_lines(file) for file in files))


def _lines(file: str) -> int:
    with open(file, "rb") as stream:
        return stream.read().count(b"\n")


def _unpacked(project: str, folder: Path) -> Path | None:
    found = (path for path in sorted(folder.glob("*-*")) if _normal(path.name.rpartition("-")[0]) == project)
    return next((path for path in found if path.is_dir()), None)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _fetched(project: str, folder: Path) -> Path:
    address = max(_sdists(project))[1]
    print(f"fetching {address.rpartition('/')[2].partition('#')[0]}", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(_read(address)[0])) as archive:
        archive.extractall(folder, filter="data")
    path = _unpacked(project, folder)
    if path is None:
        raise SystemExit(f"the source distribution of {project} holds no folder of its name")
    return path


def _sdists(project: str) -> Iterator[tuple[object, str]]:
    """Yield version and address of each released source distribution."""
    version = import_module("pip._vendor.packaging.version").Version
    page = urljoin(f"{_index().rstrip('/')}/", f"{project}/")
    for name, address in _files(page):
        found = _SDIST.match(name)
        if found and not version(found["version"]).is_prerelease:
            yield version(found["version"]), address


def _files(page: str) -> list[tuple[str, str]]:
    data, kind = _read(page)
    if "json" in kind:
        return [(file["filename"], urljoin(page, file["url"])) for file in json.loads(data)["files"]]
    return [(name, urljoin(page, unescape(address))) for address, name in _LINK.findall(data.decode())]


def _read(address: str) -> tuple[bytes, str]:
    accepted = "application/vnd.pypi.simple.v1+json, text/html;q=0.1, */*;q=0.01"
    with urlopen(Request(address, headers={"Accept": accepted})) as answer:  # noqa: S310 - pip's own index
        return answer.read(), answer.headers.get("content-type", "")


def _index() -> str:
    """Return the package index that pip would ask: by the environment, its configuration, or its default."""
    if named := os.environ.get("PIP_INDEX_URL"):
        return named
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    return configured or str(import_module("pip._internal.models.index").PyPI.simple_url)
