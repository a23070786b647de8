"""The rules a second time, in plain Python, written from the specification alone.

Tests compare the pipeline's releases with what `compute` says of the same landing folder. Nothing
here may import the pipeline: of the project it reads the feeds' contracts (columns, keys, limits)
and nothing else. Slow and clear beats fast.
"""

from .comparison import compare
from .expected import Expected, compute
from .recipients import shown_to

__all__ = ["Expected", "compare", "compute", "shown_to"]
