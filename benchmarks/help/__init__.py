"""What help beside a case is worth and costs, on a city's real messages: `python -m benchmarks.help`."""
