"""What a program is told from outside: files of settings, environment variables, options of a command line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from leakguard.semantic import hydra
from leakguard.semantic.call import Arguments, function
from leakguard.semantic.files import text_of
from leakguard.semantic.settings_files import read_settings, told_text
from leakguard.semantic.values import Const, Data, Library, Mapping, Sequence, Value, constant, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

PARSED = "<parsed>"  # of a parser: the options that it gives
OPTIONS = "<options>"  # of what a decorator gives: defaults for the parameters of the function below it
FIRST = "<first>"  # the same for its first parameter, whatever that is called
_LOADERS = (
    "json.load",
    "json.loads",
    "tomllib.load",
    "tomllib.loads",
    "tomli.load",
    "tomli.loads",
    "toml.load",
    "toml.loads",
    "yaml.load",
    "yaml.safe_load",
    "yaml.full_load",
    "yaml.unsafe_load",
    "omegaconf.OmegaConf.load",
    "ruamel.yaml.YAML().load",
)
_RECORDS = (
    "omegaconf.OmegaConf.create",
    "omegaconf.OmegaConf.to_container",
    "omegaconf.DictConfig",
    "box.Box",
    "addict.Dict",
    "attrdict.AttrDict",
    "dotmap.DotMap",
)
_PARSERS = ("add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser")


def _reading(name: str, machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    source = next(iter([*given, *named.values()]), Data())
    found = read_settings(machine, text_of(source))
    return _unread(name, machine, node, given, named) if found is None else found


def _unread(name: str, machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    """What the call gives where no file of settings is behind it."""
    from leakguard.semantic.calls import known_call

    return known_call(machine, node, Library(name), given, named)


def _recording(name: str, machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    match given[:1]:
        case [Data(told=True) as value]:
            return value
        case [Mapping() as value]:
            return _as_record(value)
        case _:
            return _unread(name, machine, node, given, named)


for _name in _LOADERS:
    function(_name)(partial(_reading, _name))
for _name in _RECORDS:
    function(_name)(partial(_recording, _name))


@function("ruamel.yaml.YAML")
def _ruamel(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, given, named
    return Library("ruamel.yaml.YAML()")


def _as_record(value: Mapping) -> Value:
    entries = {
        key: _as_record(item) if isinstance(item, Mapping) else item
        for key, item in value.entries.items()
        if isinstance(key, str)
    }
    return Data(origin_of(value), attributes=entries, told=True)


@function("os.getenv", "os.environ.get", "os.environ.setdefault")
def _environment(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    default = given[1] if len(given) > 1 else named.get("default")
    name = constant(given[0] if given else None)
    return _default(machine, default, f"the default of the environment variable {name}") or Data()


@function("decouple.config", "environ.Env()")
def _decoupled(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    name = constant(given[0] if given else None)
    return _default(machine, named.get("default"), f"the default of the environment variable {name}") or Data()


def _default(machine: Machine, value: Value | None, origin: str) -> Value | None:
    """A default that names a file, or several; None where nothing is known."""
    match value:
        case Const(value=str(text)):
            return told_text(machine, text, origin)
        case Sequence(items=[_, *_] as items, rest=None):
            found = [_default(machine, item, origin) for item in items]
            known = [item for item in found if item is not None]
            return Sequence(known, value.kind) if len(known) == len(items) else None
        case Data(paths=[_, *_]):
            return value
        case _:
            return None


@function("argparse.ArgumentParser", "configargparse.ArgumentParser", "configargparse.ArgParser")
def _parser(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, given, named
    return Data(attributes={PARSED: Data(attributes={}, told=True)}, told=True)


@function("configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser")
def _config_parser(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, given, named
    return Data(attributes={}, told=True)


def settings_method(
    machine: Machine, receiver: Data, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    """A method of a parser or of settings that were read; None if it is none that matters."""
    held = receiver.attributes
    if held is None:
        return None
    parsed = held.get(PARSED)
    if isinstance(parsed, Data) and parsed.attributes is not None:
        return _of_parser(machine, receiver, parsed, name, given, named)
    match name:
        case "read" if not held:
            return _read_ini(machine, receiver, given, named)
        case "get":
            return _entry(receiver, given)
        case "items" if not given and held:
            pairs: list[Value] = [Sequence([Const(key), value], "tuple") for key, value in held.items()]
            return Sequence(pairs, rest=Sequence([Data(), Data()], "tuple"))
        case "values" if not given and held:
            return Sequence(list(held.values()), rest=Data())
        case _:
            return None


def _entry(receiver: Data, given: Arguments) -> Value | None:
    """`cfg.get("test", default)`, or of a ConfigParser `cfg.get("data", "test")`."""
    found: Value | None = receiver
    for key in map(constant, given):
        below = found.attributes if isinstance(found, Data) else None
        if below is None or not isinstance(key, str) or key not in below:
            break
        found = below[key]
    return None if found is receiver else found


def _read_ini(machine: Machine, receiver: Data, given: Arguments, named: dict[str, Value]) -> Value:
    from leakguard.semantic.iteration import elements

    source = next(iter([*given, *named.values()]), Data())
    for one in elements(machine, source)[0] if isinstance(source, Sequence) else [source]:
        found = read_settings(machine, text_of(one))
        if isinstance(found, Data) and found.attributes:
            receiver.attributes = {**(receiver.attributes or {}), **found.attributes}
    return Data()


def _of_parser(
    machine: Machine, receiver: Data, parsed: Data, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    match name:
        case "add_argument":
            _add_option(machine, parsed, given, named)
            return Data()
        case "set_defaults":
            for option, value in named.items():
                _set_option(machine, parsed, option, value, "set_defaults()")
            return Data()
        case "parse_args":
            return parsed
        case "parse_known_args":
            return Sequence([parsed, Data()], "tuple")
        case _ if name in _PARSERS:
            return receiver
        case _:
            return None


def _add_option(machine: Machine, parsed: Data, given: Arguments, named: dict[str, Value]) -> None:
    flags = [str(constant(flag)) for flag in given]
    if not flags or "default" not in named:
        return
    name = constant(named.get("dest"))
    if not isinstance(name, str):
        name = next((flag for flag in flags if flag.startswith("--")), flags[0]).lstrip("-").replace("-", "_")
    _set_option(machine, parsed, name, named["default"], f"the default of {flags[0]}")


def _set_option(machine: Machine, parsed: Data, name: str, value: Value, origin: str) -> None:
    found = _default(machine, value, origin)
    if found is not None and parsed.attributes is not None:
        parsed.attributes[name] = found


@function("click.option", "click.argument", "rich_click.option")
def _click(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    flags = [str(constant(flag)) for flag in given if isinstance(constant(flag), str)]
    if not flags:
        return Data()
    long = [flag for flag in flags if flag.startswith("--")] or flags
    name = next((flag for flag in flags if not flag.startswith("-")), long[0].partition("/")[0]).lstrip("-")
    found = _default(machine, named.get("default"), f"the default of {long[0]}")
    return Data(attributes={OPTIONS: Mapping({name.replace("-", "_").lower(): found})}, told=True) if found else Data()


@function("typer.Option", "typer.Argument")
def _typer(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    return _default(machine, given[0] if given else named.get("default"), "the default of an option") or Data()


@function("hydra.main")
def _hydra(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    found = hydra.composed(machine, _word(named, given, "config_path", 0), _word(named, given, "config_name", 1))
    return Data(attributes={FIRST: found}, told=True) if found is not None else Data()


@function("hydra.initialize", "hydra.initialize_config_dir")
def _hydra_initialize(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    machine.hydra = _word(named, given, "config_path", 0) or _word(named, given, "config_dir", 0)
    return Data()


@function("hydra.compose")
def _hydra_compose(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    return hydra.composed(machine, machine.hydra, _word(named, given, "config_name", 0)) or Data()


def _word(named: dict[str, Value], given: Arguments, name: str, place: int) -> str:
    value = named.get(name) or (given[place] if len(given) > place else None)
    known = constant(value)
    return known if isinstance(known, str) else ""


def defaults_of(decorator: Value, names: list[str]) -> dict[str, Value]:
    """The defaults that a decorator gives for parameters of the function below it."""
    match decorator:
        case Data(attributes={"<options>": Mapping(entries=entries)}):
            return {name: value for name, value in entries.items() if isinstance(name, str) and name in names}
        case Data(attributes={"<first>": value}) if names:
            return {names[0]: value}
        case _:
            return {}
