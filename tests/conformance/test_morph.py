"""From one brain to another, and labels on surfaces, beside MNE-Python's."""

from peers import both, differences
from test_anatomy import HEAD
from test_labels import LABEL, nibabel  # noqa: F401

SUBJECTS = """
from scipy.spatial import ConvexHull
random = np.random.default_rng(5)
folder = out + "-subjects"
for subject, n in (("a", 2500), ("b", 1800)):
    os.makedirs(folder + f"/{subject}/surf")
    for hemi in ("lh", "rh"):
        rr = random.normal(size=(n, 3))
        rr /= np.linalg.norm(rr, axis=1, keepdims=True)
        tris = ConvexHull(rr).simplices.astype(int)
        a, b, c = rr[tris].swapaxes(0, 1)
        inwards = np.einsum("ij,ij->i", np.cross(b - a, c - a), a) < 0
        tris[inwards] = tris[inwards][:, ::-1]
        for name, points in (("sphere", 100 * rr), ("sphere.reg", 90 * rr), ("white", 60 * rr * [0.8, 1.2, 1] + random.normal(size=(n, 3)))):
            mne.write_surface(folder + f"/{subject}/surf/{hemi}.{name}", points, tris)
words = dict(subjects_dir=folder)
"""
CODE = (
    HEAD
    + LABEL
    + SUBJECTS
    + """
def keep_stc(name, stc):
    found[name] = np.asarray(stc.data, float)
    found[name + " where"] = np.concatenate([np.r_[len(v), v] for v in stc.vertices]).astype(int)

for name, pair in (("there", ("a", "b")), ("back", ("b", "a")), ("again", ("a", "b")), ("self", ("a", "a"))):
    for hemi, made in zip(("lh", "rh"), mne.read_morph_map(*pair, **words)):
        found[f"map {name} {hemi}"] = np.asarray(made.toarray(), float)
vertices = [np.sort(random.choice(2500, 400, False)), np.sort(random.choice(2500, 350, False))]
stc = mne.SourceEstimate(random.normal(size=(750, 6)), vertices, 0.0, 0.1, "a")
for name, more in (("grade", dict(spacing=1)), ("all", dict(spacing=None, smooth=3)), ("few steps", dict(spacing=1, smooth=1)),
                   ("none", dict(spacing=None, smooth=0)), ("own", dict(spacing=[np.arange(0, 1800, 7), np.arange(3, 1800, 9)]))):
    morph = mne.compute_source_morph(stc, "a", "b", warn=False, **more, **words)
    found[f"matrix {name}"] = np.asarray(morph.morph_mat.toarray(), float)
    keep_stc(f"morphed {name}", morph.apply(stc))
vector = mne.VectorSourceEstimate(random.normal(size=(750, 3, 4)), vertices, 0.0, 0.1, "a")
keep_stc("vector", mne.compute_source_morph(vector, "a", "b", spacing=1, **words).apply(vector))
few = [v[::40] for v in vertices]
few = mne.SourceEstimate(random.normal(size=(sum(map(len, few)), 6)), few, 0.0, 0.1, "a")
keep_stc("single", mne.compute_source_morph(few, "a", "b", spacing=None, sparse=True, **words).apply(few))
keep_stc("self", mne.compute_source_morph(stc, "a", "a", spacing=[np.arange(2500)] * 2, smooth=2, **words).apply(stc))
for grade in (0, 1, None):
    for hemi, chosen in zip(("lh", "rh"), mne.grade_to_vertices("a", grade, **words)):
        found[f"grade {grade} {hemi}"] = np.asarray(chosen, int)

white = {hemi: mne.read_surface(folder + f"/a/surf/{hemi}.white")[0] for hemi in ("lh", "rh")}
def cap(hemi, axis, above, name):
    chosen = np.flatnonzero(white[hemi][:, axis] > above)
    return mne.Label(chosen, white[hemi][chosen] / 1e3, np.arange(1.0, len(chosen) + 1), hemi, "a cap", name, None, "a", "red")
left, right = cap("lh", 2, 40.0, "top-lh"), cap("rh", 1, 50.0, "front-rh")
for name, label in (("left", left), ("right", right)):
    found[name + " area"] = np.array(label.compute_area(**words))
    distances, outside = label.distances_to_outside(**words)
    found[name + " distances"], found[name + " outside"] = distances, outside.astype(int)
    for restrict in (False, True, np.arange(0, 2500, 11)):
        found[f"{name} centre {np.size(restrict)} {restrict is True}"] = np.array(int(label.center_of_mass(restrict_vertices=restrict, **words)))
    for parts in (2, 5, ("one", "two")):
        for k, part in enumerate(label.split(parts, **words)):
            keep_label(f"{name} {parts} {k}", part)
    for k, part in enumerate(mne.split_label(label, 3, freesurfer=True, **words)):
        keep_label(f"{name} as FreeSurfer {k}", part)
islands = mne.Label(np.flatnonzero(np.abs(white["lh"][:, 0]) > 43.0), hemi="lh", name="islands-lh", subject="a", color="blue")
for k, part in enumerate(islands.split("contiguous", **words)[:2]):
    keep_label(f"island {k}", part)
keep_label("smooth", left.copy().smooth(**words))
keep_label("carried over", right.copy().morph("a", "b", 3, **words))
for k, label in enumerate(mne.morph_labels([left, right], "b", **words)):
    keep_label(f"morphed {k}", label)
active = mne.SourceEstimate(np.r_[np.abs(random.normal(size=(400, 6))), np.zeros((350, 6))], vertices, 0.0, 0.1, "a")
found["active"] = np.array(active.center_of_mass(**words))
found["active of few"] = np.array(active.center_of_mass(restrict_vertices=True, surf="white", **words))
np.savez(out, **found)
"""
)


def test_maps_labels_and_morphed_estimates_are_those_of_mne(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    # Maps that were kept in a file are single precision.
    assert not {name: d for name, d in apart.items() if not d < 1e-6}
    exact = ("matrix self", "left", "right", "island", "grade", "active")
    assert not {name: d for name, d in apart.items() if name.startswith(exact) and not d < 1e-12}
