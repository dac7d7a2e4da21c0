"""The `flask` commands, a file per noun."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the `flask` command ours."""
    from campaign.commands import backup, demo, doctor, feeds, import_events, mail, purge, serve, user, worker

    for module in (backup, demo, doctor, feeds, import_events, mail, purge, serve, user, worker):
        for command in module.COMMANDS:
            app.cli.add_command(command)
