"""A database that was restarted: nobody who comes after it sees an error for it."""

import psycopg
from django.conf import settings
from django.db import close_old_connections, connection

from bandeng.ground.core.models import Lease


def test_a_line_that_a_restart_broke_is_renewed_before_the_next_request_needs_it(needs_postgres, committed_database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    given = settings.DATABASES["default"]
    line = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": "postgres"}
    with psycopg.connect(**line, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [backend])
    close_old_connections()  # as at the beginning of each request
    assert Lease.objects.count() == 0


def test_a_line_that_stands_is_not_asked_and_one_the_server_closed_is_known(committed_database, needs_postgres):
    asked = []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with connection.execute_wrapper(note):
        assert connection.is_usable() and asked == []
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        while connection.is_usable():  # the goodbye is on its way
            pass
    other.close()
    connection.close()
    assert not connection.is_usable()
