from .staff_session import Device, StaffSession

__all__ = ["Device", "StaffSession"]
