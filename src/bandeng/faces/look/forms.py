"""How forms are drawn: label, hint, error, control, in that order, tied together for screen readers."""

from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_noop

# Django's own messages that our catalogue says again in plain words; ours come before Django's.
PLAINER = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a number."),
    gettext_noop("The submitted file is empty."),
)


class FormRenderer(TemplatesSetting):
    """Draw `{{ form }}` and `{{ form.field.as_field_group }}` with this app's templates (settings.FORM_RENDERER)."""

    form_template_name = "look/_form.html"
    field_template_name = "look/_field.html"
