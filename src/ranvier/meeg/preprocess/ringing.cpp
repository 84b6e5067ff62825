#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "ranvier/base/log.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/numerics/direct_form.hpp"

namespace ranvier::meeg {

namespace {

using numerics::Recursion;

index ringing_of(std::vector<Recursion> cascade, index longest) {
    constexpr index chunk = 1000;
    std::vector<double> h(chunk);
    index last_good = chunk;
    double threshold = 0;
    for (index start = 0; start < longest; start += chunk) {
        double largest = 0;
        for (index k = 0; k < chunk; ++k) {
            double x = start + k == 0 ? 1 : 0;
            for (Recursion& filter : cascade) {
                x = filter.next(x);
            }
            h[static_cast<std::size_t>(k)] = std::abs(x);
            largest = std::max(largest, std::abs(x));
        }
        threshold = std::max(0.001 * largest, threshold);
        const auto above = std::find_if(h.rbegin(), h.rend(), [&](double x) { return x > threshold; });
        if (above == h.rend()) {
            return start - chunk + last_good;
        }
        last_good = h.rend() - above - 1;
    }
    warn("the filter still rings after " + text_of(longest) + " samples, and is taken to be that long");
    return longest;
}

}  // namespace

index ringing_samples(const std::vector<numerics::Section>& sections, index longest) {
    std::vector<Recursion> cascade;
    for (const numerics::Section& s : sections) {
        cascade.emplace_back(std::span(s).first(3), std::span(s).last(3));
    }
    return ringing_of(std::move(cascade), longest);
}

index ringing_samples(const numerics::TransferFunction& filter, index longest) {
    return ringing_of({Recursion(filter.b, filter.a)}, longest);
}

}  // namespace ranvier::meeg
