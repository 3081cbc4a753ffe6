"""What calls do with the name of a file that they are handed: read it, write it, or nothing that matters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.networks import last_name
from leakguard.semantic.text import text
from leakguard.semantic.values import Bound, Data, Library, Value, constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.syntax import Call

_READS = re.compile(
    r"(?:^|_)(?:im|wav)?(?:read|load|open|scan|parse|connect|fetch)(?:er|s)?(?:_|$)|^(?:from_|load|read|scan|open)"
    r"|genfromtxt|fromfile|memmap",
)
_WRITES = re.compile(
    r"^_?(?:to_(?!tensor|device)|im)?(?:save|dump|write|export|store|append_to|serialize)|^to_|download|urlretrieve|^extract"
    r"|(?:Writer|Logger|Handler|Checkpoint)$",
    re.IGNORECASE,
)
_WRITING_MODE = re.compile(r"[wax][bt+]*(?::\w*)?")
_ANY_WRITING = frozenset("savefig imsave imwrite savetxt savez savez_compressed savemat".split())
# Modules whose calls do nothing with a file but those that are called like a reader.
_QUIET = frozenset(
    "absl abc argparse attr attrs builtins click collections colorama contextlib copy dataclasses datetime enum "
    "fnmatch functools glob hashlib hydra inspect itertools logging loguru math matplotlib mock ntpath numpy omegaconf "
    "operator os pandas pathlib plotly posixpath pprint pydantic pydantic_settings pytest random re rich seaborn "
    "shutil sklearn string struct sys tempfile termcolor textwrap time tqdm traceback typer types typing unittest "
    "uuid warnings".split(),
)
_LOUD = frozenset(
    "os.system os.popen os.open os.rename os.replace os.renames os.link os.symlink os.startfile shutil.copy "
    "shutil.copy2 shutil.copyfile shutil.copytree shutil.move shutil.make_archive shutil.unpack_archive "
    "pandas.ExcelFile pandas.HDFStore pathlib.Path.open numpy.DataSource logging.config.fileConfig".split(),
)
_INSTANTIATE = "hydra.utils.instantiate"
_DEPTH = 6  # levels of settings
_PROCESS = re.compile(r"os\.(?:exec|spawn|posix_spawn)\w*")
# Methods and functions that are harmless whoever has them.
_HARMLESS = frozenset(
    "debug info warning warn error exception critical fatal log print echo secho print_exc rule success trace "
    "format join split rsplit strip lstrip rstrip startswith endswith lower upper title encode decode count "
    "find index partition rpartition match search fullmatch findall sub "
    "append extend insert add update setdefault get pop remove discard keys items values put appendleft union "
    "setattr getattr hasattr exists isfile isdir is_file is_dir mkdir makedirs touch unlink rmdir rmtree chmod stat "
    "lstat joinpath relative_to is_relative_to with_name with_suffix with_stem resolve absolute expanduser as_posix "
    "samefile basename dirname getsize getmtime normpath realpath abspath to_absolute_path "
    "log_param log_params log_metric log_metrics log_text log_dict log_hyperparams set_tag set_tags set_user_attr "
    "set_system_attr summary set_experiment start_run "
    "add_argument set_defaults option argument command parametrize setenv setattr patch skip skipif raises fail "
    "set_title suptitle xlabel ylabel set_xlabel set_ylabel text annotate legend set_label markdown caption header "
    "subheader write info set_description set_postfix "
    "glob rglob iglob get_file "
    "getLogger get_logger Namespace SimpleNamespace EasyDict Box Munch AttrDict DotMap DictConfig Bunch create "
    "deepcopy map imap starmap submit apply apply_async filter partial delayed config init put_nowait Event".split(),
)
_HARMLESS_ENDINGS = ("Error", "Exception", "Warning", "Config", "Settings", "Options", "Arguments", "Args")
_ASSERTS = re.compile(r"assert(?:[A-Z_]|$)")
_COPIES = frozenset("copy copy2 copyfile copytree move rename replace renames link symlink copyfileobj".split())
_DESTINATIONS = frozenset(
    "out output outfile out_file outpath out_path output_path output_file output_dir out_dir dst dest destination to "
    "target_path save_path save_to save_dir savepath logdir log_dir log_file cache_dir cache_subdir".split(),
)
_COMMANDS = frozenset(
    "system popen Popen run call check_call check_output getoutput getstatusoutput sql query execute executemany "
    "connect create_engine read_sql read_sql_query read_sql_table read_database raw_sql local".split(),
)
_PATH_METHODS = frozenset({"rename", "replace", "copy", "copy_into", "move", "move_into"})  # of a path, to elsewhere


@dataclass(frozen=True, slots=True)
class Callee:
    """What is called, by the names that tell what it does with a path."""

    label: str  # for people
    name: str  # the last name of it
    module: str = ""  # of a library's function

    @property
    def reads(self) -> bool:
        """Whether it is known to read what it is handed, rather than not known to be harmless."""
        known = loader.fact(self.module) if self.module else None
        return (known is not None and known.effect == "load") or _READS.search(self.name) is not None or self.is_command

    @property
    def is_command(self) -> bool:
        """Whether it is handed a text in a language of its own: a command, a query, an address."""
        return self.name in _COMMANDS

    @property
    def harmless(self) -> bool:
        """Whether it is known not to read the file."""
        if self.module in _LOUD or self.module == _INSTANTIATE or _PROCESS.fullmatch(self.module):
            return False
        if self.module and self.module.partition(".")[0] in _QUIET:
            return _READS.search(self.name) is None or self._only_asks
        if self.name in _HARMLESS or self.name.endswith(_HARMLESS_ENDINGS) or _ASSERTS.match(self.name):
            return True
        return self.name in _ANY_WRITING or _WRITES.search(self.name) is not None

    @property
    def _only_asks(self) -> bool:
        return self.module.startswith(("builtins.", "glob.")) and self.name != "open"

    def opens(self, positional: list[Value], keywords: dict[str, Value]) -> bool:
        """Whether a method of a path reads the file."""
        if self.name == "open":
            return not _is_writing(constant(keywords.get("mode") or next(iter(positional), None)))
        if self.name in _PATH_METHODS:
            return len(positional) == 1
        return self.name in {"read_text", "read_bytes", "hardlink_to"}

    def read(self, positional: list[Value], keywords: dict[str, Value]) -> Iterator[Value]:
        """The arguments that may be files to be read."""
        if self.module == _INSTANTIATE:  # made from settings, by whatever class these name
            yield from (found for value in positional for found in _leaves(value))
        mode = keywords.get("mode") or (positional[1] if len(positional) > 1 else None)
        if _is_writing(constant(mode)):
            return
        yield from positional[:1] if self.name in _COPIES else positional
        yield from (value for name, value in keywords.items() if name not in _DESTINATIONS)


def _leaves(value: Value, depth: int = _DEPTH) -> Iterator[Value]:
    """What settings hold in the end."""
    if isinstance(value, Data) and value.told and value.attributes and depth:
        for item in value.attributes.values():
            yield from _leaves(item, depth - 1)
    else:
        yield value


def _is_writing(mode: object) -> bool:
    return isinstance(mode, str) and _WRITING_MODE.fullmatch(mode) is not None


def callee(function: Value, node: Call) -> Callee:
    """What a call calls."""
    match function:
        case Library(name=name):
            return Callee(_short(name), name.rpartition(".")[2], name)
        case Bound(name=name):
            return Callee(name, name)
        case _:
            return Callee(last_name(node.function) or text(node.function), last_name(node.function))


def _short(name: str) -> str:
    root, _, last = name.rpartition(".")
    return last if root in {"", "builtins"} else f"{root.rpartition('.')[2]}.{last}"
