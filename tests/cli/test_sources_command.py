"""`ranvier meeg forward`, `inverse` and `beamform`: the files are those of Python's functions, and every refusal is told."""

import csv
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import ranvier.meeg as mne

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"
DATA = pathlib.Path(os.environ.get("RANVIER_DATA") or ROOT.parent / "shared/data")

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)

SINGLE = 1e-6  # what a file in single precision keeps


def ranvier(*arguments, cwd, **env):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd, text=True, capture_output=True,
                          env={**os.environ, **env}, timeout=300)  # fmt: skip


def done(*arguments, cwd):
    run = ranvier(*arguments, "--json", cwd=cwd)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def refused(*arguments, cwd, status=3):
    run = ranvier(*arguments, cwd=cwd)
    assert run.returncode == status and run.stdout == "", (run.stdout, run.stderr)
    return run.stderr


def ball(radius, centre=(0.0, 0.0, 0.04), grade=2):
    """A subdivided icosahedron: places, normals and triangles."""
    from ranvier import _core

    surface = _core.meeg.icosahedron(grade)
    rr = np.array(surface["rr"])
    return radius * rr + centre, rr, np.array(surface["tris"])


@pytest.fixture(scope="module")
def head(tmp_path_factory):
    """Epochs, averages, noise, sources and a forward solution of a small EEG."""
    folder = tmp_path_factory.mktemp("head")
    names = "Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 Oz O2 CPz FCz".split()
    rng = np.random.default_rng(3)
    info = mne.create_info(names, 200.0, "eeg")
    raw = mne.io.RawArray(rng.normal(size=(len(names), 4000)) * 1e-6, info, verbose="error")
    raw.set_montage("colin27_1005")
    raw.info["bads"] = ["T8"]
    raw.set_eeg_reference(projection=True).apply_proj()
    raw.set_annotations(mne.Annotations(np.arange(1.0, 18.0, 1.0), 0.1, ["tone", "light"] * 8 + ["tone"]))
    raw.save(folder / "in_raw.fif")
    events, ids = mne.events_from_annotations(raw)
    epochs = mne.Epochs(raw, events, ids, tmin=-0.2, tmax=0.4, baseline=None, preload=True)
    epochs.save(folder / "in-epo.fif")
    mne.write_evokeds(folder / "in-ave.fif", [epochs["tone"].average(), epochs["light"].average()])
    mne.compute_covariance(epochs, tmax=0.0, method="empirical", verbose="error").save(folder / "noise-cov.fif")
    sides = []
    for number in (101, 102):
        rr, nn, tris = ball(0.06)
        side = rr[:, 0] < 0 if number == 101 else rr[:, 0] > 0
        sides.append(dict(type="surf", id=number, coord_frame=4, rr=rr, nn=nn, tris=tris,
                          vertno=np.flatnonzero(side & (rr[:, 2] > 0.02))))  # fmt: skip
    mne.SourceSpaces(sides).save(folder / "in-src.fif")
    run = ranvier("meeg", "forward", "in-ave.fif", "in-fwd.fif", "--src", "in-src.fif", "--sphere", "auto", "--trans",
                  "identity", cwd=folder)  # fmt: skip
    assert run.returncode == 0, run.stderr
    return folder


def same(estimate, stem, tolerance=SINGLE):
    """The files hold what Python's function gives."""
    files = mne.read_source_estimate(stem)
    assert all(np.array_equal(a, b) for a, b in zip(files.vertices, estimate.vertices))
    assert files.tmin == pytest.approx(estimate.tmin, abs=1e-6) and files.tstep == pytest.approx(estimate.tstep)
    np.testing.assert_allclose(files.data, estimate.data, rtol=0, atol=tolerance * np.abs(estimate.data).max())
    return estimate


def test_a_forward_solution_is_that_of_python(head, tmp_path):
    facts = done("meeg", "forward", head / "in_raw.fif", "a-fwd.fif", "--src", head / "in-src.fif", "--sphere", "auto",
                 "--trans", "identity", cwd=tmp_path)  # fmt: skip
    info = mne.io.read_info(head / "in_raw.fif")
    sphere = mne.make_sphere_model("auto", "auto", info)
    theirs = mne.make_forward_solution(head / "in_raw.fif", "identity", head / "in-src.fif", sphere)
    theirs.save(tmp_path / "b-fwd.fif")
    assert facts["channels"] == theirs["nchan"] == 22 and facts["sources"] == theirs["nsource"]
    assert facts["sphere"]["radius"] == pytest.approx(sphere.radius) and facts["written"] == "a-fwd.fif"
    a, b = (mne.read_forward_solution(tmp_path / f"{name}-fwd.fif") for name in "ab")
    assert np.array_equal(a["sol"]["data"], b["sol"]["data"]) and np.array_equal(a["source_rr"], b["source_rr"])
    assert a["sol"]["row_names"] == b["sol"]["row_names"]


def test_a_forward_solution_of_compartments_solves_their_surfaces(head, tmp_path):
    surfs = []
    for number, radius, sigma in ((4, 0.095, 0.3), (3, 0.085, 0.006), (1, 0.08, 0.3)):
        rr, nn, tris = ball(radius, centre=(0.0, 0.015, 0.045))
        surfs.append(dict(id=number, sigma=sigma, rr=rr, nn=nn, tris=tris, coord_frame=5))
    mne.write_bem_surfaces(tmp_path / "head-bem.fif", surfs)
    mne.write_trans(tmp_path / "in-trans.fif", mne.Transform("mri", "head"))
    there = ["--src", head / "in-src.fif", "--trans", "in-trans.fif", "--mindist", "5"]
    done("meeg", "forward", head / "in-ave.fif", "a-fwd.fif", "--bem", "head-bem.fif", *there, cwd=tmp_path)
    bem = mne.make_bem_solution(mne.read_bem_surfaces(tmp_path / "head-bem.fif"))
    mne.write_bem_solution(tmp_path / "head-bem-sol.fif", bem)
    done("meeg", "forward", head / "in-ave.fif", "b-fwd.fif", "--bem", "head-bem-sol.fif", *there, cwd=tmp_path)
    info = mne.io.read_info(head / "in-ave.fif")
    theirs = mne.make_forward_solution(info, tmp_path / "in-trans.fif", head / "in-src.fif", bem, mindist=5.0)
    a, b = (mne.read_forward_solution(tmp_path / f"{name}-fwd.fif") for name in "ab")
    size = np.abs(theirs["sol"]["data"]).max()
    np.testing.assert_allclose(a["sol"]["data"], theirs["sol"]["data"], rtol=0, atol=SINGLE * size)
    np.testing.assert_allclose(b["sol"]["data"], a["sol"]["data"], rtol=0, atol=1e-5 * size)  # of a rounded solution


def test_sources_come_from_the_surfaces_of_a_subject(head, tmp_path):
    surf = tmp_path / "bird/surf"
    surf.mkdir(parents=True)
    for hemi, shift in (("lh", -30.0), ("rh", 30.0)):
        rr, nn, tris = ball(1.0, centre=(0, 0, 0), grade=3)
        mne.write_surface(surf / f"{hemi}.white", 25 * rr + [shift, 0, 40], tris)
        mne.write_surface(surf / f"{hemi}.sphere", 100 * rr, tris)
    for spacing, used in (("all", 2 * 642), ("oct3", 2 * 66), ("ico2", 2 * 162)):
        facts = done("meeg", "forward", head / "in-ave.fif", f"{spacing}-fwd.fif", "--subject", "bird", "--subjects-dir",
                     tmp_path, "--spacing", spacing, "--sphere", "0,0,0.04,0.095", "--trans", "identity",
                     cwd=tmp_path)  # fmt: skip
        assert facts["sources_given"] == used
    src = mne.setup_source_space("bird", "ico2", subjects_dir=tmp_path, add_dist="patch")
    sphere = mne.make_sphere_model((0, 0, 0.04), 0.095)
    theirs = mne.make_forward_solution(mne.io.read_info(head / "in-ave.fif"), "identity", src, sphere)
    ours = mne.read_forward_solution(tmp_path / "ico2-fwd.fif")
    np.testing.assert_allclose(ours["sol"]["data"], theirs["sol"]["data"], rtol=0,
                               atol=SINGLE * np.abs(theirs["sol"]["data"]).max())  # fmt: skip
    assert ours["src"][0]["subject_his_id"] == "bird" and ours["src"][0]["nearest"] is not None
    run = ranvier("meeg", "forward", head / "in-ave.fif", "x-fwd.fif", "--subject", "bird", "--sphere", "auto", "--trans",
                  "identity", cwd=tmp_path, SUBJECTS_DIR=str(tmp_path))  # fmt: skip
    assert run.returncode == 3 and "too coarse for this spacing" in run.stderr  # the environment's folder was found


@pytest.mark.parametrize("words, told", [
    ([], "--src, a file of source spaces, or from the surfaces of --subject"),
    (["--src", "in-src.fif"], "--bem, a file of surfaces or of their solution, or --sphere"),
    (["--src", "in-src.fif", "--sphere", "auto"], "--trans must say where the head is in the MRI"),
    (["--src", "in-src.fif", "--sphere", "0,0,4", "--trans", "identity"], "--sphere must be auto or X,Y,Z,RADIUS [m]"),
    (["--src", "in-src.fif", "--sphere", "0,0,x,1", "--trans", "identity"], "got '0,0,x,1'"),
    (["--subject", "x", "--sphere", "auto", "--trans", "identity", "--spacing", "ico"], "--spacing must be ico#, oct# or all"),
    (["--subject", "x", "--sphere", "auto", "--trans", "identity"], "--subjects-dir, the folder of FreeSurfer's subjects"),
    (["--src", "in-src.fif", "--sphere", "auto", "--trans", "identity", "--no-eeg"], "MEG"),
    (["--src", "in-src.fif", "--sphere", "auto", "--trans", "identity", "--mindist", "-1"], "mindist must be >= 0 mm"),
    (["--src", "in-src.fif", "--bem", "noise-cov.fif", "--trans", "identity"], "noise-cov.fif"),
    (["--src", "noise-cov.fif", "--sphere", "auto", "--trans", "identity"], "noise-cov.fif"),
])  # fmt: skip
def test_what_a_forward_solution_lacks_is_told(head, tmp_path, words, told):
    run = ranvier("meeg", "forward", "in-ave.fif", tmp_path / "x-fwd.fif", *words, cwd=head, SUBJECTS_DIR="")
    assert run.returncode == 3 and told in run.stderr, run.stderr
    assert not (tmp_path / "x-fwd.fif").exists()


def test_a_forward_solution_is_of_sensors_and_goes_to_fif(head, tmp_path):
    rest = ["--src", "in-src.fif", "--sphere", "auto", "--trans", "identity"]
    assert "sensors of a recording" in refused(
        "meeg", "forward", "noise-cov.fif", tmp_path / "x-fwd.fif", *rest, cwd=head
    )
    assert ".fif or .fif.gz" in refused("meeg", "forward", "in-ave.fif", tmp_path / "x.txt", *rest, cwd=head)
    assert "exists already" in refused("meeg", "forward", "in-ave.fif", "in-fwd.fif", *rest, cwd=head)
    assert "another file" in refused("meeg", "forward", "in-ave.fif", "in-ave.fif", *rest, cwd=head)


@pytest.mark.parametrize("method", ["MNE", "dSPM", "sLORETA", "eLORETA"])
@pytest.mark.parametrize("how", [{}, {"fixed": True}, {"pick_ori": "normal", "loose": 0.4}])
def test_an_inverse_is_that_of_python(head, tmp_path, method, how):
    if method == "eLORETA" and how.get("loose"):
        how = {**how, "loose": 1.0}  # which eLORETA weighs by itself
    flags = ["--fixed"] if how.get("fixed") else []
    flags += [w for key in ("pick_ori", "loose") if key in how for w in (f"--{key.replace('_', '-')}", how[key])]
    depth = "none" if method == "eLORETA" else 0.6
    facts = done("meeg", "inverse", head / "in-ave.fif", "out", "--forward", head / "in-fwd.fif", "--cov", head / "noise-cov.fif",
                 "--method", method, "--snr", "2", "--depth", depth, "--condition", "tone", *flags, cwd=tmp_path)  # fmt: skip
    evoked = mne.read_evokeds(head / "in-ave.fif", "tone")
    forward, cov = mne.read_forward_solution(head / "in-fwd.fif"), mne.read_cov(head / "noise-cov.fif")
    made = {key: how[key] for key in ("fixed", "loose") if key in how}
    inverse = mne.minimum_norm.make_inverse_operator(
        evoked.info, forward, cov, depth=None if depth == "none" else depth, **made
    )
    stc = mne.minimum_norm.apply_inverse(evoked, inverse, 1 / 4, method, how.get("pick_ori"))
    same(stc, tmp_path / "out")
    assert facts["method"] == method and facts["lambda2"] == 0.25 and facts["sources"] == len(stc.data)
    assert facts["written"] == ["out-lh.stc", "out-rh.stc"]
    for peak, data, vertices, space in zip(facts["peaks"], (stc.lh_data, stc.rh_data), stc.vertices, inverse["src"]):
        row, time = np.unravel_index(np.argmax(np.abs(data)), data.shape)
        assert peak["vertex"] == vertices[row] and peak["time"] == pytest.approx(stc.times[time])
        assert peak["value"] == pytest.approx(data[row, time])
        assert peak["place"] == pytest.approx(list(space["rr"][vertices[row]]))


def test_an_operator_is_kept_and_used_again(head, tmp_path):
    first = done("meeg", "inverse", head / "in-ave.fif", "first.stc", "--forward", head / "in-fwd.fif", "--cov",
                 head / "noise-cov.fif", "--operator", "kept-inv.fif", "--condition", "1", cwd=tmp_path)  # fmt: skip
    assert first["operator"] == "kept-inv.fif"
    assert mne.minimum_norm.read_inverse_operator(tmp_path / "kept-inv.fif")["nsource"] == first["sources"]
    done("meeg", "inverse", head / "in-ave.fif", "second", "--use-operator", "kept-inv.fif", "--condition", "light",
         cwd=tmp_path)  # fmt: skip
    first, second = (mne.read_source_estimate(tmp_path / name) for name in ("first", "second"))
    # small singular values of a file in single precision are divided by
    np.testing.assert_allclose(first.data, second.data, rtol=0, atol=1e-4 * first.data.max())
    told = refused(
        "meeg", "inverse", head / "in-ave.fif", "x", "--use-operator", "kept-inv.fif", "--fixed", cwd=tmp_path
    )
    assert "--fixed is about how an operator is made" in told


def test_epochs_and_recordings_are_estimated(head, tmp_path):
    rest = ["--forward", head / "in-fwd.fif", "--cov", head / "noise-cov.fif", "--snr", "1"]
    epochs = mne.read_epochs(head / "in-epo.fif")
    forward, cov = mne.read_forward_solution(head / "in-fwd.fif"), mne.read_cov(head / "noise-cov.fif")
    for flags in ([], ["--fixed"]):
        inverse = mne.minimum_norm.make_inverse_operator(epochs.info, forward, cov, fixed=bool(flags) or "auto")
        theirs = mne.minimum_norm.apply_inverse_epochs(epochs.copy().crop(0, 0.1), inverse, 1.0)
        done("meeg", "inverse", head / "in-epo.fif", "each", "--each", "--tmin", "0", "--tmax", "0.1", "--overwrite",
             *rest, *flags, cwd=tmp_path)  # fmt: skip
        same(theirs[3], tmp_path / "each-03")
        done("meeg", "inverse", head / "in-epo.fif", "mean", "--tmin", "0", "--tmax", "0.1", "--overwrite", *rest, *flags,
             cwd=tmp_path)  # fmt: skip
        mean = theirs[0].copy()
        mean.data = np.mean([stc.data for stc in theirs], axis=0)
        same(mean, tmp_path / "mean")
    raw = mne.io.read_raw_fif(head / "in_raw.fif", preload=True).crop(2.0, 2.5)
    inverse = mne.minimum_norm.make_inverse_operator(raw.info, forward, cov)
    theirs = mne.minimum_norm.apply_inverse_raw(raw, inverse, 1.0)
    done("meeg", "inverse", head / "in_raw.fif", "raw", "--tmin", "2", "--tmax", "2.5", *rest, cwd=tmp_path)
    theirs.tmin = 2.0
    same(theirs, tmp_path / "raw")


def test_every_average_gets_files_and_courses_of_its_own(head, tmp_path):
    labels = []
    for hemi in ("lh", "rh"):
        front = np.flatnonzero(ball(0.06)[0][:, 1] > 0)
        label = mne.Label(front, hemi=hemi, name=f"front-{hemi}")
        labels.append(label)
        mne.write_label(tmp_path / f"front-{hemi}.label", label)
    done("meeg", "inverse", head / "in-ave.fif", "out", "--forward", head / "in-fwd.fif", "--cov", head / "noise-cov.fif",
         "--labels", "front-lh.label", "--labels", "front-rh.label", "--courses", "courses.csv", cwd=tmp_path)  # fmt: skip
    with (tmp_path / "courses.csv").open() as file:
        rows = list(csv.DictReader(file))
    inverse = mne.minimum_norm.make_inverse_operator(
        mne.io.read_info(head / "in-ave.fif"), mne.read_forward_solution(head / "in-fwd.fif"), mne.read_cov(head / "noise-cov.fif"))  # fmt: skip
    for name in ("tone", "light"):
        evoked = mne.read_evokeds(head / "in-ave.fif", name)
        stc = same(mne.minimum_norm.apply_inverse(evoked, inverse), tmp_path / f"out-{name}")
        theirs = stc.extract_label_time_course(labels, inverse["src"], mode="mean_flip")
        own = [row for row in rows if row["estimate"] == name]
        ours = np.array([[float(row[f"front-{hemi}"]) for row in own] for hemi in ("lh", "rh")])
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose([float(row["time"]) for row in own], evoked.times, atol=1e-12)


def test_annotations_are_of_the_surface_that_sources_lie_on(head, tmp_path):
    rr = ball(0.06)[0]
    parts = [mne.Label(np.flatnonzero(keep), hemi="lh", name=f"{name}-lh", color=colour) for name, keep, colour in
             (("front", rr[:, 1] > 0, (1, 0, 0, 1)), ("back", rr[:, 1] <= 0, (0, 0, 1, 1)))]  # fmt: skip
    from ranvier import _core

    ids = np.zeros(len(rr), np.int32)
    regions = []
    for k, label in enumerate(parts):
        rgbt = (10 + k, 20, 30, 0)
        ids[label.vertices] = rgbt[0] + 256 * rgbt[1] + 65536 * rgbt[2]
        regions.append((label.name[:-3], rgbt))
    _core.meeg.write_annotation(ids, regions, "two", tmp_path / "lh.two.annot", False)
    done("meeg", "inverse", head / "in-ave.fif", "out", "--forward", head / "in-fwd.fif", "--cov", head / "noise-cov.fif",
         "--condition", "0", "--labels", "lh.two.annot", "--courses", "courses.csv", "--label-mode", "mean", cwd=tmp_path)  # fmt: skip
    with (tmp_path / "courses.csv").open() as file:
        assert next(csv.reader(file)) == ["time", "front-lh", "back-lh"]


REST = ["--forward", "in-fwd.fif", "--cov", "noise-cov.fif"]


@pytest.mark.parametrize("words, told", [
    (["in-ave.fif", "{}"], "an inverse needs --forward"),
    (["in-ave.fif", "{}", "--forward", "in-fwd.fif"], "--cov (ranvier meeg covariance does)"),
    (["in-ave.fif", "{}.fif", *REST], "estimates are written as .stc; got"),
    (["noise-cov.fif", "{}", *REST], "sources are estimated of averages, epochs or a recording; 'noise-cov.fif' holds covariances"),
    (["in-ave.fif", "{}", *REST, "--condition", "tonne"], "there are 'tone', 'light'; got 'tonne'"),
    (["in-epo.fif", "{}", *REST, "--condition", "tone"], "--condition is about averages"),
    (["in-ave.fif", "{}", *REST, "--each"], "--each is about epochs"),
    (["in_raw.fif", "{}", *REST, "--baseline", "0", "1"], "--baseline is about averages and epochs"),
    (["in-ave.fif", "{}", "--forward", "in-fwd.fif", "--cov", "in-ave.fif"], "--cov must name a file of covariances"),
    (["in-ave.fif", "{}", *REST, "--snr", "0"], "snr"),
    (["in-ave.fif", "{}", *REST, "--method", "dspm"], "method"),
    (["in-ave.fif", "{}", *REST, "--pick-ori", "vector"], "pick_ori"),
    (["in-ave.fif", "{}", *REST, "--fixed", "--loose", "0.3"], "fixed orientations have loose 0"),
    (["in-ave.fif", "{}", *REST, "--labels", "x-lh.label"], "--labels and --courses go together"),
    (["in-ave.fif", "{}", *REST, "--labels", "x.label", "--courses", "{}.csv"], "must say its hemisphere"),
    (["in-ave.fif", "{}", *REST, "--labels", "x-lh.label", "--courses", "{}.txt"], "courses go to a .csv file"),
    (["in-ave.fif", "{}", *REST, "--operator", "{}.txt"], "an inverse operator goes to a .fif"),
    (["in-ave.fif", "{}", *REST, "--tmin", "0.3", "--tmax", "0.1"], "tmin"),
])  # fmt: skip
def test_what_an_inverse_can_not_do_is_told(head, tmp_path, words, told):
    words = [str(word).format(tmp_path / "x") for word in words]
    run = ranvier("meeg", "inverse", *words, cwd=head)
    assert run.returncode == 3 and told in run.stderr, run.stderr
    assert not list(tmp_path.glob("x*"))


def test_files_that_are_there_stay(head, tmp_path):
    (tmp_path / "out-rh.stc").write_text("precious")
    for command in ("inverse", "beamform"):
        assert "exists already" in refused("meeg", command, head / "in-ave.fif", tmp_path / "out", *REST, "--condition", "0",
                                           cwd=head)  # fmt: skip
    (tmp_path / "all-light-lh.stc").write_text("precious")
    told = refused("meeg", "inverse", head / "in-ave.fif", tmp_path / "all", *REST, cwd=head)
    assert "exists already" in told and not (tmp_path / "all-tone-lh.stc").exists()


def test_a_reference_is_given_where_one_lacks(head, tmp_path):
    raw = mne.io.read_raw_fif(head / "in_raw.fif", preload=True)
    bare = mne.io.RawArray(raw.get_data(), mne.create_info(raw.ch_names, 200.0, "eeg"), verbose="error")
    bare.set_montage("colin27_1005").save(tmp_path / "bare_raw.fif")
    rest = ["--forward", head / "in-fwd.fif", "--cov", head / "noise-cov.fif", "--tmax", "0.2"]
    assert "average reference as a projection" in refused("meeg", "inverse", "bare_raw.fif", "x", *rest, cwd=tmp_path)
    done("meeg", "inverse", "bare_raw.fif", "x", *rest, "--average-reference", cwd=tmp_path)


@pytest.mark.parametrize("how", [
    {}, {"pick_ori": "max-power", "weight_norm": "unit-noise-gain"}, {"pick_ori": "normal"}, {"weight_norm": None, "reg": 0.1},
    {"weight_norm": "nai", "pick_ori": "max-power", "rank": None},
])  # fmt: skip
@pytest.mark.parametrize("noise", [True, False])
def test_a_beamformer_is_that_of_python(head, tmp_path, how, noise):
    flags = [
        w for key, value in how.items() for w in (f"--{key.replace('_', '-')}", "none" if value is None else value)
    ]
    flags += ["--cov", head / "noise-cov.fif"] if noise else []
    facts = done("meeg", "beamform", head / "in-epo.fif", "out", "--forward", head / "in-fwd.fif", "--data-window", "0", "0.3",
                 *flags, cwd=tmp_path)  # fmt: skip
    epochs = mne.read_epochs(head / "in-epo.fif")
    forward = mne.read_forward_solution(head / "in-fwd.fif", verbose="error")
    if how.get("pick_ori") == "normal":
        mne.convert_forward_solution(forward, surf_ori=True, copy=False)
    data = mne.compute_covariance(epochs, tmin=0.0, tmax=0.3, method="empirical", verbose="error")
    filters = mne.beamformer.make_lcmv(epochs.info, forward, data,
                                       noise_cov=mne.read_cov(head / "noise-cov.fif") if noise else None, **how)  # fmt: skip
    theirs = mne.beamformer.apply_lcmv_epochs(epochs, filters)
    mean = theirs[0].copy()
    mean.data = np.mean([stc.data for stc in theirs], axis=0)
    same(mean, tmp_path / "out")
    assert facts["rank"] == filters["rank"] and facts["samples"] == data["nfree"]


def test_a_beamformer_takes_a_covariance_of_the_data_from_a_file(head, tmp_path):
    done("meeg", "beamform", head / "in-ave.fif", "out", "--forward", head / "in-fwd.fif", "--data-cov", head / "noise-cov.fif",
         "--condition", "tone", cwd=tmp_path)  # fmt: skip
    evoked, cov = mne.read_evokeds(head / "in-ave.fif", "tone"), mne.read_cov(head / "noise-cov.fif")
    filters = mne.beamformer.make_lcmv(evoked.info, mne.read_forward_solution(head / "in-fwd.fif"), cov)
    same(mne.beamformer.apply_lcmv(evoked, filters), tmp_path / "out")


@pytest.mark.parametrize("words, status, told", [
    (["in-ave.fif", "{}"], 2, "--forward is required"),
    (["in-ave.fif", "{}", "--forward", "in-fwd.fif"], 3, "computed of one average: choose it by --condition"),
    (["in-epo.fif", "{}", "--forward", "in-fwd.fif", "--data-cov", "in-epo.fif"], 3, "--data-cov must name a file of covariances"),
    (["in-epo.fif", "{}", "--forward", "in-fwd.fif", "--data-cov", "noise-cov.fif", "--data-window", "0", "1"], 2, "excludes"),
    (["in-epo.fif", "{}", "--forward", "in-fwd.fif", "--weight-norm", "arbitrary"], 3, "weight_norm"),
    (["in-epo.fif", "{}", "--forward", "in-fwd.fif", "--inversion", "single", "--depth", "0.8"], 3, "depth needs inversion 'matrix'"),
])  # fmt: skip
def test_what_a_beamformer_can_not_do_is_told(head, tmp_path, words, status, told):
    told_by = refused("meeg", "beamform", *[str(w).format(tmp_path / "x") for w in words], cwd=head, status=status)
    assert told in told_by and not list(tmp_path.glob("x*"))


@pytest.mark.skipif(
    not (DATA / "sample/test-ave.fif.gz").exists(), reason="the sample recording is not on this machine"
)
def test_magnetic_fields_and_potentials_find_sources_together(tmp_path):
    sample = DATA / "sample"
    done("meeg", "forward", sample / "test-ave.fif.gz", "a-fwd.fif", "--src", sample / "small-src.fif.gz", "--bem",
         sample / "subjects/sample/bem/sample-320-320-320-bem-sol.fif", "--trans",
         sample / "MEG/sample_audvis_trunc-trans.fif", cwd=tmp_path)  # fmt: skip
    rest = [sample / "test-ave.fif.gz", "out", "--forward", "a-fwd.fif", "--condition", "Left Auditory"]
    told = refused("meeg", "beamform", *rest, "--data-cov", sample / "test-cov.fif", cwd=tmp_path)
    assert "sensors of several types are weighed by their noise" in told
    facts = done("meeg", "inverse", *rest, "--cov", sample / "test-cov.fif", "--baseline", "-0.2", "0", cwd=tmp_path)
    assert facts["channels"] > 350 and facts["sources"] == 516
