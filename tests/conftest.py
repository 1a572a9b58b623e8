"""What holds for every test: properties draw the same examples on each run; HYPOTHESIS_PROFILE=search draws anew."""

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
