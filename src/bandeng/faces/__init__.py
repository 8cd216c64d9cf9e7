"""The shells: portal for residents, desk for staff."""
