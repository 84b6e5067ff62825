#include "ranvier/meeg/noise/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/products.hpp"

namespace ranvier::meeg {

namespace {

/// Samples that are read at once: few enough to stay in the second cache.
index panel_of(index channels) {
    return std::clamp<index>((index{96} << 10) / std::max<index>(channels, 1) / 64 * 64, 128, 1024);
}

/// Copies samples [begin, …) of parts that lie one behind the other; `part(k, from, out)` copies from part k.
template <class Part>
void read_parts(const std::vector<index>& ends, index begin, View<double, 2> out, const Part& part) {
    auto k = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
    for (index done = 0; done < out.extent(1); ++k) {
        const index first = k == 0 ? 0 : ends[static_cast<std::size_t>(k - 1)];
        const index from = begin + done - first;
        const index count = std::min(ends[static_cast<std::size_t>(k)] - first - from, out.extent(1) - done);
        part(k, from, out.slice(1, done, done + count));
        done += count;
    }
}

void copy_rows(View<const double, 2> data, const std::vector<index>& picks, index from, View<double, 2> out) {
    for (std::size_t c = 0; c < picks.size(); ++c) {
        const double* row = data.row(picks[c]).data() + from;
        std::copy(row, row + out.extent(1), out.row(static_cast<index>(c)).data());
    }
}

Scatter empty_scatter(index channels) {
    return {Array<double, 2>({channels, channels}), std::vector<double>(static_cast<std::size_t>(channels)), 0};
}

}  // namespace

Events fixed_length_events(const Raw& raw, double start, std::optional<double> stop, double duration, int id) {
    const double sfreq = raw.info.sfreq, step = sfreq * duration;
    const auto at = [&](double t) { return sample_count(std::nearbyint(t * sfreq)); };
    const index end = stop ? std::min(at(*stop), raw.n_samples()) : raw.n_samples();
    const auto last = static_cast<double>(end - sample_count(std::nearbyint(step)) + 1);
    Events events;
    // Pieces may be no whole number of samples apart.
    for (double sample = static_cast<double>(at(start)); step > 0 && sample < last;
         sample = static_cast<double>(at(start)) + static_cast<double>(events.size()) * step) {
        events.push_back({static_cast<index>(sample) + raw.first_samp, 0, id});
    }
    require(!events.empty(), "a recording must be as long as one piece of ", duration, " s from ", start, " s on");
    return events;
}

Samples good_samples(const Raw& raw, const std::vector<index>& picks) {
    return good_samples(raw, picks, 0, raw.n_samples());
}

Samples good_samples(const Raw& raw, const std::vector<index>& picks, index start, index stop) {
    std::vector<bool> good(static_cast<std::size_t>(raw.n_samples()), true);
    for (const auto& span : annotation_spans(raw, {"BAD"})) {
        std::fill(good.begin() + span.begin, good.begin() + span.end, false);
    }
    std::vector<std::pair<index, index>> pieces;
    for (index k = start; k < stop;) {
        const index begin = k;
        const bool kept = good[static_cast<std::size_t>(k)];
        while (k < stop && good[static_cast<std::size_t>(k)] == kept) {
            ++k;
        }
        if (kept) {
            pieces.emplace_back(begin, k);
        }
    }
    return samples_of(raw, pieces, picks);
}

Samples samples_of(const Raw& raw, const std::vector<std::pair<index, index>>& pieces,
                   const std::vector<index>& picks) {
    std::vector<index> starts, ends;
    index n = 0;
    for (const auto& [begin, end] : pieces) {
        starts.push_back(begin);
        ends.push_back(n += end - begin);
    }
    Samples samples{std::ssize(picks), n, [&raw, picks, starts, ends](index begin, View<double, 2> out) {
                        read_parts(ends, begin, out, [&](auto k, index from, View<double, 2> to) {
                            read_samples(raw, picks, starts[static_cast<std::size_t>(k)] + from, to);
                        });
                    }};
    if (raw.preloaded) {
        samples.find = [&raw, picks, starts = std::move(starts), ends = std::move(ends)](
                           index begin, std::span<const double*> rows) {
            const auto k = static_cast<std::size_t>(std::ranges::upper_bound(ends, begin) - ends.begin());
            const index at = starts[k] + begin - (k == 0 ? 0 : ends[k - 1]);
            for (std::size_t c = 0; c < rows.size(); ++c) {
                rows[c] = &raw.data(picks[c], at);
            }
            return ends[k] - begin;
        };
    }
    return samples;
}

namespace {

/// Times [begin, end) of epochs in memory, shape (epochs, channels, times); `number(k)` is that of the k-th.
template <class Number>
Samples samples_of_epochs(View<const double, 3> data, const std::vector<index>& picks, index begin, index end, index n,
                          const Number& number) {
    const index length = end - begin;
    return {std::ssize(picks), length * n,
            [data, picks, begin, length, number](index first, View<double, 2> out) {
                for (index done = 0; done < out.extent(1);) {
                    const index k = (first + done) / length, from = (first + done) % length;
                    const index count = std::min(length - from, out.extent(1) - done);
                    copy_rows(data[number(k)], picks, begin + from, out.slice(1, done, done + count));
                    done += count;
                }
            },
            [data, picks, begin, length, number](index first, std::span<const double*> rows) {
                const index k = number(first / length), from = first % length;
                for (std::size_t c = 0; c < rows.size(); ++c) {
                    rows[c] = &data(k, picks[c], begin + from);
                }
                return length - from;
            }};
}

}  // namespace

Samples samples_of(const Epochs& epochs, const std::vector<index>& which, const std::vector<index>& picks, index begin,
                   index end) {
    ensure(epochs.preloaded, "epochs are in memory");
    return samples_of_epochs(epochs.data.view(), picks, begin, end, std::ssize(which),
                             [which](index k) { return which[static_cast<std::size_t>(k)]; });
}

Samples samples_of(View<const double, 2> data, const std::vector<index>& picks, index begin, index end) {
    return {static_cast<index>(picks.size()), end - begin,
            [data, picks, begin](index first, View<double, 2> out) { copy_rows(data, picks, begin + first, out); }};
}

Samples concatenated(std::vector<Samples> parts) {
    if (parts.size() == 1) {
        return parts.front();
    }
    std::vector<index> ends;
    Samples all;
    for (const Samples& part : parts) {
        all.channels = part.channels;
        ends.push_back(all.n += part.n);
    }
    all.read = [parts = std::move(parts), ends = std::move(ends)](index begin, View<double, 2> out) {
        read_parts(ends, begin, out,
                   [&](auto k, index from, View<double, 2> to) { parts[static_cast<std::size_t>(k)].read(from, to); });
    };
    return all;
}

Samples chosen(const Samples& samples, std::vector<index> which) {
    for (const index k : which) {
        require(k >= 0 && k < samples.n, "cv: a sample must lie in [0, ", samples.n, "); got ", k);
    }
    const auto n = static_cast<index>(which.size());
    return {samples.channels, n, [samples, which = std::move(which)](index begin, View<double, 2> out) {
                for (index done = 0; done < out.extent(1);) {
                    const auto at = static_cast<std::size_t>(begin + done);
                    index count = 1;  // neighbours are read at once
                    while (done + count < out.extent(1) &&
                           which[at + static_cast<std::size_t>(count)] == which[at] + count) {
                        ++count;
                    }
                    samples.read(which[at], out.slice(1, done, done + count));
                    done += count;
                }
            }};
}

Samples shifted(const Samples& samples, std::vector<double> less) {
    return {samples.channels, samples.n, [samples, less = std::move(less)](index begin, View<double, 2> out) {
                samples.read(begin, out);
                for (index c = 0; c < out.extent(0); ++c) {
                    for (double& x : out.row(c)) {
                        x -= less[static_cast<std::size_t>(c)];
                    }
                }
            }};
}

void add(Scatter& scatter, const Scatter& other) {
    if (scatter.n == 0) {
        scatter = other;
        return;
    }
    double* to = scatter.products.data();
    std::transform(to, to + scatter.products.size(), other.products.data(), to, std::plus<>());
    std::ranges::transform(scatter.sums, other.sums, scatter.sums.begin(), std::plus<>());
    scatter.n += other.n;
}

Scatter scatter_of(const Samples& samples, index begin, index end, const Array<double, 2>* op) {
    const index n = end - begin, rows = op ? op->extent(0) : samples.channels;
    // At most 32 pieces, whatever the length, so that their sums take little memory.
    const index pieces = std::clamp<index>(n / 16384, 1, 32), panel = panel_of(samples.channels);
    std::vector<Scatter> parts(static_cast<std::size_t>(pieces));
    parallel_for(pieces, [&](index piece) {
        Scatter& part = parts[static_cast<std::size_t>(piece)] = empty_scatter(rows);
        numerics::SampleProducts products(rows);
        std::vector<const double*> places(static_cast<std::size_t>(samples.channels));
        Array<double, 2> x({samples.channels, panel}), y({op ? rows : 0, panel});
        const index last = begin + n * (piece + 1) / pieces;
        for (index at = begin + n * piece / pieces, count = 0; at < last; at += count) {
            check_interrupt();
            count = std::min(panel, last - at);
            // Fewer than a vector or two of them are better brought together.
            if (const index found = !op && samples.find ? samples.find(at, places) : 0;
                found >= std::min<index>(count, 64)) {
                count = std::min(count, found);
                part.n += count;
                products.add(places, count);
                continue;
            }
            part.n += count;
            const auto block = x.view().slice(1, 0, count);
            samples.read(at, block);
            if (op) {
                const auto image = y.view().slice(1, 0, count);
                numerics::gemm(false, false, rows, count, samples.channels, 1.0, op->data(), samples.channels, x.data(),
                               panel, 0.0, y.data(), panel);
                products.add(image);
            } else {
                products.add(block);
            }
        }
        products.lower(part.products);
        std::ranges::copy(products.sums(), part.sums.begin());
    });
    Scatter sum;
    for (const Scatter& part : parts) {
        add(sum, part);
    }
    if (sum.n == 0) {
        return empty_scatter(rows);
    }
    numerics::mirror_lower(rows, sum.products.data(), rows);
    return sum;
}

void add(Scatter& scatter, View<const double, 3> batch, const std::vector<index>& picks) {
    const Samples samples =
        samples_of_epochs(batch, picks, 0, batch.extent(2), batch.extent(0), [](index k) { return k; });
    add(scatter, scatter_of(samples, 0, samples.n));
}

Array<double, 2> congruent(View<const double, 2> a, const Array<double, 2>& op) {
    Array<double, 2> half({op.extent(0), a.extent(1)}), whole({op.extent(0), op.extent(0)});
    numerics::matmul(op, a, half);
    numerics::matmul(half, op.view().transposed(), whole);
    for (index i = 0; i < whole.extent(0); ++i) {  // symmetric to the bit
        for (index j = 0; j < i; ++j) {
            whole(i, j) = whole(j, i) = (whole(i, j) + whole(j, i)) / 2;
        }
    }
    return whole;
}

Scatter mapped(const Scatter& scatter, const Array<double, 2>& op) {
    Scatter result{congruent(scatter.products, op), std::vector<double>(static_cast<std::size_t>(op.extent(0))),
                   scatter.n};
    for (index r = 0; r < op.extent(0); ++r) {
        for (index c = 0; c < op.extent(1); ++c) {
            result.sums[static_cast<std::size_t>(r)] += op(r, c) * scatter.sums[static_cast<std::size_t>(c)];
        }
    }
    return result;
}

std::vector<double> singular_values(const Samples& samples, const Scatter& scatter, const Array<double, 2>& op) {
    const auto eigen = numerics::symmetric_eigen(congruent(scatter.products, op));
    const index n = op.extent(0);
    const double largest = std::max(eigen.values.back(), 0.0);
    std::vector<double> values;
    if (eigen.values.front() > 1e-9 * largest || largest == 0) {
        for (index k = n; k-- > 0;) {
            values.push_back(std::sqrt(std::max(eigen.values[static_cast<std::size_t>(k)], 0.0)));
        }
    } else {
        // X = V √Λ · Y; Y is nearly orthonormal, and its products have a root that keeps the digits of its small rows.
        const double least = static_cast<double>(n) * std::numeric_limits<double>::epsilon() * largest;
        Array<double, 2> whitening({n, n}), back({n, n}), whitened({n, op.extent(1)});
        for (index k = 0; k < n; ++k) {
            const double size = std::sqrt(std::max(eigen.values[static_cast<std::size_t>(k)], least));
            for (index c = 0; c < n; ++c) {
                whitening(n - 1 - k, c) = eigen.vectors(c, k) / size;
                back(c, n - 1 - k) = eigen.vectors(c, k) * size;
            }
        }
        numerics::matmul(whitening, op, whitened);
        const auto root = numerics::semidefinite_root(scatter_of(samples, 0, samples.n, &whitened).products);
        Array<double, 2> product({n, n});
        numerics::matmul(back, root, product);
        values = numerics::svd(product).s;
    }
    values.resize(static_cast<std::size_t>(std::min(n, samples.n)));
    return values;
}

}  // namespace ranvier::meeg
