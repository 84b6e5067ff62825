"""Branches of equilibria and cycles beside AUTO-07p (Debian's auto-07p), which continues the same equations written in C.

Both locate bifurcations to about 1e-8 of the range and use collocation of degree 4 with adapted meshes; what is compared is
converged in both to the digits that AUTO prints, six.
"""

import pathlib
import re
import shutil
import subprocess

import pytest

from ranvier.dynamics import System
from ranvier.units import cm, ms, uA

HERE = pathlib.Path(__file__).parent
LIBRARY = pathlib.Path("/usr/lib/auto-07p/lib")
unit = uA / cm**2

MORRIS_LECAR = """
#include "auto_problem.h"
FUNC {{
    double v = u[0], w = u[1], m = 0.5*(1 + tanh((v + 1.2)/18)), w_inf = 0.5*(1 + tanh((v - {V3})/{V4}));
    f[0] = (p[0] - {g_Ca}*m*(v - 120) - 8*w*(v + 84) - 2*(v + 60))/20;
    f[1] = {phi}*cosh((v - {V3})/(2*{V4}))*(w_inf - w);
    return 0;
}}
START {{ p[0] = {start}; u[0] = {v0}; u[1] = {w0}; return 0; }}
"""
ROSSLER = """
#include "auto_problem.h"
FUNC {
    f[0] = -u[1] - u[2]; f[1] = u[0] + p[0]*u[1]; f[2] = 0.2 + u[2]*(u[0] - 5.7);
    return 0;
}
START { p[0] = 0.001; u[0] = 3.5088e-5; u[1] = -0.035088; u[2] = 0.035088; return 0; }
"""
CONSTANTS = """
NDIM={n}, IPS={ips}, IRS={irs}, ILP=1
ICP={icp}
NTST=60, NCOL=4, IAD=3, ISP=2, ISW={isw}, IPLT=0, NBC=0, NINT=0
NMX={points}, NPR=10000, MXBF=0, IID=2, ITMX=20, ITNW=9, NWTN=3, JAC=0
EPSL=1e-10, EPSU=1e-10, EPSS=1e-9
DS={ds}, DSMIN=1e-7, DSMAX={dsmax}, IADS=1
THL={{11: 0.0}}, UZR={{1: {at}}}, UZSTOP={{1: {stop}}}
"""
KINDS = {1: "branch point", 2: "fold", 3: "Hopf", 5: "fold", 6: "branch point", 7: "period doubling", 8: "torus", 4: "at"}


class Auto:
    """One problem: compiled, then run step after step."""

    def __init__(self, folder, source, n):
        gcc, fortran = shutil.which("gcc"), list(pathlib.Path("/usr/lib").glob("*/libgfortran.so.5"))
        if not (LIBRARY / "libauto_c.a").exists() or not gcc or not fortran:
            pytest.skip("AUTO-07p is not here (make peers, or apt-get install auto-07p)")
        self.folder, self.n = folder, n
        (folder / "problem.c").write_text(source)
        quadmath = [str(p) for p in fortran[0].parent.glob("libquadmath.so.0")]
        objects = [str(p) for p in sorted(LIBRARY.glob("*.o"))]
        subprocess.run([gcc, "-O2", "-w", f"-I{HERE}", "problem.c", *objects, str(LIBRARY / "libauto_c.a"), "-o", "problem",
                        str(fortran[0]), *quadmath, "-lm", "-lpthread", "-fopenmp"], cwd=folder, check=True)  # fmt: skip
        (folder / "fort.3").write_text("")

    def run(self, ips, stop, ds, irs=0, at=(), dsmax=0.2, points=10000, isw=1):
        """Special points: (kind, parameter, period or None, label)."""
        icp = [1, 11] if ips == 2 else [1]
        (self.folder / "fort.2").write_text(
            CONSTANTS.format(n=self.n, ips=ips, irs=irs, icp=icp, ds=ds, stop=list(stop), at=list(at), dsmax=dsmax,
                             points=points, isw=isw)
        )
        done = subprocess.run(["./problem"], cwd=self.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr[-1000:]
        (self.folder / "fort.3").write_text((self.folder / "fort.8").read_text())
        found = []
        for line in (self.folder / "fort.7").read_text().splitlines():
            words = line.split()
            if len(words) > 4 and re.fullmatch(r"-?\d+", words[0]) and words[0] != "0":
                kind = KINDS.get(abs(int(words[2])) % 10)
                if int(words[3]) and kind:
                    found.append((kind, float(words[4]), float(words[-1]) if ips == 2 else None, int(words[3])))
        return found


def of(points, kind):
    """Parameters, each once: AUTO walks back where a branch of cycles ends in a Hopf point."""
    found = []
    for value in sorted(p[1] for p in points if p[0] == kind):
        if not found or value - found[-1] > 1e-5 * abs(value):
            found.append(value)
    return found


@pytest.mark.parametrize("preset", ["hopf", "saddle_node", "homoclinic"])
def test_morris_lecars_branches_are_those_of_auto(tmp_path, preset):
    system = System("morris_lecar", preset, I=-50 * unit)
    p = system.parameters
    rest = system.fixed_point().x
    numbers = {"V3": p["V3"].value, "V4": p["V4"].value, "g_Ca": p["g_Ca"].value, "phi": p["phi"]}
    source = MORRIS_LECAR.format(start=-50.0, v0=rest[0], w0=rest[1], **numbers)
    auto = Auto(tmp_path, source, 2)
    theirs = auto.run(1, (-60, 300), 0.01)
    ours = system.continue_equilibria("I", (-50 * unit, 300 * unit)).special_points
    for kind in ("fold", "Hopf"):
        mine = sorted(s.parameter / unit for s in ours if s.kind == kind)
        assert mine == pytest.approx(of(theirs, kind), rel=2e-5, abs=1e-5), kind


def test_morris_lecars_cycles_are_those_of_auto(tmp_path):
    system = System("morris_lecar", "hopf", I=0 * unit)
    rest = system.fixed_point().x
    source = MORRIS_LECAR.format(start=0.0, v0=rest[0], w0=rest[1], V3=2.0, V4=30.0, g_Ca=4.4, phi=0.04)
    auto = Auto(tmp_path, source, 2)
    hopf = next(p for p in auto.run(1, (-1, 300), 0.01, dsmax=1.0) if p[0] == "Hopf")
    theirs = auto.run(2, (0, 250), 0.1, irs=hopf[3], at=(100.0, 150.0, 200.0), dsmax=2.0, points=250)
    ours = system.continue_equilibria("I", (0 * unit, 300 * unit))
    first = min((s for s in ours.special_points if s.kind == "Hopf"), key=lambda s: s.parameter)
    whole = system.continue_cycles(first, (0 * unit, 300 * unit))
    folds = sorted(s.parameter / unit for s in whole.special_points if s.kind == "fold of cycles")
    assert folds == pytest.approx(of(theirs, "fold"), rel=2e-5)
    for current in (100.0, 150.0, 200.0):
        periods = [q[2] for q in theirs if q[0] == "at" and q[1] == pytest.approx(current)]
        # The branch's stable part is the last to cross a current on the way to the range's end.
        part = system.continue_cycles(first, (0 * unit, current * unit))
        assert part.end == "range" and part.stable[-1]
        assert any(part.period[-1] / ms == pytest.approx(T, rel=2e-6) for T in periods), (part.period[-1], periods)


def test_roesslers_period_doubling_is_that_of_auto(tmp_path):
    auto = Auto(tmp_path, ROSSLER, 3)
    hopf = next(p for p in auto.run(1, (-0.01, 0.2), 1e-4, dsmax=0.01) if p[0] == "Hopf")
    theirs = auto.run(2, (-0.01, 0.13), 1e-2, irs=hopf[3], dsmax=0.1, points=1000)
    rossler = System("rossler", a=0.001)
    rest = rossler.continue_equilibria("a", (0.001, 0.13), x0=[0, 0, 0])
    first = next(s for s in rest.special_points if s.kind == "Hopf")
    assert first.parameter == pytest.approx(hopf[1], rel=2e-5)
    cycles = rossler.continue_cycles(first, (0.001, 0.13))
    mine = [s.parameter for s in cycles.special_points if s.kind == "period doubling"]
    assert mine == pytest.approx(of(theirs, "period doubling"), rel=2e-5)
    # The doubled cycle, and where it doubles in its turn.
    label = next(p for p in theirs if p[0] == "period doubling")[3]
    doubled = auto.run(2, (-0.01, 0.15), 1e-3, irs=label, dsmax=0.1, points=1000, isw=-1)
    point = next(s for s in cycles.special_points if s.kind == "period doubling")
    second = rossler.continue_cycles(point, (0.001, 0.15))
    mine = [s.parameter for s in second.special_points if s.kind == "period doubling"]
    assert mine[0] == pytest.approx(next(p[1] for p in doubled if p[0] == "period doubling"), rel=5e-5)
