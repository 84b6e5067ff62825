"""What a computation gave."""


class Result(dict):
    """A dictionary whose entries are attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self):
        return sorted([*super().__dir__(), *self])

    def __repr__(self):
        return "\n".join(f"{key:>16}: {value!r}" for key, value in self.items() if not key.startswith("_"))
