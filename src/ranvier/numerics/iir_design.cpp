#include "ranvier/numerics/iir_design.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/filter_response.hpp"
#include "ranvier/numerics/iir_prototypes.hpp"

namespace ranvier::numerics {

namespace {

constexpr Real pi = std::numbers::pi_v<Real>;

Complex product(const std::vector<Complex>& factors) {
    Complex result = 1;
    for (const Complex& f : factors) {
        result *= f;
    }
    return result;
}

/// The prototype moved to its band: s → s/ω, ω/s, (s² + ω²)/(Bs), Bs/(s² + ω²).
ZerosPolesGain in_band(const ZerosPolesGain& prototype, std::span<const Real> edges, BandType type) {
    const std::size_t order = prototype.poles.size(), excess = order - prototype.zeros.size();
    const Real degree = static_cast<Real>(excess);
    ZerosPolesGain filter;
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
        filter.zeros.insert(filter.zeros.end(), excess, Complex(0));
        filter.gain = gain_at_zero(prototype);
        return filter;
    }
    const Real width = edges[1] - edges[0], centre = std::sqrt(edges[0] * edges[1]);
    const auto doubled = [&](const std::vector<Complex>& from, std::vector<Complex>& to) {
        for (const Complex& root : from) {
            const Complex x = type == BandType::bandpass ? root * (width / 2) : (width / 2) / root;
            const Complex apart = std::sqrt(x * x - centre * centre);
            const Complex larger = std::abs(x + apart) >= std::abs(x - apart) ? x + apart : x - apart;
            to.push_back(larger);
            to.push_back(centre * centre / larger);  // the difference would round
        }
    };
    doubled(prototype.zeros, filter.zeros);
    doubled(prototype.poles, filter.poles);
    if (type == BandType::bandpass) {
        filter.zeros.insert(filter.zeros.end(), excess, Complex(0));
        filter.gain = prototype.gain * std::pow(width, degree);
    } else {
        filter.zeros.insert(filter.zeros.end(), excess, Complex(0, centre));
        filter.zeros.insert(filter.zeros.end(), excess, Complex(0, -centre));
        filter.gain = gain_at_zero(prototype);
    }
    return filter;
}

/// s = 4 (z − 1)/(z + 1): the bilinear transform at a sampling rate of 2; zeros at infinity go to z = −1.
ZerosPolesGain digital(const ZerosPolesGain& analogue) {
    ZerosPolesGain filter;
    std::vector<Complex> above, below;
    for (const Complex& z : analogue.zeros) {
        filter.zeros.push_back((Real(4) + z) / (Real(4) - z));
        above.push_back(Real(4) - z);
    }
    for (const Complex& p : analogue.poles) {
        filter.poles.push_back((Real(4) + p) / (Real(4) - p));
        below.push_back(Real(4) - p);
    }
    filter.zeros.resize(filter.poles.size(), Complex(-1));
    filter.gain = analogue.gain * std::real(product(above) / product(below));
    return filter;
}

bool real(const Complex& z) { return z.imag() == 0; }

/// One of each conjugate pair (imaginary part > 0), ordered by real part, then the real ones in rising order.
std::vector<Complex> upper_half(std::vector<Complex> roots) {
    const Real tolerance = 100 * std::numeric_limits<Real>::epsilon();
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
    const auto rounded = [](const Complex& c) { return static_cast<double>(c.real()); };
    return {1, rounded(-(z1 + z2)), rounded(z1 * z2), 1, rounded(-(p1 + p2)), rounded(p1 * p2)};
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
        sections[0][b] = static_cast<double>(sections[0][b] * filter.gain);
    }
    return sections;
}

/// What sections lose at a frequency [1/sample], in dB.
Real loss_at(const std::vector<Section>& sections, Real frequency) {
    const Complex back = std::exp(Complex(0, -2 * pi * frequency));  // one sample
    Real loss = 0;
    for (const Section& s : sections) {
        loss -= 20 * std::log10(std::abs(transfer(s, back)));
    }
    return loss;
}

/// The steeper an elliptic filter, the further its edge moves when coefficients are rounded to double.
void check_edges(const IirDesign& design, const std::vector<Section>& sections, std::span<const double> edges,
                 double sfreq) {
    for (const double edge : edges) {
        const double loss = static_cast<double>(loss_at(sections, edge / static_cast<Real>(sfreq)));
        require(std::abs(loss - design.pass_ripple) <= std::max(0.01, 0.003 * design.pass_ripple),
                "iir_design: an elliptic filter of order ", design.order, " with ", design.pass_ripple, " and ",
                design.stop_attenuation, " dB is steeper than double precision can say: at its edge of ", edge,
                " Hz it would lose ", loss, " dB; ask for a lower order or a higher attenuation");
    }
}

}  // namespace

std::vector<Section> iir_design(const IirDesign& design, std::span<const double> edges, BandType type, double sfreq) {
    const bool bessel = design.family == IirFamily::bessel;
    require(design.order >= 1 && design.order <= (bessel ? 25 : 100), "iir_design: the order must be 1 … ",
            bessel ? "25 of a Bessel filter" : "100", "; got ", design.order);
    const bool rippled = design.family == IirFamily::chebyshev1 || design.family == IirFamily::elliptic;
    const bool attenuated = design.family == IirFamily::chebyshev2 || design.family == IirFamily::elliptic;
    const auto sensible = [](double decibel) { return decibel >= 1e-100 && decibel <= 1000; };
    require(!rippled || sensible(design.pass_ripple),
            "iir_design: the ripple of the pass-band must be in [1e-100, 1000] dB; got ", design.pass_ripple);
    require(!attenuated || sensible(design.stop_attenuation),
            "iir_design: the attenuation of the stop-band must be in [1e-100, 1000] dB; got ", design.stop_attenuation);
    require(!rippled || !attenuated || design.stop_attenuation > design.pass_ripple,
            "iir_design: the stop-band must lose more than the pass-band's ripple of ", design.pass_ripple, " dB; got ",
            design.stop_attenuation);
    const std::size_t wanted = type == BandType::lowpass || type == BandType::highpass ? 1 : 2;
    require(edges.size() == wanted, "iir_design: low- and high-pass have one edge, band filters two; got ",
            edges.size());
    std::vector<Real> warped;
    for (double edge : edges) {
        require(edge > 0 && edge < sfreq / 2, "iir_design: edges must lie between 0 and ", sfreq / 2, " Hz; got ",
                edge);
        warped.push_back(4 * std::tan(pi * (edge / (static_cast<Real>(sfreq) / 2)) / 2));
    }
    require(wanted == 1 || edges.front() < edges.back(), "iir_design: the two edges of a band must rise; got ",
            edges.front(), " and ", edges.back());
    const std::vector<Section> sections = sections_of(digital(in_band(prototype(design), warped, type)));
    if (design.family == IirFamily::elliptic) {
        check_edges(design, sections, edges, sfreq);
    }
    return sections;
}

}  // namespace ranvier::numerics
