"""Puts files back to where they were once the process that moved them aside has ended, however it ended.

Run as a script of its own, without the package: reads a pair of names in JSON from each line of standard input, waits
for its end, which comes with the end of the other process, and then moves back what is still aside.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys


def put_back(hidden: str, original: str) -> bool:
    """Move a file back unless it is back already; return False, with both kept, if another has taken its place."""
    try:
        os.link(hidden, original)  # unlike a renaming, this replaces nothing
    except FileNotFoundError:
        return True
    except FileExistsError:
        if not os.path.samefile(hidden, original):
            return False
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EMLINK}:
            raise
        if os.path.lexists(original):  # on a file system without links there is no better way
            return False
        os.rename(hidden, original)
        return True
    os.unlink(hidden)
    return True


def _main() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.close()
    for hidden, original in [json.loads(line) for line in sys.stdin if line.endswith("\n")]:
        with contextlib.suppress(OSError):  # the next ones still count; the hidden name says what it is
            put_back(hidden, original)


if __name__ == "__main__":
    _main()
