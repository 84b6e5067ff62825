"""Names of MNE-Python 1.13 that Ranvier lacks; written by tools/not_yet_names.py."""

lacking = {
    "": frozenset("""
        AcqParserFIF HEDAnnotations commands coreg create_default_subject cuda decoding defaults dig_mri_distances
        get_config get_config_path get_meg_helmet_surf get_montage_volume_labels gui label_adjacency make_field_map
        make_forward_dipole match_channel_orders open_docs open_report parse_config read_epochs_fieldtrip
        read_epochs_kit read_evoked_besa read_evoked_fieldtrip read_evokeds_mff read_reject_parameters read_source_morph
        read_vectorview_selection scale_bem scale_labels scale_mri scale_source_space set_cache_dir set_config
        set_log_file set_memmap_min_size simulation stats sys_info use_coil_def volume_label_adjacency what
    """.split()),
    "baseline": frozenset("""
    """.split()),
    "beamformer": frozenset("""
        apply_dics apply_dics_csd apply_dics_epochs apply_dics_tfr_epochs make_dics make_lcmv_resolution_matrix
    """.split()),
    "bem": frozenset("""
        convert_flash_mris get_fitting_dig make_flash_bem make_scalp_surfaces make_watershed_bem
    """.split()),
    "channels": frozenset("""
        fix_mag_coil_types make_1020_channel_selections read_dig_curry read_dig_egi read_dig_fif read_meg_canonical_info
        read_vectorview_selection unify_bad_channels
    """.split()),
    "chpi": frozenset("""
        extract_chpi_locs_kit
    """.split()),
    "datasets": frozenset("""
        fetch_aparc_sub_parcellation fetch_dataset fetch_fsaverage fetch_hcp_mmp_parcellation fetch_infant_template
        fetch_phantom limo
    """.split()),
    "dipole": frozenset("""
        get_phantom_dipoles
    """.split()),
    "event": frozenset("""
        AcqParserFIF
    """.split()),
    "export": frozenset("""
        export_evokeds_mff
    """.split()),
    "filter": frozenset("""
        FilterMixin design_mne_c_filter
    """.split()),
    "inverse_sparse": frozenset("""
    """.split()),
    "io": frozenset("""
        constants match_channel_orders pick read_epochs_fieldtrip read_epochs_kit read_evoked_besa read_evoked_fieldtrip
        read_evokeds_mff read_raw_ant read_raw_artemis123 read_raw_bci2k read_raw_boxy read_raw_bti read_raw_cnt
        read_raw_ctf read_raw_curry read_raw_egi read_raw_eximia read_raw_eyelink read_raw_fieldtrip read_raw_fil
        read_raw_gdf read_raw_hitachi read_raw_kit read_raw_mef read_raw_nedf read_raw_neuralynx read_raw_nicolet
        read_raw_nihon read_raw_nirx read_raw_nsx read_raw_persyst read_raw_snirf show_fiff
    """.split()),
    "minimum_norm": frozenset("""
    """.split()),
    "preprocessing": frozenset("""
        GradientRemover Xdawn cortical_signal_suppression eyetracking ieeg nirs oversampled_temporal_projection
        remove_fmri_gradient_artifact
    """.split()),
    "source_space": frozenset("""
    """.split()),
    "surface": frozenset("""
        dig_mri_distances get_meg_helmet_surf get_montage_volume_labels
    """.split()),
    "time_frequency": frozenset("""
        BaseTFR CrossSpectralDensity csd_array_fourier csd_array_morlet csd_array_multitaper csd_fourier csd_morlet
        csd_multitaper csd_tfr dpss_windows fit_iir_model_raw istft pick_channels_csd read_csd read_spectrum read_tfrs
        stft stftfreq write_tfrs
    """.split()),
    "transforms": frozenset("""
        apply_volume_registration apply_volume_registration_points compute_volume_registration
    """.split()),
    "viz": frozenset("""
        Brain ClickableImage EvokedField Figure3D LayeredMesh add_background_image adjust_axes backends centers_to_edges
        circular_layout clear_3d_figure close_3d_figure close_all_3d_figures compare_fiff concatenate_images
        create_3d_figure eyetracking get_3d_backend get_brain_class iter_topography link_brains mne_analyze_colormap
        plot_alignment plot_arrowmap plot_bem plot_brain_colorbar plot_channel_labels_circle plot_chpi_snr plot_csd
        plot_dipole_amplitudes plot_dipole_locations plot_epochs_psd plot_epochs_psd_topomap plot_evoked_field
        plot_filter plot_head_positions plot_ideal_filter plot_raw_psd plot_raw_psd_topo plot_snr_estimate
        plot_source_estimates plot_source_spectrogram plot_sparse_source_estimates plot_tfr_topomap
        plot_vector_source_estimates plot_volume_source_estimates set_3d_backend set_3d_options set_3d_title set_3d_view
        snapshot_brain_montage ui_events use_3d_backend
    """.split()),
}
