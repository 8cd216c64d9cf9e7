"""请群众说话: residents speak."""
