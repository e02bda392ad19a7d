"""The supervisor but for one signal: a closed window (SIGHUP) ends it, as Ctrl+C does, and does not restart it."""

import signal
import sys
from types import FrameType

from supervisor.options import ServerOptions
from supervisor.supervisord import go


class Options(ServerOptions):
    """supervisord's, with another answer to SIGHUP."""

    def setsignals(self) -> None:
        super().setsignals()
        signal.signal(signal.SIGHUP, self.end)

    def end(self, _number: int, frame: FrameType | None) -> None:
        """As if SIGTERM had come."""
        self.signal_receiver.receive(signal.SIGTERM, frame)


if __name__ == "__main__":
    options = Options()
    options.realize(sys.argv[1:])
    options.first = True
    options.test = False
    go(options)
