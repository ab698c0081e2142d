"""The one settings file; everything that differs between installations comes from the environment."""

from pathlib import Path

from django.conf.locale import LANG_INFO

from leaderboard import addresses, env

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("PERWATT_DATA_DIR", str(ROOT / ".perwatt"))).resolve()
CATALOG_DIR = Path(env.text("PERWATT_CATALOG_DIR", str(ROOT / "fixtures" / "catalog")))
BLOB_DIR = DATA_DIR / "blobs"
WHEEL_DIR = DATA_DIR / "wheel"

SECRET_KEY = env.secret("PERWATT_SECRET_KEY", DATA_DIR / "secret-key")
DEBUG = env.flag("PERWATT_DEBUG")
ALLOWED_HOSTS = env.words("PERWATT_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("PERWATT_ORIGINS", "")

# The pages are named here and not imported, so that `leaderboard` never depends on `frontend`; so is who makes the page
# that is kept of a large board.
PAGES_URLCONF = "frontend.urls"
PAGE_KEEPER = "frontend.present.keeping.keep"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "leaderboard.queue",
    "leaderboard.accounts",
    "leaderboard.catalog",
    "leaderboard.devices",
    "leaderboard.submissions",
    "leaderboard.runs",
    "leaderboard.health",
    "leaderboard.boards",
    "leaderboard.embedded",
    "frontend",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leaderboard.api.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "frontend.middleware.PageLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "frontend.middleware.ContentSecurityPolicyMiddleware",
    "frontend.middleware.OutageMiddleware",
    "leaderboard.api.rates.RateMiddleware",
]

ROOT_URLCONF = "leaderboard.urls"
WSGI_APPLICATION = "leaderboard.wsgi.application"
ASGI_APPLICATION = "leaderboard.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.look",
            ]
        },
    }
]

DATABASES = {"default": addresses.database(env.address("DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Who may make an account: nobody but staff, who was invited, or everybody; and whom to ask, for the others.
SIGN_UP = env.choice("PERWATT_SIGN_UP", ("closed", "invited", "open"))
CONTACT = env.text("PERWATT_CONTACT", "")
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en-us"
LOCALE_PATHS = [ROOT / "frontend" / "locale"]
# A language is offered from the day that its catalogue is compiled; a test holds every catalogue complete.
_COMPILED = sorted(path.parts[-3] for path in LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.mo"))
LANGUAGES = [(code, LANG_INFO.get(code, {}).get("name", code)) for code in ("en", *_COMPILED)]
FORMAT_MODULE_PATH = ["frontend.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing is asked for by its plain name, and compressing takes seconds
STATICFILES_DIRS = [("frontend", ROOT / "frontend" / "assets")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = env.flag("PERWATT_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# How many proxies of ours write X-Forwarded-For; with none, nobody's word for an address is taken.
PROXIES = env.number("PERWATT_PROXIES", 0, least=0)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Bodies are read by our own endpoints against their own limits; a form stays small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024**2

# The server's own tasks. A folder is enough for one machine; RabbitMQ is a URL away.
BROKER_URL = addresses.broker(env.address("BROKER_URL", "filesystem://localhost//"))
BROKER_DIR = DATA_DIR / "broker"

DATA_LICENCE = env.text("PERWATT_DATA_LICENCE", "")
# Mail about jobs, to those who asked for it, and about accounts; off without an address.
_MAIL = addresses.mail(env.address("EMAIL_URL", ""))
MAIL = bool(_MAIL)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _MAIL.get("host", "localhost"), _MAIL.get("port", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.get("user", ""), _MAIL.get("password", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("starttls", False), _MAIL.get("ssl", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _MAIL.get("sender", "perwatt@localhost")
MAIL_ORIGIN = addresses.mail_origin(CSRF_TRUSTED_ORIGINS) if MAIL else ""
# How long the link of a mail about an account is good, in s.
PASSWORD_RESET_TIMEOUT = 60 * env.number("PERWATT_RESET_MINUTES", 60)

# How many jobs of one account are measured in which time; staff have as many as they like.
QUOTA = env.quota("PERWATT_QUOTA")
MAX_ARTEFACT_BYTES = env.number("PERWATT_MAX_ARTEFACT_BYTES", 512 * 1024**2)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"secret paths": {"()": "leaderboard.secret_paths.HideSecretPaths"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secret paths"]}},
    "root": {"handlers": ["console"], "level": env.text("PERWATT_LOG_LEVEL", "INFO")},
}
