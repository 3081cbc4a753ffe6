"""`python -m leakguard`."""

import sys

if __name__ == "__main__":
    # `-m` puts the current folder first on the path: a `yaml.py` of the checked code would be imported, and run.
    if not sys.flags.safe_path:
        del sys.path[0]
    from leakguard.cli import main

    sys.exit(main())
