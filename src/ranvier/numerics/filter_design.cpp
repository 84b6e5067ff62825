#include "ranvier/numerics/filter_design.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <map>
#include <numbers>

#include "ranvier/numerics/window.hpp"

namespace ranvier::numerics {

namespace {

constexpr double pi = std::numbers::pi;
using Complex = std::complex<double>;

/// Length of a windowed sinc times its transition, in units of the sampling interval.
double length_factor(const std::string& window) {
    static const std::map<std::string, double> factors{{"hann", 3.1}, {"hamming", 3.3}, {"blackman", 5.0}};
    const auto found = factors.find(window);
    require(found != factors.end(), "the window of an FIR design must be hann, hamming or blackman; got '", window,
            "'");
    return found->second;
}

/// @param transition  in units of the sampling rate
index length_of_transition(double transition, const std::string& window) {
    const index n = static_cast<index>(std::nearbyint(length_factor(window) / transition));
    return n + 1 - n % 2;
}

/// Low-pass of gain 1 at 0 Hz. @param cutoff  −6 dB point in units of half the sampling rate
std::vector<double> windowed_sinc(index n, double cutoff, const std::string& name) {
    std::vector<double> h = window(name, n);
    const double centre = 0.5 * static_cast<double>(n - 1);
    double sum = 0;
    for (index j = 0; j < n; ++j) {
        const double t = pi * cutoff * (static_cast<double>(j) - centre);
        h[j] *= t == 0 ? cutoff : cutoff * (std::sin(t) / t);
        sum += h[j];
    }
    for (double& tap : h) {
        tap /= sum;
    }
    return h;
}

}  // namespace

index fir_length(double width, double sfreq, const std::string& window) {
    require(width > 0 && sfreq > 0, "fir_length: transition and sampling rate must be > 0 Hz; got ", width, " and ",
            sfreq);
    return length_of_transition(width / sfreq, window);
}

std::vector<double> fir_design(index n_taps, std::span<const double> freqs, std::span<const double> gains, double sfreq,
                               const std::string& window) {
    require(n_taps >= 1 && n_taps % 2 == 1, "fir_design: the number of taps must be odd; got ", n_taps);
    require(sfreq > 0, "fir_design: the sampling rate must be > 0 Hz; got ", sfreq);
    require(freqs.size() == gains.size() && freqs.size() >= 2,
            "fir_design: two or more frequencies with as many gains are needed; got ", freqs.size(), " and ",
            gains.size());
    const double nyquist = sfreq / 2;
    require(freqs.front() == 0 && std::abs(freqs.back() - nyquist) <= 1e-12 * nyquist,
            "fir_design: frequencies must begin at 0 and end at ", nyquist, " Hz; got ", freqs.front(), " … ",
            freqs.back());
    for (std::size_t i = 0; i < gains.size(); ++i) {
        require(gains[i] == 0 || gains[i] == 1, "fir_design: gains must be 0 or 1; got ", gains[i]);
        require(i == 0 || freqs[i] >= freqs[i - 1], "fir_design: frequencies must rise");
    }
    std::vector<double> h(n_taps);
    if (gains.back() == 1) {
        h[n_taps / 2] = 1;
    }
    for (std::size_t i = freqs.size() - 1; i-- > 0;) {
        if (gains[i] == gains[i + 1]) {
            continue;
        }
        const double upper = freqs[i + 1] / nyquist, lower = freqs[i] / nyquist;
        require(upper > lower, "fir_design: a transition must be wider than 0 Hz, at ", freqs[i]);
        const double transition = (upper - lower) / 2;
        const index n = length_of_transition(transition, window);
        require(n <= n_taps, "fir_design: ", n_taps, " taps are too few for the transition of ", transition * sfreq,
                " Hz at ", freqs[i], " Hz, which needs ", n);
        const std::vector<double> low = windowed_sinc(n, (upper + lower) / 2, window);
        const double sign = gains[i] == 0 ? -1 : 1;
        const index offset = (n_taps - n) / 2;
        for (index j = 0; j < n; ++j) {
            h[offset + j] += sign * low[j];
        }
    }
    return h;
}

namespace {

struct ZerosPolesGain {
    std::vector<Complex> zeros, poles;
    double gain = 1;
};

Complex product(const std::vector<Complex>& factors) {
    Complex result = 1;
    for (const Complex& f : factors) {
        result *= f;
    }
    return result;
}

/// Poles of the analogue low-pass with edge 1, on the left half of the unit circle.
std::vector<Complex> butterworth_prototype(int order) {
    std::vector<Complex> poles;
    for (int m = -order + 1; m < order; m += 2) {
        poles.push_back(m == 0 ? Complex(-1) : -std::exp(Complex(0, pi * m / (2.0 * order))));
    }
    return poles;
}

/// The prototype moved to its band: s → s/ω, ω/s, (s² + ω²)/(Bs), Bs/(s² + ω²).
ZerosPolesGain in_band(const std::vector<Complex>& prototype, std::span<const double> edges, BandType type) {
    const double degree = static_cast<double>(prototype.size());
    const bool turned = type == BandType::highpass || type == BandType::bandstop;  // ω/s in place of s/ω
    const bool band = type == BandType::bandpass || type == BandType::bandstop;
    const double width = band ? edges[1] - edges[0] : edges[0], centre = band ? std::sqrt(edges[0] * edges[1]) : 0;
    const double scale = band ? width / 2 : width;
    ZerosPolesGain filter;
    Complex all = 1;
    for (const Complex& p : prototype) {
        filter.poles.push_back(turned ? scale / p : p * scale);
        all *= -p;
    }
    filter.gain = turned ? std::real(1.0 / all) : std::pow(width, degree);
    if (band) {
        const std::vector<Complex> scaled = std::exchange(filter.poles, {});
        for (double sign : {1.0, -1.0}) {
            for (const Complex& p : scaled) {
                filter.poles.push_back(p + sign * std::sqrt(p * p - centre * centre));
            }
        }
    }
    if (type != BandType::lowpass) {
        filter.zeros.assign(prototype.size(), type == BandType::bandstop ? Complex(0, centre) : Complex(0));
    }
    if (type == BandType::bandstop) {
        filter.zeros.insert(filter.zeros.end(), prototype.size(), Complex(0, -centre));
    }
    return filter;
}

/// s = 4 (z − 1)/(z + 1): the bilinear transform at a sampling rate of 2; zeros at infinity go to z = −1.
ZerosPolesGain digital(const ZerosPolesGain& analogue) {
    ZerosPolesGain filter;
    std::vector<Complex> above, below;
    for (const Complex& z : analogue.zeros) {
        filter.zeros.push_back((4.0 + z) / (4.0 - z));
        above.push_back(4.0 - z);
    }
    for (const Complex& p : analogue.poles) {
        filter.poles.push_back((4.0 + p) / (4.0 - p));
        below.push_back(4.0 - p);
    }
    filter.zeros.resize(filter.poles.size(), -1.0);
    filter.gain = analogue.gain * std::real(product(above) / product(below));
    return filter;
}

bool real(const Complex& z) { return z.imag() == 0; }

/// One of each conjugate pair (imaginary part > 0), ordered by real part, then the real ones in rising order.
std::vector<Complex> upper_half(std::vector<Complex> roots) {
    const double tolerance = 100 * std::numeric_limits<double>::epsilon();
    std::vector<Complex> pairs, reals;
    for (const Complex& z : roots) {
        if (std::abs(z.imag()) <= tolerance * std::abs(z)) {
            reals.emplace_back(z.real());
        } else if (z.imag() > 0) {
            pairs.push_back(z);
        }
    }
    std::ranges::stable_sort(pairs, [&](const Complex& a, const Complex& b) {
        const bool same_real = std::abs(a.real() - b.real()) <= tolerance * std::abs(a);
        return same_real ? a.imag() < b.imag() : a.real() < b.real();
    });
    std::ranges::stable_sort(reals, {}, [](const Complex& z) { return z.real(); });
    pairs.insert(pairs.end(), reals.begin(), reals.end());
    return pairs;
}

Complex taken(std::vector<Complex>& roots, std::size_t at) {
    const Complex z = roots[at];
    roots.erase(roots.begin() + static_cast<index>(at));
    return z;
}

/// The first root among those `allowed` that has the smallest `distance`.
template <class Allowed, class Distance>
std::size_t nearest(const std::vector<Complex>& roots, Allowed allowed, Distance distance) {
    std::size_t best = roots.size();
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (allowed(roots[i]) && (best == roots.size() || distance(roots[i]) < distance(roots[best]))) {
            best = i;
        }
    }
    ensure(best < roots.size(), "a root of the wanted kind is left");
    return best;
}

Section section(const Complex& z1, const Complex& z2, const Complex& p1, const Complex& p2) {
    return {1, -(z1 + z2).real(), (z1 * z2).real(), 1, -(p1 + p2).real(), (p1 * p2).real()};
}

/// Pairs each pole, those nearest to the unit circle first, with the zero nearest to it; they become the last sections.
std::vector<Section> sections_of(ZerosPolesGain filter) {
    if (filter.poles.size() % 2 == 1) {
        filter.poles.emplace_back(0);
        filter.zeros.emplace_back(0);
    }
    const std::size_t count = filter.poles.size() / 2;
    std::vector<Complex> z = upper_half(filter.zeros), p = upper_half(filter.poles);
    std::vector<Section> sections(count);
    const auto reals = [](const std::vector<Complex>& roots) { return std::ranges::count_if(roots, real); };
    const auto any = [](const Complex&) { return true; };
    const auto worst = [&](auto allowed) {  // nearest to the unit circle
        return taken(p, nearest(p, allowed, [](const Complex& pole) { return std::abs(1 - std::abs(pole)); }));
    };
    for (std::size_t i = count; i-- > 0;) {
        const Complex p1 = worst(any);
        const auto zero = [&](auto allowed) {
            return taken(z, nearest(z, allowed, [&](const Complex& root) { return std::abs(root - p1); }));
        };
        if (real(p1) && reals(p) == 0) {
            sections[i] = section(zero(real), 0, p1, 0);
        } else if (p.size() + 1 == z.size() && !real(p1) && reals(p) == 1 && reals(z) == 1) {
            // One real pole and one real zero remain for each other, so this pair takes complex zeros.
            const Complex z1 = zero(std::not_fn(real));
            sections[i] = section(z1, std::conj(z1), p1, std::conj(p1));
        } else {
            const Complex p2 = real(p1) ? worst(real) : std::conj(p1);
            const Complex z1 = zero(any);
            const Complex z2 = real(z1) ? zero(real) : std::conj(z1);
            sections[i] = section(z1, z2, p1, p2);
        }
    }
    for (int b = 0; b < 3; ++b) {
        sections[0][b] *= filter.gain;
    }
    return sections;
}

}  // namespace

std::vector<Section> butterworth(int order, std::span<const double> edges, BandType type, double sfreq) {
    require(order >= 1 && order <= 100, "butterworth: the order must be 1 … 100; got ", order);
    const std::size_t wanted = type == BandType::lowpass || type == BandType::highpass ? 1 : 2;
    require(edges.size() == wanted, "butterworth: low- and high-pass have one edge, band filters two; got ",
            edges.size());
    std::vector<double> warped;
    for (double edge : edges) {
        require(edge > 0 && edge < sfreq / 2, "butterworth: edges must lie between 0 and ", sfreq / 2, " Hz; got ",
                edge);
        warped.push_back(4 * std::tan(pi * (edge / (sfreq / 2)) / 2));
    }
    require(wanted == 1 || edges.front() < edges.back(), "butterworth: the two edges of a band must rise; got ",
            edges.front(), " and ", edges.back());
    return sections_of(digital(in_band(butterworth_prototype(order), warped, type)));
}

double amplitude_at(std::span<const double> h, double f, double sfreq) {
    Complex sum = 0;
    for (std::size_t j = 0; j < h.size(); ++j) {
        sum += h[j] * std::polar(1.0, -2 * pi * f / sfreq * static_cast<double>(j));
    }
    return std::abs(sum);
}

double amplitude_at(std::span<const Section> sections, double f, double sfreq) {
    const Complex z = std::polar(1.0, -2 * pi * f / sfreq);
    Complex response = 1;
    for (const Section& s : sections) {
        response *= (s[0] + z * (s[1] + z * s[2])) / (s[3] + z * (s[4] + z * s[5]));
    }
    return std::abs(response);
}

}  // namespace ranvier::numerics
