"""The web process: `granian --interface wsgi bandeng.config.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandeng.config.settings")
application = get_wsgi_application()


def settle() -> None:
    """Load what every request needs, and keep the collector of cycles from looking at it ever again.

    A hundred thousand objects of modules and addresses stay for the life of the process; to walk them again and again
    took 2.5 ms of the 60 ms of CPU that a case costs here from registering to reading the answer. What requests make
    is freed by counting references; cycles among it are looked for less often.
    """
    get_resolver().url_patterns  # noqa: B018 - imports every view
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


settle()
