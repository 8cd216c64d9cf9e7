class Refused(Exception):
    """The file is not taken; its argument is the code (see `refusals`)."""
