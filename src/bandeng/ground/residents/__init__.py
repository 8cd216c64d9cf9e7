"""Who somebody is: the only place where identity lies."""
