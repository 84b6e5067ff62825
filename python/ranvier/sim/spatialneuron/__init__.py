"""Neurons with shape, which are not there yet."""


class _NotYet:
    """Of neurons with shape."""

    def __init__(self, *args, **kwds):
        raise NotImplementedError(f"{type(self).__name__} is not in Ranvier yet: neurons have no shape")


class Morphology(_NotYet):
    """Refused: neurons have no shape yet."""

    @staticmethod
    def from_file(filename, spherical_soma=True):
        """Refused: neurons have no shape yet."""
        raise NotImplementedError("Morphology is not in Ranvier yet: neurons have no shape")

    from_swc_file = from_points = from_file


class Soma(Morphology):
    """Refused: neurons have no shape yet."""


class Cylinder(Morphology):
    """Refused: neurons have no shape yet."""


class Section(Morphology):
    """Refused: neurons have no shape yet."""


class SpatialNeuron(_NotYet):
    """Refused: neurons have no shape yet."""
