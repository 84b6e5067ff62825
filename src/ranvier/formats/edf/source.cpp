#include "ranvier/formats/edf/source.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/fft.hpp"

namespace ranvier::formats {

namespace {

struct Int16 {
    static constexpr int bytes = 2;
    static double at(const std::byte* p) {
        const auto low = static_cast<std::uint32_t>(p[0]), high = static_cast<std::uint32_t>(p[1]);
        return static_cast<std::int16_t>(static_cast<std::uint16_t>(low | (high << 8)));
    }
};
struct Int24 {
    static constexpr int bytes = 3;
    static double at(const std::byte* p) {
        const auto b0 = static_cast<std::uint32_t>(p[0]), b1 = static_cast<std::uint32_t>(p[1]),
                   b2 = static_cast<std::uint32_t>(p[2]);
        // into the upper bytes, so that the shift back carries the sign
        return static_cast<std::int32_t>((b0 << 8) | (b1 << 16) | (b2 << 24)) >> 8;
    }
};

template <class Sample>
void calibrated(const std::byte* bytes, index n, double cal, double offset, double scale, double* out) {
    for (index i = 0; i < n; ++i) {
        out[i] = (Sample::at(bytes + i * Sample::bytes) * cal + offset) * scale;
    }
}

/// Trigger codes have 17 bits; what stands above them is the state of the amplifier.
double trigger_code(double value) {
    // beyond ±2^53 a double has no single bits left (only a broken scale leads there)
    return std::abs(value) < 9007199254740992.0
               ? static_cast<double>(static_cast<std::int64_t>(value) & ((std::int64_t{1} << 17) - 1))
               : 0.0;
}

/// Fourier interpolation of one period, from n to N > n samples: the spectrum is extended by zeros; for even n its last
/// term stands for both n/2 and −n/2, of which one half belongs to each.
void interpolate(View<const double, 2> x, View<double, 2> y) {
    const index n = x.extent(1), N = y.extent(1);
    Array<std::complex<double>, 2> spectrum({1, n / 2 + 1}), extended({1, N / 2 + 1});
    numerics::rfft(x, spectrum);
    const double scale = static_cast<double>(N) / static_cast<double>(n);
    for (index k = 0; k <= n / 2; ++k) {
        extended(0, k) = spectrum(0, k) * (2 * k == n ? scale / 2 : scale);
    }
    numerics::irfft(extended, y);
}

constexpr index piece_bytes = index{1} << 20;  // decoded by one thread in one go, then given back

}  // namespace

EdfSource::EdfSource(std::shared_ptr<const MappedFile> file, EdfHeader header, std::vector<Selected> selected)
    : file_(std::move(file)),
      header_(std::move(header)),
      selected_(std::move(selected)),
      upsampled_(std::make_unique<Upsampled[]>(selected_.size())) {
    for (Selected& s : selected_) {
        record_samples_ = std::max(record_samples_, s.signal.samples);
        if (s.stim && header_.bdf) {
            s.signal.cal = 1;  // the codes are in the digital values themselves
            s.signal.offset = 0;
        }
        s.signal.unit_scale = s.stim ? 1 : s.signal.unit_scale;
    }
}

std::vector<std::string> EdfSource::units() const {
    std::vector<std::string> units;
    for (const Selected& s : selected_) {
        units.push_back(s.signal.unit);
    }
    return units;
}

/// Own samples [begin, end) of a signal in a record.
void EdfSource::decode(const Selected& selected, index record, index begin, index end, double* out) const {
    const EdfSignal& s = selected.signal;
    const std::byte* bytes = file_->bytes().data() + header_.position(s, record) + begin * header_.sample_bytes();
    if (header_.bdf) {
        calibrated<Int24>(bytes, end - begin, s.cal, s.offset, s.unit_scale, out);
    } else {
        calibrated<Int16>(bytes, end - begin, s.cal, s.offset, s.unit_scale, out);
    }
}

const Array<double, 2>& EdfSource::upsampled(index channel) const {
    Upsampled& kept = upsampled_[static_cast<std::size_t>(channel)];
    std::call_once(kept.once, [&] {
        const Selected& selected = selected_[static_cast<std::size_t>(channel)];
        const index n = selected.signal.samples;
        Array<double, 2> own({1, header_.n_records * n});
        file_->check_present(static_cast<std::size_t>(header_.header_bytes + header_.n_records * header_.record_bytes));
        for (index r = 0; r < header_.n_records; ++r) {
            decode(selected, r, 0, n, own.data() + r * n);
        }
        file_->release(static_cast<std::size_t>(header_.header_bytes), file_->bytes().size());
        Array<double, 2> full({1, n_samples()});
        interpolate(own, full);
        kept.samples = std::move(full);
    });
    return kept.samples;
}

/// Samples [start, stop) of channels, straight from the records, where the rate is the common one.
void EdfSource::read_records(const std::vector<index>& channels, index start, index stop, View<double, 2> out) const {
    const index first = start / record_samples_, last = (stop - 1) / record_samples_;
    const auto byte_of = [&](index record) {
        return static_cast<std::size_t>(header_.header_bytes + record * header_.record_bytes);
    };
    file_->check_present(byte_of(last + 1));
    std::vector<double> held;
    for (index t = start; t < stop;) {
        const index record = t / record_samples_;
        const index begin = t - record * record_samples_;
        const index end = std::min(stop - record * record_samples_, record_samples_);
        for (std::size_t k = 0; k < channels.size(); ++k) {
            const Selected& selected = selected_[static_cast<std::size_t>(channels[k])];
            const index n = selected.signal.samples;
            if (n != record_samples_ && !selected.stim) {
                continue;  // comes from upsampled()
            }
            double* row = &out(static_cast<index>(k), t - start);
            if (n == record_samples_) {
                decode(selected, record, begin, end, row);
                if (selected.stim) {
                    std::transform(row, row + (end - begin), row, trigger_code);
                }
            } else {
                held.resize(static_cast<std::size_t>(n));
                decode(selected, record, 0, n, held.data());
                for (index i = begin; i < end; ++i) {
                    row[i - begin] = held[static_cast<std::size_t>(i * n / record_samples_)];
                }
            }
        }
        t += end - begin;
    }
    file_->release(byte_of(first), byte_of(last + 1));
}

void EdfSource::read(const std::vector<index>& channels, index start, View<double, 2> out) const {
    const index n = out.extent(1);
    require(start >= 0 && start + n <= n_samples(), [&] {
        return "samples [" + text_of(start) + ", " + text_of(start + n) + ") lie outside the " + text_of(n_samples()) +
               " samples of " + path().string();
    });
    require(out.extent(0) == static_cast<index>(channels.size()), "one row per channel");
    for (const index channel : channels) {
        require(channel >= 0 && channel < n_channels(), [&] {
            return "channel " + text_of(channel) + " is not among the " + text_of(n_channels()) + " of " +
                   path().string();
        });
    }
    if (n == 0 || channels.empty()) {
        return;
    }
    ensure(out.stride(1) == 1 || n == 1, "contiguous rows");
    for (std::size_t k = 0; k < channels.size(); ++k) {
        const Selected& selected = selected_[static_cast<std::size_t>(channels[k])];
        if (selected.signal.samples != record_samples_ && !selected.stim) {
            const double* whole = upsampled(channels[k]).data();
            std::copy(whole + start, whole + start + n, &out(static_cast<index>(k), 0));
        }
    }
    const index records = std::max<index>(1, piece_bytes / header_.record_bytes);
    const index piece = records * record_samples_;
    const index first = start / piece, last = (start + n - 1) / piece;
    const auto body = [&](index p) {
        const index begin = std::max(start, p * piece), end = std::min(start + n, (p + 1) * piece);
        read_records(channels, begin, end, out.slice(1, begin - start, end - start));
    };
    if (first == last) {
        body(first);
    } else {
        parallel_for(last - first + 1, [&](index p) { body(first + p); });
    }
}

}  // namespace ranvier::formats
