"""How forms are drawn: label, hint, error, control, in that order, tied together for screen readers."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draw `{{ form }}` and `{{ form.field.as_field_group }}` with this app's templates (settings.FORM_RENDERER)."""

    form_template_name = "look/_form.html"
    field_template_name = "look/_field.html"
