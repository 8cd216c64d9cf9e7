from django.urls import path

from . import staff

urlpatterns = [
    path("desk/suggestions/", staff.suggestions, name="suggestions"),
    path("desk/suggestions/use/", staff.use, name="suggestions-use"),
    path("desk/suggestions/typing/", staff.typing, name="suggestions-typing"),
]
