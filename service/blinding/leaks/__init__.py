"""Where a text names its maker, repeats its instructions or speaks to the rater.

`engine` looks; each file of `languages/` holds all that is known of one language, and the engine
joins whatever stands there; `names` holds the models and makers that everybody knows.
"""

from service.blinding.leaks.engine import MASK, Kind, Leak, find, mask

__all__ = ["MASK", "Kind", "Leak", "find", "mask"]
