"""All settings. What differs between installations comes from the environment; README.md lists the variables."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from marketplace.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

# Who runs this

PRODUCTION = env.choice("ARMSLENGTH_ENV", ("development", "production"), default="development") == "production"
DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is on while ARMSLENGTH_ENV is production: write DEBUG=0, or development.")
# What a site leaves on disk: the SQLite database, the queue folder, beat's schedule, the development key.
STATE = env.folder("ARMSLENGTH_STATE", default=BASE_DIR / ".state")
SECRET_KEY = env.secret_key("SECRET_KEY", production=PRODUCTION, kept_in=STATE / "secret-key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=() if PRODUCTION else ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is empty: in production write the site's host names, commas between.")

# Django

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "drf_standardized_errors",
    "marketplace.accounts",
    "marketplace.records",
    "conflicts",
    "vendors",
    "marketplace",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATABASES = env.databases(default=STATE / "armslength.sqlite3")
# What may be lost. It lies apart from the broker, whose messages it would push out or wait behind.
CACHE_SERVER = env.redis_server("CACHE_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_SERVER,
        "KEY_PREFIX": "armslength-cache",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if CACHE_SERVER
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = True
FORMAT_MODULE_PATH = "marketplace.formats"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = STATE / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Only production collects its static files beforehand.
WHITENOISE_USE_FINDERS = not PRODUCTION

# Who may enter

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# The login name is unique by a constraint on its lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.E003"]
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105 - the name of a model
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    # A prefix lets scanners of public code recognize a token that leaked.
    "TOKEN_PREFIX": "al_",
    "TOKEN_TTL": timedelta(days=365),
}
# Our token model takes the place of knox's own, whose migrations would leave an unused table.
MIGRATION_MODULES = {"knox": None}

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
# The proxy in front of a production site must set this header itself and drop what a client sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "marketplace.api.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["marketplace.api.parsers.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "marketplace.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "marketplace.api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "marketplace.api.problems.handler",
    # An address has one form.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Armslength",
    "DESCRIPTION": (
        "A data-labeling vendor marketplace that keeps conflicted vendors out, with proof.\n\n"
        "Send `Authorization: Bearer` and a token. Refusals are `application/problem+json` (RFC 9457). "
        "What is not yours does not exist: 404. Shares are percent, as decimal texts."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        f"{path.rpartition('.')[2]}Enum": path
        for path in (
            "conflicts.models.AmountPer",
            "conflicts.models.Certainty",
            "conflicts.models.ChangeKind",
            "conflicts.models.Coverage",
            "conflicts.models.DecisionKind",
            "conflicts.models.DecisionStatus",
            "conflicts.models.FarConflict",
            "conflicts.models.InterestType",
            "conflicts.models.MitigationKind",
            "conflicts.models.NameKind",
            "conflicts.models.Outcome",
            "conflicts.models.PartyKind",
            "conflicts.models.Reach",
            "conflicts.models.Standing",
            "conflicts.models.Visibility",
            "marketplace.models.AlertStatus",
            "marketplace.models.AwardStatus",
            "marketplace.models.AlertEventKind",
            "marketplace.models.ItemKind",
            "marketplace.models.ItemState",
            "marketplace.models.EngagementOrigin",
            "marketplace.models.EngagementStatus",
            "marketplace.models.RequestStatus",
            "vendors.models.ApplicationState",
        )
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
UNFOLD = {
    "SITE_TITLE": "Armslength",
    "SITE_HEADER": "Armslength",
    "SITE_SUBHEADER": "Conflict-free data labeling",
    "SITE_SYMBOL": "balance",
    "ENVIRONMENT": "marketplace.admin.navigation.environment",
    "DASHBOARD_CALLBACK": "marketplace.admin.waiting.dashboard",
    "SIDEBAR": {"navigation": "marketplace.admin.navigation.sidebar"},
    # Changes stand in the decision log, not in the log of Django's admin.
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_URL": None,
}

# E-mail

# Where nothing else is said: files while one develops; in production a server on this machine, and as long as there is
# none the notices wait and are counted.
EMAIL = env.email("EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else (STATE / "mail").as_uri())
EMAIL_BACKEND = EMAIL["BACKEND"]
EMAIL_FILE_PATH = EMAIL["FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = EMAIL["HOST"], EMAIL["PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["USER"], EMAIL["PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL["USE_TLS"], EMAIL["USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Armslength <no-reply@localhost>")
SITE_ADDRESS = env.address("SITE_ADDRESS", default="http://127.0.0.1:8000")

# Tasks

BROKER = env.redis("REDIS_URL")
BROKER_SERVER = env.redis_server("REDIS_URL")
SWEEP_SECONDS = 5
EXPOSE_SECONDS = 60
SEAL_SECONDS = 5
CELERY_BROKER_URL = BROKER or "filesystem://localhost"
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
if BROKER:
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "global_keyprefix": env.text("REDIS_PREFIX", "armslength:"),
        "visibility_timeout": 1800,
        "socket_timeout": 3,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    }
else:
    QUEUE_FOLDER = STATE / "queue"
    QUEUE_FOLDER.mkdir(mode=0o700, exist_ok=True)
    CELERY_BROKER_TRANSPORT = "marketplace.folder_queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_FOLDER),
        "data_folder_out": str(QUEUE_FOLDER),
        "polling_interval": 0.1,
    }
    # Messages to all workers would pile up for workers that are gone.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TASK_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.number("WORKER_PROCESSES", default=2 if BROKER else 1, at_least=1)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# What conflicts asks for after rescoring; it knows nothing of the client side.
CONFLICTS_RESCORED_HINT = "marketplace.tasks.pull"
CELERY_TASK_DEFAULT_QUEUE = "rescoring"
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("rescoring", "imports", "notices")]
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {
    "conflicts.importers.*": {"queue": "imports"},
    "marketplace.notices.*": {"queue": "notices"},
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE / "beat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE = {
    # A sweep that has waited for its whole interval is followed by the next one.
    "sweep": {"task": "marketplace.tasks.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
    "notices": {"task": "marketplace.notices.send", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
    "expose": {"task": "conflicts.tasks.expose", "schedule": EXPOSE_SECONDS, "options": {"expires": EXPOSE_SECONDS}},
    "seal": {
        "task": "marketplace.records.tasks.seal",
        "schedule": SEAL_SECONDS,
        "options": {"expires": SEAL_SECONDS},
    },
    "seal-what-came-late": {
        "task": "marketplace.records.tasks.seal_what_came_late",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "mend-overviews": {
        "task": "conflicts.tasks.mend_overviews",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget-ended-sessions": {
        "task": "marketplace.accounts.tasks.forget_ended_sessions",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
}

# The head of the decision log is written here, where the database does not reach. Ship it elsewhere.
LOG_ANCHOR_FILE = env.text("LOG_ANCHOR_FILE", str(STATE / "log-anchors.jsonl"))

# Logs: one line of key=value pairs each, to stderr

LOG_STEPS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        *LOG_STEPS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_STEPS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
            ],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django would add handlers of its own.
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
}
