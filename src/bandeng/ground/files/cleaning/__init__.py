"""Rewrite a picture or PDF without anything but what is to be seen.

Nothing here imports Django: `child` runs in a fresh interpreter with limits, without environment, database or keys.
What a hostile file does to a decoder ends with that process.
"""
