"""The table of subcommands, each loaded when it is asked for.

``--help`` must answer in a blink, so nothing here imports Flask, SQLAlchemy or an HTTP client.
"""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "serve": ("serve", "Start the registry and its web UI."),
    "worker": ("worker", "Carry out queued work: conformance runs and notifications."),
    "demo": ("demo", "The main job on bundled services: publish, compare, test, ask the gate."),
    "publish": ("publish", "Publish a contract, or a whole folder of them."),
    "diff": ("diff", "Compare two local documents; no server needed."),
    "check": ("check", "Compare a document with what the registry holds."),
    "can-i-deploy": ("can_i_deploy", "May this version go to that environment?"),
    "declare": ("declare", "Say what a system uses of a contract: in words, or by its Pact."),
    "can-i-merge": ("can_i_merge", "Does a proposal fit the newest release of its consumers?"),
    "references": ("references", "Who refers to a contract, and what a version refers to."),
    "document": ("document", "Fetch a published document, also with what it refers to."),
    "tag": ("tag", "Set, move, list and remove tags of a contract."),
    "waiver": ("waiver", "Ask that a named break be allowed, sign it, take it back."),
    "lifecycle": ("lifecycle", "Deprecate and retire versions; see who still uses them."),
    "deployment": ("deployment", "Register releases, and record what runs where."),
    "notify": ("notify", "Who is told of what: webhooks, Slack, e-mail; dead ones again."),
    "matrix": ("matrix", "Who speaks what with whom in an environment, and does it fit."),
    "conformance": ("conformance", "Check a live system against its contract."),
    "share": ("share", "Show contracts to external partners, and take that back."),
    "drift": ("drift", "What recorded traffic shows that the contract does not say."),
    "replay": ("replay", "Send what breaks to the old and the new deployment: see it live."),
    "trigger": ("trigger", "What starts conformance runs by itself: schedules, webhooks."),
    "orphans": ("orphans", "What nobody owns: owner team gone, steward missing."),
    "lint": ("lint", "Check contracts and sidecars against the house policies."),
    "user": ("user", "Create, list and change users with a login."),
    "token": ("token", "Create, list, rotate and revoke API tokens."),
    "audit": ("audit", "Verify and seal the audit log, stored or exported."),
    "retain": ("retain", "Forget old runs, events and sessions; never versions or the audit."),
    "backup": ("backup", "Write everything into one file with checksums, or check such a file."),
    "restore": ("restore", "Put a backup back, whole or not at all."),
    "export": ("export", "Write everything the registry holds into one file."),
    "import": ("import_", "Read an exported file into an empty registry."),
}
"""Command → module below ``registry.cli`` (with a ``command`` inside), and its help line."""


class Commands(click.Group):
    """A group that imports a subcommand only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"registry.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Print the installed version and end."""
    if wanted:
        from importlib.metadata import version as installed

        click.echo(f"interlock {installed('interlock')}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=version,
    help="Show the version and end.",
)
def interlock() -> None:
    """Integration contracts: who would break, and may it ship?

    Exit status: 0 yes or compatible, 1 no or breaking, 2 usage or unreadable input, 3 don't know,
    4 could not ask.
    """
