import select

from django.db.backends.postgresql import base

PREPARED = 300  # statements a connection keeps prepared, several megabytes at most; all pages together have some 200


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with room for more prepared statements, and not asking the server `SELECT 1` before each request.

    A server that ends or restarts says goodbye on every line, and what it said lies in the socket of a line that
    nobody uses. Nothing to read means that the line stands; anything else, and any error before, is asked about.
    """

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = PREPARED
        return connection

    def is_usable(self) -> bool:
        """Tell whether the connection can be used."""
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            return super().is_usable()
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0) or super().is_usable()
