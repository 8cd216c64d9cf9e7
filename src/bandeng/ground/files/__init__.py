"""Uploaded pictures and PDFs: taken in sealed, cleaned by the worker, served only when clean."""
