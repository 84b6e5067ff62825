"""Places of Brian 2 that scripts import: logs, and words in texts."""

from ranvier.sim.core.logfile import BrianLogger, get_logger, std_silent

__all__ = ["BrianLogger", "get_logger", "std_silent"]
