"""Residents judge what was done for them; those who did it never learn who said what."""
