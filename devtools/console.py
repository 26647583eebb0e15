"""What the launcher says: one line per step, how far it is, one sentence when it cannot go on."""

import sys
import time


class Trouble(Exception):
    """Something the person can act on. Its text is one sentence that says what to do."""


def say(text=""):
    """Print a line at once, also when the output goes into a file."""
    print(text, flush=True)


def table(rows, heading):
    """Print rows under a heading, in columns as wide as their widest cell."""
    cells = [heading, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heading))]
    for number, row in enumerate(cells):
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(padded).rstrip())
        if number == 0:
            say("  ".join("-" * width for width in widths))


class Progress:
    """How far a step is: one line that rewrites itself on a terminal, else a line now and then."""

    QUIET_SECONDS = 10

    def __init__(self):
        self._live = sys.stdout.isatty()
        self._shown = ""
        self._said_at = time.monotonic()

    def show(self, text):
        if not text or text == self._shown:
            return
        if self._live:
            print(f"\r\033[K    {text}", end="", flush=True)
        elif time.monotonic() - self._said_at >= self.QUIET_SECONDS:
            say(f"    {text}")
            self._said_at = time.monotonic()
        else:
            return
        self._shown = text

    def close(self):
        if self._live and self._shown:
            print("\r\033[K", end="", flush=True)
