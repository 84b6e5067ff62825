"""How objects look in notebooks."""

from html import escape


def table(title, rows):
    """A table of two columns under a title, as HTML.

    Parameters
    ----------
    title : str
    rows : dict
        What is said of each name; entries that are empty are left out.

    Returns
    -------
    html : str
    """
    cell = "<tr><th>{}</th><td>{}</td></tr>"
    body = "".join(
        cell.format(escape(str(k)), escape(str(v)).replace("\n", "<br>"))
        for k, v in rows.items()
        if v not in ("", None)
    )
    look = "<style>.ranvier-facts :is(th, td, caption) {text-align: left}</style>"
    return f'<div>{look}<table class="ranvier-facts"><caption><b>{escape(title)}</b></caption>{body}</table></div>'
