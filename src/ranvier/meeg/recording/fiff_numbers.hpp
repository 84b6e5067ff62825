#pragma once

/// FIFF's numbers of the blocks and tags that an Info carries as they are (Info::preserved_tags) and that functions
/// here read or write. Those that files are made of are in formats/fiff/numbers.hpp.
namespace ranvier::meeg {

enum {
    block_meas = 108,
    block_result = 109,
    block_coil = 110,
    block_subsystem = 121,
    block_cross_talk = 501,
    block_sss = 502,
    block_calibration = 503,
    block_st = 504,
    block_history = 900,
    block_record = 901
};

enum {
    tag_block_id = 103,
    tag_creator = 113,
    tag_date = 204,
    tag_first_sample = 208,
    tag_dig = 213,
    tag_slopes = 215,
    tag_transform = 222,
    tag_coil_freq = 236,
    tag_moments = 240,
    tag_goodness = 241,
    tag_accept = 242,
    tag_good_limit = 243,
    tag_dist_limit = 244,
    tag_number = 245,
    tag_used = 246,
    tag_order = 247,
    tag_frame = 263,
    tag_job = 264,
    tag_origin = 265,
    tag_order_in = 266,
    tag_order_out = 267,
    tag_channels = 268,
    tag_components = 269,
    tag_calibrated_channels = 270,
    tag_calibration = 271,
    tag_st_correlation = 272,
    tag_n_free = 278,
    tag_st_length = 279,
    tag_epoch = 302,
    tag_event_channel = 602,
    tag_event_bits = 603,
    tag_decoupler = 800,
    tag_names = 3417
};

}  // namespace ranvier::meeg
