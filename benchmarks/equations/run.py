"""How long from equations to the first result? Each case in a process of its own, with an empty cache of kernels."""

import argparse
import os
import subprocess
import sys
import tempfile
import time

CASES = [
    ("lorenz", 0, "RK45"),
    ("hodgkin_huxley", 0, "RK45"),
    ("oscillators", 12, "RK45"),
    ("oscillators", 25, "RK45"),
    ("compartments", 20, "RK45"),
    ("compartments", 200, "RK45"),
    ("compartments", 200, "rodas5"),
    ("polynomials", 256, "rodas5"),
]


def oscillators(n):
    """Phases that pull at each other, their sums written out."""
    sums = (" + ".join(f"sin(p{j} - p{i})" for j in range(n) if j != i) for i in range(n))
    text = "\n".join(f"dp{i}/dt = {1 + 0.1 * i} + 0.1*({s}) : 1" for i, s in enumerate(sums))
    return text, [0.2 * i for i in range(n)], 1


def compartments(n):
    """Hodgkin and Huxley's membrane along an axon, with calcium-like followers: 5 states each."""
    lines, start = [], []
    for i in range(n):
        ends = "".join(f" + 0.5*(v{j} - v{i})" for j in (i - 1, i + 1) if 0 <= j < n)
        lines.append(f"""u{i} = v{i} + 65 : 1
dv{i}/dt = {10 if i == 0 else 0} - 120*m{i}**3*h{i}*(v{i} - 50) - 36*n{i}**4*(v{i} + 77) - 0.3*(v{i} + 54.4){ends} : 1
dm{i}/dt = (1 - m{i})/exprel((25 - u{i})/10) - 4*exp(-u{i}/18)*m{i} : 1
dh{i}/dt = 0.07*exp(-u{i}/20)*(1 - h{i}) - h{i}/(1 + exp((30 - u{i})/10)) : 1
dn{i}/dt = 0.1*(1 - n{i})/exprel((10 - u{i})/10) - 0.125*exp(-u{i}/80)*n{i} : 1
dc{i}/dt = (m{i} - c{i})/5 : 1""")
        start += [-65, 0.05, 0.6, 0.32, 0]
    return "\n".join(lines), start, 10


def polynomials(n):
    """A ring of products."""
    text = "\n".join(f"dx{i}/dt = -x{i} + 0.1*x{(i + 1) % n}*x{i - 1 if i else n - 1} - x{i}**3 : 1" for i in range(n))
    return text, [0.1 + 0.4 * i / n for i in range(n)], 1


def one(name, n, method):
    """Prints the seconds to read the text, to the first result, and to the second."""
    from ranvier.dynamics import System
    from ranvier.units import ms

    clock = [time.perf_counter()]
    if n:
        text, start, span = globals()[name](n)
        system = System(text)
    else:
        system, start = System(name), None
        span = 1 if name == "lorenz" else 10 * ms
    clock.append(time.perf_counter())
    for _ in range(2):
        result = system.simulate((0 * span, span), start, method=method)
        assert result.success, result.message
        clock.append(time.perf_counter())
    print(*(b - a for a, b in zip(clock, clock[1:], strict=False)), result.nfev)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=3)
    arguments = parser.parse_args()
    if arguments.one:
        return one(arguments.one[0], int(arguments.one[1]), arguments.one[2])
    print(f"{'':<16} {'n':>4} {'method':<7} {'read':>7} {'first':>7} {'again':>7} [s]  evaluations")
    for name, n, method in CASES:
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, __file__, "--one", name, str(n), method]
            done = subprocess.run(command, env=os.environ | {"RANVIER_CACHE": cache}, capture_output=True, text=True)
        if done.returncode:
            print(name, n, method, done.stderr.strip().splitlines()[-1])
            continue
        read, first, again, nfev = done.stdout.split()
        print(
            f"{name:<16} {n or '':>4} {method:<7} {float(read):7.3f} {float(first):7.3f} {float(again):7.3f}      {nfev}"
        )


if __name__ == "__main__":
    main()
