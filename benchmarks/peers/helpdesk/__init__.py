"""django-helpdesk as its documentation sets it up, in an environment of its own, behind the same server."""
