"""What a group does in a step, to be looked at and put elsewhere in the schedule."""


class OperationView:
    """One operation of a group.

    Parameters
    ----------
    group : Group
    operation : object
        That of the engine.
    """

    def __init__(self, group, operation):
        self.__dict__.update(group=group, _operation=operation)

    @classmethod
    def of(cls, group, suffix):
        """The operation whose name is that of the group and this; None where the group has none."""
        for operation in group._engine.operations:
            if operation.name == f"{group.name}_{suffix}":
                return cls(group, operation)
        return None

    name = property(lambda self: self._operation.name, doc="Its name.")

    def __getattr__(self, name):
        return getattr(self._operation, name)

    def __setattr__(self, name, value):
        if name not in ("when", "order", "active"):
            raise AttributeError(f"of an operation when, order and active can be set, not {name!r}")
        setattr(self._operation, name, value)

    def __repr__(self):
        return f"<{self.name}: {self.when}, order {self.order}>"
