"""What sources in volumes do, beside MNE-Python's: fields, inverse solutions, spatial filters, images, regions."""

from peers import both, differences
from test_anatomy import HEAD
from test_labels import nibabel  # noqa: F401

CODE = (
    HEAD
    + """
subjects = data + "/sample/subjects"
aseg = subjects + "/sample/mri/aseg.mgz"
rng = np.random.default_rng(0)
info = mne.create_info([f"EEG {k}" for k in range(32)], 100.0, "eeg")
places = rng.normal(size=(32, 3)); places[:, 2] = np.abs(places[:, 2])
places *= 0.09 / np.linalg.norm(places, axis=1, keepdims=True)
info.set_montage(mne.channels.make_dig_montage(dict(zip(info["ch_names"], places)), nasion=[0, 0.09, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0]))
trans = mne.transforms.Transform("head", "mri")
sphere = mne.make_sphere_model((0.0, 0.002, 0.001), 0.09)
# The places at which a search ends follow rounding: both get the same.
sphere["mu"] = np.array([0.9448371460468897, 0.667745300262057, -0.2920116174497071])
sphere["lambda"] = np.array([0.4147418970735669, 2.0718007608829447, -0.030877195325551533])
whole = mne.setup_volume_source_space("sample", pos=15.0, mri=aseg, sphere=(0, 0, 0, 0.08), subjects_dir=subjects)
regions = mne.setup_volume_source_space("sample", pos=8.0, sphere=(0, 0, 0, 0.08), subjects_dir=subjects,
                                        volume_label=["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex"])
own = mne.setup_volume_source_space("sample", pos=dict(rr=rng.normal(size=(9, 3)) * 0.02, nn=rng.normal(size=(9, 3))))
cortex = mne.setup_source_space("sample_ecog", "oct3", subjects_dir=data + "/freesurfer_subject", add_dist=False)
for space in cortex:
    space["rr"] *= 0.6  # into the sphere
    space["subject_his_id"] = "sample"
mixed = cortex + regions
found["kinds"] = np.array([sum(map(ord, src.kind)) for src in (whole, regions, own, mixed)])
samples = rng.normal(size=(32, 40)) * 1e-6
samples -= samples.mean(axis=0)
evoked = mne.EvokedArray(samples, info, tmin=-0.1)
evoked = evoked.set_eeg_reference(projection=True)
evoked.apply_proj()
cov = mne.make_ad_hoc_cov(info)
epochs = mne.EpochsArray(np.stack([samples, 2 * samples, samples[::-1]]), info, tmin=-0.1, verbose=False).set_eeg_reference(projection=True)
epochs.apply_proj()
data_cov = mne.compute_covariance(epochs, method="empirical")
for name, src in (("whole", whole), ("regions", regions), ("own", own), ("mixed", mixed)):
    fwd = mne.make_forward_solution(info, trans, src, sphere, meg=False, mindist=0.0)
    found[f"{name} gain"] = fwd["sol"]["data"]
    inverse = mne.minimum_norm.make_inverse_operator(evoked.info, fwd, cov, loose=1.0 if name != "mixed" else dict(surface=0.2, volume=1.0), depth=0.8)
    stc = mne.minimum_norm.apply_inverse(evoked, inverse, 1 / 9, "dSPM")
    found[f"{name} inverse"] = np.asarray(stc.data)
    vector = mne.minimum_norm.apply_inverse(evoked, inverse, 1 / 9, "MNE", pick_ori="vector")
    found[f"{name} vector"] = np.asarray(vector.data)
    filters = mne.beamformer.make_lcmv(evoked.info, fwd, data_cov, reg=0.05, pick_ori="vector", rank=dict(eeg=31))
    found[f"{name} lcmv"] = np.asarray(mne.beamformer.apply_lcmv(evoked, filters).data)
    if name in ("whole", "regions"):
        for fine in (False, True):
            image = stc.as_volume(fwd["src"], mri_resolution=fine)
            shown = np.asarray(image.dataobj)
            found[f"{name} image {fine}"] = shown[..., 3] if not fine else shown[::7, ::7, ::7, 3]
            found[f"{name} affine {fine}"], found[f"{name} zooms {fine}"] = image.affine, np.array(image.header.get_zooms(), float)
        vector.save_as_volume(f"{out}-{name}.nii.gz", fwd["src"], overwrite=True, format="nifti1" if name == "whole" else "nifti2")
        import nibabel
        image = nibabel.load(f"{out}-{name}.nii.gz")
        found[f"{name} saved"], found[f"{name} saved affine"] = np.asarray(image.dataobj), image.affine
        found[f"{name} saved zooms"] = np.array(image.header.get_zooms(), float)
        found[f"{name} units"] = np.array([len(unit) for unit in image.header.get_xyzt_units()])
    if name == "whole":
        for fine in (True, False):
            for mode in ("mean", "max"):
                found[f"courses {fine} {mode}"] = stc.extract_label_time_course(aseg, fwd["src"], mode=mode, allow_empty="ignore", mri_resolution=fine)
        pair = [aseg, ["Left-Cerebral-White-Matter", "Brain-Stem"]]
        found["some courses"] = vector.extract_label_time_course(pair, fwd["src"], mri_resolution=True)
        part = stc.in_label("Left-Cerebral-White-Matter", aseg, fwd["src"])
        found["part"], found["part vertices"] = part.data, part.vertices[0]
        number = stc.in_label(41, aseg, fwd["src"])
        found["number"] = number.data
        values = np.arange(4.0).reshape(2, 2)
        # Of vertices that have a share of a region; that of others is of the size of rounding, and anybody's.
        unit = mne.VolSourceEstimate(np.eye(len(stc.vertices[0])), stc.vertices, 0, 1, "sample")
        share = unit.extract_label_time_course(pair, fwd["src"], mode="mean").max(axis=0) > 1e-9
        found["of labels"], found["shares"] = mne.labels_to_stc(pair, values, src=fwd["src"]).data[share], share
    if name == "mixed":
        found["parts"] = np.concatenate([np.ravel(stc.surface().data), np.ravel(stc.volume().data)])
info = mne.create_info(6, 50.0, "ecog")
for k, ch in enumerate(info["chs"]):
    ch["loc"][:3], ch["coord_frame"] = np.array([-0.05, 0.01 * k, 0.04]), 4
near = mne.EvokedArray(rng.normal(size=(6, 3)), info)
for mode in ("sum", "single", "nearest", "weighted"):
    stc = mne.stc_near_sensors(near, trans, "sample_ecog", 0.02, mode, subjects_dir=data + "/freesurfer_subject", surface="white")
    found[f"near {mode}"], found[f"near {mode} where"] = stc.data, np.concatenate(stc.vertices)
found["near in volume"] = mne.stc_near_sensors(near, trans, "sample", 0.03, src=whole, subjects_dir=subjects).data
found["to sensors"] = mne.source_space.compute_distance_to_sensors(whole, info, "ecog", trans)
found["to ball"] = mne.bem.distance_to_bem(places, sphere)
np.savez(out, **found)
"""
)


def test_estimates_in_volumes_are_those_of_mne(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    # Files have affines of single precision. Sources of no power: norms of spatial filters divide by what is left after regularising.
    wrong = {name: d for name, d in apart.items() if not d < (1e-6 if "saved" in name else 1e-8)}
    assert not wrong, wrong
