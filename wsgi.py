"""The application that every WSGI server and the `flask` command start."""

from campaign.app import create_app

app = create_app()
