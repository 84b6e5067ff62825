"""Currents of few sources: solvers on arrays, and estimates of averages whose sources are known."""

import numpy as np
import pytest
from ranvier.meeg.inverse_sparse.mxne_optim import (
    iterative_mixed_norm_solver,
    iterative_tf_mixed_norm_solver,
    mixed_norm_solver,
    solve,
    tf_mixed_norm_solver,
)

from ranvier import meeg as mne


def _planted(n_orient=1, seed=0, noise=0.02):
    rng = np.random.default_rng(seed)
    G = rng.standard_normal((40, 100 * n_orient)) / np.sqrt(40)
    X = np.zeros((100 * n_orient, 30))
    for k, position in enumerate((7, 42, 90)):
        rows = slice(position * n_orient, (position + 1) * n_orient)
        X[rows] = (1 + k / 4) * np.sin(0.2 * (k + 1) * np.arange(30))
    return G @ X + noise * rng.standard_normal((40, 30)), G, X


def _largest(G, M, n_orient):
    return np.sqrt(((G.T @ M).reshape(-1, n_orient * M.shape[1]) ** 2).sum(axis=1).max())


def _objective(M, G, X, active, alpha, n_orient):
    blocks = X.reshape(-1, n_orient * X.shape[1])
    return 0.5 * ((M - G[:, active] @ X) ** 2).sum() + alpha * np.sqrt((blocks**2).sum(axis=1)).sum()


@pytest.mark.parametrize("n_orient", [1, 3])
def test_the_objective_and_the_gap_are_those_of_what_is_returned(n_orient):
    M, G, _ = _planted(n_orient)
    alpha = 0.2 * _largest(G, M, n_orient)
    X, active, E, gap = mixed_norm_solver(M, G, alpha, tol=1e-10, n_orient=n_orient, debias=False, return_gap=True)
    assert np.unique(np.flatnonzero(active) // n_orient).tolist() == [7, 42, 90]
    assert E[-1] == pytest.approx(_objective(M, G, X, active, alpha, n_orient), rel=1e-12)
    assert 0 <= gap <= 1e-10
    # A dual point made from the residual bounds the objective from below, seen from outside.
    R = M - G[:, active] @ X
    scale = min(1, alpha / _largest(G, R, n_orient))
    bound = 0.5 * (M**2).sum() - 0.5 * ((M - scale * R) ** 2).sum()
    assert E[-1] - bound < 1e-9


def test_a_run_that_is_cut_short_says_that_it_has_not_converged():
    M, G, _ = _planted(3, noise=0.5)
    with pytest.warns(RuntimeWarning, match="NOT converged: duality gap .* Give a larger maxit or tol"):
        found = solve(M, G, 0.05 * _largest(G, M, 3), maxit=1, tol=1e-12, n_orient=3)
    assert not found.certificate.converged
    assert found.certificate.gap > found.certificate.tolerance
    assert "NOT converged" in repr(found.certificate)


def test_reweighting_and_frequencies_keep_the_planted_sources():
    M, G, X = _planted(3)
    alpha = 0.2 * _largest(G, M, 3)
    _, active, E = iterative_mixed_norm_solver(M, G, alpha, 10, n_orient=3)
    assert np.unique(np.flatnonzero(active) // 3).tolist() == [7, 42, 90]
    assert np.all(np.diff(E) <= 1e-6)
    for windows in (dict(wsize=16, tstep=4), dict(wsize=[8, 16], tstep=[2, 4])):
        found, active, _, gap = tf_mixed_norm_solver(
            M, G, 0.95 * alpha, 0.05 * alpha, n_orient=3, maxit=2000, tol=1e-6, return_gap=True, **windows
        )
        assert np.unique(np.flatnonzero(active) // 3).tolist() == [7, 42, 90]
        assert gap <= 1e-6
        assert np.corrcoef(found.ravel(), X[active].ravel())[0, 1] > 0.95
    _, active, _ = iterative_tf_mixed_norm_solver(M, G, alpha, 0.05 * alpha, 3, wsize=16, tstep=4, n_orient=3)
    assert np.unique(np.flatnonzero(active) // 3).tolist() == [7, 42, 90]


def test_what_does_not_fit_is_refused():
    M, G, _ = _planted()
    with pytest.raises(ValueError, match="X_init must have shape"):
        mixed_norm_solver(M, G, 1.0, X_init=np.zeros((3, 3)))
    with pytest.raises(ValueError, match="weights must be one for each"):
        iterative_mixed_norm_solver(M, G, 1.0, 2, weight_init=np.ones(3))
    with pytest.raises(ValueError, match="solver must be one of"):
        mixed_norm_solver(M, G, 1.0, solver="newton")
    with pytest.raises(ValueError, match="tstep must be even"):
        tf_mixed_norm_solver(M, G, 1.0, 1.0, wsize=16, tstep=3)
    with pytest.raises(ValueError, match="same number of entries"):
        tf_mixed_norm_solver(M, G, 1.0, 1.0, wsize=[16], tstep=[2, 4])


def test_a_start_from_the_answer_is_the_answer():
    M, G, _ = _planted()
    alpha = 0.2 * _largest(G, M, 1)
    X, active, _ = mixed_norm_solver(M, G, alpha, tol=1e-10, debias=False)
    start = np.zeros((100, 30))
    start[active] = X
    again, same, E = mixed_norm_solver(M, G, alpha, tol=1e-9, debias=False, X_init=start, active_set_init=active)
    assert len(E) == 1
    assert np.array_equal(active, same)
    assert np.allclose(again, X)


def test_positions_to_start_with_are_worked_on_from_the_first_round():
    M, G, _ = _planted()
    alpha = 0.2 * _largest(G, M, 1)
    X, active, E = mixed_norm_solver(M, G, alpha, tol=1e-10, debias=False, active_set_size=1)
    again, same, rounds = mixed_norm_solver(M, G, alpha, tol=1e-10, debias=False, active_set_size=1,
                                            active_set_init=active)  # fmt: skip
    assert len(rounds) < len(E)
    assert np.array_equal(active, same)
    assert np.allclose(again, X)


def test_dipoles_come_back_from_their_files(tmp_path):
    rng = np.random.default_rng(1)
    times = np.arange(5) / 1000
    ori = rng.standard_normal((5, 3))
    ori /= np.linalg.norm(ori, axis=1, keepdims=True)
    conf = {name: rng.uniform(1e-3, 2e-3, 5) for name in ("depth", "long", "trans")} | {"vol": np.full(5, 2e-9)}
    dipole = mne.Dipole(times, rng.uniform(-0.1, 0.1, (5, 3)), rng.uniform(1e-8, 5e-8, 5), ori, rng.uniform(50, 90, 5),
                        "left auditory", conf, np.arange(5.0), np.full(5, 300.0))  # fmt: skip
    for ending, places in ((".dip", dict(pos=6e-6, amplitude=6e-13, ori=6e-5, gof=6e-3)), (".bdip", {})):
        path = tmp_path / f"a{ending}"
        dipole.save(path)
        with pytest.raises(FileExistsError):
            dipole.save(path)
        back = mne.read_dipole(path)
        assert np.allclose(back.times, times, atol=1e-9)
        for name in ("pos", "amplitude", "ori", "gof"):
            assert np.allclose(getattr(back, name), getattr(dipole, name), rtol=1e-6, atol=places.get(name, 0)), name
        for name, values in conf.items():
            assert np.allclose(back.conf[name], values, rtol=1e-6, atol=1e-12 if name == "vol" else 6e-7), name
        assert np.allclose(back.khi2, dipole.khi2)
    assert mne.read_dipole(tmp_path / "a.dip").name == "left auditory"
    assert len(dipole[1:3]) == 2
    assert len(dipole.copy().crop(0.001, 0.003)) == 3
    with pytest.raises(ValueError, match="for each of its 5 times"):
        mne.Dipole(times, np.zeros((4, 3)), dipole.amplitude, ori, dipole.gof)


def test_a_table_of_dipoles_without_names_of_its_columns_is_refused(tmp_path):
    path = tmp_path / "bad.dip"
    path.write_text("1 2 3\n")
    with pytest.raises(OSError, match="must name its columns"):
        mne.read_dipole(path)
    path.write_text("# begin end X (mm) Y (mm) Z (mm) Q(nAm) Qx(nAm) Qy(nAm) Qz(nAm) g/%\n1 1 2 3 4 5 6 7 8 nine\n")
    with pytest.raises(OSError, match="found 'nine'"):
        mne.read_dipole(path)
    path.with_suffix(".bdip").write_bytes(b"123")
    with pytest.raises(OSError, match="whole records of 196 bytes; it has 3"):
        mne.read_dipole(path.with_suffix(".bdip"))
