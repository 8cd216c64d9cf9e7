from django.urls import path

from .staff import lists, matter, writing

ONE = "desk/matters/<uuid:matter>"
urlpatterns = [
    path("desk/matters/", lists.matters, name="matters"),
    path("desk/matters/new/", lists.new, name="matter-new"),
    path("desk/matters/proposals/<uuid:proposal>/", lists.proposal, name="matter-proposal"),
    path(f"{ONE}/", matter.matter, name="matter"),
    path(f"{ONE}/join/", matter.join, name="matter-join"),
    path(f"{ONE}/split/", matter.split, name="matter-split"),
    path(f"{ONE}/undo/", matter.undo, name="matter-undo"),
    path(f"{ONE}/close/", matter.close, name="matter-close"),
    path(f"{ONE}/title/", writing.retitle, name="matter-title"),
    path(f"{ONE}/note/", writing.write, {"kind": "note"}, name="matter-note"),
    path(f"{ONE}/core/", writing.write, {"kind": "core"}, name="matter-core"),
    path(f"{ONE}/note/draft/", writing.keep, {"kind": "note"}, name="matter-note-draft"),
    path(f"{ONE}/core/draft/", writing.keep, {"kind": "core"}, name="matter-core-draft"),
    path(f"{ONE}/drafts/", writing.drafts, name="matter-drafts"),
    path(f"{ONE}/cases/<code:code>/draft/", writing.use, name="matter-use"),
]
