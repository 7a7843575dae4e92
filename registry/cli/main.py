"""The ``interlock`` command: an ordinary ``diff`` at once, everything else by way of click."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from registry.cli.differing import Asked


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every expected error is one sentence, never a traceback."""
    from contracts.errors import ContractError
    from registry.cli import exits
    from registry.errors import RegistryError

    try:
        if arguments is None:
            _run(sys.argv[1:], alone=True)
        else:
            _run(list(arguments))
    except ContractError as error:
        sys.exit(_fail(str(error), exits.USAGE))
    except RegistryError as error:
        sys.exit(_fail(str(error), getattr(error, "exit_status", exits.USAGE)))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        if "INTERLOCK_TRACEBACK" in os.environ:
            raise
        sentence = (
            f"something went wrong inside interlock ({type(error).__name__}: {error}); "
            "set INTERLOCK_TRACEBACK=1 to see where, and please report it"
        )
        sys.exit(_fail(sentence, exits.UNKNOWN))


def _run(arguments: list[str], *, alone: bool = False) -> None:
    """An ordinary ``diff`` needs no click; its help and its mistakes do, and all other commands.

    ``alone``: the process has nothing else to do.
    """
    if arguments[:1] == ["diff"]:
        from registry.cli.deferred import defer_costly_imports

        defer_costly_imports()
        from registry.cli.differing import understood

        asked = understood(arguments[1:])
        if asked is not None:
            _diff(asked, alone)
    from registry.cli.commands import interlock

    interlock.main(args=arguments, prog_name="interlock", standalone_mode=True)


def _diff(asked: Asked, alone: bool) -> NoReturn:
    from registry.cli.differing import Misuse, run

    if alone:
        gc.disable()  # the process ends before there is garbage worth looking for
    try:
        status = run(asked)
    except KeyboardInterrupt:
        sys.stderr.write("\nAborted!\n")
        sys.exit(1)
    except Misuse as error:
        import click

        from registry.cli.commands import interlock
        from registry.cli.diff import command

        parent = click.Context(interlock, info_name="interlock")
        usage = click.UsageError(str(error), click.Context(command, parent, info_name="diff"))
        usage.show()
        sys.exit(usage.exit_code)
    if alone and "coverage" not in sys.modules:
        sys.stderr.flush()
        os._exit(status)  # taking millions of values apart again would take longer than comparing
    sys.exit(status)


def _fail(sentence: str, status: int) -> int:
    sys.stderr.write(f"error: {sentence}\n")
    return status


if __name__ == "__main__":
    main()
