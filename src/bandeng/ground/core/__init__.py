"""Keys, sealing, ids, field classes, leases: what even the ledger needs."""
