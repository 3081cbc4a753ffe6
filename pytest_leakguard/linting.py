"""One test for each file that the linter checks: what it finds there fails."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakguard.discovery import Found
    from leakguard.report import Report


class Finding(pytest.fail.Exception):  # type: ignore[name-defined,misc]
    """Fails a test with the linter's findings."""

    __module__ = "builtins"

    def __init__(self, message: str) -> None:
        super().__init__(message, pytrace=False)


class Linting:
    """The files below some paths, which are checked together once the first of their tests runs."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raise UserError if the settings of the linter are wrong."""
        from leakguard.config import Configuration, Overrides
        from leakguard.discovery import discover

        self.warnings: list[str] = []
        configuration = Configuration(Overrides())
        self.settings = configuration.for_folder(Path.cwd())
        self.files: list[Found] = list(discover([str(path) for path in paths], configuration, self.warnings.append))

    @cached_property
    def report(self) -> Report:
        """What is found in all files, and is in no baseline."""
        from leakguard.acceptance import check_new

        if self.settings.baseline is None:
            return self._checked(self.files)
        return check_new(self.files, self._checked, self.settings.baseline, "baseline", self.warnings.append)

    def _checked(self, files: Iterable[Found]) -> Report:
        from leakguard.cache.memory import Memory
        from leakguard.cache.place import cache_folder
        from leakguard.runner import Means, check_files

        folder = cache_folder(self.settings.cache_dir)
        memory = Memory(folder, self.settings.root, {}) if folder else None
        return check_files(files, self.warnings.append, Means(memory))

    def of(self, shown: str) -> str:
        """Return the findings in one file as `leakguard check` shows them; "" for none."""
        from leakguard.report import Report
        from leakguard.reporters import concise, full

        found = [one for one in self.report.diagnostics if one.place.filename == shown]
        if not found:
            return ""
        one = Report(checked=1, diagnostics=found, sources=self.report.sources)
        first = concise.render(one, color=False).partition("\n")[0]
        return f"{first}\n\n{full.render(one, color=False)}"


class LintedFile(pytest.File):
    """A file under check."""

    def collect(self) -> Iterator[pytest.Item]:
        yield from ()


class LintItem(pytest.Item):
    """The test of one file."""

    def __init__(self, *, linting: Linting, found: Found, **given: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**given)
        self._linting = linting
        self._found = found

    def runtest(self) -> None:
        """Check the file, with all others of the run."""
        if text := self._linting.of(self._found.shown):
            raise Finding(text.rstrip("\n"))

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"leakguard check {self._found.shown}"


def items(session: pytest.Session, paths: Sequence[Path]) -> list[pytest.Item]:
    """Return the tests of all files that the linter checks below the paths."""
    from leakguard.errors import UserError

    try:
        linting = Linting(paths)
    except UserError as error:
        raise pytest.UsageError(f"--leakguard-check: {error}") from error
    if not linting.files:
        told = "; ".join(["no file to check", *linting.warnings])
        raise pytest.UsageError(f"--leakguard-check {' '.join(map(str, paths))}: {told}")
    return [
        LintItem.from_parent(
            LintedFile.from_parent(session, path=found.path), name="leakguard", linting=linting, found=found
        )
        for found in linting.files
    ]
