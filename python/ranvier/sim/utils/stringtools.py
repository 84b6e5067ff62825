"""Words and lines of texts."""

import keyword
import re
import textwrap

__all__ = ["deindent", "get_identifiers", "indent", "replace", "strip_empty_lines", "word_substitute"]
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def get_identifiers(expr, include_numbers=False):
    """The names in an expression.

    Parameters
    ----------
    expr : str
    include_numbers : bool
        Whether its numbers are among them, as they are written.

    Returns
    -------
    names : set of str

    Examples
    --------
    >>> from ranvier.sim.utils.stringtools import get_identifiers
    >>> sorted(get_identifiers("3*a + exp(-b2/1e-3) if c and not d else e"))
    ['a', 'b2', 'c', 'd', 'e', 'exp']
    """
    numbers = _NUMBER.findall(expr)
    return set(filter(lambda word: not keyword.iskeyword(word), _WORD.findall(_NUMBER.sub(" ", expr)))) | (
        set(numbers) if include_numbers else set()
    )


def word_substitute(expr, substitutions):
    """A text with other words in the place of some; all at once, so that two may be swapped.

    Parameters
    ----------
    expr : str
    substitutions : dict of str to str

    Returns
    -------
    text : str

    Examples
    --------
    >>> from ranvier.sim.utils.stringtools import word_substitute
    >>> word_substitute("a + a_ + b", {"a": "b", "b": "a"})
    'b + a_ + a'
    """
    return _WORD.sub(lambda match: str(substitutions.get(match[0], match[0])), expr)


def replace(s, substitutions):
    """A text with other pieces in the place of some, one after the other.

    Parameters
    ----------
    s : str
    substitutions : dict of str to str

    Returns
    -------
    text : str
    """
    for old, new in substitutions.items():
        s = s.replace(old, new)
    return s


def indent(text, numtabs=1, spacespertab=4, tab=None):
    """A text with blanks before its lines.

    Parameters
    ----------
    text : str
    numtabs : int
        How many steps.
    spacespertab : int
        The blanks of a step.
    tab : str, optional
        A step, in place of blanks.

    Returns
    -------
    text : str
    """
    step = " " * spacespertab if tab is None else tab
    return textwrap.indent(text, step * numtabs, lambda line: True)


def deindent(text, numtabs=None, spacespertab=4, docstring=False):
    """A text without the blanks that all its lines begin with.

    Parameters
    ----------
    text : str
    numtabs : int, optional
        So many steps are taken away in place of what all lines have.
    spacespertab : int
        The blanks of a step.
    docstring : bool
        Whether the first line, which begins behind quotes, is left as it is.

    Returns
    -------
    text : str
    """
    text = text.replace("\t", " " * spacespertab)
    first, line_break, rest = text.partition("\n") if docstring else ("", "", text)
    if numtabs is None:
        rest = textwrap.dedent(rest)
    else:
        rest = re.sub(rf"(?m)^ {{{numtabs * spacespertab}}}", "", rest)
    return first + line_break + rest


def strip_empty_lines(s):
    """A text without its lines that hold nothing but blanks.

    Parameters
    ----------
    s : str

    Returns
    -------
    text : str
    """
    return "\n".join(line for line in s.split("\n") if line.strip())
