"""What `leakguard check` does with `--fix` and `--diff`: fixes are applied, shown, and counted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from leakguard.console import say, warn, write
from leakguard.fixing import write_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.config import Settings
    from leakguard.fixing import Fixing


def show(fixing: Fixing) -> int:
    """Write the difference to standard output, and how many fixes it stands for to standard error."""
    from leakguard.differences import diff
    from leakguard.reporters.terminal import visible_rows

    for one in fixing.changed:
        write(visible_rows("".join(diff(one.found.shown, one.before, one.after))))
    count = fixing.report.fixed_count()
    say(f"would fix {count} problem{'' if count == 1 else 's'}; {len(fixing.report.diagnostics)} would be left")
    return max(int(bool(fixing.changed)), fixing.report.exit_code() if _is_broken(fixing) else 0)


def _is_broken(fixing: Fixing) -> bool:
    """Whether a file could not be looked at, so that nothing is known of its fixes."""
    return any(one.name in {"syntax-error", "unreadable-file", "internal-error"} for one in fixing.report.diagnostics)


def apply(fixing: Fixing, settings: Settings, text: str, send: Callable[[str], None], *, to_file: bool) -> int:
    """Write the fixed files, and the report on what is left; standard input comes back on standard output."""
    from leakguard.reporters.fixes import fixed_list

    given = next((one for one in fixing.files if one.found.data is not None), None)
    done = True if given else write_files(fixing, warn)
    listed = settings.show_fixes and settings.output_format in {"full", "concise"}
    text = (fixed_list(fixing.report) if listed else "") + text
    if given is not None:
        sys.stdout.buffer.write(given.after)
        sys.stdout.flush()
    if given is not None and not to_file:
        sys.stderr.write(text)
    else:
        send(text)
    return fixing.report.exit_code() if done else max(fixing.report.exit_code(), 1)
