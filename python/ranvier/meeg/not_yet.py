"""Names of MNE-Python that Ranvier lacks, and what to use instead where something comes near."""

from .not_yet_names import lacking as lacking

hints = {
    "mne.open_report": "Report(); pages are written, not read back",
    "mne.report.open_report": "Report(); pages are written, not read back",
    "mne.sys_info": "the `ranvier doctor` command",
    "mne.filter.construct_iir_filter": 'create_filter(method="iir")',
    "mne.channels.read_dig_egi": "make_dig_montage() of its places",
    "mne.minimum_norm.apply_inverse_tfr_epochs": "apply_inverse_epochs() of real and imaginary parts",
    "mne.viz.plot_raw_psd": "raw.compute_psd().plot()",
    "mne.viz.plot_epochs_psd": "epochs.compute_psd().plot()",
    "mne.viz.plot_tfr_topomap": "AverageTFR.plot_topomap()",
}
for _format in ("egi", "cnt", "ctf", "kit", "bti", "persyst", "gdf", "curry", "nihon"):
    hints[f"mne.io.read_raw_{_format}"] = (
        "read_raw_fif(), read_raw_edf(), read_raw_brainvision() and their like, or MNE-Python and from_mne()"
    )
