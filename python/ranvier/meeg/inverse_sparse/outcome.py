"""What sparse methods return: source estimates, dipoles, residuals."""

import numpy as np

from ranvier import _core

from ..dipole.noun import Dipole
from ..logs import tell
from ..logs import verbose as _verbose


class SparseDipoles(list):
    """Dipoles of a sparse method; `certificate` says what is certain of them all."""

    certificate = None


class Outcome:
    """An estimate of the engine, of averages one after the other, as what people ask for."""

    def __init__(self, estimate, prepared, src, vector=False):
        self.estimate, self.forward, self.src, self.vector = estimate, prepared.forward, src, vector
        self.n_orient = 1 if self.forward.source_ori == 1 else 3
        self.positions = estimate.columns[:: self.n_orient] // self.n_orient

    def part(self, evoked, first):
        return np.ascontiguousarray(self.estimate.X[:, first : first + len(evoked.times)])

    def dipoles(self, evoked, first=0):
        found = _core.meeg.sparse_dipoles(self.estimate, self.forward, np.ascontiguousarray(evoked.times), first)
        dipoles = SparseDipoles(Dipole._of(dipole) for dipole in found)
        dipoles.certificate = self.estimate.certificate
        return dipoles

    def stc(self, evoked, first=0):
        X = self.part(evoked, first)
        n = len(self.positions)
        if self.n_orient == 3:
            X = X.reshape(n, 3, len(evoked.times))
            if self.vector:
                directions = self.forward.source_nn.reshape(-1, 3, 3)[self.positions]
                X = np.matmul(directions.transpose(0, 2, 1), X)
            else:
                tell("combining the current components...")
                X = np.linalg.norm(X, axis=1)
        stc = estimate_of(X, self.positions, self.src, evoked.times[0], 1.0 / evoked.info["sfreq"], self.vector)
        stc.certificate = self.estimate.certificate
        return stc

    def residual(self, evoked, picks, first=0):
        """What the sources leave of an average, as projections leave it that have been applied to it."""
        residual = evoked.copy().pick([evoked.ch_names[k] for k in picks])
        explained = _core.meeg.explained_samples(
            self.estimate, self.forward, residual.info._engine, first, len(evoked.times)
        )
        residual.data = residual.data - explained
        return residual

    def returned(self, several, picks, return_as_dipoles, return_residual):
        """One result for one average, lists for several."""
        results, residuals, first = [], [], 0
        for evoked in several:
            results.append(self.dipoles(evoked, first) if return_as_dipoles else self.stc(evoked, first))
            if return_residual:
                residuals.append(self.residual(evoked, picks, first))
            first += len(evoked.times)
        if len(several) == 1:
            return (results[0], residuals[0]) if return_residual else results[0]
        return (results, residuals) if return_residual else results


def estimate_of(X, positions, src, tmin, tstep, vector):
    """A source estimate of the sources at some positions of a forward solution."""
    from .. import source_estimate as kinds

    vertices, first = [], 0
    for space in src:
        mine = positions[(positions >= first) & (positions < first + space["nuse"])] - first
        vertices.append(np.asarray(space["vertno"])[mine])
        first += space["nuse"]
    middle = {"surface": "", "volume": "Vol", "discrete": "Vol", "mixed": "Mixed"}[src.kind]
    kind = getattr(kinds, f"{middle}{'Vector' if vector else ''}SourceEstimate")
    return kind(X, vertices, tmin, tstep, src._subject)


@_verbose
def make_stc_from_dipoles(dipoles, src, verbose=None):
    """Make a source estimate of dipoles that stay in places of a source space.

    Parameters
    ----------
    dipoles : Dipole | list of Dipole
    src : SourceSpaces
        Of both hemispheres, in the dipoles' frame: that of a forward solution.

    Returns
    -------
    stc : SourceEstimate
    """
    from ..source_estimate import SourceEstimate

    dipoles = [dipoles] if isinstance(dipoles, Dipole) else dipoles
    if not isinstance(dipoles, list) or not dipoles or not all(isinstance(dipole, Dipole) for dipole in dipoles):
        raise ValueError(
            f"dipoles must be a Dipole, or a list of those with one at least; got {type(dipoles).__name__}"
        )
    times = dipoles[0].times
    X = np.zeros((len(dipoles), len(times)))
    places = np.concatenate([space["rr"][space["vertno"]] for space in src])
    vertices = np.concatenate([space["vertno"] for space in src])
    n_left = src[0]["nuse"]
    where = []
    for k, dipole in enumerate(dipoles):
        if not np.all(dipole.pos == dipole.pos[0]):
            raise ValueError(f"dipoles[{k}] moves; vertices of an estimate stay in place")
        if len(dipole) != len(times):
            raise ValueError(f"dipoles[{k}] has {len(dipole)} times, the first {len(times)}; they must be the same")
        found = np.flatnonzero(np.all(places == dipole.pos[0], axis=1))
        if len(found) == 0:
            raise ValueError(
                f"dipole {k} lies at no used point of src: give fwd['src'] of the forward solution it was made with"
            )
        where.append(found[0])
        X[k] = dipole.amplitude
    # Vertices rise in an estimate, and those of the left hemisphere come first.
    order = np.argsort(where, kind="stable")
    chosen = np.asarray(where)[order]
    sides = [vertices[chosen[chosen < n_left]], vertices[chosen[chosen >= n_left]]]
    tstep = times[1] - times[0] if len(times) > 1 else 1.0
    return SourceEstimate(X[order], sides, times[0], tstep, src._subject)
