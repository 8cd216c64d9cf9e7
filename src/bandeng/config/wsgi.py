"""The web process: `granian --interface wsgi bandeng.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandeng.config.settings")
application = get_wsgi_application()
