#include "ranvier/meeg/maxwell/maxwell_filter.hpp"

#include "ranvier/meeg/maxwell/preparation.hpp"

namespace ranvier::meeg {

bool three_numbers_or_none(const Value& value) {
    const auto* list = value.as<Value::List>();
    return value.is_none() || (list && list->size() == 3);
}

Fields ExpansionOptions::fields() {
    using O = ExpansionOptions;
    return {
        "compute_maxwell_basis",
        {field("origin", &O::origin,
               "origin of the multipoles, in the frame of coord_frame; 'auto': the centre of the sphere that fits the "
               "head, or of the device")
             .in("m")
             .none_is("auto")
             .where("three numbers or 'auto'", three_numbers_or_none),
         field("int_order", &O::int_order, "highest degree of inner multipoles").at_least(0).at_most(40),
         field("ext_order", &O::ext_order, "highest degree of outer multipoles").at_least(0).at_most(40),
         field("coord_frame", &O::coord_frame, "frame of the origin: 'meg' where there is no head")
             .one_of({"head", "meg"}),
         field("regularize", &O::regularize,
               "whether inner multipoles that tell little go: until what the others tell is 98 % of its most, or all")
             .one_of({"in", "in_argmax"}),
         field("ignore_ref", &O::ignore_ref, "whether reference sensors are left out"),
         field("bad_condition", &O::bad_condition, "what to do where inner and outer fields are hard to tell apart")
             .one_of({"error", "warning", "ignore", "info"}),
         field("mag_scale", &O::mag_scale,
               "what magnetometers are multiplied by to be of the size of gradiometers; 'auto': one over the "
               "gradiometers' baseline")
             .none_is("auto")
             .above(0)}};
}

namespace {

constexpr const char* skip_about =
    "words with which annotations begin that divide the recording, and of which nothing is "
    "filtered";
constexpr const char* interp_about = "how one head position becomes the next";
const std::vector<std::string> interps{"zero", "linear", "hann", "cos2"};

}  // namespace

Fields MaxwellOptions::fields() {
    using O = MaxwellOptions;
    return {"maxwell_filter",
            with_base<O, ExpansionOptions>(
                {field("st_duration", &O::st_duration, "length of the windows of tSSS; none: only the filter in space")
                     .in("s")
                     .above(0),
                 field("st_correlation", &O::st_correlation,
                       "correlation from which on what is common to inside and rest is taken out")
                     .above(0)
                     .at_most(1),
                 field("st_fixed", &O::st_fixed,
                       "whether tSSS comes before movement compensation; where it comes after and heads move, results "
                       "hang on rounding unless windows hold many more samples than there are sensors"),
                 field("st_only", &O::st_only, "whether only tSSS changes the samples"),
                 field("st_overlap", &O::st_overlap, "whether windows of tSSS overlap by half"),
                 field("skip_by_annotation", &O::skip_by_annotation, skip_about),
                 field("mc_interp", &O::mc_interp, interp_about).one_of(interps)})};
}

Fields BadChannelOptions::fields() {
    using O = BadChannelOptions;
    return {"find_bad_channels_maxwell",
            with_base<O, ExpansionOptions>(
                {field("limit", &O::limit, "standard score from which on a channel is noisy in a window"),
                 field("duration", &O::duration, "length of the windows; of a recording that is shorter, its own")
                     .in("s")
                     .above(0),
                 field("min_count", &O::min_count, "in how many windows a channel must be bad").at_least(0),
                 field("h_freq", &O::h_freq, "upper edge of the band that is looked at; none: all").in("Hz").above(0),
                 field("skip_by_annotation", &O::skip_by_annotation, skip_about),
                 field("mc_interp", &O::mc_interp, interp_about).one_of(interps)})};
}

}  // namespace ranvier::meeg
