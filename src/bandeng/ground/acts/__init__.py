"""The kernel: everything that changes the world is an act."""
