"""Bandeng 板凳: residents speak, take part and judge, and hold the office to it."""

__version__ = "0.1.0"
