"""The engines beside their peers: one module each, run by `make bench`, results as JSON."""
