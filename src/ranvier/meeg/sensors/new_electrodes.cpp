#include "ranvier/meeg/sensors/new_electrodes.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/topomap.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr double source_radius = 0.7 * 0.06;  // [m]
constexpr int n_terms = 99;
constexpr double loading = 0.1;  // of the mean diagonal

/// Σ_n (2n + 1)² / n β^n P_n(x), n = 1 … n_terms
double field_series(double beta, double x) {
    double before = 1, now = x, power = beta, sum = 0;  // P_{n-1}, P_n, β^n
    for (int n = 1; n <= n_terms; ++n) {
        sum += (2.0 * n + 1) * (2.0 * n + 1) / n * power * now;
        const double next = ((2.0 * n + 1) * x * now - n * before) / (n + 1.0);
        before = now;
        now = next;
        power *= beta;
    }
    return sum;
}

Array<double, 2> field_products(View<const double, 2> a, View<const double, 2> b) {
    Array<double, 2> out({a.extent(0), b.extent(0)});
    const auto point = [](View<const double, 2> p, index k) { return Point{p(k, 0), p(k, 1), p(k, 2)}; };
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < b.extent(0); ++k) {
            const Point p = point(a, i), q = point(b, k);
            const double lengths = norm(p) * norm(q);
            const double cosine = std::clamp(dot(p, q) / lengths, -1.0, 1.0);
            out(i, k) = field_series(source_radius * source_radius / lengths, cosine) / lengths;
        }
    }
    return out;
}

bool of_eeg_only(const Info& info, const Projection& projection) {
    return std::ranges::all_of(projection.channels, [&](const std::string& name) {
        return std::ranges::any_of(info.channels, [&](const Channel& channel) {
            return channel.name == name && channel.type() == ChannelType::eeg;
        });
    });
}

Array<double, 2> places(const Info& info, const std::vector<index>& picks, const Point& centre) {
    Array<double, 2> out({std::ssize(picks), 3});
    for (std::size_t k = 0; k < picks.size(); ++k) {
        const Channel& channel = info.channels[static_cast<std::size_t>(picks[k])];
        require(channel.has_position(), [&] {
            return "channel '" + channel.name +
                   "' has no position, which interpolation needs: set a montage, or mark " + "it bad";
        });
        std::ranges::copy(minus(channel.position(), centre), out.view().row(static_cast<index>(k)).begin());
    }
    return out;
}

/// Channels after an interpolation, and how they are made of those before: shape (after, before).
struct Remapping {
    Info info;
    Array<double, 2> matrix;
};

Remapping remapping(const Info& info, const Info& electrodes, const NewElectrodesOptions& options) {
    const std::vector<index> good = pick_types(info, {ChannelType::eeg}),
                             all = pick_types(info, {ChannelType::eeg}, false);
    require(!good.empty(), "interpolate_to needs good EEG channels to interpolate from; there are none");
    const index n = std::ssize(good), m = electrodes.n_channels();
    const Point centre = options.origin ? *options.origin : head_sphere(info).centre;
    std::vector<index> every(static_cast<std::size_t>(m));
    std::ranges::generate(every, [k = index{0}]() mutable { return k++; });
    const Array<double, 2> from = places(info, good, centre), to = places(electrodes, every, centre);
    Array<double, 2> mapping;
    if (options.method == "spline") {
        mapping = spherical_spline_matrix(from, to, options.reg);
    } else {
        const Array<double, 2> whole = projector(info).matrix;
        Array<double, 2> own({n, n});
        for (index i = 0; i < n; ++i) {
            for (index k = 0; k < n; ++k) {
                own(i, k) = whole(good[static_cast<std::size_t>(i)], good[static_cast<std::size_t>(k)]);
            }
        }
        mapping = minimum_norm_matrix(from, to, own);
        const bool averaged = std::ranges::any_of(info.projections, [&](const Projection& p) {
            return p.kind == ProjectionKind::average_reference && of_eeg_only(info, p);
        });
        for (index k = 0; averaged && k < n; ++k) {
            double mean = 0;
            for (index i = 0; i < m; ++i) {
                mean += mapping(i, k) / static_cast<double>(m);
            }
            for (index i = 0; i < m; ++i) {
                mapping(i, k) -= mean;
            }
        }
    }

    Remapping out;
    out.info = info;
    out.info.channels.clear();
    out.matrix = Array<double, 2>({info.n_channels() - std::ssize(all) + m, info.n_channels()});
    index row = 0;
    for (index k = 0; k < info.n_channels(); ++k) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        if (k == all.front()) {
            for (index i = 0; i < m; ++i, ++row) {
                out.info.channels.push_back(electrodes.channels[static_cast<std::size_t>(i)]);
                for (index j = 0; j < n; ++j) {
                    out.matrix(row, good[static_cast<std::size_t>(j)]) = mapping(i, j);
                }
            }
        }
        if (channel.type() == ChannelType::eeg) {
            std::erase(out.info.bads, channel.name);
        } else {
            out.info.channels.push_back(channel);
            out.matrix(row++, k) = 1;
        }
    }
    out.info.projections.clear();
    for (const Projection& projection : info.projections) {
        if (!of_eeg_only(info, projection)) {
            out.info.projections.push_back(projection);
        }
    }
    out.info.dig.clear();
    for (const DigPoint& point : info.dig) {
        if (point.kind != DigKind::eeg) {
            out.info.dig.push_back(point);
        }
    }
    for (const DigPoint& point : electrodes.dig) {
        if (point.kind == DigKind::eeg) {
            out.info.dig.push_back(point);
        }
    }
    check(out.info);
    return out;
}

constexpr const char* unloaded = "interpolate_to needs the data in memory: load it first (load_data, or preload=True)";

}  // namespace

Array<double, 2> minimum_norm_matrix(View<const double, 2> from, View<const double, 2> to,
                                     View<const double, 2> projector) {
    const index n = from.extent(0);
    Array<double, 2> products = product(product(projector, field_products(from, from)), projector);
    double diagonal = 0;
    for (index k = 0; k < n; ++k) {
        diagonal += products(k, k) / static_cast<double>(n);
    }
    for (index k = 0; k < n; ++k) {
        products(k, k) += loading * diagonal;
    }
    return product(field_products(to, from), product(projector, numerics::pseudo_inverse(products)));
}

void interpolate_to(Raw& raw, const Info& electrodes, const NewElectrodesOptions& options) {
    require(raw.preloaded, unloaded);
    Remapping mapped = remapping(raw.info, electrodes, options);
    Array<double, 2> data({mapped.info.n_channels(), raw.data.extent(1)});
    apply(mapped.matrix, raw.data, data);
    raw.info = std::move(mapped.info);
    raw.data = std::move(data);
}

void interpolate_to(Epochs& epochs, const Info& electrodes, const NewElectrodesOptions& options) {
    require(epochs.preloaded, unloaded);
    Remapping mapped = remapping(epochs.info, electrodes, options);
    Array<double, 3> data({epochs.data.extent(0), mapped.info.n_channels(), epochs.data.extent(2)});
    for (index e = 0; e < data.extent(0); ++e) {
        apply(mapped.matrix, epochs.data.view()[e], data.view()[e]);
    }
    epochs.info = std::move(mapped.info);
    epochs.data = std::move(data);
}

void interpolate_to(Evoked& evoked, const Info& electrodes, const NewElectrodesOptions& options) {
    Remapping mapped = remapping(evoked.info, electrodes, options);
    Array<double, 2> data({mapped.info.n_channels(), evoked.data.extent(1)});
    apply(mapped.matrix, evoked.data, data);
    evoked.info = std::move(mapped.info);
    evoked.data = std::move(data);
}

}  // namespace ranvier::meeg
