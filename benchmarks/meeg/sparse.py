"""Sparse estimates beside MNE-Python's in one process, on one thread: seconds of the processor, objectives and whether the
active sources agree. Run it with the interpreter of .venv-peers, PYTHONPATH at build/*/python and a folder of recordings:

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 RANVIER_THREADS=1 PYTHONPATH=build/release/python \
        .venv-peers/bin/python benchmarks/meeg/sparse.py DATA
"""

import sys
import time
import warnings

import mne
import numpy as np
from mne.inverse_sparse import mxne_optim as theirs
from mne.inverse_sparse.mxne_inverse import _compute_mxne_sure
from ranvier.meeg.inverse_sparse import mxne_optim as ours
from ranvier.meeg.inverse_sparse import preparation

import ranvier.meeg as rv
from ranvier import _core

BAR = 8


def timed(work, repeats):
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return best, result


def problem(evoked, fwd, cov, loose):
    """Whitened data and gain, scaled so that a penalty of 100 leaves nothing active."""
    ready = preparation.prepared(evoked.info, fwd, cov, loose)
    U, s, _ = np.linalg.svd(ready.whitener @ evoked.data[ready.picks], full_matrices=False)
    M, G, n_orient = np.ascontiguousarray(U * s), ready.gain, 1 if loose == 0 else 3
    largest = np.sqrt(((G.T @ M).reshape(-1, n_orient * M.shape[1]) ** 2).sum(axis=1).max())
    return M, np.ascontiguousarray(G / largest * 100), n_orient


def objective(M, G, X, active, alpha, n_orient):
    blocks = X.reshape(-1, n_orient * X.shape[1])
    return 0.5 * ((M - G[:, active] @ X) ** 2).sum() + alpha * np.sqrt((blocks**2).sum(axis=1)).sum()


def solver_row(name, M, G, alpha, n_orient, tol):
    """A solver on the same arrays: its objective may be no higher, and at small gaps its active set no other."""
    settings = dict(tol=tol * (M**2).sum(), n_orient=n_orient, active_set_size=10, debias=False, return_gap=True)
    own, (X, active, _, gap) = timed(lambda: ours.mixed_norm_solver(M, G, alpha, **settings), 3)
    peer, (Y, there, _, their_gap) = timed(lambda: theirs.mixed_norm_solver(M, G, alpha, maxit=3000, **settings), 1)
    # What is about to vanish does so at smaller gaps: sources of less than 1 % of the strongest are no difference.
    strong = [set(np.flatnonzero(mask)[np.abs(x).max(axis=1) > 0.01 * np.abs(x).max()] // n_orient)
              for mask, x in ((active, X), (there, Y))]  # fmt: skip
    above = (objective(M, G, X, active, alpha, n_orient) - objective(M, G, Y, there, alpha, n_orient)) / (M**2).sum()
    agree = above <= 1e-12 and (tol > 1e-8 or strong[0] == strong[1])
    return (
        name,
        peer,
        own,
        agree,
        f"objective {above:+.1e}, gap {gap / (M**2).sum():.0e} (theirs {their_gap / (M**2).sum():.0e})",
    )


def sure_row(loose, M, G, n_orient):
    """The whole path of penalties, with the same random numbers: the same penalty is chosen."""
    grid, tol = np.geomspace(100, 10, 15), 1e-4 * (M**2).sum()
    normals = np.random.RandomState(0).standard_normal(M.shape)

    class Normals:
        def standard_normal(self, shape):
            return normals

    settings = dict(maxit=3000, tol=tol, active_set_size=10, n_orient=n_orient)
    own, (found, _, best, _) = timed(lambda: _core.meeg.mixed_norm_sure(M, G, list(grid), normals, 1.0, 1, settings), 3)
    peer, (_, active, alpha) = timed(lambda: _compute_mxne_sure(M, G, grid, 1, 1, 3000, tol, n_orient, 10, True, "auto", 10,
                                                                Normals(), False), 1)  # fmt: skip
    words = f"alpha {grid[best]:.1f} ({alpha:.1f}), {len(found[1])} sources ({active.sum() // n_orient})"
    return f"SURE's path, loose {loose}", peer, own, grid[best] == alpha, words


def main(folder):
    warnings.simplefilter("ignore")
    mne.set_log_level("ERROR")
    sample = f"{folder}/sample"
    heads = f"{sample}/subjects/sample/bem/sample-320-320-320-bem-sol.fif"

    evoked = rv.read_evokeds(f"{sample}/test-ave.fif.gz", 0, baseline=(None, 0)).crop(0.04, 0.18)
    trans = rv.read_trans(f"{sample}/MEG/sample_audvis_trunc-trans.fif")
    src = rv.read_source_spaces(f"{sample}/small-src.fif.gz")
    for space in src:
        space["rr"][:] *= 1000.0  # the file has a thousandth
    fwd = rv.make_forward_solution(evoked.info, trans, src, rv.read_bem_solution(heads))
    mine = evoked, fwd, rv.read_cov(f"{sample}/test-cov.fif")
    rows = []
    theirs.mixed_norm_solver(np.eye(3), np.eye(3), 0.1)  # which imports what it needs
    for loose in (0.2, 0.0):
        M, G, n_orient = problem(*mine, loose)
        for alpha in (70.0, 40.0, 20.0):
            for tol in (1e-4, 1e-8):
                rows.append(
                    solver_row(f"MxNE, loose {loose}, alpha {alpha:.0f}, tol {tol:.0e}", M, G, alpha, n_orient, tol)
                )
    for loose in (0.2, 0.0):
        rows.append(sure_row(loose, *problem(*mine, loose)))
    met = True
    for name, peer, own, agree, words in rows:
        met = met and agree and peer / own >= BAR
        print(
            f"{name:42s} {peer:9.4f} {own:9.4f}  × {peer / own:6.1f} (bar {BAR})  {'' if agree else 'DIFFERENT '}{words}",
            flush=True,
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
