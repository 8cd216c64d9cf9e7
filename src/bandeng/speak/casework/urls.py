from django.urls import path, register_converter

from .rules import EDGES
from .staff import acts, case, erasures, queue


class EdgeConverter:
    """The name of something that can be done with a case, and no other word."""

    regex = "|".join(EDGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EdgeConverter, "edge")

urlpatterns = [
    path("desk/queue/", queue.queue, name="queue"),
    path("desk/erasures/", erasures.erasures, name="erasures"),
    path("desk/erasures/<uuid:proposal>/", erasures.decide, name="erasure-decide"),
    path("desk/cases/<code:code>/", case.case, name="case"),
    path("desk/cases/<code:code>/identity/", case.identity, name="case-identity"),
    path("desk/cases/<code:code>/erasure/", erasures.propose, name="erasure"),
    path("desk/cases/<code:code>/trip/", case.trip, name="case-trip"),
    path("desk/cases/<code:code>/files/<uuid:attachment>/", case.file, name="case-file"),
    path("desk/cases/<code:code>/drafts/<edge:name>/", acts.draft, name="case-draft"),
    path("desk/cases/<code:code>/<edge:name>/", acts.act, name="case-act"),
]
