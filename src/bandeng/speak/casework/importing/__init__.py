"""Turn a sheet of another system into cases to be made. No models, no clock: a table in, a plan and its doubts out."""
