"""Many voices on one event: found together, looked into once, each answered."""
