"""What others would have to do at least, each in a process of its own.

usage: python benchmarks/floor.py hash FOLDER   read and hash all Python files of a tree
       python benchmarks/floor.py parse LIST    parse the files that LIST names, one a row, with libcst
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress


def hash_files(folder: str) -> None:
    """Read and hash, with the imports that any command line here needs."""
    import tomllib  # noqa: F401

    import click  # noqa: F401

    for above, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".py", ".pyi", ".ipynb")):
                with open(os.path.join(above, name), "rb") as stream:
                    hashlib.blake2b(stream.read(), digest_size=16).hexdigest()


def parse_files(listed: str) -> None:
    """Parse, and do nothing with the trees."""
    import libcst as cst

    with open(listed, encoding="utf-8") as stream:
        files = stream.read().splitlines()
    for file in files:
        with open(file, "rb") as stream_of_file, suppress(cst.ParserSyntaxError, UnicodeDecodeError):
            cst.parse_module(stream_of_file.read())


if __name__ == "__main__":
    {"hash": hash_files, "parse": parse_files}[sys.argv[1]](sys.argv[2])
