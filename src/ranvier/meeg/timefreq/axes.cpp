#include "ranvier/meeg/timefreq/axes.hpp"

#include <cmath>
#include <limits>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

namespace {

/// A sum as NumPy adds numbers that lie behind each other: halves, down to blocks of 128 with eight partial sums.
double pairwise_sum(const double* x, index n) {
    if (n < 8) {
        return std::accumulate(x, x + n, 0.0);
    }
    if (n > 128) {
        const index half = n / 2 - n / 2 % 8;
        return pairwise_sum(x, half) + pairwise_sum(x + half, n - half);
    }
    double part[8];
    std::copy_n(x, 8, part);
    index k = 8;
    for (; k + 8 <= n; k += 8) {
        for (index lane = 0; lane < 8; ++lane) {
            part[lane] += x[k + lane];
        }
    }
    const double sum = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    return std::accumulate(x + k, x + n, sum);
}

double median_of(std::vector<double>& x) {
    if (std::any_of(x.begin(), x.end(), [](double v) { return std::isnan(v); })) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return median(x);
}

}  // namespace

std::vector<index> chosen(const Info& info, const std::vector<index>& picks, const char* what) {
    std::vector<index> out = picks.empty() ? pick_data(info, true) : picks;
    check_picks(info, out);
    require(!out.empty(),
            [&] { return std::string("there is no good data channel to ") + what + "; name others in picks"; });
    return out;
}

Picked::Picked(const Epochs& given, const std::vector<index>& wanted, const char* what)
    : epochs(loaded(given, room)), picks(chosen(given.info, wanted, what)), data(epochs.data) {
    require(data.size() > 0, [&] { return std::string("there is no epoch to ") + what; });
    if (picks != pick_all(epochs.info)) {
        copy = data_of(epochs, picks);
        data = copy;
    }
}

void check_shape(std::span<const index> shape, std::span<const index> expected) {
    require(std::ranges::equal(shape, expected),
            [&] { return "data must have shape " + shape_text(expected) + "; got " + shape_text(shape); });
}

std::vector<index> positions(index begin, index end, index step) {
    std::vector<index> out;
    for (index k = begin; k < end; k += step) {
        out.push_back(k);
    }
    return out;
}

std::vector<index> positions_between(const std::vector<double>& values, double low, double high) {
    std::vector<index> out = counted(std::ssize(values));
    std::erase_if(out, [&](index k) {
        const double value = values[static_cast<std::size_t>(k)];
        return !(value >= low && value <= high);
    });
    return out;
}

void average_rows(const double* rows, index n, index size, bool by_median, double* out) {
    require(n > 0, "there is no epoch to average");
    if (!by_median && size == 1) {
        *out = pairwise_sum(rows, n) / static_cast<double>(n);
        return;
    }
    const index piece = 1 << 12;
    parallel_for((size + piece - 1) / piece, [&](index block) {
        const index begin = block * piece, end = std::min(size, begin + piece);
        if (by_median) {
            std::vector<double> column(static_cast<std::size_t>(n));
            for (index k = begin; k < end; ++k) {
                for (index row = 0; row < n; ++row) {
                    column[static_cast<std::size_t>(row)] = rows[row * size + k];
                }
                out[k] = median_of(column);
            }
            return;
        }
        std::fill(out + begin, out + end, 0.0);
        for (index row = 0; row < n; ++row) {
            for (index k = begin; k < end; ++k) {
                out[k] += rows[row * size + k];
            }
        }
        for (index k = begin; k < end; ++k) {
            out[k] /= static_cast<double>(n);
        }
    });
}

}  // namespace ranvier::meeg
