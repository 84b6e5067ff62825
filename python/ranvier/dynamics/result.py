"""What a computation gave."""


class Result(dict):
    """A dictionary whose entries are attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def copy(self):
        """A shallow copy, which is a Result too."""
        return Result(self)

    def __reduce__(self):
        # What draws it more finely lives in this process alone.
        return Result, ({key: value for key, value in self.items() if key != "_again"},)

    def __dir__(self):
        return sorted([*super().__dir__(), *self])

    def __repr__(self):
        return "\n".join(f"{key:>16}: {value!r}" for key, value in self.items() if not key.startswith("_"))
