#include "ranvier/numerics/filter_design.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <map>
#include <numbers>

#include "ranvier/base/text.hpp"
#include "ranvier/base/value.hpp"
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
        require(n <= n_taps, "fir_design: ", n_taps, " taps are too few for the transition of ",
                formatted("%.6g", transition * sfreq), " Hz at ", formatted("%.6g", freqs[i]), " Hz, which needs ", n);
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
ZerosPolesGain butterworth_prototype(int order) {
    ZerosPolesGain filter;
    for (int m = -order + 1; m < order; m += 2) {
        filter.poles.push_back(m == 0 ? Complex(-1) : -std::exp(Complex(0, pi * m / (2.0 * order))));
    }
    return filter;
}

ZerosPolesGain chebyshev1_prototype(int order, double pass_ripple) {
    const double epsilon = std::sqrt(std::pow(10, 0.1 * pass_ripple) - 1);
    const double mu = std::asinh(1 / epsilon) / order;
    ZerosPolesGain filter;
    Complex all = 1;
    for (int m = -order + 1; m < order; m += 2) {
        filter.poles.push_back(-std::sinh(Complex(mu, pi * m / (2.0 * order))));
        all *= -filter.poles.back();
    }
    filter.gain = all.real() / (order % 2 == 0 ? std::sqrt(1 + epsilon * epsilon) : 1);
    return filter;
}

ZerosPolesGain chebyshev2_prototype(int order, double stop_attenuation) {
    const double mu = std::asinh(std::sqrt(std::pow(10, 0.1 * stop_attenuation) - 1)) / order;
    ZerosPolesGain filter;
    Complex all = 1;
    for (int m = -order + 1; m < order; m += 2) {
        const double angle = pi * m / (2.0 * order);
        if (m != 0) {
            filter.zeros.emplace_back(0, 1 / std::sin(angle));
            all /= -filter.zeros.back();
        }
        filter.poles.push_back(1.0 / -Complex(std::sinh(mu) * std::cos(angle), std::cosh(mu) * std::sin(angle)));
        all *= -filter.poles.back();
    }
    filter.gain = all.real();
    return filter;
}

/// K(k), the complete elliptic integral of the first kind, from √(1 − k²).
double complete_integral(double complement) {
    double a = 1, b = complement;
    while (std::abs(a - b) > 1e-16 * a) {
        const double mean = 0.5 * (a + b);
        b = std::sqrt(a * b);
        if (mean == a) {
            break;
        }
        a = mean;
    }
    return pi / (a + b);
}

/// Jacobi's elliptic functions. @param m  k², in [0, 1)  @source  Abramowitz & Stegun 1964, 16.4
struct Jacobi {
    double sn, cn, dn;
};
Jacobi jacobi(double u, double m) {
    std::vector<double> ratios;
    double a = 1, b = std::sqrt(1 - m), c = std::sqrt(m), scale = 1;
    while (std::abs(c) > 1e-17 && ratios.size() < 20) {
        const double next = 0.5 * (a + b);
        c = 0.5 * (a - b);
        b = std::sqrt(a * b);
        a = next;
        scale *= 2;
        ratios.push_back(c / a);
    }
    double angle = scale * a * u;
    for (std::size_t k = ratios.size(); k-- > 0;) {
        angle = 0.5 * (angle + std::asin(ratios[k] * std::sin(angle)));
    }
    const double sn = std::sin(angle);
    return {sn, std::cos(angle), std::sqrt(1 - m * sn * sn)};
}

/// The modulus² whose ratio of periods is `order` times that of modulus² m1, by the nome.
double modulus_of_degree(int order, double m1) {
    const double nome = std::exp(-pi * complete_integral(std::sqrt(m1)) / complete_integral(std::sqrt(1 - m1)) / order);
    double above = 0, below = 1;
    for (int n = 0; n <= 7; ++n) {
        above += std::pow(nome, n * (n + 1));
        below += 2 * std::pow(nome, (n + 1) * (n + 1));
    }
    return 16 * nome * std::pow(above / below, 4);
}

ZerosPolesGain elliptic_prototype(int order, double pass_ripple, double stop_attenuation) {
    const double ripple = std::pow(10, 0.1 * pass_ripple) - 1, epsilon = std::sqrt(ripple);
    ZerosPolesGain filter;
    if (order == 1) {
        filter.poles = {-1 / epsilon};
        filter.gain = 1 / epsilon;
        return filter;
    }
    const double m1 = ripple / (std::pow(10, 0.1 * stop_attenuation) - 1);
    const double m = modulus_of_degree(order, m1);
    const double quarter = complete_integral(std::sqrt(1 - m)), quarter1 = complete_integral(std::sqrt(1 - m1));
    const double v0 = quarter * std::ellint_1(std::sqrt(1 - m1), std::atan(1 / epsilon)) / (order * quarter1);
    const Jacobi v = jacobi(v0, 1 - m);
    Complex all = 1;
    for (int j = 1 - order % 2; j < order; j += 2) {
        const Jacobi u = jacobi(j * quarter / order, m);
        const double below = 1 - u.dn * v.sn * u.dn * v.sn;
        const Complex pole = -Complex(u.cn * u.dn * v.sn * v.cn, u.sn * v.dn) / below;
        const std::size_t copies = j == 0 ? 1 : 2;
        for (std::size_t k = 0; k < copies; ++k) {
            const double sign = k == 0 ? 1 : -1;
            filter.poles.emplace_back(pole.real(), j == 0 ? 0 : sign * pole.imag());
            all *= -filter.poles.back();
            if (j != 0) {
                filter.zeros.emplace_back(0, sign / (std::sqrt(m) * u.sn));
                all /= -filter.zeros.back();
            }
        }
    }
    filter.gain = all.real() / (order % 2 == 0 ? std::sqrt(1 + ripple) : 1);
    return filter;
}

/// Roots of the reverse Bessel polynomial, scaled so that their product has size 1, by Aberth's iteration from those
/// of the Butterworth filter, which are near.
ZerosPolesGain bessel_prototype(int order) {
    using Long = std::complex<long double>;
    long double last = 1;  // the polynomial's constant, (2n)! / (2ⁿ n!) = 1 · 3 · 5 …
    for (int k = 1; k <= order; ++k) {
        last *= static_cast<long double>(2 * k - 1);
    }
    const long double scale = std::pow(last, 1.0L / static_cast<long double>(order));
    std::vector<Long> roots;
    for (const Complex& pole : butterworth_prototype(order).poles) {
        roots.emplace_back(pole.real() * (1 + 0.1L * std::abs(pole.real())), pole.imag());
    }
    for (int step = 0; step < 200; ++step) {
        long double largest = 0;
        for (std::size_t k = 0; k < roots.size(); ++k) {
            const Long s = roots[k] * scale;
            Long before = 1, value = s + 1.0L, slope_before = 0, slope = 1;  // θₙ = (2n − 1) θₙ₋₁ + s² θₙ₋₂
            for (int n = 2; n <= order; ++n) {
                const long double factor = static_cast<long double>(2 * n - 1);
                const Long next = factor * value + s * s * before;
                const Long slope_next = factor * slope + 2.0L * s * before + s * s * slope_before;
                before = value;
                value = next;
                slope_before = slope;
                slope = slope_next;
            }
            const Long newton = value / slope / scale;
            Long others = 0;
            for (std::size_t other = 0; other < roots.size(); ++other) {
                if (other != k) {
                    others += 1.0L / (roots[k] - roots[other]);
                }
            }
            const Long change = newton / (1.0L - newton * others);
            roots[k] -= change;
            largest = std::max(largest, std::abs(change));
        }
        if (largest < 1e-17L) {
            break;
        }
    }
    ZerosPolesGain filter;
    for (const Long& root : roots) {
        const Complex pole(static_cast<double>(root.real()), static_cast<double>(root.imag()));
        filter.poles.push_back(std::abs(pole.imag()) < 1e-14 ? Complex(pole.real()) : pole);
    }
    return filter;
}

ZerosPolesGain prototype(const IirDesign& design) {
    switch (design.family) {
        case IirFamily::chebyshev1: return chebyshev1_prototype(design.order, design.pass_ripple);
        case IirFamily::chebyshev2: return chebyshev2_prototype(design.order, design.stop_attenuation);
        case IirFamily::elliptic: return elliptic_prototype(design.order, design.pass_ripple, design.stop_attenuation);
        case IirFamily::bessel: return bessel_prototype(design.order);
        default: return butterworth_prototype(design.order);
    }
}

/// The prototype moved to its band: s → s/ω, ω/s, (s² + ω²)/(Bs), Bs/(s² + ω²).
ZerosPolesGain in_band(const ZerosPolesGain& prototype, std::span<const double> edges, BandType type) {
    const std::size_t order = prototype.poles.size(), excess = order - prototype.zeros.size();
    const double degree = static_cast<double>(excess);
    ZerosPolesGain filter;
    Complex above = 1, below = 1;
    for (const Complex& z : prototype.zeros) {
        above *= -z;
    }
    for (const Complex& p : prototype.poles) {
        below *= -p;
    }
    const double at_infinity = std::real(above / below);
    if (type == BandType::lowpass) {
        for (const Complex& z : prototype.zeros) {
            filter.zeros.push_back(z * edges[0]);
        }
        for (const Complex& p : prototype.poles) {
            filter.poles.push_back(p * edges[0]);
        }
        filter.gain = prototype.gain * std::pow(edges[0], degree);
        return filter;
    }
    if (type == BandType::highpass) {
        for (const Complex& z : prototype.zeros) {
            filter.zeros.push_back(edges[0] / z);
        }
        for (const Complex& p : prototype.poles) {
            filter.poles.push_back(edges[0] / p);
        }
        filter.zeros.insert(filter.zeros.end(), excess, 0.0);
        filter.gain = prototype.gain * at_infinity;
        return filter;
    }
    const double width = edges[1] - edges[0], centre = std::sqrt(edges[0] * edges[1]);
    const auto doubled = [&](const std::vector<Complex>& from, std::vector<Complex>& to) {
        for (double sign : {1.0, -1.0}) {
            for (const Complex& root : from) {
                const Complex x = type == BandType::bandpass ? root * (width / 2) : (width / 2) / root;
                to.push_back(x + sign * std::sqrt(x * x - centre * centre));
            }
        }
    };
    doubled(prototype.zeros, filter.zeros);
    doubled(prototype.poles, filter.poles);
    if (type == BandType::bandpass) {
        filter.zeros.insert(filter.zeros.end(), excess, 0.0);
        filter.gain = prototype.gain * std::pow(width, degree);
    } else {
        filter.zeros.insert(filter.zeros.end(), excess, Complex(0, centre));
        filter.zeros.insert(filter.zeros.end(), excess, Complex(0, -centre));
        filter.gain = prototype.gain * at_infinity;
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

std::vector<Section> iir_design(const IirDesign& design, std::span<const double> edges, BandType type, double sfreq) {
    const bool bessel = design.family == IirFamily::bessel;
    require(design.order >= 1 && design.order <= (bessel ? 25 : 100), "iir_design: the order must be 1 … ",
            bessel ? "25 of a Bessel filter" : "100", "; got ", design.order);
    const bool rippled = design.family == IirFamily::chebyshev1 || design.family == IirFamily::elliptic;
    const bool attenuated = design.family == IirFamily::chebyshev2 || design.family == IirFamily::elliptic;
    require(!rippled || design.pass_ripple > 0, "iir_design: the ripple of the pass-band must be > 0 dB; got ",
            text_of(design.pass_ripple));
    require(!attenuated || design.stop_attenuation > (rippled ? design.pass_ripple : 0),
            "iir_design: the stop-band must lose more than the pass-band's ripple, and more than 0 dB; got ",
            text_of(design.stop_attenuation));
    const std::size_t wanted = type == BandType::lowpass || type == BandType::highpass ? 1 : 2;
    require(edges.size() == wanted, "iir_design: low- and high-pass have one edge, band filters two; got ",
            edges.size());
    std::vector<double> warped;
    for (double edge : edges) {
        require(edge > 0 && edge < sfreq / 2, "iir_design: edges must lie between 0 and ", text_of(sfreq / 2),
                " Hz; got ", text_of(edge));
        warped.push_back(4 * std::tan(pi * (edge / (sfreq / 2)) / 2));
    }
    require(wanted == 1 || edges.front() < edges.back(), "iir_design: the two edges of a band must rise; got ",
            text_of(edges.front()), " and ", text_of(edges.back()));
    return sections_of(digital(in_band(prototype(design), warped, type)));
}

TransferFunction transfer_function(std::span<const Section> sections) {
    TransferFunction result{{1}, {1}};
    const auto times = [](std::vector<double>& polynomial, double c0, double c1, double c2) {
        std::vector<double> product(polynomial.size() + 2);
        for (std::size_t k = 0; k < polynomial.size(); ++k) {
            product[k] += c0 * polynomial[k];
            product[k + 1] += c1 * polynomial[k];
            product[k + 2] += c2 * polynomial[k];
        }
        polynomial = std::move(product);
    };
    for (const Section& s : sections) {
        times(result.b, s[0], s[1], s[2]);
        times(result.a, s[3], s[4], s[5]);
    }
    while (result.b.size() > 1 && result.b.back() == 0 && result.a.back() == 0) {  // of an odd order
        result.b.pop_back();
        result.a.pop_back();
    }
    return result;
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
