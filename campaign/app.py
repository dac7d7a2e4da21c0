"""create_app(): configuration, extensions, blueprints, errors, commands; nothing else."""

from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign import address, api, commands, config, i18n, jobs, keys, logs, web
from campaign.db import db
from campaign.domain import moment
from campaign.web import accounts, language

PUBLIC_FORM_BYTES = 64 * 1024


def create_app(settings: config.Settings | None = None) -> Flask:
    """Return the application for the given settings, or for those of the environment."""
    settings = settings or config.read()
    logs.set_up(settings.log_format)
    moment.use_newest_zone_data()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "campaign",
        instance_path=str(settings.instance),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.config.update(_flask_config(settings), SETTINGS=settings)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]  # Flask's documented way
    address.use(settings.public_url)
    keys.use(settings.data_keys)
    db.init_app(app)
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=lambda: i18n.locale(language.of_request()))
    accounts.init_app(app)
    web.init_app(app)
    api.init_app(app, csrf)
    jobs.init_app(app)
    commands.init_app(app)
    return app


def _flask_config(settings: config.Settings) -> dict[str, object]:
    hosts = [settings.host] + (sorted(config.LOOPBACK) if settings.is_development else [])
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": not settings.database_url.startswith("sqlite")},
        "TRUSTED_HOSTS": [host for name in hosts for host in (name, f"{name}:{settings.port}")],
        "MAX_CONTENT_LENGTH": PUBLIC_FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": PUBLIC_FORM_BYTES,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_secure else "session",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # As long as the session: forms say themselves how old they may be.
        "WTF_CSRF_SSL_STRICT": settings.is_secure,
        "BABEL_DEFAULT_LOCALE": "en_GB",
        "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "translations"),
        "TEMPLATES_AUTO_RELOAD": False,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }
