"""The `flask` commands, a file per noun."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the `flask` command ours."""
    from campaign.commands import demo, feeds, import_events, mail, serve, user, worker

    for module in (demo, feeds, import_events, mail, serve, user, worker):
        for command in module.COMMANDS:
            app.cli.add_command(command)
