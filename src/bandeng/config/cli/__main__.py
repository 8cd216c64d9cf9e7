"""`python -m bandeng.config.cli`: the command, for child processes."""

import sys

from . import main

sys.exit(main())
