"""What carries messages out of the house. Each takes an Envelope and answers by returning, or by NotDelivered."""

from .envelope import Envelope, NotDelivered
from .mail import send_mail
from .sms import send_sms
from .webhook import send_webhook

__all__ = ["Envelope", "NotDelivered", "send_mail", "send_sms", "send_webhook"]
