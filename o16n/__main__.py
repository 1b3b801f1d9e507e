"""The shell's entry: `o16n` and `python -m o16n`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from o16n import cli

    sys.exit(cli.main())


if __name__ == "__main__":
    main()
