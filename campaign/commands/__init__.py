"""The `flask` commands, a file per noun."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the `flask` command ours."""
    from campaign.commands import (
        backup,
        campaign,
        demo,
        doctor,
        feeds,
        import_events,
        mail,
        purge,
        roll_over,
        serve,
        user,
        worker,
    )

    for module in (backup, campaign, demo, doctor, feeds, import_events, mail, purge, roll_over, serve, user, worker):
        for command in module.COMMANDS:
            app.cli.add_command(command)
