import re

from django.db import models

NAME = re.compile("[a-z_]+")


class OneOfWritten(models.Lookup):
    """One of a list of our own names, written into the statement as an index's condition has it.

    SQLite finds a partial index by a list only where the same list stands in the statement: a bound one could be any,
    and it walks through every case there ever was. PostgreSQL's kept plans are right with it, too. Never for what
    somebody typed: raises ValueError for anything but small letters and lines.
    """

    lookup_name = "one_of_written"

    def get_prep_lookup(self) -> tuple[str, ...]:
        names = tuple(map(str, self.rhs))
        if not names or not all(map(NAME.fullmatch, names)):
            raise ValueError(f"Only names of ours are written into a statement, not {names!r}.")
        return names

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        column, parameters = self.process_lhs(compiler, connection)
        names = ", ".join(f"'{name}'" for name in self.rhs)
        # A list of one is no condition of an index to SQLite.
        return f"{column} = {names}" if len(self.rhs) == 1 else f"{column} IN ({names})", list(parameters)
