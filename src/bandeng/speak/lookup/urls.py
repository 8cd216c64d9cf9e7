from django.urls import path

from . import staff

urlpatterns = [path("desk/search/", staff.search, name="case-search")]
