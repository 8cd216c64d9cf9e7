"""The fictional county: its tables and, later, its cases."""
