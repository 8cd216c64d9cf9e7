"""Pages for residents: no account, no script needed."""
