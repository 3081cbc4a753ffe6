"""`python -m leakguard`."""

import os
import sys
from contextlib import suppress


def _without_current_folder() -> None:
    """Take back what `-m` has put first on the path: a `yaml.py` of the checked code would be imported, and run."""
    with suppress(OSError):  # a current folder that is gone
        if not sys.flags.safe_path and sys.path[0] in {"", os.getcwd()}:
            del sys.path[0]


if __name__ == "__main__":
    _without_current_folder()
    from leakguard.cli import main

    sys.exit(main())
