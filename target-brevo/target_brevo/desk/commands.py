"""The commands that stand beside the loader: one module each, loaded when it is asked for."""

from importlib import import_module

import click

from tajo_connector_sdk.errors import ConfigurationError, nearest

# Each names a module of this folder that holds a click command called COMMAND.
COMMANDS = ("check", "explain", "forget", "plan", "rejects", "resend")


class NearestGroup(click.Group):
    """A group of commands in which a misspelt one is told the nearest that there is."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; raise ConfigurationError, naming the nearest, when there is none."""
        if args and self.get_command(ctx, args[0]) is None:
            raise ConfigurationError(
                f"command '{args[0]}'",
                f"{ctx.command_path} has no such command",
                right=nearest(args[0], self.list_commands(ctx)),
                do=f"see {ctx.command_path} --help",
            )
        return super().resolve_command(ctx, args)


class Desk(NearestGroup):
    """The loader's command with all of ``COMMANDS`` below it, each imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Return the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"target_brevo.desk.{cmd_name}").COMMAND
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command
