from django.urls import path

from .staff import acts, case, erasures, queue

urlpatterns = [
    path("desk/queue/", queue.queue, name="queue"),
    path("desk/search/", queue.search, name="case-search"),
    path("desk/erasures/", erasures.erasures, name="erasures"),
    path("desk/erasures/<uuid:proposal>/", erasures.decide, name="erasure-decide"),
    path("desk/cases/<str:code>/", case.case, name="case"),
    path("desk/cases/<str:code>/identity/", case.identity, name="case-identity"),
    path("desk/cases/<str:code>/erasure/", erasures.propose, name="erasure"),
    path("desk/cases/<str:code>/trip/", case.trip, name="case-trip"),
    path("desk/cases/<str:code>/files/<uuid:attachment>/", case.file, name="case-file"),
    path("desk/cases/<str:code>/drafts/<slug:name>/", acts.draft, name="case-draft"),
    path("desk/cases/<str:code>/<slug:name>/", acts.act, name="case-act"),
]
