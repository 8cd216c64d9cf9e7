"""请群众评判: residents judge."""
