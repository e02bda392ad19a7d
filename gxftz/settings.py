"""Settings. Everything that differs between installations comes from the environment; .env.example lists it all."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE

from gxftz.environment import join_address, read_choice, read_flag, read_names, read_number, read_text, read_url
from gxftz.secret import load_or_make_secret

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

# -- where data is kept ------------------------------------------------------------------------------------------
DATA_DIR = Path(read_text("GXFTZ_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o750, parents=True, exist_ok=True)

DEBUG = read_flag("DEBUG", default=False)
SECRET_KEY = read_text("SECRET_KEY") or load_or_make_secret(DATA_DIR / "secret_key")

# -- the address people use --------------------------------------------------------------------------------------
HOST = read_text("HOST", "127.0.0.1").strip("[]")
PORT = read_number("PORT", default=8000, least=1, most=65535)
LOCAL_ADDRESS = join_address("127.0.0.1" if HOST in {"0.0.0.0", "::"} else HOST, PORT)  # noqa: S104  "all" is no name
SITE_URL = read_url("SITE_URL", default=f"http://{LOCAL_ADDRESS}", schemes=("http", "https")).rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
IS_HTTPS = SITE_URL.startswith("https://")
# This machine itself always, for the probes.
ALLOWED_HOSTS = [*read_names("ALLOWED_HOSTS", [SITE_HOST]), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# -- parts -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "common",
    "ledger",
    "zones",
    "agencies",
    "tasks",
    "progress",
    "supervision",
    "dashboard",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
if find_spec("django_linear_migrations"):  # one of the development tools; absent in production
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "common.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "common.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks for a log-in unless its view says @login_not_required.
    "common.middleware.SignInMiddleware",
    "ledger.middleware.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "gxftz.urls"
WSGI_APPLICATION = "gxftz.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context_processors.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "common.templatetags.icons",
                "common.templatetags.language",
                "tasks.templatetags.periods",
            ],
        },
    },
]

# -- database ----------------------------------------------------------------------------------------------------
DATABASE_URL = read_url(
    "DATABASE_URL",
    default=f"sqlite:///{quote(str(DATA_DIR))}/gxftz.sqlite3",
    schemes=("sqlite", "postgres", "postgresql"),
)
STATEMENT_TIMEOUT_MS = 1000 * read_number("STATEMENT_TIMEOUT", default=30, most=86_400)
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
DATABASES["default"].update(ATOMIC_REQUESTS=False, CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
DATABASE_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if IS_SQLITE:
    # With Django's defaults a quarter of concurrent writes fail as "database is locked"; with these none.
    DATABASE_OPTIONS.update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
        " PRAGMA cache_size=-20000; PRAGMA journal_size_limit=67108864",
    )
else:
    DATABASE_OPTIONS.setdefault("connect_timeout", 5)
    DATABASE_OPTIONS.setdefault(
        "options",
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=10000"
        " -c idle_in_transaction_session_timeout=60000",
    )
# Its own token table would stand empty beside ours, and in the way of emptying the users' in tests.
MIGRATION_MODULES = {"knox": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# "default" is shared by all processes, as rate limits must be; "local" is fast and each process's own.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "common_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # the default of 300 would drop counters of the rate limits
    },
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "local",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # the same of the API's
    },
}

# -- people ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["agencies.authentication.SessionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "agencies.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True  # the same length for everybody: SESSION_HOURS
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
# How many proxies of our own stand before the web server; with 0 X-Forwarded-For is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = read_number("TRUSTED_PROXIES", default=0, most=9)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "gxftz_session"
SESSION_COOKIE_AGE = 3600 * read_number("SESSION_HOURS", default=12, least=1, most=24 * 30)
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "gxftz_csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in <body hx-headers>, scripts need no cookie
LANGUAGE_COOKIE_NAME = "gxftz_language"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True

# -- what browsers are told --------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_HTTPS and read_flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = read_number("HSTS_SECONDS", default=3600, most=63_072_000) if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [UNSAFE_INLINE],  # ECharts sets style attributes; style elements stay forbidden
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains and in the browsers' own lists binds a whole domain that is not ours to decide about.
    "security.W005",
    "security.W021",
]

# -- language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]  # each in its own language, whoever reads
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "gxftz.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# -- files -------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    BASE_DIR / "build" / "static",  # made at set-up
    ("examples", BASE_DIR / "examples"),  # programs to copy, for those who reach this installation alone
]
STATICFILES_STORAGE_CLASS = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
WHITENOISE_USE_FINDERS = DEBUG

MEDIA_ROOT = DATA_DIR / "evidence"  # no MEDIA_URL: evidence is handed out by a view that asks who wants it
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # a request's body without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_STORAGE_CLASS},
}

# -- mail --------------------------------------------------------------------------------------------------------
EMAIL_URL = read_url(
    "EMAIL_URL",
    default=f"filemail:///{quote(str(DATA_DIR))}/mail",
    schemes=("smtp", "smtp+tls", "smtp+ssl", "filemail", "consolemail", "memorymail", "dummymail"),
)
EMAIL_CONFIG = environ.Env.email_url_config(EMAIL_URL)
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_CONFIG["EMAIL_FILE_PATH"] or None
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"] or "localhost"
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read_text("MAIL_FROM", f"gxftz@{SITE_HOST}")

# -- webhooks ------------------------------------------------------------------------------------------------------
# Hosts and networks of the intranet that pushes may lead to although the internet does not reach them.
WEBHOOK_ALLOW = read_names("WEBHOOK_ALLOW")

# -- background jobs ---------------------------------------------------------------------------------------------
REDIS_URL = read_text("REDIS_URL") and read_url("REDIS_URL", default="", schemes=("redis", "rediss", "unix"))
CELERY_TIMEZONE = TIME_ZONE
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_DEFAULT_QUEUE = "gxftz"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600  # below the visibility timeout, or a slow job would be handed out twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = read_number("WORKER_PROCESSES", default=1, least=1, most=64)
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "global_keyprefix": "gxftz:",
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    BROKER_DIR = DATA_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
    for broker_folder in ("messages", "processed", "control"):
        (BROKER_DIR / broker_folder).mkdir(parents=True, exist_ok=True)

# A tick that nobody took is dropped before the next one comes: sweeps find what is due in the data, not in messages.
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "supervision.jobs.sweep", "schedule": 300, "options": {"expires": 290}},
    "take_up_names": {"task": "agencies.jobs.take_up_names", "schedule": 300, "options": {"expires": 290}},
    "clear_sessions": {"task": "agencies.jobs.clear_sessions", "schedule": 86_400, "options": {"expires": 3_600}},
    "clear_answers": {"task": "agencies.jobs.clear_answers", "schedule": 3_600, "options": {"expires": 3_500}},
    "deliver": {"task": "supervision.jobs.deliver", "schedule": 30, "options": {"expires": 25}},
}

# -- API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "agencies.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["common.api.renderers.ORJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.parsers.ORJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.errors.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_REQUESTS_PER_MINUTE = read_number("API_REQUESTS_PER_MINUTE", default=600, least=1, most=1_000_000)
KNOX_TOKEN_MODEL = "agencies.ApiToken"  # noqa: S105  a model's name
REST_KNOX = {
    "TOKEN_MODEL": KNOX_TOKEN_MODEL,
    "TOKEN_PREFIX": "gxftz_",
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": None,  # each token has its own end
}
SPECTACULAR_SETTINGS = {
    "TITLE": "中国（广西）自由贸易试验区建设实施方案 · 任务督办系统接口",
    "DESCRIPTION": "",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "TaskStatus": "tasks.status.Status.choices",
        "ReportStatus": "progress.status.ReportStatus.choices",
        "TaskVerb": "tasks.serializers.VERBS",
        "ExtensionStatus": "tasks.status.ExtensionStatus.choices",
        "NoticeStatus": "supervision.status.NoticeStatus.choices",
        "NoticeReason": "supervision.models.levels.Reason.choices",
        "MeasureStatus": "tasks.models.parts.MeasureStatus.choices",
        "ResultWord": "tasks.models.task.Result.choices",
        "AgencyKind": "agencies.models.agency.Kind.choices",
        "AssignmentRole": "tasks.serializers.ROLES",
        "Deliverable": "tasks.models.parts.Deliverable.choices",
        "DueBasis": "tasks.models.task.DueBasis.choices",
        "LightColour": "tasks.serializers.COLOURS",
        "LightRule": "tasks.serializers.RULES",
    },
}

# -- log ---------------------------------------------------------------------------------------------------------
LOG_LEVEL = read_choice("LOG_LEVEL", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "common.requests.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
}
