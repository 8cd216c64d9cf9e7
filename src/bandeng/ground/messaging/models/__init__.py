from .outbox_message import OutboxMessage

__all__ = ["OutboxMessage"]
