"""`[tool.leakguard]`: finds it, checks it, and lays the command line's options over it."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from leakguard.configtable import ConfigError, read_table
from leakguard.diagnostic import Confidence
from leakguard.knowledge.own import absolute
from leakguard.patterns import Patterns, is_pattern
from leakguard.semantic.options import AnalysisOptions
from leakguard.spelling import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
FILE_NAME = "pyproject.toml"
_TOOL = "leakguard"


@dataclass(frozen=True, slots=True)
class Selectors:
    """Rule selectors as one place gives them; `origin` names the place for messages."""

    origin: str
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set, for the files that one configuration covers."""

    origin: str  # the file that says so, for messages
    root: Path  # what `per_file_ignores` is relative to
    selectors: tuple[Selectors, ...] = ()
    preview: bool = False
    exclude: tuple[Patterns, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    min_confidence: Confidence = Confidence.MEDIUM
    output_format: str = "full"
    baseline: Path | None = None
    cache_dir: Path | None = None
    documentation_url: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    show_fixes: bool = False
    openings_budget: int | None = None  # these two are read by the seals, which do not load the linter
    openings_file: str | None = None
    analysis: AnalysisOptions = field(default_factory=AnalysisOptions)


class Overrides(NamedTuple):
    """What the command line says; None and () where it says nothing."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool | None = None
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool | None = None
    respect_gitignore: bool | None = None
    min_confidence: Confidence | None = None
    output_format: str | None = None
    baseline: str | None = None
    cache_dir: str | None = None
    no_baseline: bool = False
    documentation_url: str | None = None
    fix: bool | None = None
    unsafe_fixes: bool | None = None
    show_fixes: bool | None = None


class Configuration:
    """Answers which settings hold in a folder: those of the closest `pyproject.toml` that has the table."""

    def __init__(self, overrides: Overrides, file: Path | None = None, *, isolated: bool = False) -> None:
        """Raise ConfigError if `file`, which then holds everywhere, cannot be used."""
        self._overrides = overrides
        self._here = _current_folder()
        self._known: dict[Path, Settings] = {}
        self._everywhere: Settings | None = None
        if file is not None:
            self._everywhere = self._settings(file.absolute(), _table_of_file(file))
        elif isolated:
            self._everywhere = self._settings(None, {})

    def for_folder(self, folder: Path) -> Settings:
        """Return the settings for the files of an absolute folder; raises ConfigError."""
        if self._everywhere is not None:
            return self._everywhere
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def _find(self, folder: Path) -> Settings:
        file = folder / FILE_NAME
        table = _table_of_project(file) if os.path.isfile(file) else None
        if table is not None:
            return self._settings(file, table)
        if folder.parent == folder:
            return self._settings(None, {})
        return self.for_folder(folder.parent)

    def _settings(self, file: Path | None, table: Mapping[str, Any]) -> Settings:
        if file is None:
            return _settings({}, "defaults", self._here, self._overrides)
        return _settings(read_table(table, str(file)), str(file), file.parent, self._overrides)


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise ConfigError(f"the current folder cannot be used: {error.strerror}") from error


def written_in(settings: Settings) -> Mapping[str, Any]:
    """Return what the file behind settings says, as it stands there; nothing for the defaults."""
    file = Path(settings.origin)
    return _table_of_file(file) if file.is_absolute() else {}


def settings_from(table: Mapping[str, Any], origin: str = "settings") -> Settings:
    """Return the settings of a table such as `[tool.leakguard]`, and nothing else's; raises ConfigError."""
    return _settings(read_table(table, origin), origin, Path.cwd(), Overrides())


def _settings(values: Mapping[str, Any], origin: str, root: Path, given: Overrides) -> Settings:
    """Lay the command line over the values of a table."""
    settings = Settings(
        origin,
        root,
        selectors=(
            _selectors(values, origin),
            Selectors("command line", given.select, given.extend_select, given.ignore),
        ),
        exclude=_excludes(values, root, given),
        baseline=_baseline(values, root, given),
        cache_dir=_cache_dir(values, root, given),
        analysis=_analysis(values, root),
    )
    plain = (
        *("preview", "force_exclude", "respect_gitignore", "min_confidence", "output_format", "documentation_url"),
        *("fix", "unsafe_fixes", "show_fixes"),
    )
    unopposed = ("per_file_ignores", "openings_budget", "openings_file")
    overriding = {name: value for name in plain if (value := getattr(given, name)) is not None}
    settings = replace(settings, **_only(values, *plain, *unopposed) | overriding)
    _check_patterns(settings, given)
    return settings


def _analysis(values: Mapping[str, Any], root: Path) -> AnalysisOptions:
    """Return the options of the analysis; `final-evaluation` may stand at the top or in the table `knowledge`."""
    options = AnalysisOptions(**_only(values, *(field.name for field in fields(AnalysisOptions))))
    final = (*values.get("final_evaluation", ()), *options.knowledge.final)
    knowledge = replace(options.knowledge, final=tuple(absolute(place, str(root)) for place in final))
    gated = bool(options.test_paths) and ("final_evaluation" in values or bool(final))
    return replace(options, knowledge=knowledge, root=str(root), gated=gated)


def _check_patterns(settings: Settings, given: Overrides) -> None:
    globs = [glob for patterns in settings.exclude for glob in patterns.globs]
    globs += [glob for glob in settings.analysis.test_paths if "://" not in glob]
    for glob in (*globs, *(glob for glob, _ in settings.per_file_ignores)):
        if not is_pattern(glob):
            origin = "command line" if glob in given.exclude + given.extend_exclude else settings.origin
            raise ConfigError(f"{origin}: `{glob}` is no path pattern in the syntax of .gitignore")


def _selectors(values: Mapping[str, Any], origin: str) -> Selectors:
    return Selectors(origin, **_only(values, "select", "extend_select", "ignore"))


def _excludes(values: Mapping[str, Any], root: Path, given: Overrides) -> tuple[Patterns, ...]:
    here = Path.cwd()
    first = Patterns(here, given.exclude) if given.exclude else Patterns(root, values.get("exclude", DEFAULT_EXCLUDE))
    further = Patterns(root, values.get("extend_exclude", ())), Patterns(here, given.extend_exclude)
    return tuple(patterns for patterns in (first, *further) if patterns.globs)


def _baseline(values: Mapping[str, Any], root: Path, given: Overrides) -> Path | None:
    if given.no_baseline:
        return None
    if given.baseline is not None:
        return Path(given.baseline).absolute()
    return root / values["baseline"] if "baseline" in values else None


def _cache_dir(values: Mapping[str, Any], root: Path, given: Overrides) -> Path | None:
    if given.cache_dir:
        return Path(given.cache_dir).absolute()
    if "cache_dir" not in values:
        return None
    folder = root / str(values["cache_dir"])
    # The project may be somebody else's, and must not choose where on this machine files come to be.
    if not _is_within(folder, root):
        raise ConfigError(
            f"{root / FILE_NAME}: [tool.{_TOOL}] `cache-dir`: {values['cache_dir']!r} is outside of the project; "
            "name such a folder by --cache-dir or LEAKGUARD_CACHE_DIR"
        )
    return folder


def _is_within(path: Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _table_of_project(file: Path) -> Mapping[str, Any] | None:
    """Return the table of a `pyproject.toml`, or None if it has none; raises ConfigError."""
    text = _read(file)
    if _TOOL not in text:  # saves the parsing, and pardons what is wrong elsewhere
        return None
    match _parse(text, file):
        case {"tool": {"leakguard": table}}:
            return _checked_table(table, file)
        case _:
            return None


def _table_of_file(file: Path) -> Mapping[str, Any]:
    """Return the settings of a file that was named: its `[tool.leakguard]`, or all of it; raises ConfigError."""
    document = _parse(_read(file), file)
    match document:
        case {"tool": {"leakguard": table}}:
            return _checked_table(table, file)
        case _ if file.name == FILE_NAME:
            raise ConfigError(f"{file}: no table [tool.leakguard]")
        case _:
            return document


def _checked_table(table: object, file: Path) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.leakguard: expected a table, got {kind_of(table)}")
    return table


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{file}: cannot read the configuration: {reason}") from error


def _parse(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
