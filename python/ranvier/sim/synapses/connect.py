"""Making synapses."""

import numbers
import re

import numpy as np

_FOR = re.compile(r"\bfor\b")


def checked_arguments(condition, i, j, p, n):
    """The arguments of connect with texts in the place of Expressions; raises where their types say nothing."""
    condition, i, j, n, p = (getattr(x, "code", x) for x in (condition, i, j, n, p))
    if condition is not None and not isinstance(condition, (bool, np.bool_, str)):
        raise TypeError(f"condition is a text or True; give indices as connect(i=…, j=…); got {condition!r}")
    for name, value in (("i", i), ("j", j)):
        listed = isinstance(value, (numbers.Integral, np.ndarray, str, list, tuple, range)) or hasattr(
            value, "_indices"
        )
        if value is not None and not listed:
            raise TypeError(f"{name} is a number, an array of numbers or a text; got {value!r}")
    if not isinstance(p, (numbers.Real, str)) or isinstance(p, bool):
        raise TypeError(f"p is a probability or a text; got {p!r}")
    if not isinstance(p, str) and not 0 <= p <= 1:
        raise ValueError(f"p is a probability in [0, 1]; got {p!r}")
    if not isinstance(n, (numbers.Integral, str)) and np.ndim(n) == 0:
        raise TypeError(f"n is a whole number or a text; got {n!r}")
    if isinstance(condition, str) and _FOR.search(condition):
        raise ValueError(f"'… for …' says which neurons: write connect(j={condition!r})")
    if condition is not None and (i is not None or j is not None):
        raise ValueError("give a condition, or i and j, not both")
    if condition is None and i is None and j is None:
        condition = True
    return condition, i, j, p, n


def index_array(value, which):
    """Numbers of neurons."""
    if hasattr(value, "_indices"):
        value = value._indices()
    array = np.asarray(value)
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"{which} has numbers of neurons, which are whole; got {array.dtype}")
    return array.astype(np.int64)


def pairs(i, j, n):
    """Source and target of each synapse."""
    if isinstance(n, str):
        raise TypeError("n is a number where i and j are; write a condition or a text for j to have it computed")
    i, j, n = index_array(i, "i"), index_array(j, "j"), index_array(n, "n")
    if len({x.shape for x in (i, j, n) if x.size != 1}) > 1:
        raise ValueError(f"i and j are pairs: they have one length (so has n); got {i.size} and {j.size}")
    i, j, n = np.broadcast_arrays(i, j, n)
    if i.ndim > 1:
        raise ValueError(f"i and j are single numbers or lists of them; got the shape {i.shape}")
    return np.atleast_1d(i), np.atleast_1d(j), np.atleast_1d(n)


_GENERATOR = re.compile(r"^(.*?)\bfor\s+(\w+)\s+in\s+(\w+)\s*\((.*)$", re.DOTALL)


def generator(text, p):
    """A text for i or j with the probability in it: ``expression for variable in range(…) if condition``, or an expression."""
    if not isinstance(p, str) and p == 1:
        return text
    whole, condition = _split_condition(text)
    if isinstance(p, str) or p != 1:
        chance = f"rand() < ({count_text(p)})"
        condition = f"({condition}) and {chance}" if condition else chance
    return f"{whole} if {condition}" if condition else whole


def _split_condition(text):
    """What stands before the last ``if`` outside of brackets, and what behind it."""
    depth = 0
    for match in re.finditer(r"[()]|\bif\b", text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == "if" and depth == 0:
            return text[: match.start()].rstrip(), text[match.end() :].strip()
    return text, ""


def pieces(text):
    """The expressions in a generator, without the variable that it counts."""
    whole, condition = _split_condition(text)
    if not _FOR.search(whole):
        return [t for t in (whole, condition) if t]
    match = _GENERATOR.match(whole)
    if not match:
        raise ValueError(f"'expression for variable in range(…)' or '… in sample(…)' says which neurons; got {text!r}")
    counter = match[2]
    arguments = [re.sub(r"^\s*\w+\s*=(?!=)", "", a) for a in _arguments(match[4].rstrip().removesuffix(")"))]
    texts = [match[1], condition, *arguments]
    return [re.sub(rf"\b{counter}\b", "i", t).strip() for t in texts if t.strip()]


def _arguments(text):
    depth, start, found = 0, 0, []
    for k, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            found.append(text[start:k])
            start = k + 1
    return [*found, text[start:]]


def count_text(value):
    """A number or a text as text."""
    return value if isinstance(value, str) else repr(value.item() if isinstance(value, np.generic) else value)
