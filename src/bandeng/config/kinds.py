from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(acts.Kind("key.rotated", staff=_("A key was replaced by a new one")))
