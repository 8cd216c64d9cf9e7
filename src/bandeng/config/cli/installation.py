"""Bring Django up for a command, in the command's language."""

import os

from .failures import NotReady
from .words import gettext as _
from .words import language


def setup() -> None:
    """Load settings and apps; harmless where they are there already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandeng.config.settings")
    import django
    from django.apps import apps
    from django.utils import translation

    if not apps.ready:
        django.setup()
    translation.activate(language())


def unapplied() -> list[str]:
    """List the migrations that this database still needs, in their order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _is_backwards in plan]


def setup_migrated() -> None:
    """Load settings and apps, and raise NotReady where the database was not set up for this version."""
    setup()
    from django.conf import settings

    if (settings.HOME / "RESTORING").exists():
        raise NotReady(
            _("This home is being restored, or a restore of it was broken off."),
            _("Wait for it; if it was broken off, remove the directory and restore again."),
        )
    if unapplied():
        raise NotReady(_("The database has not been set up for this version."), _("Run `bandeng migrate`."))
