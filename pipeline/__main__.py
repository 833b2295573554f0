"""``python -m pipeline``, the same as the command ``chucdanh``.

The command line is imported inside the function: worker processes import this module too, and need none of it.
"""

from __future__ import annotations

from pipeline.lean import leave_pandas_out


def main() -> None:
    """Run the command line."""
    leave_pandas_out()
    from pipeline.cli import run_command_line

    run_command_line()


if __name__ == "__main__":
    main()
