"""WSGI applications that write how many statements each request sent, for Bandeng and its peers alike.

Statements that only begin, end or nest a transaction are counted apart. Imports Django alone.
"""

import json
import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.db import connection

CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
LOG = Path(os.environ["COUNTED_TO"])

inner = get_wsgi_application()


def application(environ, start_response):
    """Serve one request and append {method, path, statements, control} to the file COUNTED_TO."""
    counts = {"statements": 0, "control": 0}

    def count(execute, sql, parameters, many, context):
        counts["control" if sql.lstrip().upper().startswith(CONTROL) else "statements"] += 1
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count):
        body = inner(environ, start_response)
        content = list(body)
        body.close()
    line = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], **counts}
    with LOG.open("a") as log:
        log.write(json.dumps(line) + "\n")
    return content
