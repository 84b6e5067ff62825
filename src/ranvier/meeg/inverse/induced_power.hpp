#pragma once

#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/inverse/kernel.hpp"

/// How strong, and how alike in all trials, what sources do at some frequencies is.
namespace ranvier::meeg {

/// A kernel as a product of two narrower ones, so that the work is done on no more components than it tells apart.
struct ReducedKernel {
    Array<double, 2> left;    ///< shape (rows, components), columns orthonormal
    Array<double, 2> basis;   ///< shape (components, channels), rows orthonormal
    Array<double, 2> right;   ///< the same, each row times its singular value
};
/// right · samples of each epoch, shape (epochs, components, times), zeros behind the samples.
/// @param epochs  shape (epochs, channels, samples), contiguous along samples. @param times  as many or more
Array<double, 3> components_of(View<const double, 3> epochs, const Array<double, 2>& right, index times);
/// @param least  components with smaller singular values, as a share of the largest, are left out
/// @cost  O(rows · channels²)
ReducedKernel reduced(const InverseKernel& kernel, double least);

struct InducedPowerOptions {
    std::vector<double> freqs;           // [Hz]
    std::vector<double> n_cycles = {5};  ///< one, or one for each frequency
    bool zero_mean = false;
    int decim = 1;
    bool pca = true;  ///< whether components with less than 1e-8 of the largest singular value are left out
    static Fields fields() {
        using O = InducedPowerOptions;
        return {"source_induced_power",
                {field("freqs", &O::freqs, "frequencies").in("Hz").above(0),
                 field("n_cycles", &O::n_cycles, "cycles of the wavelets, one number or one per frequency").above(0),
                 field("zero_mean", &O::zero_mean, "whether the wavelets' mean is removed"),
                 field("decim", &O::decim, "keep every so many times").at_least(1),
                 field("pca", &O::pca, "whether what the kernel hardly sees is left out")}};
    }
};

struct InducedPower {
    Array<double, 3> power;    ///< shape (sources or groups, bands, times), the mean over trials
    Array<double, 3> locking;  ///< |mean of z / |z||, shape (sources, bands, times); empty where it is not wanted
};

/// Samples of the longest Morlet wavelet of some.
index longest_wavelet(double sfreq, const std::vector<double>& freqs, const std::vector<double>& n_cycles);

/// Morlet power of sources: of three directions their sum, while phases are those of the third one, along the normal.
/// Convolutions are centred, with zeros beyond the ends; wavelets may be longer than the epochs.
///
/// @param epochs   shape (epochs, channels of the kernel, times)
/// @param bands    positions of frequencies whose powers are averaged; empty: each by itself
/// @param groups   sources whose powers are averaged; empty: each by itself
/// @param locking  without bands and groups alone
/// @throws InvalidInput  no epoch, frequency or source; frequencies above sfreq / 2; a locking of groups or bands
/// @cost  the lesser of 2 epochs · components and components² / 2 multiplications for each source, frequency and time;
///        of phases the former. Memory: the result, and a frequency's coefficients of some epochs.
InducedPower induced_power(const InverseKernel& kernel, View<const double, 3> epochs, double sfreq,
                           const InducedPowerOptions& options, const std::vector<std::vector<index>>& bands,
                           const std::vector<std::vector<index>>& groups, bool locking);

}  // namespace ranvier::meeg
