"""The tables of the fictional county, in the format of the imports."""
