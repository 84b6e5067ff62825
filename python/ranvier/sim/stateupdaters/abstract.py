"""What an integrator does with equations, as lines that can be read. The engine computes from the same rules, not from these lines."""

import ast
import copy

from ranvier.sim.stateupdaters.unsupported import UnsupportedEquationsException

# As compile/lower/integrator.cpp has them, for those that are a few lines.
RULES = {
    "euler": "x_new = x + dt*f(x, t) + g(x, t)*dW",
    "rk2": "k = dt*f(x, t)\nx_new = x + dt*f(x + k/2, t + dt/2)",
    "rk4": "k_1 = dt*f(x, t)\nk_2 = dt*f(x + k_1/2, t + dt/2)\nk_3 = dt*f(x + k_2/2, t + dt/2)\n"
           "k_4 = dt*f(x + k_3, t + dt)\nx_new = x + (k_1 + 2*k_2 + 2*k_3 + k_4)/6",
    "euler_heun": "s = x + g(x, t)*dW\nx_new = x + dt*f(x, t) + g(x, t)*dW/2 + g(s, t + dt)*dW/2",
    "milstein": "p = x + dt**0.5*g(x, t)\nm = x - dt**0.5*g(x, t)\n"
                "x_new = x + dt*f(x, t) + g(x, t)*dW + (g(p, t) - g(m, t))*dW**2/(4*dt**0.5)",
}  # fmt: skip


def is_noise(name):
    """Whether a name is that of noise."""
    return name == "xi" or name.startswith("xi_")


def lines_of(rule, equations):
    """The lines of an explicit integrator.

    Parameters
    ----------
    rule : str
        Lines ``name = expression``, the last one ``x_new = …``.
    equations : Equations

    Returns
    -------
    text : str

    Raises
    ------
    ValueError
        Where drift and noise of the rule, or of the equations, can't be told apart.
    """
    steps = [(line.partition("=")[0].strip(), _parsed(line.partition("=")[2])) for line in rule.splitlines()]
    for term, _ in (pair for _, expression in steps for pair in _terms(expression)):
        if _calls(term, "f") and _noisy(term):
            raise ValueError(f"drift and noise are summands of an integrator's rule; got {_text(term)}")
    drifts, noises = {}, {}
    for name, text in equations.get_substituted_expressions():
        drifts[name], noises[name] = _split(_parsed(getattr(text, "code", text)))
    sources = sorted({xi for noise in noises.values() for xi in noise})
    if sources and not any(_noisy(term) for _, expression in steps for term, _ in _terms(expression)):
        raise UnsupportedEquationsException(f"the equations hold noise ({', '.join(sources)}), and the integrator none")
    factors = [name for name, expression in steps[:-1] if all(_noisy(term) for term, _ in _terms(expression))]
    if factors and any(len(noise) > 1 for noise in noises.values()):
        raise NotImplementedError(f"{factors[0]} of the rule is of one source of noise; an equation here has several")
    rule = _Rule(drifts, noises, sources, {name for name, _ in steps if name != "x_new"})
    lines = [f"{xi} = dt**0.5*randn()" for xi in sources]
    for name, expression in steps:
        for x in drifts:
            left = f"_{x}" if name == "x_new" else f"_{name}_{x}"
            lines.append(f"{left} = {_text(rule.value(expression, x))}")
    return "\n".join([*lines, *(f"{x} = _{x}" for x in drifts)])


def exponential_lines(equations, together):
    """The lines of exact (`together`: no equation may hold another's variable) or of exponential_euler.

    Parameters
    ----------
    equations : Equations
    together : bool

    Returns
    -------
    text : str
    """
    drifts = {name: _parsed(getattr(text, "code", text)) for name, text in equations.get_substituted_expressions()}
    lines = []
    for x, drift in drifts.items():
        names = _names(drift)
        if any(map(is_noise, names)):
            raise UnsupportedEquationsException(f"the equation of {x} holds noise: take euler, heun or milstein")
        parts = _linear(drift, x)
        if parts is None:
            raise UnsupportedEquationsException(f"the equation of {x} is not linear in {x}")
        a, b = parts
        if together and (names & (set(drifts) - {x}) or "t" in names):
            raise NotImplementedError(
                "exact solves coupled equations by the matrix exponential, of which there are no lines to show: run the group"
            )
        rate = None if b is None else _text(_times(b, ast.Name("dt")))
        if rate is None:
            lines.append(f"_{x} = {_text(_plus(ast.Name(x), _times(ast.Name('dt'), a)))}")
        else:
            grown = f"{x}*exp({rate})"
            lines.append(f"_{x} = {grown}" + ("" if a is None else f" + ({_text(a)})*dt*exprel({rate})"))
    return "\n".join([*lines, *(f"{x} = _{x}" for x in drifts)])


class _Rule:
    """A rule of x, f, g, t and dW, said of the variables of equations."""

    def __init__(self, drifts, noises, sources, own):
        self.drifts, self.noises, self.sources, self.own = drifts, noises, sources, own

    def value(self, expression, x, t=None):
        """An expression of the rule for variable x: what holds noise is there once for each source."""
        total = None
        for term, sign in _terms(expression):
            for xi in self.noises[x] if _noisy(term) else [None]:
                one = self.replaced(term, x, xi)
                total = _plus(total, one, sign)
        return total or ast.Constant(0)

    def replaced(self, node, x, xi):
        rule = self

        class Replace(ast.NodeTransformer):
            def visit_Name(self, name):
                if name.id == "x":
                    return ast.Name(x)
                if name.id == "dW":
                    return ast.Name(xi)
                return ast.Name(f"_{name.id}_{x}") if name.id in rule.own else name

            def visit_Call(self, call):
                if not isinstance(call.func, ast.Name) or call.func.id not in "fg" or len(call.args) != 2:
                    return self.generic_visit(call)
                body = rule.drifts[x] if call.func.id == "f" else rule.noises[x].get(xi, ast.Constant(0))
                at = {y: rule.value(call.args[0], y) for y in rule.drifts} | {"t": rule.replaced(call.args[1], x, xi)}
                return _substituted(body, at)

        return Replace().visit(copy.deepcopy(node))


def _parsed(text):
    return ast.parse(" ".join(str(text).split()).strip(), mode="eval").body


def _text(node):
    return ast.unparse(ast.fix_missing_locations(node)).replace(" ** ", "**").replace(" * ", "*").replace(" / ", "/")


def _names(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _calls(node, name):
    return any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name for n in ast.walk(node))


def _noisy(node):
    """Whether an expression of a rule holds noise, but for what stands inside of f."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("f", "g"):
        return node.func.id == "g"
    if isinstance(node, ast.Name):
        return node.id == "dW"
    return any(map(_noisy, ast.iter_child_nodes(node)))


def _terms(node, sign=1):
    """Summands with their signs."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        right = sign if isinstance(node.op, ast.Add) else -sign
        return [*_terms(node.left, sign), *_terms(node.right, right)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _terms(node.operand, -sign)
    return [(node, sign)]


def _split(drift):
    """The equation without noise, and the factor of each source of noise."""
    rest, noise = None, {}
    for term, sign in _terms(drift):
        sources = sorted(filter(is_noise, _names(term)))
        if not sources:
            rest = _plus(rest, term, sign)
            continue
        factor = _without(term, sources[0]) if len(sources) == 1 else None
        if factor is None:
            raise ValueError(f"noise is a factor of a summand; got {_text(term)}")
        noise[sources[0]] = _plus(noise.get(sources[0]), factor, sign)
    return rest or ast.Constant(0), noise


def _without(term, xi):
    """What stands beside a factor; None where it is none."""
    if isinstance(term, ast.Name) and term.id == xi:
        return ast.Constant(1)
    if isinstance(term, ast.BinOp) and isinstance(term.op, (ast.Mult, ast.Div)):
        left, right = xi in _names(term.left), xi in _names(term.right)
        if left and not right:
            inner = _without(term.left, xi)
            if inner is None or isinstance(term.op, ast.Div):
                return inner and ast.BinOp(inner, term.op, term.right)
            return _times(inner, term.right)
        if right and not left and isinstance(term.op, ast.Mult):
            inner = _without(term.right, xi)
            return None if inner is None else _times(term.left, inner)
    return None


def _linear(node, x):
    """a and b of a + b*x, None for 0; None where it is not so."""
    if x not in _names(node):
        return node, None
    if isinstance(node, ast.Name):
        return None, ast.Constant(1)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _linear(node.operand, x)
        return inner and tuple(p and ast.UnaryOp(ast.USub(), p) for p in inner)
    if isinstance(node, ast.BinOp):
        left, right = _linear(node.left, x), _linear(node.right, x)
        if left is None or right is None:
            return None
        if isinstance(node.op, (ast.Add, ast.Sub)):
            sign = 1 if isinstance(node.op, ast.Add) else -1
            return tuple(p if q is None else _plus(p, q, sign) for p, q in zip(left, right, strict=True))
        if isinstance(node.op, ast.Mult) and right[1] is None:
            return tuple(p and _times(p, node.right) for p in left)
        if isinstance(node.op, ast.Mult) and left[1] is None:
            return tuple(p and _times(node.left, p) for p in right)
        if isinstance(node.op, ast.Div) and right[1] is None:
            return tuple(p and ast.BinOp(p, ast.Div(), node.right) for p in left)
    return None


def _plus(a, b, sign=1):
    if a is None:
        return b if sign > 0 else ast.UnaryOp(ast.USub(), b)
    return ast.BinOp(a, ast.Add() if sign > 0 else ast.Sub(), b)


def _times(a, b):
    one = [isinstance(x, ast.Constant) and x.value == 1 for x in (a, b)]
    return b if one[0] else a if one[1] else ast.BinOp(a, ast.Mult(), b)


def _substituted(body, values):
    class Substitute(ast.NodeTransformer):
        def visit_Name(self, name):
            return values.get(name.id, name)

    return Substitute().visit(copy.deepcopy(body))
