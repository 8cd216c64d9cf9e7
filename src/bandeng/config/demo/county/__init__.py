"""Tables of Qinghe, a county that does not exist, in the format `bandeng import` reads."""
