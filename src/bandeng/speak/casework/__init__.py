"""A voice, from registration to an answer that the resident has judged."""
