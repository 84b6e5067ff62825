"""What Brian 2 has under this name is a package of its own."""

raise ImportError("hears is not in Ranvier: brian2hears is a package of its own, which needs Brian 2")
