"""Tell people: the outbox, what carries its messages, the print queue, notices to an office."""
