#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Samples of some channels, read as often as they are needed, from several threads: of a recording, or of epochs one
/// behind the other. What they are read from must live as long.
struct Samples {
    index channels = 0;
    index n = 0;
    /// Samples [begin, begin + out.extent(1)) into out, shape (channels, samples).
    std::function<void(index begin, View<double, 2> out)> read;
    /// Where they lie in memory as they are: rows[c] becomes the place of sample `begin` of channel c. The result is
    /// how many follow one another there. None: nowhere.
    std::function<index(index begin, std::span<const double*> rows)> find{};
};

/// The good part of a recording: what no annotation calls bad.
Samples good_samples(const Raw& raw, const std::vector<index>& picks);
/// The good part of its samples [start, stop).
Samples good_samples(const Raw& raw, const std::vector<index>& picks, index start, index stop);
/// Samples [first, second) of each piece, one piece behind the other.
Samples samples_of(const Raw& raw, const std::vector<std::pair<index, index>>& pieces, const std::vector<index>& picks);
/// Times [begin, end) of the epochs at `which`. @throws InvalidInput  epochs that are not in memory
Samples samples_of(const Epochs& epochs, const std::vector<index>& which, const std::vector<index>& picks, index begin,
                   index end);
/// Times [begin, end) of an array of shape (channels, times).
Samples samples_of(View<const double, 2> data, const std::vector<index>& picks, index begin, index end);
/// One behind the other.
Samples concatenated(std::vector<Samples> parts);
/// The samples at `which`, in that order.
Samples chosen(const Samples& samples, std::vector<index> which);
/// Less a constant for each channel.
Samples shifted(const Samples& samples, std::vector<double> less);

/// Events of one number every `duration` [s] from start to stop [s] after the first sample, while a whole piece fits.
/// @throws InvalidInput  no piece fits
Events fixed_length_events(const Raw& raw, double start, std::optional<double> stop, double duration, int id = 1);

/// Σ x xᵀ and Σ x over samples x: all that covariances are made of.
struct Scatter {
    Array<double, 2> products;
    std::vector<double> sums;
    index n = 0;
};
/// Of samples [begin, end), or of op · x where `op` is given. Pieces are cut by size and summed in their order.
/// @cost  one pass; samples · channels² operations
Scatter scatter_of(const Samples& samples, index begin, index end, const Array<double, 2>* op = nullptr);
/// Adds all epochs of a batch, shape (epochs, channels, times), of which `picks` are the scatter's channels.
void add(Scatter& scatter, View<const double, 3> batch, const std::vector<index>& picks);
void add(Scatter& scatter, const Scatter& other);
/// That of op · x.
Scatter mapped(const Scatter& scatter, const Array<double, 2>& op);

/// Singular values of op · X, shape (rows of op, samples), descending. Where eigenvalues of the products end in
/// rounding, the samples are whitened and multiplied once more, so that errors are some 1e-16 of the largest, as those
/// of a decomposition of the samples.
/// @cost    one more pass over the samples where the data are nearly rank-deficient
/// @source  Fukaya et al. 2020, doi:10.1137/18M1218212 (shifted Cholesky QR)
std::vector<double> singular_values(const Samples& samples, const Scatter& scatter, const Array<double, 2>& op);

/// op · a · opᵀ for symmetric a.
Array<double, 2> congruent(View<const double, 2> a, const Array<double, 2>& op);

}  // namespace ranvier::meeg
