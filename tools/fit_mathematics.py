"""Fit the polynomials of compile/mathematics.hpp and write compile/mathematics_tables.hpp.

Each polynomial is a weighted minimax fit (Lawson's iteration: least squares whose weights grow where the error is
large), in 60 digits. The coefficients are then rounded one after another, lowest first, and those still free are fitted
anew, so that they take up the rounding of the former. Needs mpmath; run it only to change a polynomial.
"""

import pathlib
import struct
import subprocess

from mpmath import mp, mpf

mp.dps = 60
ROOT = pathlib.Path(__file__).resolve().parent.parent


def rounded(x, bits):
    """The float64 or float32 nearest to `x`."""
    nearest = float(x)
    return nearest if bits == 64 else struct.unpack("f", struct.pack("f", nearest))[0]


def solved(points, values, weights, degrees):
    """Coefficients of the given degrees, by weighted least squares."""
    n = len(degrees)
    left, right = mp.matrix(n, n), mp.matrix(n, 1)
    for x, y, w in zip(points, values, weights):
        powers = [x**d for d in degrees]
        for i in range(n):
            right[i] += w * powers[i] * y
            for j in range(i, n):
                left[i, j] += w * powers[i] * powers[j]
    for i in range(n):
        for j in range(i):
            left[i, j] = left[j, i]
    return list(mp.lu_solve(left, right))


def fit(function, low, high, degree, weight, bits):
    """Coefficients (rounded) and the largest weighted error, in bits."""
    low, high = mpf(low), mpf(high)
    count = 12 * (degree + 1)
    points = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + mpf(1) / 2) / count) for i in range(count)]
    values = [function(x) for x in points]
    scale = [weight(x) ** 2 for x in points]
    lawson = [mpf(1)] * count
    best = None
    for _ in range(40):
        c = solved(points, values, [a * s for a, s in zip(lawson, scale)], range(degree + 1))
        errors = [
            abs(sum(ci * x**i for i, ci in enumerate(c)) - y) * mp.sqrt(s) for x, y, s in zip(points, values, scale)
        ]
        if best is None or max(errors) < best[0]:
            best = max(errors), lawson
        if max(errors) < mpf("1.02") * sum(a * e for a, e in zip(lawson, errors)) / sum(lawson):
            break
        lawson = [a * e for a, e in zip(lawson, errors)]
        total = sum(lawson) / count
        lawson = [a / total + mpf(10) ** -12 for a in lawson]
    lawson = best[1]
    fixed = []
    for d in range(degree + 1):
        left = [y - sum(c * x**i for i, c in enumerate(fixed)) for x, y in zip(points, values)]
        c = solved(points, left, [a * s for a, s in zip(lawson, scale)], range(d, degree + 1))
        fixed.append(rounded(c[0], bits))
    error = max(
        abs(sum(mpf(c) * x**i for i, c in enumerate(fixed)) - y) * mp.sqrt(s) for x, y, s in zip(points, values, scale)
    )
    return fixed, mp.log(error, 2)


def off_zero(function, series):
    """`function`, and `series` (a callable) near 0 where the former divides nothing by nothing."""
    return lambda t: function(t) if abs(t) > mpf(10) ** -14 else series(t)


def exp_rest(r):
    return sum(r**k / mp.factorial(k + 2) for k in range(40))


def log_rest(z):  # log((1 + s)/(1 - s)) = 2s + s z log_rest(z), z = s²
    return sum(2 * z**k / (2 * k + 3) for k in range(60))


def log_rest_next(z):  # … = 2s + 2/3 s³ + s⁵ log_rest_next(z)
    return sum(2 * z**k / (2 * k + 5) for k in range(60))


def sin_rest(t):  # sin x = x + x³ sin_rest(x²)
    return sum((-1) ** (k + 1) * t**k / mp.factorial(2 * k + 3) for k in range(30))


def cos_rest(t):  # cos x = 1 − x²/2 + x⁴ cos_rest(x²)
    return sum((-1) ** k * t**k / mp.factorial(2 * k + 4) for k in range(30))


def sinh_rest(t):
    return sum(t**k / mp.factorial(2 * k + 3) for k in range(30))


asin_rest = off_zero(lambda t: (mp.asin(mp.sqrt(t)) / mp.sqrt(t) - 1) / t, lambda t: mpf(1) / 6 + t * 3 / 40)
atan_rest = off_zero(lambda t: (mp.atan(mp.sqrt(t)) / mp.sqrt(t) - 1) / t, lambda t: -mpf(1) / 3 + t / 5)

half_ln2 = mp.log(2) / 2 * mpf("1.0001")
s_max = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mpf("1.0001")
quarter = (mp.pi / 4) ** 2 * mpf("1.0001")

# name, what it is, function, interval, weight of the error, degree for float64, for float32 (None: by float64)
FITS = [
    ("exp", "eʳ = 1 + r + r² p(r), |r| ≤ ½ ln 2", exp_rest, -half_ln2, half_ln2, abs, 9, 4),
    ("log", "log((1+s)/(1−s)) = 2s + s³ p(s²)", log_rest, 0, s_max, abs, 6, 3),
    ("log_exact", "log((1+s)/(1−s)) = 2s + ⅔ s³ + s⁵ p(s²)", log_rest_next, 0, s_max, lambda z: z * z, 7, None),
    ("sin", "sin x = x + x³ p(x²), |x| ≤ π/4", sin_rest, 0, quarter, abs, 5, None),
    ("cos", "cos x = 1 − ½x² + x⁴ p(x²), |x| ≤ π/4", cos_rest, 0, quarter, lambda t: t * t, 5, None),
    ("sinh", "sinh x = x + x³ p(x²), |x| ≤ 1", sinh_rest, 0, 1, abs, 7, None),
    ("asin", "asin x = x + x³ p(x²), |x| ≤ ½", asin_rest, 0, mpf(1) / 4, abs, 12, None),
    ("atan", "atan x = x + x³ p(x²), |x| ≤ tan π/8", atan_rest, 0, (mp.sqrt(2) - 1) ** 2 * mpf("1.0001"), abs, 11, None),
]


def main():
    lines = [
        "// Written by tools/fit_mathematics.py, which says how. Lowest power first.",
        "#pragma once",
        "",
        "#include <cstdint>",
        "",
        "namespace ranvier::compile::table {",
        "",
        "template <class T>",
        "struct Coefficients;",
    ]
    for bits, scalar in ((64, "double"), (32, "float")):
        lines += ["", "template <>", f"struct Coefficients<{scalar}> {{"]
        for name, what, function, low, high, weight, *degrees in FITS:
            degree = degrees[bits == 32]
            if degree is None:
                continue
            c, error = fit(function, low, high, degree, weight, bits)
            print(f"{scalar:6} {name:9} degree {degree:2}: error 2^{float(error):.1f}")
            lines.append(f"    /// {what}; error 2^{float(error):.1f}")
            suffix = "F" if bits == 32 else ""
            values = ", ".join(float.hex(x).replace("0x1.0000000000000p", "0x1p") + suffix for x in c)
            lines.append(f"    static constexpr {scalar} {name}[] = {{{values}}};")
        lines.append("};")
    mp.prec = 1400
    words = [f"0x{int(mp.floor(2 / mp.pi * mpf(2) ** (64 * (i + 1)))) & (2**64 - 1):016x}" for i in range(20)]
    lines += ["", "/// 2/π in binary: 64 zero bits, then those behind the point."]
    lines += ["inline constexpr std::uint64_t two_over_pi[] = {0, " + ", ".join(words) + "};"]
    lines += ["", "}  // namespace ranvier::compile::table"]
    target = ROOT / "src/ranvier/compile/mathematics/tables.hpp"
    target.write_text("\n".join(lines) + "\n")
    subprocess.run(["clang-format", "-i", target], check=True)


if __name__ == "__main__":
    main()
