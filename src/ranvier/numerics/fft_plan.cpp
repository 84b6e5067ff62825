#include "ranvier/numerics/fft_plan.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/kernels/fft_kernels.hpp"

namespace ranvier::numerics {

Twiddle root_of_unity(index k, index n) {
    // The angle is 2π · eighths / (8 n); symmetries bring it below n eighths, which is 45°.
    index eighths = 8 * (k % n);
    bool negative_sine = false, negative_cosine = false, exchanged = false;
    if (eighths > 4 * n) {
        eighths = 8 * n - eighths;
        negative_sine = true;
    }
    if (eighths > 2 * n) {
        eighths = 4 * n - eighths;
        negative_cosine = true;
    }
    if (eighths > n) {
        eighths = 2 * n - eighths;
        exchanged = true;
    }
    const double angle = std::numbers::pi / 4 * (static_cast<double>(eighths) / static_cast<double>(n));
    double c = std::cos(angle), s = std::sin(angle);
    if (exchanged) {
        std::swap(c, s);
    }
    return {negative_cosine ? -c : c, negative_sine ? s : -s};
}

Roots::Roots(index n) {
    while ((index{1} << (2 * shift_)) < n) {
        ++shift_;
    }
    const index step = index{1} << shift_;
    mask_ = step - 1;
    for (index k = 0; k < n; k += step) {
        coarse_.push_back(root_of_unity(k, n));
    }
    for (index k = 0; k < step && k < n; ++k) {
        fine_.push_back(root_of_unity(k, n));
    }
}

std::vector<index> prime_factors(index n) {
    std::vector<index> factors;
    for (index p = 2; p * p <= n; p += p == 2 ? 1 : 2) {
        while (n % p == 0) {
            factors.push_back(p);
            n /= p;
        }
    }
    if (n > 1) {
        factors.push_back(n);
    }
    return factors;
}

namespace {

/// Radices 8, then what is left of the twos as 4s (16 = 4 · 4, not 8 · 2) and one 2.
std::vector<int> power_of_two_radices(int twos) {
    std::vector<int> radices;
    while (twos >= 3 && twos != 4) {
        radices.push_back(8);
        twos -= 3;
    }
    while (twos >= 2) {
        radices.push_back(4);
        twos -= 2;
    }
    if (twos == 1) {
        radices.push_back(2);
    }
    return radices;
}

/// @param odd_first  small odd radices before the twos; large ones are always last, where there are no twiddles and
///                   where bins that nobody wants can be left out
std::vector<int> radices_of(index n, bool odd_first) {
    int twos = 0;
    std::vector<int> odd, large;
    for (index p : prime_factors(n)) {
        if (p == 2) {
            ++twos;
        } else if (p > 7) {
            large.push_back(static_cast<int>(p));
        } else {
            odd.insert(odd.begin(), static_cast<int>(p));
        }
    }
    std::vector<int> radices = power_of_two_radices(twos);
    radices.insert(odd_first ? radices.begin() : radices.end(), odd.begin(), odd.end());
    radices.insert(radices.end(), large.begin(), large.end());
    return radices;
}

}  // namespace

PassPlan PassPlan::stockham(index n) { return PassPlan(radices_of(n, true)); }

PassPlan PassPlan::permuted(index n) { return PassPlan(radices_of(n, false)); }

PassPlan::PassPlan(const std::vector<int>& radices) {
    ensure(radices.size() <= most_passes, "a transform of at most 40 passes");
    passes_.n = 1;
    for (int radix : radices) {
        passes_.n *= radix;
    }
    index length = passes_.n;
    for (int radix : radices) {
        ensure(radix <= largest_radix, "radices up to 127");
        const index m = length / radix;
        const Roots roots(length);
        std::vector<Twiddle> twiddle(static_cast<std::size_t>(m * (radix - 1)));
        for (index p = 0; p < m; ++p) {
            for (int k = 1; k < radix; ++k) {
                twiddle[static_cast<std::size_t>(p * (radix - 1) + k - 1)] = roots(p * k);
            }
        }
        Pass& pass = passes_.pass[passes_.count++];
        pass = {radix, m, twiddle.data(), nullptr, nullptr};
        twiddles_.push_back(std::move(twiddle));
        if (radix > 8) {
            const int h = radix / 2;
            const int rows = h + 5;  // the pass takes up to six bins at a time, from anywhere on
            std::vector<double> cosine(static_cast<std::size_t>(rows * h)), sine(cosine.size());
            for (int k = 1; k <= h; ++k) {
                for (int j = 1; j <= h; ++j) {
                    const Twiddle w = root_of_unity(static_cast<index>(j) * k, radix);
                    cosine[static_cast<std::size_t>((k - 1) * h + j - 1)] = w.r;
                    sine[static_cast<std::size_t>((k - 1) * h + j - 1)] = -w.i;
                }
            }
            pass.cosine = cosine.data();
            pass.sine = sine.data();
            tables_.push_back(std::move(cosine));
            tables_.push_back(std::move(sine));
        }
        length = m;
    }
}

std::vector<index> PassPlan::permuted_order() const {
    // Position = Σ digit_l · m_l; frequency = Σ digit_l · (product of the radices before l).
    std::vector<index> order(static_cast<std::size_t>(passes_.n));
    for (index position = 0; position < passes_.n; ++position) {
        index rest = position, frequency = 0, weight = 1;
        for (int l = 0; l < passes_.count; ++l) {
            const Pass& pass = passes_.pass[l];
            frequency += rest / pass.m * weight;
            rest %= pass.m;
            weight *= pass.radix;
        }
        order[static_cast<std::size_t>(position)] = frequency;
    }
    return order;
}

GeneratorPowers generator_powers(index p) {
    const auto power_mod = [p](index base, index exponent) {
        index result = 1;
        for (; exponent > 0; exponent >>= 1) {
            if (exponent & 1) {
                result = result * base % p;
            }
            base = base * base % p;
        }
        return result;
    };
    const std::vector<index> factors = prime_factors(p - 1);
    index g = 1;
    for (bool generates = p == 2; !generates;) {
        ++g;
        generates = true;
        for (index factor : factors) {
            generates = generates && power_mod(g, (p - 1) / factor) != 1;
        }
    }
    GeneratorPowers powers;
    index value = 1;
    for (index q = 0; q < p - 1; ++q) {
        powers.power.push_back(static_cast<int>(value));
        value = value * g % p;
    }
    for (index q = 0; q < p - 1; ++q) {
        powers.inverse_power.push_back(powers.power[static_cast<std::size_t>((p - 1 - q) % (p - 1))]);
    }
    return powers;
}

void transform_single(const Passes& passes, bool permuted, std::vector<Twiddle>& data) {
    const FftKernels& kernels = chosen_fft_kernels();
    Array<double, 1> work({4 * passes.n * kernels.lanes});
    kernels.single(passes, permuted, data.data(), work.data());
}

TransformPlan::TransformPlan(index n) {
    ensure(n >= 1, "a transform of at least one point");
    transform_.n = n;
    transform_.capacity = n;
    transform_.method = Method::passes;
    const std::vector<index> factors = prime_factors(n);
    const index largest = factors.empty() ? 1 : factors.back();
    if (largest == n && n > 13 && n < (index{1} << 30)) {
        const index largest_below = prime_factors(n - 1).back();
        // A prime pass costs n per point; Rader two transforms of length n − 1.
        if (largest_below <= 13 || (n > largest_radix && largest_below <= largest_radix)) {
            transform_.method = Method::rader;
        }
    }
    if (transform_.method == Method::passes && largest > largest_radix) {
        transform_.method = Method::bluestein;
    }
    switch (transform_.method) {
        case Method::passes: passes_ = PassPlan::stockham(n); break;
        case Method::rader: make_rader(); break;
        case Method::bluestein: make_bluestein(); break;
    }
    transform_.passes = passes_.passes();
    transform_.power = powers_.data();
    transform_.inverse_power = inverse_powers_.data();
    transform_.kernel = kernel_.data();
    transform_.chirp = chirp_.data();
}

void TransformPlan::make_rader() {
    const index n = transform_.n;
    GeneratorPowers powers = generator_powers(n);
    powers_ = std::move(powers.power);
    inverse_powers_ = std::move(powers.inverse_power);
    passes_ = PassPlan::stockham(n - 1);
    for (int j : inverse_powers_) {
        const Twiddle w = root_of_unity(j, n);
        const double scale = 1 / static_cast<double>(n - 1);
        kernel_.push_back({w.r * scale, w.i * scale});
    }
    transform_single(passes_.passes(), false, kernel_);
}

void TransformPlan::make_bluestein() {
    const index n = transform_.n, m = fast_length(2 * n - 1);
    transform_.capacity = m;
    passes_ = PassPlan::permuted(m);
    kernel_.assign(static_cast<std::size_t>(m), Twiddle{0, 0});
    index square = 0;  // j² mod 2n
    for (index j = 0; j < n; ++j) {
        const Twiddle w = root_of_unity(square, 2 * n);
        chirp_.push_back(w);
        const Twiddle conjugate{w.r / static_cast<double>(m), -w.i / static_cast<double>(m)};
        kernel_[static_cast<std::size_t>(j)] = conjugate;
        kernel_[static_cast<std::size_t>((m - j) % m)] = conjugate;
        square = (square + 2 * j + 1) % (2 * n);
    }
    transform_single(passes_.passes(), true, kernel_);
}

}  // namespace ranvier::numerics
