"""A county's site under kill -9, full disks and bad providers: what was acknowledged must be there."""
