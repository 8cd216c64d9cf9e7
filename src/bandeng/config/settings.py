"""Django's settings, from BANDENG_ variables alone (docs/reference/settings.md)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from bandeng.config import environment
from bandeng.ground.core import logging as core_logging
from bandeng.ground.core.keys import Keyring

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent.parent

DEBUG = environment.flag(environment.DEBUG)
DEMO = environment.flag(environment.DEMO)
HTTPS = environment.flag(environment.HTTPS)
HOME = environment.home()
KEYRING = Keyring(environment.keys_directory())
SECRET_KEY = KEYRING.session_secret()
ALLOWED_HOSTS = environment.HOSTS.value.split(",")
BASE_URL = environment.BASE_URL.value.rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
COUNTY = environment.COUNTY.value
LOG_ORIGIN = environment.LOG_ORIGIN.value
PUBLIC_PHONE = environment.PHONE.value
FILES_DIR = HOME / "files"
SEARCH_DIR = HOME / "search"  # this host's own; made anew where it is lost
MODELS_DIR = HOME / "models"  # tables of what was learned, unpacked from the database so that processes share them
SMS_URL = environment.SMS_URL.value
SMS_TOKEN = environment.SMS_TOKEN.value
SMTP_URL = environment.SMTP_URL.value
MAIL_FROM = environment.MAIL_FROM.value
METRICS_FROM = environment.networks(environment.METRICS_FROM)
METRICS_TOKEN = environment.METRICS_TOKEN.value

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "bandeng.ground.core",
    "bandeng.ground.policies",
    "bandeng.ground.clocks",
    "bandeng.ground.acts",
    "bandeng.ground.residents",
    "bandeng.ground.directory",
    "bandeng.ground.ledger",
    "bandeng.ground.files",
    "bandeng.ground.messaging",
    "bandeng.speak.casework",
    "bandeng.speak.suggestions",
    "bandeng.speak.matters",
    "bandeng.speak.writing",
    "bandeng.speak.lookup",
    "bandeng.speak.reception",
    "bandeng.judge.evaluation",
    "bandeng.faces.look",
    "bandeng.faces.portal",
    "bandeng.faces.desk",
    "bandeng.faces.proof",
    "bandeng.config",
    "django.forms",  # after ours: forms are drawn by look's templates, controls by Django's
]

MIDDLEWARE = [
    "bandeng.faces.look.middleware.HeadersMiddleware",
    "bandeng.config.operation.requests.OperationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bandeng.faces.desk.middleware.SignedInMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "bandeng.ground.directory.access.AccessMiddleware",
    "bandeng.faces.desk.middleware.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    "bandeng.faces.portal.middleware.FormAddressMiddleware",
]

ROOT_URLCONF = "bandeng.config.urls"
WSGI_APPLICATION = "bandeng.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bandeng.faces.look.context.look",
                "bandeng.faces.desk.context.desk",
            ],
        },
    }
]

FORM_RENDERER = "bandeng.faces.look.forms.FormRenderer"
CSRF_FAILURE_VIEW = "bandeng.faces.portal.errors.csrf_failure"

DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Staff"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says when to try again, and that holds
AXES_LOCKOUT_CALLABLE = "bandeng.faces.desk.account.entry.keep_response"
AXES_HANDLER = "bandeng.faces.desk.account.tries.Handler"
AXES_USERNAME_CALLABLE = "bandeng.faces.desk.account.tries.username_of"
AXES_CLIENT_IP_CALLABLE = "bandeng.faces.desk.account.devices.client_address"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [("vendor", CHECKOUT / "build" / "vendor")] if (CHECKOUT / "build" / "vendor").is_dir() else []
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's page needs our style sheets

# `__Host-`: a browser takes such a cookie from this very host over TLS alone, so that no other site of the same domain
# can plant one. Whoever typed into a planted draft, or added to a planted matter, would be writing to its planter.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script reads it
SESSION_ENGINE = "bandeng.faces.desk.session_store"
SESSION_COOKIE_AGE = 8 * 3600  # a working day at the counter
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Not "no-referrer": with it browsers send `Origin: null` with every form, which the CSRF check must refuse. Pages whose
# address holds a secret set no-referrer themselves.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
LOGGING = core_logging.configuration(is_developing=DEBUG, is_demo=DEMO)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["bandeng.ground.files.uploads.SealedUploadHandler"]
