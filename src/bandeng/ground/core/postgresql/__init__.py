"""Django's backend for PostgreSQL (settings name this package as ENGINE), with a cheaper look whether a line stands."""
