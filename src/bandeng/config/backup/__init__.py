"""Take a backup of a running installation, and make an installation of one again (docs/adr/0010)."""
