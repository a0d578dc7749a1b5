"""Help and errors of the command line in Chinese: the library writes them in English."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

import typer
from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

_CAUGHT: dict[str, Any] = {"standalone_mode": False}  # errors come to us
_HELP = "显示这个说明"
_CHINESE = re.compile("[一-龥]")
_QUOTED = re.compile(r"'([^']*)'|\(([^()]*)\)")
_WIDEST = 34  # columns of what is written, before its explanation goes below it


class Command(TyperCommand):
    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_page(self, ctx))


class Group(TyperGroup):
    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_page(self, ctx))

    def main(self, *args: Any, **extra: Any) -> Any:
        if not extra.pop("standalone_mode", True):
            return super().main(*args, **extra | _CAUGHT)
        try:
            code = super().main(*args, **extra | _CAUGHT)
        except TyperException as error:
            _end(error)
        except Abort:
            typer.echo("已中断", err=True)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def in_chinese(app: typer.Typer) -> None:
    """All commands of ``app`` and of the groups in it."""
    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance:
            in_chinese(group.typer_instance)


def _page(command: Any, ctx: Any) -> str:
    arguments, options = _parameters(command, ctx)
    parts = [f"用法：{_usage(command, ctx)}", (command.help or "").strip()]
    for title, rows in (
        ("参数", [(_name(one), _told(one)) for one in arguments]),
        ("选项", [(_written(one), _told(one)) for one in options]),
        ("命令", list(_commands(command, ctx))),
    ):
        if rows:
            parts.append("\n".join([f"{title}：", *_aligned(rows)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _usage(command: Any, ctx: Any) -> str:
    arguments, _ = _parameters(command, ctx)
    told = [_name(one) if one.required else f"[{_name(one)}]" for one in arguments]
    if isinstance(command, TyperGroup):
        told.append("命令")
    return " ".join([ctx.command_path, "[选项]", *told])


def _parameters(command: Any, ctx: Any) -> tuple[list[Any], list[Any]]:
    known = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    arguments = [one for one in known if one.param_type_name == "argument"]
    return arguments, [one for one in known if one.param_type_name != "argument"]


def _commands(command: Any, ctx: Any) -> Iterator[tuple[str, str]]:
    for name in command.list_commands(ctx) if isinstance(command, TyperGroup) else ():
        one = command.get_command(ctx, name)
        if one and not one.hidden:
            yield name, (one.help or "").strip().partition("\n")[0]


def _name(argument: Any) -> str:
    return f"{argument.metavar or argument.name}{'…' if argument.nargs != 1 else ''}"


def _written(option: Any) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    return names if option.is_flag or option.name == "help" else f"{names} {_kind(option)}"


def _kind(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    if choices := _choices(parameter):
        return "|".join(choices)
    return {"int": "数字", "float": "数字", "Path": "路径"}.get(_type(parameter), "文字")


def _choices(parameter: Any) -> list[str]:
    choices = parameter.type_descriptor.choices if hasattr(parameter, "type_descriptor") else ()
    return [str(getattr(one, "value", one)) for one in choices or ()]


def _type(parameter: Any) -> str:
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", str)
    return str(getattr(kind, "__name__", kind))


def _told(parameter: Any) -> str:
    if parameter.name == "help":
        return _HELP
    more = []
    if parameter.required:
        more.append("必写")
    if isinstance(parameter.envvar, str):
        more.append(f"环境变量 {parameter.envvar}")
    default = getattr(parameter.default, "value", parameter.default)
    if parameter.show_default and isinstance(default, str | int) and default not in ("", False):
        more.append(f"不写就是 {default}")
    return (parameter.help or "") + (f"（{'；'.join(more)}）" if more else "")


def _aligned(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    wide = min(max(cell_len(name) for name, _ in rows), _WIDEST)
    for name, told in rows:
        gap = wide - cell_len(name)
        yield f"  {name}{' ' * gap}  {told}" if gap >= 0 else f"  {name}\n{' ' * (wide + 4)}{told}"


def _end(error: TyperException) -> NoReturn:
    ctx = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message())
        sys.exit(error.exit_code)
    typer.echo(f"错误：{_problem(error, ctx).strip()}", err=True)
    if ctx is not None:
        typer.echo(f"用法：{_usage(ctx.command, ctx)}", err=True)
        typer.echo(f"说明：{ctx.command_path} --help", err=True)
    sys.exit(error.exit_code)


def _problem(error: Any, ctx: Any) -> str:
    """What is wrong, where, and what to write."""
    name = type(error).__name__
    parameter = getattr(error, "param", None)
    said = next((one or other for one, other in _QUOTED.findall(error.message)), "")
    if name == "MissingParameter" and parameter is not None:
        return f"没有写{_called(parameter)}{_wanted(parameter)}"
    if name == "NoSuchOption":
        return f"没有 {error.option_name} 这个选项{_near(error.possibilities or ())}"
    if name == "BadOptionUsage":
        needs = "后面不写别的" if "does not take" in error.message else "后面还要写一个值"
        return f"{error.option_name} {needs}"
    if name == "BadParameter" and not _CHINESE.search(error.message):
        written = f"（{said}）" if said else ""
        place = _called(parameter) if parameter else "有一项"
        return f"{place}写得不对{written}{_wanted(parameter)}"
    if error.message.startswith("No such command"):
        known = ctx.command.list_commands(ctx) if ctx else ()
        return f"没有 {said} 这个命令{_near(get_close_matches(said, known))}"
    if error.message.startswith("Missing command"):
        return "还要写一个命令"
    if "unexpected extra" in error.message:
        return f"多写了：{re.sub(r'^[^(]*[(](?:s[)] [(])?|[)]$', '', error.message)}"
    return str(error.message)


def _called(parameter: Any) -> str:
    argument = parameter.param_type_name == "argument"
    return f"“{_name(parameter)}”" if argument else f" {parameter.opts[-1]} "


def _wanted(parameter: Any) -> str:
    if parameter is None:
        return ""
    if choices := _choices(parameter):
        return f"：只能写 {'、'.join(choices)}"
    kind = {"int": "写一个整数", "float": "写一个数字"}.get(_type(parameter), "")
    least = getattr(parameter.type_descriptor.parameter_info, "min", None)
    told = kind + (f"，不小于 {least}" if kind and least is not None else "")
    told = told or parameter.help or ""
    return f"：{told}" if told else ""


def _near(names: Iterable[str]) -> str:
    near = "、".join(sorted(names))
    return f"；是不是想写 {near}？" if near else ""
