from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "bandeng.faces.portal"
    label = "portal"
