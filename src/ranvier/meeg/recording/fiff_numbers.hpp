#pragma once

/// FIFF's dictionary, as far as it is read or written: an Info carries some blocks as they are (Info::preserved_tags),
/// and not only its files know what is in them. Names are those of the Neuromag and MNE dictionaries.
/// @source  Elekta Neuromag, Functional Image File Format description 1.3; MNE's additions from 350, 3417 and 3500 on
namespace ranvier::meeg {

/// What a tag means.
namespace fiff_tag {
inline constexpr int file_id = 100, dir_pointer = 101, directory = 102, block_id = 103, block_start = 104,
                     block_end = 105, free_list = 106, free_block = 107, nop = 108, parent_file_id = 109,
                     parent_block_id = 110, creator = 113;
inline constexpr int ref_role = 115, ref_file_id = 116, ref_file_num = 117, ref_file_name = 118;
inline constexpr int nchan = 200, sfreq = 201, data_pack = 202, ch_info = 203, meas_date = 204;
inline constexpr int comment = 206, description = 206, nave = 207, first_sample = 208, last_sample = 209,
                     aspect_kind = 210, experimenter = 212, dig_point = 213, hpi_slopes = 215;
inline constexpr int lowpass = 219, coord_trans = 222, highpass = 223, no_samples = 228, first_time = 229, name = 233,
                     dig_string = 234, line_freq = 235, hpi_coil_freq = 236, custom_ref_before_0_11 = 236;
inline constexpr int hpi_coil_moments = 240, hpi_fit_goodness = 241, hpi_fit_accept = 242, hpi_fit_good_limit = 243,
                     hpi_fit_dist_limit = 244, hpi_coil_no = 245, hpi_coils_used = 246, hpi_digitization_order = 247;
inline constexpr int ch_scan_no = 250, ch_logical_no = 251, ch_kind = 252, ch_range = 253, ch_cal = 254, ch_loc = 255,
                     ch_unit = 256, ch_unit_mul = 257, ch_dacq_name = 258, ch_coil_type = 350, ch_coord_frame = 351;
inline constexpr int sss_frame = 263, sss_job = 264, sss_origin = 265, sss_ord_in = 266, sss_ord_out = 267,
                     sss_nmag = 268, sss_components = 269, sss_cal_chans = 270, sss_cal_corrs = 271, sss_st_corr = 272,
                     sss_nfree = 278, sss_st_length = 279;
inline constexpr int data_buffer = 300, data_skip = 301, epoch = 302, data_skip_samp = 303;
inline constexpr int subject_his_id = 410, mri_width = 2010, mri_height = 2012, mri_depth = 2014;
inline constexpr int bem_surf_id = 3101, bem_surf_nnode = 3103, bem_surf_ntri = 3104, bem_surf_nodes = 3105,
                     bem_surf_triangles = 3106, bem_surf_normals = 3107, bem_pot_solution = 3110, bem_approx = 3111,
                     bem_coord_frame = 3112, bem_sigma = 3113;
inline constexpr int proj_name = 501, event_channel = 602, event_bits = 603, decoupler_matrix = 800;
inline constexpr int proj_item_kind = 3411, proj_item_time = 3412, proj_item_nvec = 3414, proj_item_vectors = 3415,
                     proj_item_ch_name_list = 3417;
inline constexpr int mne_row_names = 3502, mne_col_names = 3503, mne_nrow = 3504, mne_ncol = 3505,
                     mne_coord_frame = 3506, mne_ch_name_list = 3507, mne_file_name = 3508;
inline constexpr int mne_source_space_points = 3510, mne_source_space_normals = 3511, mne_source_space_npoints = 3512,
                     mne_source_space_selection = 3513, mne_source_space_nuse = 3514, mne_source_space_nearest = 3515,
                     mne_source_space_nearest_dist = 3516, mne_source_space_id = 3517, mne_source_space_type = 3518,
                     mne_source_space_ntri = 3590, mne_source_space_triangles = 3591, mne_source_space_nuse_tri = 3592,
                     mne_source_space_use_triangles = 3593, mne_source_space_nneighbors = 3594,
                     mne_source_space_neighbors = 3595, mne_source_space_voxel_dims = 3596,
                     mne_source_space_interpolator = 3597, mne_source_space_mri_file = 3598,
                     mne_source_space_dist = 3599, mne_source_space_dist_limit = 3600;
inline constexpr int mne_env_working_dir = 3550, mne_env_command_line = 3551;
inline constexpr int mne_forward_solution = 3520, mne_source_orientation = 3521, mne_included_methods = 3522,
                     mne_forward_solution_grad = 3523;
inline constexpr int mne_inverse_leads = 3540, mne_inverse_fields = 3541, mne_inverse_sing = 3542,
                     mne_inverse_source_orientations = 3545, mne_inverse_leads_weighted = 3546,
                     mne_inverse_source_unit = 3547;
inline constexpr int mne_morph_map = 3570, mne_morph_map_from = 3571, mne_morph_map_to = 3572, mne_hemi = 3562;
inline constexpr int mne_cov_kind = 3530, mne_cov_dim = 3531, mne_cov = 3532, mne_cov_diag = 3533,
                     mne_cov_eigenvalues = 3534, mne_cov_eigenvectors = 3535, mne_cov_nfree = 3536,
                     mne_cov_method = 3537, mne_cov_score = 3538;
inline constexpr int mne_proj_item_active = 3560, mne_event_list = 3561, mne_event_comments = 3566,
                     mne_custom_ref = 3567, mne_baseline_min = 3568, mne_baseline_max = 3569;
inline constexpr int mne_ctf_comp_kind = 3580, mne_ctf_comp_data = 3581, mne_ctf_comp_calibrated = 3582;
inline constexpr int mne_explained_var = 3605;  // of a projection
inline constexpr int mne_ica_interface_params = 3601, mne_ica_whitener = 3603, mne_ica_pca_components = 3604,
                     mne_ica_pca_explained_var = 3605, mne_ica_pca_mean = 3606, mne_ica_matrix = 3607,
                     mne_ica_bads = 3608, mne_ica_misc_params = 3609;
inline constexpr int mne_epochs_selection = 3800, mne_epochs_drop_log = 3801, mne_epochs_reject_flat = 3802,
                     mne_epochs_raw_sfreq = 3803;
}  // namespace fiff_tag

/// What a block holds.
namespace fiff_block {
inline constexpr int meas = 100, meas_info = 101, raw_data = 102, processed_data = 103, evoked = 104, aspect = 105,
                     subject = 106, isotrak = 107, hpi_meas = 108, hpi_result = 109, hpi_coil = 110,
                     continuous_data = 112, ch_info = 113, events = 115, dacq_pars = 117, ref = 118, ias_raw_data = 119,
                     ias_aspect = 120, hpi_subsystem = 121, epochs_before_0_11 = 122;
inline constexpr int proj = 313, proj_item = 314;
inline constexpr int bem = 310, bem_surf = 311;
inline constexpr int mne = 350, mne_source_space = 351, mne_forward_solution = 352, mne_parent_mri_file = 353,
                     mne_parent_meas_file = 354, mne_env = 358, mne_morph_map = 362;
inline constexpr int mne_cov = 355, mne_inverse_solution = 356, mne_named_matrix = 357, mne_bad_channels = 359,
                     mne_events = 361, mne_ctf_comp = 370, mne_ctf_comp_data = 371, mne_epochs = 373, mne_ica = 374,
                     mne_annotations = 3810, mne_metadata = 3811;
inline constexpr int channel_decoupler = 501, sss_info = 502, sss_cal_adjust = 503, sss_st_info = 504;
inline constexpr int processing_history = 900, processing_record = 901;
}  // namespace fiff_block

}  // namespace ranvier::meeg
