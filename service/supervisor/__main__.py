"""``python -m service.supervisor``: the quickest way to run everything, and nothing else."""

import sys

from service import supervisor
from service.errors import ServiceError
from service.settings import Settings

if __name__ == "__main__":
    try:
        settings = Settings.from_environ()
    except ServiceError as error:
        sys.exit(f"evenhand: {error.message}")
    sys.exit(supervisor.run(settings))
