"""Our commands as processes of their own that cost no start-up: born in a nursery."""

import contextlib
import os
import signal
import subprocess
import tempfile


class Begun:
    """A command with pipes to its three ends; what a test needs of ``subprocess.Popen``.

    ``deaf``: signals that it inherits as ignored.
    """

    def __init__(self, nursery, words, deaf=()):
        theirs, ours = [], []
        for mode in ("w", "r", "r"):
            reads, writes = os.pipe()
            theirs.append(reads if mode == "w" else writes)
            ours.append(os.fdopen(writes if mode == "w" else reads, mode, encoding="utf-8"))
        self.stdin, self.stdout, self.stderr = ours
        self._child = nursery.start(words, theirs, deaf=deaf)
        for each in theirs:
            os.close(each)

    def poll(self):
        """The exit code, or None while it runs."""
        return self._child.poll()

    def wait(self):
        """Wait for the end; the exit code."""
        return self._child.wait()

    def send_signal(self, number):
        """Send a signal to the command, unless it has ended."""
        if self.poll() is None:
            os.kill(self._child.pid, number)

    def end(self):
        """Close its input and wait for its end; what it still had to say on 1 and 2."""
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        told = self.stdout.read(), self.stderr.read()
        return (self.wait(), *told)

    def let_go(self):
        """End it if it still runs, and close the pipes."""
        self.send_signal(signal.SIGKILL)
        self.wait()
        for each in (self.stdin, self.stdout, self.stderr):
            with contextlib.suppress(BrokenPipeError):
                each.close()


def ran(nursery, words, lines):
    """Run a command to its end, with ``lines`` as its input."""
    with contextlib.ExitStack() as stack:
        given, out, err = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        given.write(lines.encode("utf-8", "surrogateescape"))
        given.seek(0)
        ends = [each.fileno() for each in (given, out, err)]
        code = nursery.start(words, ends).wait()
        out.seek(0)
        err.seek(0)
        told = out.read().decode(), err.read().decode()
    return subprocess.CompletedProcess(words, code, *told)
