from django.urls import path

from . import likes_pages, staff

urlpatterns = [
    path("desk/suggestions/", staff.suggestions, name="suggestions"),
    path("desk/suggestions/use/", staff.use, name="suggestions-use"),
    path("desk/suggestions/typing/", staff.typing, name="suggestions-typing"),
    path("desk/cases/<code:code>/likes/", likes_pages.beside, name="likes"),
    path("desk/cases/<code:code>/likes/<code:other>/", likes_pages.answer, name="like-answer"),
    path("desk/cases/<code:code>/likes/<code:other>/use/", likes_pages.use, name="like-use"),
    path("desk/cases/<code:code>/likes/<code:other>/apart/", likes_pages.deny, name="like-deny"),
]
