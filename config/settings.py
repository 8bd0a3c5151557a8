"""All settings, read from the environment. README.md lists the variables."""

from pathlib import Path
from urllib.parse import urlsplit

from config import logs
from config.env import (
    database,
    env,
    env_bool,
    env_choice,
    env_colour,
    env_decimal,
    env_file,
    env_folder,
    env_gateway,
    env_header,
    env_int,
    env_key,
    env_list,
    env_mail,
    env_object,
    env_redis,
    env_span,
    env_storage,
    env_token,
    env_url,
    env_words,
    secret_key,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env_folder("DATA_DIR", BASE_DIR / "var")

DEBUG = env_bool("DEBUG", False)
SECRET_KEY = secret_key(DATA_DIR)

# Where this site is.
HOST = env("HOST", "127.0.0.1")
PORT = env_int("PORT", 8000, minimum=1, maximum=65_535)
EVERYWHERE = {"0.0.0.0", "::"}  # read here only: what is bound, HOST says
SITE_URL = env_url("SITE_URL", f"http://{'localhost' if HOST in EVERYWHERE else HOST}:{PORT}")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]", HOST, urlsplit(SITE_URL).hostname or ""))
SECURE = SITE_URL.startswith("https:")
CDN_SECONDS = env_int("CDN_SECONDS", 0, maximum=3600)  # that a CDN may keep a public page; 0: it asks each time
TRUST_PROXY = env_bool("TRUST_PROXY", False)  # what it says of its visitors: addresses, https, ids of requests

# The operator's own face.
SITE_NAME = env("SITE_NAME", "Modelry")
SITE_LOGO = env_file("SITE_LOGO")
SITE_ACCENT = env_colour("SITE_ACCENT")
CONTACT_URL = env_url("CONTACT_URL", letter=True)
TERMS_URL = env_url("TERMS_URL")
GET_KEY_URL = env_url("GET_KEY_URL")

# The gateway that the server calls. Visitors never choose it.
GATEWAY_URL = env_gateway("GATEWAY_URL")
GATEWAY_KEY = env_key("GATEWAY_KEY")
PUBLIC_GATEWAY_URL = env_url("PUBLIC_GATEWAY_URL", GATEWAY_URL or f"{SITE_URL}/sandbox/v1")
KEY_PLACEHOLDER = env("KEY_PLACEHOLDER", "sk-aig-...")
KEY_VARIABLE = env("KEY_VARIABLE", "AIGATEWAY_API_KEY")
# Whether visitors may run models with gateway keys of their own. They are kept in the session, encrypted.
VISITOR_KEYS = env_bool("VISITOR_KEYS", False)
# What `manage.py sync` reads, and how often this site does so by itself.
READABLE = ("gateway", "openrouter", "models_dev", "litellm")  # the readers that have an address; a test holds that
SYNC_SOURCES = env_words("SYNC_SOURCES", ("gateway",) if GATEWAY_URL else (), READABLE)
SYNC_EVERY = env_span("SYNC_EVERY", "6h" if GATEWAY_URL else "off")
TOP_UP_FEE = env_decimal("TOP_UP_FEE", "0.05", below="1")

# The playground.
PLAYGROUND_ACCESS = env_choice("PLAYGROUND_ACCESS", "public", ("public", "login", "staff", "off"))
RUN_RETENTION_DAYS = env_int("RUN_RETENTION_DAYS", 7, maximum=36_500)
# Limits of one visitor; many may sit behind one network address, which has those of several together.
RUNS_PER_MINUTE = env_int("RUNS_PER_MINUTE", 30)
RUNS_AT_ONCE = env_int("RUNS_AT_ONCE", 12)
VISITORS_PER_ADDRESS = env_int("VISITORS_PER_ADDRESS", 5, minimum=1)
SITE_RUNS_AT_ONCE = env_int("SITE_RUNS_AT_ONCE", 200)
DRAIN_SECONDS = env_int("DRAIN_SECONDS", 20)  # that runs under way may go on after SIGTERM
# A public playground behind a paid key must not be able to spend without end.
DAILY_BUDGET_USD = env_decimal("DAILY_BUDGET_USD", "5") if GATEWAY_URL or env("DAILY_BUDGET_USD") else None
MAX_OUTPUT_TOKENS = env_int("MAX_OUTPUT_TOKENS", 0)  # that a run may ask for; 0: as many as the model gives
MAX_FILE_MB = env_int("MAX_FILE_MB", 10, minimum=1)
# Held of the budget for a run whose price or size nobody knows.
UNPRICED_RUN_USD = env_decimal("UNPRICED_RUN_USD", "0.05")
SANDBOX_PACE_MS = env_int("SANDBOX_PACE_MS", 35)  # between two words of a streamed sandbox answer
# A sandbox job may then send its webhook to this machine's own ports, as whoever started the job asks.
SANDBOX_WEBHOOKS = env_bool("SANDBOX_WEBHOOKS", False)

DATABASES = {"default": database(DATA_DIR)}
DATABASE_CONNECTIONS = env_int("DATABASE_CONNECTIONS", 16, minimum=12)  # of a process; `bounds.turns` alone may take 8
REDIS_URL = env_redis("REDIS_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "catalog",
    "playground",
    "config.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
]

# Headers that guard a page, and https, are config/headers.py's, which stands around all that answers.
# None of these takes a thread under ASGI, but to ask the database; tests/test_config.py holds that.
MIDDLEWARE = [
    "config.edge.named",
    "config.unreadable.utf8_only",
    "config.unreadable.worded",
    "config.direct.Session",
    "config.direct.Common",
    "config.direct.Csrf",
    "config.direct.Authentication",
    "config.direct.Messages",
    "django_htmx.middleware.HtmxMiddleware",
]

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# A header in which a reverse proxy of one's own names the user. Dangerous where anyone can reach the site past it.
TRUSTED_USER_HEADER = env_header("TRUSTED_USER_HEADER")
if TRUSTED_USER_HEADER:
    after = MIDDLEWARE.index("config.direct.Authentication") + 1
    MIDDLEWARE.insert(after, "config.trusted_header.TrustedHeader")
    AUTHENTICATION_BACKENDS.append("config.trusted_header.TrustedHeaderBackend")

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalog.context.site",
            ],
            "builtins": [f"catalog.templatetags.{name}" for name in ("catalog", "heads", "shared")],
        },
    },
]

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
SIGN_INS_PER_MINUTE = env_int("SIGN_INS_PER_MINUTE", 10, minimum=1)  # of an address; an hour: at an account by new browsers
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Letters about lost passwords; without EMAIL_URL the page says whom to ask.
MAILERS = env_mail("EMAIL_URL")
# No mailer is a choice; W001 and W002 ask for the middleware whose work config/headers.py does.
SILENCED_SYSTEM_CHECKS = ["mail.W001", "security.W001", "security.W002"]
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", f"noreply@{urlsplit(SITE_URL).hostname}")

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(DATA_DIR / "static"))).absolute()
STATICFILES_DIRS = [BASE_DIR / "static"]
# Result files: a folder, which all machines of a site share, or any other of Django's storages.
MEDIA_ROOT = env_folder("FILES_DIR", DATA_DIR)
STORAGES = {
    "default": env_storage("FILES_STORAGE", env_object("FILES_OPTIONS")),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # a form's escapes make three bytes of a mark; the playground says its own limits

# `__Host-`: browsers take such a cookie over https from this very host alone, so that nobody else can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.unreadable.no_token"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# What operators see: the log, and the figures at /metrics for whoever has the token.
LOG_FORMAT = env_choice("LOG_FORMAT", "plain", logs.FORMATS)
ACCESS_LOG = env_bool("ACCESS_LOG", True)
LOGGING = logs.filtered("catalog.outage.Untold", "config.unreadable.OneLine")
METRICS_TOKEN = env_token("METRICS_TOKEN")
