#include "ranvier/numerics/fft.hpp"

#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "ranvier/base/fork.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/fft_plan.hpp"
#include "ranvier/numerics/kernels/fft_kernels.hpp"
#include "ranvier/numerics/row_blocks.hpp"

namespace ranvier::numerics {

namespace {

struct RealPlan {
    explicit RealPlan(index n) : complex(n % 2 == 0 ? n / 2 : n) {
        for (index k = 0; n % 2 == 0 && k <= n / 4; ++k) {
            split.push_back(root_of_unity(k, n));
        }
        transform = {n, complex.transform(), split.data()};
    }
    TransformPlan complex;
    std::vector<Twiddle> split;
    RealTransform transform;
};

/// Plans of the lengths used last; a plan is immutable and may be in use by many threads.
template <class Plan>
std::shared_ptr<const Plan> plan_of(index n) {
    static ProcessMutex mutex;
    static std::list<std::pair<index, std::shared_ptr<const Plan>>> recent;
    const std::lock_guard lock(mutex);
    for (auto at = recent.begin(); at != recent.end(); ++at) {
        if (at->first == n) {
            recent.splice(recent.begin(), recent, at);
            return recent.front().second;
        }
    }
    recent.emplace_front(n, std::make_shared<const Plan>(n));
    if (recent.size() > 8) {
        recent.pop_back();
    }
    return recent.front().second;
}

void require_shape(index rows, index n, index out_rows, index out_n, index wanted, const char* function) {
    require(n >= 1, function, ": rows must have at least one sample");
    require(rows == out_rows && out_n == wanted, function, ": out must have shape (", rows, ", ", wanted, "); got (",
            out_rows, ", ", out_n, ")");
}

void complex_transform(View<const std::complex<double>, 2> x, View<std::complex<double>, 2> out, bool inverse,
                       const char* function) {
    require_shape(x.extent(0), x.extent(1), out.extent(0), out.extent(1), x.extent(1), function);
    const auto plan = plan_of<TransformPlan>(x.extent(1));
    const Transform& t = plan->transform();
    const FftKernels& kernels = chosen_fft_kernels();
    for_row_blocks(x, out, kernels.lanes, 4 * t.capacity * kernels.lanes,
                   [&](const double* const* in, double* const* to, int count, double* work) {
                       kernels.complex_rows(t, inverse, in, to, count, work);
                   });
}

}  // namespace

void fft(View<const std::complex<double>, 2> x, View<std::complex<double>, 2> out) {
    complex_transform(x, out, false, "fft");
}

void ifft(View<const std::complex<double>, 2> x, View<std::complex<double>, 2> out) {
    complex_transform(x, out, true, "ifft");
}

namespace {

template <class In, class Out, class Kernel>
void real_transform(View<const In, 2> x, View<Out, 2> out, index n, Kernel FftKernels::*kernel) {
    const auto plan = plan_of<RealPlan>(n);
    const FftKernels& kernels = chosen_fft_kernels();
    for_row_blocks(x, out, kernels.lanes, 4 * (plan->transform.complex.capacity + 1) * kernels.lanes,
                   [&](const double* const* in, double* const* to, int count, double* work) {
                       (kernels.*kernel)(plan->transform, in, to, count, work);
                   });
}

}  // namespace

void rfft(View<const double, 2> x, View<std::complex<double>, 2> out) {
    require_shape(x.extent(0), x.extent(1), out.extent(0), out.extent(1), x.extent(1) / 2 + 1, "rfft");
    real_transform(x, out, x.extent(1), &FftKernels::real_rows);
}

void irfft(View<const std::complex<double>, 2> x, View<double, 2> out) {
    require_shape(out.extent(0), out.extent(1), x.extent(0), x.extent(1), out.extent(1) / 2 + 1, "irfft");
    real_transform(x, out, out.extent(1), &FftKernels::real_inverse_rows);
}

index fast_length(index n, index largest_factor) {
    if (n <= 1) {
        return 1;
    }
    index best = 1;
    while (best < n) {
        best *= 2;
    }
    for (index seven = 1; seven < best; seven = largest_factor >= 7 ? 7 * seven : best) {
        for (index five = seven; five < best; five *= 5) {
            for (index three = five; three < best; three *= 3) {
                index candidate = three;
                while (candidate < n) {
                    candidate *= 2;
                }
                best = candidate < best ? candidate : best;
            }
        }
    }
    return best;
}

}  // namespace ranvier::numerics
