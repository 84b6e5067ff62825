#include "ranvier/meeg/inverse/source_spectra.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/inverse/induced_power.hpp"
#include "ranvier/meeg/inverse/trial_power.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/spectrum.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::meeg {

namespace {

struct Plan {
    numerics::Tapers tapers;
    numerics::Multitaper multitaper;
    std::vector<double> freqs;
};

Plan plan_for(index n, double sfreq, const SourceSpectraOptions& options) {
    check_settings(options);
    require(n >= 2, "spectra of sources need epochs of at least 2 samples; got ", n);
    Plan plan;
    if (!options.window.empty()) {
        const std::vector<double> window = numerics::window(options.window, n, false);
        plan.tapers.tapers = Array<double, 2>({1, n});
        std::ranges::copy(window, plan.tapers.tapers.data());
        plan.tapers.ratios = {1};
    } else {
        const double half = options.bandwidth ? *options.bandwidth * static_cast<double>(n) / (2 * sfreq) : 4;
        require(half >= 0.5, "bandwidth must be at least sfreq / n_times = ", sfreq / static_cast<double>(n),
                " Hz; got ", options.bandwidth.value_or(0), " Hz");
        plan.tapers = numerics::dpss(n, half, static_cast<index>(2 * half), options.low_bias, false);
    }
    plan.multitaper.adaptive = options.adaptive && options.window.empty() && plan.tapers.ratios.size() >= 3;
    if (options.adaptive && options.window.empty() && !plan.multitaper.adaptive) {
        warn("adaptive weights need at least 3 tapers and there are " + text_of(plan.tapers.ratios.size()) +
             ": fixed ones are taken; a wider bandwidth has more tapers");
    }
    plan.multitaper.most_iterations = 250;
    index first = -1, last = 0;
    for (index k = 0; k <= n / 2; ++k) {
        const double f = static_cast<double>(k) * (sfreq / static_cast<double>(n));
        if (f >= options.fmin && f <= options.fmax) {
            first = first < 0 ? k : first;
            last = k + 1;
            plan.freqs.push_back(f);
        }
    }
    require(first >= 0, "no frequency of the spectra lies in [", options.fmin, ", ", options.fmax, "] Hz");
    plan.multitaper.first = first;
    plan.multitaper.last = last;
    return plan;
}

/// What each taper's coefficients are multiplied by, so that powers only need adding up.
std::vector<double> factors_of(const Plan& plan) {
    double total = 0;
    for (const double r : plan.tapers.ratios) {
        total += r;
    }
    std::vector<double> out;
    for (const double r : plan.tapers.ratios) {
        out.push_back(std::sqrt(std::max(r, 0.0) * 2 / total));
    }
    return out;
}

/// Spectra of the rows of matrix · samples, some rows at a time.
void spectra_of_rows(View<const double, 2> matrix, View<const double, 2> samples, double sfreq, const Plan& plan,
                     View<double, 2> out) {
    constexpr index block = 256;
    for (index first = 0; first < matrix.extent(0); first += block) {
        check_interrupt();
        const index end = std::min(matrix.extent(0), first + block);
        numerics::multitaper(numerics::matmul(matrix.slice(0, first, end), samples), sfreq, plan.tapers.tapers,
                             plan.tapers.ratios, plan.multitaper, out.slice(0, first, end));
    }
}

/// Adds spectra of rows to those of sources.
void add_sources(const InverseKernel& kernel, View<const double, 2> rows, double share, View<double, 2> out) {
    const index per = kernel.combines ? 3 : 1;
    parallel_for(out.extent(0), [&](index s) {
        const double norm = kernel.norm.empty()
                                ? 1
                                : kernel.norm[static_cast<std::size_t>(s * per / kernel.rows_a_source)];
        for (index f = 0; f < out.extent(1); ++f) {
            double power = rows(s * per, f);
            if (per == 3) {
                power = std::hypot(power, rows(3 * s + 1, f), rows(3 * s + 2, f));
            }
            out(s, f) += share * norm * norm * power;
        }
    });
}

}  // namespace

SourceSpectra source_spectra(const InverseKernel& kernel, View<const double, 3> epochs, double sfreq,
                             const SourceSpectraOptions& options, bool mean) {
    require(epochs.extent(1) == kernel.kernel.extent(1), "epochs must have the ", kernel.kernel.extent(1),
            " channels of the inverse; got ", epochs.extent(1));
    const index n_epochs = epochs.extent(0), n = epochs.extent(2), channels = epochs.extent(1);
    require(n_epochs > 0, "spectra of sources need at least one epoch");
    const Plan plan = plan_for(n, sfreq, options);
    const ReducedKernel parts = reduced(kernel, options.pca ? 1e-8 : 0.0);
    const index components = parts.left.extent(1), tapers = plan.tapers.tapers.extent(0);
    const index rows = parts.left.extent(0), sources = kernel.combines ? rows / 3 : rows;
    const index bins = std::ssize(plan.freqs);
    const std::vector<double> factors = factors_of(plan);
    // What sensors have in common with the kernel.
    const Array<double, 2> projection =
        numerics::matmul(Array<double, 2>(parts.basis.view().transposed()), parts.basis);
    SourceSpectra out;
    out.freqs = plan.freqs;
    out.tapers = tapers;
    out.sources = Array<double, 3>({mean ? 1 : n_epochs, sources, bins});
    out.sensors = Array<double, 3>({mean ? 1 : n_epochs, channels, bins});
    const double share = mean ? 1 / static_cast<double>(n_epochs) : 1;
    const bool adds = mean && !kernel.combines && !plan.multitaper.adaptive;
    const bool quadratic = adds && quadratic_is_shorter(rows, rows, components, tapers * n_epochs);
    std::optional<QuadraticPower> forms;
    std::optional<TrialSums> all;
    if (quadratic) {
        forms.emplace(components, bins);
    } else if (adds) {
        all.emplace(parts.left, bins, false);
    }
    for (index e = 0; e < n_epochs; ++e) {
        check_interrupt();
        const View<const double, 3> epoch = epochs.slice(0, e, e + 1);
        const Array<double, 3> x = components_of(epoch, parts.right, n);
        const index at = mean ? 0 : e;
        Array<double, 2> of_sensors({channels, bins});
        const Array<double, 2> seen = numerics::matmul(projection, epoch[0]);
        numerics::multitaper(seen, sfreq, plan.tapers.tapers, plan.tapers.ratios, plan.multitaper, of_sensors);
        for (index k = 0; k < of_sensors.size(); ++k) {
            out.sensors.view()[at].data()[k] += share * of_sensors.data()[k];
        }
        if (plan.multitaper.adaptive) {
            Array<double, 2> spectra({rows, bins});
            spectra_of_rows(parts.left, x.view()[0], sfreq, plan, spectra);
            add_sources(kernel, spectra, share, out.sources.view()[at]);
            continue;
        }
        const auto z = numerics::multitaper_tapers(x.view()[0], sfreq, plan.tapers.tapers, plan.multitaper);
        const View<const std::complex<double>, 3> trials{
            z.data(), {tapers, components, bins}, {bins, tapers * bins, 1}};
        if (forms) {
            forms->add(trials, factors);
        } else if (all) {
            all->add(trials, factors);
        } else {
            TrialSums one(parts.left, bins, false);
            one.add(trials, factors);
            add_sources(kernel, one.power(), share, out.sources.view()[at]);
        }
    }
    if (forms) {
        std::vector<std::vector<index>> members;
        for (index row = 0; row < rows; ++row) {
            members.push_back({row});
        }
        const std::vector<double> ones(static_cast<std::size_t>(rows), 1.0);
        add_sources(kernel, forms->power(parts.left, members, ones), share, out.sources.view()[0]);
    } else if (all) {
        add_sources(kernel, all->power(), share, out.sources.view()[0]);
    }
    return out;
}

}  // namespace ranvier::meeg
