#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "ranvier/numerics/direct_form.hpp"
#include "ranvier/numerics/iir_order.hpp"

namespace ranvier::meeg {

namespace {

const std::map<std::string, numerics::IirFamily> families{{"butter", numerics::IirFamily::butterworth},
                                                          {"cheby1", numerics::IirFamily::chebyshev1},
                                                          {"cheby2", numerics::IirFamily::chebyshev2},
                                                          {"ellip", numerics::IirFamily::elliptic},
                                                          {"bessel", numerics::IirFamily::bessel}};

numerics::IirDesign of_order(const IirParams& params) {
    const bool rippled = params.ftype == "cheby1" || params.ftype == "ellip";
    const bool attenuated = params.ftype == "cheby2" || params.ftype == "ellip";
    require(rippled == params.rp.has_value(), [&] {
        return "iir_params of ftype '" + params.ftype + "' " + (rippled ? "need" : "have no") +
               " rp, the ripple of the pass-band [dB]";
    });
    require(attenuated == params.rs.has_value(), [&] {
        return "iir_params of ftype '" + params.ftype + "' " + (attenuated ? "need" : "have no") +
               " rs, the attenuation of the stop-band [dB]";
    });
    return {families.at(params.ftype), params.order, params.rp.value_or(0), params.rs.value_or(0)};
}

std::string two_digits(double x) {
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", x);
    return text;
}

void tell(const IirParams& params, const std::vector<numerics::Section>& sections, int order, numerics::BandType type,
          const std::vector<double>& edges, double sfreq, bool both_ways) {
    const int passes = both_ways ? 2 : 1;
    std::vector<std::string> at, gains;
    for (const double edge : edges) {
        at.push_back(two_digits(edge));
        gains.push_back(two_digits(passes * 20 * std::log10(numerics::amplitude_at(sections, edge, sfreq))));  // [dB]
    }
    log(LogLevel::info, "IIR filter, " + params.ftype + " " + band_name(type) + ", " +
                            (both_ways ? "zero-phase: two-pass forward and reverse, non-causal"
                                       : "non-linear phase: one-pass forward, causal") +
                            ". Filter order " + text_of(order * passes * static_cast<int>(edges.size())) +
                            (both_ways ? " of both passes" : "") + ". Cutoff" + (edges.size() > 1 ? "s " : " ") +
                            joined(at) + " Hz, where gains are " + joined(gains) + " dB");
}

void check_stable(bool stable) {
    if (!stable) {
        throw Conflict(
            "a filter must have its poles inside the unit circle, or its output grows for ever; take another order "
            "or other edges, or sections (output='sos') where polynomials round too much");
    }
}

}  // namespace

std::string band_name(numerics::BandType type) {
    switch (type) {
        case numerics::BandType::lowpass: return "lowpass";
        case numerics::BandType::highpass: return "highpass";
        case numerics::BandType::bandpass: return "bandpass";
        default: return "bandstop";
    }
}

IirFilter construct_iir_filter(const IirParams& params, const std::vector<double>& pass,
                               const std::vector<double>& stop, double sfreq, std::optional<numerics::BandType> type,
                               bool both_ways) {
    IirFilter out;
    if (!params.sos.empty()) {
        for (const numerics::Section& s : params.sos) {
            require(s[3] == 1, [&] { return "the fourth number of each row of sos must be 1; got " + text_of(s[3]); });
            check_stable(numerics::is_stable(std::span(s).last(3)));
        }
        out.sections = params.sos;
    } else if (!params.a.empty() || !params.b.empty()) {
        require(!params.a.empty() && !params.b.empty(), "iir_params with b need a, and those with a need b");
        check_stable(numerics::is_stable(params.a));
        out.polynomials = {params.b, params.a};
    } else if (params.gpass || params.gstop) {
        require(params.gpass && params.gstop, "iir_params with gpass need gstop, and those with gstop need gpass");
        require(!stop.empty(),
                "gpass and gstop need the edges of the stop-band too: construct_iir_filter takes them and gives "
                "iir_params");
        const auto found =
            numerics::iir_order({families.at(params.ftype), *params.gpass, *params.gstop}, pass, stop, sfreq);
        require(!type || found.type == *type, [&] {
            return "pass- and stop-band must lie as those of a " + band_name(*type) + " do; these are a " +
                   band_name(found.type) + "'s";
        });
        out.sections = numerics::iir_design(found.design, found.edges, found.type, sfreq);
        tell(params, out.sections, found.design.order, found.type, pass, sfreq, both_ways);
    } else {
        require(type.has_value(),
                "a filter of a given order needs btype: 'lowpass', 'highpass', 'bandpass' or 'bandstop'");
        out.sections = numerics::iir_design(of_order(params), pass, *type, sfreq);
        tell(params, out.sections, params.order, *type, pass, sfreq, both_ways);
    }
    out.padlen = params.padlen          ? *params.padlen
                 : out.sections.empty() ? ringing_samples(out.polynomials)
                                        : ringing_samples(out.sections);
    return out;
}

}  // namespace ranvier::meeg
