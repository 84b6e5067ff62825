"""Source estimates beside MNE-Python's."""

from peers import both, differences
from test_anatomy import HEAD

CODE = (
    HEAD
    + """
def keep_stc(name, stc):
    found[name] = np.asarray(stc.data, float)
    found[name + " where"] = np.concatenate([np.r_[len(v), v] for v in stc.vertices]).astype(int)
    found[name + " times"] = np.r_[stc.tmin, stc.tstep, len(stc.times), stc.times[-1]]

random = np.random.default_rng(3)
src = mne.read_source_spaces(data + "/sample/small-src.fif.gz")
vertices = [space["vertno"][::2] for space in src]
n = sum(map(len, vertices))
kernel, samples = random.normal(size=(n, 20)), random.normal(size=(20, 50))
def lazy():
    return mne.SourceEstimate((kernel, samples), [v.copy() for v in vertices], -0.1, 0.01, "sample")
keep_stc("dense", lazy())
found["shape"] = np.array(lazy().shape)
# MNE-Python leaves times as they were where data are not formed.
keep_stc("cropped", (lazy() * 1.0).crop(0.0, 0.2))
keep_stc("cropped open", (lazy() * 1.0).crop(0.0, 0.2, include_tmax=False))
keep_stc("sum", lazy().sum())
keep_stc("mean", lazy().mean())
keep_stc("arithmetic", abs(-(2 * lazy() + lazy() / 3.0 - 1.5) * lazy()).sqrt() ** 3)
keep_stc("baseline", lazy().apply_baseline((None, 0)))
keep_stc("resampled", lazy().resample(50.0))
keep_stc("bins", lazy().bin(0.05))
keep_stc("bins of maxima", lazy().bin(0.05, 0.0, 0.3, np.max))
keep_stc("expanded", lazy().expand([src[0]["vertno"][:7], src[1]["vertno"][1:4]]))
keep_stc("transformed", lazy().transform(lambda x: x[:, ::2], tmin=0, tmax=200, copy=True))
keep_stc("of few", lazy().transform(lambda x: np.cumsum(x, axis=1), idx=np.arange(5, 200, 3), copy=True))
keep_stc("function", (lazy() * 1.0).apply_function(lambda x: x[::-1]))
for mode in ("abs", "pos", "neg"):
    for hemi in (None, "lh", "rh"):
        found[f"peak {mode} {hemi}"] = np.array(lazy().get_peak(hemi, 0.0, 0.3, mode))
        found[f"peak at {mode} {hemi}"] = np.array(lazy().get_peak(hemi, 0.0, 0.3, mode, True, True))
names = ("lateraloccipital-lh", "pericalcarine-rh", "cuneus-lh", "superiortemporal-rh", "insula-lh")
labels = [mne.read_label(data + f"/sample/subjects/sample/label/aparc/{name}.label", subject="sample") for name in names]
for label in labels:
    label.values[:] = 1.0
keep_stc("in label", lazy().in_label(labels[0]))
keep_stc("in both", lazy().in_label(labels[0] + labels[1]))
for mode in ("mean", "mean_flip", "max", "pca_flip", "auto"):
    found[f"courses {mode}"] = lazy().extract_label_time_course(labels + [labels[0] + labels[1]], src, mode, allow_empty="ignore")
for k, rows in enumerate(lazy().extract_label_time_course(labels, src, mode=None, allow_empty="ignore")):
    found[f"courses none {k}"] = np.zeros(0) if rows is None else rows
several = mne.extract_label_time_course([lazy(), lazy() * 2.0], labels, src, "mean_flip", allow_empty="ignore")
found["courses of two"] = np.array(several)
for label in labels[:2]:
    found["flip " + label.name] = mne.label_sign_flip(label, src)
directions = random.normal(size=(n, 3, 50))
vector = mne.VectorSourceEstimate(directions, vertices, 0.0, 0.01, "sample")
keep_stc("vector", vector + 1.0)
keep_stc("magnitude", vector.magnitude())
found["vector peak"] = np.array(vector.get_peak())
found["vector courses"] = mne.extract_label_time_course(vector, labels, src, "mean", allow_empty="ignore")
found["vector maxima"] = mne.extract_label_time_course(vector, labels, src, "max", allow_empty="ignore")
for use_cps in (True, False):
    projected, along = vector.project("normal", src, use_cps)
    keep_stc(f"projected {use_cps}", projected)
    found[f"along {use_cps}"] = along
volume = mne.VolSourceEstimate(random.normal(size=(9, 4)), [np.arange(0, 27, 3)], 0.1, 0.2, "sample")
keep_stc("volume", volume * volume)
mixed = mne.MixedSourceEstimate(random.normal(size=(n + 9, 5)), [*vertices, np.arange(0, 27, 3)], 0.1, 0.2, "sample")
keep_stc("surface of mixed", mixed.surface())
keep_stc("volume of mixed", mixed.volume())

# files
here = out + "-files"
os.makedirs(here)
lazy().save(here + "/a")
lazy().mean().save(here + "/b", "w")
volume.save(here + "/c")
for name in ("a-lh.stc", "a-rh.stc", "b-lh.w", "b-rh.w", "c-vl.stc"):
    found[name] = np.fromfile(here + "/" + name, np.uint8)
keep_stc("read", mne.read_source_estimate(here + "/a-rh.stc"))
keep_stc("read volume", mne.read_source_estimate(here + "/c-vl.stc", "somebody"))
keep_stc("read w", mne.read_source_estimate(here + "/b"))
keep_stc("recorded", mne.read_source_estimate(data + "/sample/MEG/fsaverage_audvis_trunc-meg"))
np.savez(out, **found)
"""
)


def test_estimates_are_those_of_mne(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    # Normals of files are single precision there, and so are their sums over patches.
    bar = {
        name: 1e-6 if name.endswith(" True") else 1e-9 if name in ("resampled", "arithmetic") else 1e-12
        for name in apart
    }
    assert not {name: d for name, d in apart.items() if not d < bar[name]}


FRAME = (
    HEAD
    + """
stc = mne.SourceEstimate(np.arange(12.0).reshape(3, 4), [np.array([2, 5]), np.array([7])], 0.1, 0.25, "sample")
volume = mne.VolSourceEstimate(np.arange(8.0).reshape(2, 4), [np.array([2, 5])], 0.1, 0.25)
for k, words in enumerate((dict(), dict(index="time"), dict(index=["subject", "time"]), dict(time_format="ms"), dict(long_format=True))):
    text = stc.to_data_frame(**words).to_csv()
    if k < 3:
        text += volume.to_data_frame(index=None if k == 0 else "time").to_csv()
    found[str(k)] = np.array([ord(letter) for letter in text])
np.savez(out, **found)
"""
)


def test_their_frames_are_those_of_mne(tmp_path):
    assert not {name: d for name, d in differences(*both(FRAME, tmp_path)).items() if d}
