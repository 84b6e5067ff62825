"""What is raised where an integrator can't solve equations."""


class UnsupportedEquationsException(NotImplementedError, ValueError):
    """An integrator does not suit the equations."""
