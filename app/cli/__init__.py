"""The command line: ``bespoke``. A face: it translates words into calls and decides nothing.

Exit codes: 0 done · 2 bad input, one line on stderr · 3 nothing passed the checks · 1 any other
failure · 130 stopped by Ctrl-C. With ``--json`` stdout is exactly one JSON document, on failure
``{"error": {"type", "message"}}``.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NoReturn

from app.cli import interrupt
from studio.errors import BespokeError, ConfigError, NothingPassed

DEFAULT_HOME = "~/.bespoke"
TEXTS = frozenset({"-h", "--help", "--version"})
"""Options that print words and end."""


def run() -> NoReturn:
    """The process ``bespoke``: one command line, then the end."""
    interrupt.patient()
    interrupt.leave(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    quiet_libraries()
    try:
        home, as_json, words = global_options(words)
        words = words or ["--help"]
        asks = as_json and not TEXTS.isdisjoint(
            words[: words.index("--") if "--" in words else None]
        )
        run_one = dispatch_text if asks else dispatch
        code = run_one(words, home=home, as_json=as_json)
        sys.stdout.flush()
        return code
    except ConfigError as error:
        return failed("ConfigError", str(error), error.exit_code, as_json=as_json)
    except KeyboardInterrupt:
        return failed(
            "Stopped", "stopped; what was complete is kept", interrupt.STOPPED, as_json=as_json
        )
    except BrokenPipeError:
        # The reader (``| head``) has what it wanted; keep the interpreter from flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def dispatch_text(words: Sequence[str], *, home: Path, as_json: bool) -> int:
    """``dispatch`` of a command line that asks for help or the version, its text as JSON."""
    with redirect_stdout(io.StringIO()) as printed:
        code = dispatch(words, home=home, as_json=as_json)
    text = printed.getvalue()
    if code:  # the error is a document already
        print(text, end="")
    else:
        name = "version" if text.startswith("bespoke ") else "help"
        print(json.dumps({name: text.removeprefix("bespoke ").strip()}, ensure_ascii=False))
    return code


def dispatch(words: Sequence[str], *, home: Path, as_json: bool) -> int:
    """Run the command that ``words`` name, every failure turned into one line and a code."""
    import typer

    from app.cli.commands import commands
    from app.cli.terminal import Terminal

    terminal = Terminal(home=home, as_json=as_json)
    try:
        command = typer.main.get_command(commands)
        # Not command.main(): it would turn Ctrl-C and a closed pipe into codes of its own.
        with command.make_context("bespoke", list(words), obj=terminal) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort as stop:
        raise KeyboardInterrupt from stop
    except typer.TyperException as error:
        return failed("UsageError", usage_line(error), 2, as_json=as_json)
    except NothingPassed as error:
        return failed(
            "NothingPassed", str(error), 3, as_json=as_json, rejected=list(error.rejected)
        )
    except BespokeError as error:
        trace()
        return failed(type(error).__name__, str(error), error.exit_code, as_json=as_json)
    except BrokenPipeError:
        raise
    except OSError as error:
        trace()
        where = f" ({error.filename})" if error.filename else ""
        message = f"{error.strerror or error}{where}; correct the path or its permissions"
        return failed("OSError", message, 1, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the last door: reported, never gone on from
        trace()
        message = (
            f"unexpected {type(error).__name__}: {error}; "
            "set BESPOKE_TRACEBACK=1 and run it again to see where"
        )
        return failed(type(error).__name__, message, 1, as_json=as_json)
    return 0


def global_options(words: Sequence[str]) -> tuple[Path, bool, list[str]]:
    """``--home`` and ``--json`` taken out of ``words``, wherever they stand before a ``--``."""
    home = os.environ.get("BESPOKE_HOME") or DEFAULT_HOME
    as_json = False
    rest: list[str] = []
    pending = iter(words)
    for word in pending:
        if word == "--":
            rest += [word, *pending]
        elif word == "--json":
            as_json = True
        elif word == "--home" or word.startswith("--home="):
            home = word[7:] if word != "--home" else next(pending, "")
            if not home:
                raise ConfigError("--home names no folder; use --home DIR")
        else:
            rest.append(word)
    return Path(home).expanduser(), as_json, rest


def failed(kind: str, message: str, code: int, *, as_json: bool, **more: Any) -> int:
    """One line on stderr (and one document on stdout where JSON was asked for); returns code."""
    line = " ".join(message.split())
    print(f"bespoke: {line}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": {"type": kind, "message": line, **more}}, ensure_ascii=False))
        sys.stdout.flush()
    return code


def usage_line(error: Exception) -> str:
    """A usage error in one line that ends with what to do."""
    message = getattr(error, "format_message", error.__str__)()
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", None) or "bespoke"
    return f"{message.strip().rstrip('.')}; see {command} --help"


def trace() -> None:
    """The traceback of the exception being handled, where BESPOKE_TRACEBACK asks for it."""
    if os.environ.get("BESPOKE_TRACEBACK"):
        import traceback

        traceback.print_exc()


def quiet_libraries() -> None:
    """Keep the libraries' warnings and bars off stderr, which belongs to one line of ours."""
    if os.environ.get("BESPOKE_TRACEBACK"):
        return
    import logging
    import warnings

    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    for name, value in (
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("DIFFUSERS_VERBOSITY", "error"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("TOKENIZERS_PARALLELISM", "false"),
    ):
        os.environ.setdefault(name, value)
