from .forgetting import forget_sign_ins
from .signing_in import MAX_SESSIONS, end_other_sessions, end_session, lock_out, sign_in, sign_out

__all__ = ["MAX_SESSIONS", "end_other_sessions", "end_session", "forget_sign_ins", "lock_out", "sign_in", "sign_out"]
