"""Checks the examples that scikit-learn ships, and prints every finding with its source line, for reading.

Without an argument it fetches the source distribution of VERSION with pip; a folder as argument holds examples that are
already there.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
PROJECT = "scikit-learn"
VERSION = "1.9.1"
SHA256 = "629cada3e33e2b9bf376cdc7614a47a4140b8aedc1d836579e359736fbd82977"


def fetch(folder: Path) -> Path:
    """Download the source distribution, check its digest and return the path of the archive.

    `pip download` would also ask the project's build system for metadata, which needs a compiler; pip's own finder
    and downloader don't. They are pip's internals, so this may need a change with a new pip.
    """
    from pip._internal.commands import create_command
    from pip._internal.network.download import Downloader
    from pip._vendor.packaging.specifiers import SpecifierSet

    command: Any = create_command("download")
    options, _ = command.parse_args(["--no-binary", ":all:", f"{PROJECT}=={VERSION}"])
    with command.main_context():
        session = command._build_session(options)  # noqa: SLF001 - see above
        finder = command._build_package_finder(options, session, ignore_requires_python=True)  # noqa: SLF001
        candidate = finder.find_best_candidate(PROJECT, SpecifierSet(f"=={VERSION}")).best_candidate
        if candidate is None:
            sys.exit(f"no source distribution of {PROJECT} {VERSION} was found; is a package index configured for pip?")
        archive, _ = Downloader(session, "off")(candidate.link, str(folder))
    found = hashlib.sha256(Path(archive).read_bytes()).hexdigest()
    if found != SHA256:
        sys.exit(f"{Path(archive).name} has the digest {found}, expected {SHA256}")
    return Path(archive)


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the archive's examples and return their folder."""
    with tarfile.open(archive) as tar:
        top = tar.getnames()[0].partition("/")[0]
        members = [member for member in tar.getmembers() if member.name.startswith(f"{top}/examples/")]
        tar.extractall(folder, members, filter="data")
    return folder / top / "examples"


def findings_in(folder: Path) -> list[dict[str, Any]]:
    """Let `leakguard check` judge a folder; raises RuntimeError if it could not."""
    command = [sys.executable, "-m", "leakguard", "check", "--isolated", "--output-format", "json", "."]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}  # this checkout, whatever is installed
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 1) or done.stderr:
        raise RuntimeError(f"leakguard ended with {done.returncode}: {done.stderr}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def report(folder: Path) -> None:
    """Print each finding with its line and its path, and the counts."""
    found = findings_in(folder)
    for one in found:
        row = one["location"]["row"]
        print(f"{one['filename']}:{row}: {one['name']} ({one['severity']}, {one['confidence']}): {one['message']}")
        print(f"    {source_line(folder, one['filename'], row)}")
        for note in one["notes"]:
            at = note["location"]["row"]
            print(f"      {at}: {note['message']}: {source_line(folder, note['filename'], at)}")
    for name, count in Counter(one["name"] for one in found).most_common():
        print(f"{count:4d} {name}")
    checked = sum(1 for _ in folder.rglob("*.py"))
    print(f"{len(found):4d} findings in {len({one['filename'] for one in found})} of {checked} files")


def source_line(folder: Path, filename: str, row: int) -> str:
    return (folder / filename).read_text(encoding="utf-8").splitlines()[row - 1].strip()


def main() -> None:
    if len(sys.argv) > 1:
        report(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report(unpack(fetch(folder), folder))


if __name__ == "__main__":
    main()
