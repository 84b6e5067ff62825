#include "ranvier/numerics/iir.hpp"

#include <string>

#include "ranvier/numerics/kernels/iir_kernels.hpp"
#include "ranvier/numerics/row_blocks.hpp"

namespace ranvier::numerics {

namespace {

void require_sections(std::span<const Section> sections, const char* function) {
    require(!sections.empty(), function, ": at least one section is needed");
    for (std::size_t s = 0; s < sections.size(); ++s) {
        require(sections[s][3] == 1, function, ": a0 must be 1; section ", s, " has ", sections[s][3],
                " (divide the section by it)");
    }
}

/// Owner of a Cascade.
struct CascadePlan {
    CascadePlan(std::span<const Section> sections, bool with_steady_state) {
        bool unit = true;
        for (const Section& section : sections) {
            unit = unit && section[0] == section[2] && section[0] != 0;
        }
        double gain = 1;
        std::vector<Section> scaled(sections.begin(), sections.end());
        for (Section& section : scaled) {
            if (unit) {
                gain *= section[0];
                section = {1, section[1] / section[0], 1, 1, section[4], section[5]};
            }
        }
        std::vector<std::array<double, 2>> steady(scaled.size());
        if (with_steady_state) {
            steady = steady_state(scaled);
        }
        for (std::size_t s = 0; s < scaled.size(); ++s) {
            const Section& q = scaled[s];
            biquads.push_back({q[0], q[1], q[2], q[4], q[5], gain * steady[s][0], gain * steady[s][1]});
        }
        cascade = {static_cast<int>(biquads.size()), biquads.data(), unit, gain};
    }

    std::vector<Biquad> biquads;
    Cascade cascade;
};

}  // namespace

std::vector<std::array<double, 2>> steady_state(std::span<const Section> sections) {
    std::vector<std::array<double, 2>> states;
    double input = 1;
    for (std::size_t s = 0; s < sections.size(); ++s) {
        const auto& [b0, b1, b2, a0, a1, a2] = sections[s];
        const double denominator = a0 + a1 + a2;
        require(denominator != 0, "steady_state: section ", s,
                " has a pole at 1 (a0 + a1 + a2 = 0), so a step never settles");
        const double output = (b0 + b1 + b2) / denominator;
        const double second = b2 - a2 * output, first = b1 - a1 * output + second;
        states.push_back({input * first, input * second});
        input *= output;
    }
    return states;
}

void sos_filtfilt(View<double, 2> x, std::span<const Section> sections, index padlen) {
    const index n = x.extent(1);
    require_sections(sections, "sos_filtfilt");
    require(padlen >= 0 && padlen < n, "sos_filtfilt: padlen must be >= 0 and less than the number of samples; got ",
            padlen, " for ", n);
    const CascadePlan plan(sections, true);
    const IirKernels& kernels = chosen_iir_kernels();
    for_row_blocks_in_place(x, kernels.rows, kernels.rows * (n + 2 * padlen + 2 * plan.cascade.count),
                            [&](double* const* rows, int count, double* work) {
                                kernels.filtfilt_rows(plan.cascade, rows, count, n, padlen, work);
                            });
}

void sos_filter(View<double, 2> x, std::span<const Section> sections, bool steady_start) {
    require_sections(sections, "sos_filter");
    if (x.size() == 0) {
        return;
    }
    const CascadePlan plan(sections, steady_start);
    const IirKernels& kernels = chosen_iir_kernels();
    for_row_blocks_in_place(x, kernels.rows, kernels.rows * (kernels.chunk + 2 * plan.cascade.count),
                            [&](double* const* rows, int count, double* work) {
                                kernels.filter_rows(plan.cascade, rows, count, x.extent(1), steady_start, work);
                            });
}

}  // namespace ranvier::numerics
