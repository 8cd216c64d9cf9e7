"""What can be wrong with what an engine is trained on, or with a file that should be a model."""


class CannotTrain(ValueError):
    """Descriptions or examples from which nothing can be learned, or that contradict one another."""


class UnreadableModel(ValueError):
    """A file that is no model: broken, cut short, of another kind, or holding what only running code could read."""


class NewerModel(UnreadableModel):
    """A model written by a later version than this one."""
