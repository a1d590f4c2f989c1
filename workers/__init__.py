"""Programs that run beside the web tier: generation, ratings, sweeping."""

import os

# Before any module here can import litellm: it would fetch a price list from the network.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # noqa: TID251 - written, not read
