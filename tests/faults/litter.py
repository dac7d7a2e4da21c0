"""Workers that begin at once, each forked from a process that has all of the code in memory; run by killing.py.

Forks one for each line on standard input, and prints its process id.
"""

import os
import signal
import sys

from campaign import config, jobs
from campaign.app import create_app


def main() -> None:
    """Fork until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    app = create_app(config.read(os.environ))
    print("ready", flush=True)  # noqa: T201
    for _line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            jobs.worker(app).run()
            os._exit(0)
        print(worker, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
