// Sources of recordings, epochs and averages.
#include <algorithm>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/ica/parts.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Array<double, 2> product(const Array<double, 2>& a, const Array<double, 2>& b) {
    Array<double, 2> c({a.extent(0), b.extent(1)});
    numerics::matmul(a, b, c);
    return c;
}

Array<double, 2> first_rows(const Array<double, 2>& a, index n) {
    Array<double, 2> rows({n, a.extent(1)});
    std::copy_n(a.data(), rows.size(), rows.data());
    return rows;
}

Array<double, 2> whitening_of(const Ica& ica, Array<double, 2> a) {
    if (ica.by_covariance()) {
        return product(a, ica.pre_whitener);
    }
    for (index i = 0; i < a.extent(0); ++i) {
        for (index c = 0; c < a.extent(1); ++c) {
            a(i, c) /= ica.pre_whitener(c, 0);
        }
    }
    return a;
}

Array<double, 2> colouring_of(const Ica& ica, Array<double, 2> a) {
    if (ica.by_covariance()) {
        return product(numerics::pseudo_inverse(ica.pre_whitener, 1e-14), a);
    }
    for (index c = 0; c < a.extent(0); ++c) {
        for (double& v : a.view().row(c)) {
            v *= ica.pre_whitener(c, 0);
        }
    }
    return a;
}

/// Of none where a covariance whitens, whose whitener has them.
Projector projections_of(const Ica& ica) {
    if (!ica.info) {
        return {};
    }
    const Projector applied = applied_projections(*ica.info);
    return ica.by_covariance() ? Projector() : applied;
}

std::vector<double> times(const Array<double, 2>& a, std::span<const double> x) {
    std::vector<double> y(static_cast<std::size_t>(a.extent(0)));
    for (index i = 0; i < a.extent(0); ++i) {
        const auto row = a.view().row(i);
        y[static_cast<std::size_t>(i)] = std::inner_product(row.begin(), row.end(), x.begin(), 0.0);
    }
    return y;
}

void need_fit(const Ica& ica) { require(ica.n_components() > 0, "no fit available; fit ICA first"); }

void add_offset(View<double, 2> y, std::span<const double> offset) {
    for (index i = 0; i < y.extent(0); ++i) {
        for (double& v : y.row(i)) {
            v += offset[static_cast<std::size_t>(i)];
        }
    }
}

namespace {

/// Sources of samples into out, shape (components, samples).
void sources_into(const Affine& to_sources, const Samples& samples, View<double, 2> out) {
    const index k = to_sources.matrix.extent(0), n = samples.channels;
    Progress progress("ICA: sources", samples.n);
    parallel_for((samples.n + ica_panel - 1) / ica_panel, [&](index b) {
        const index begin = b * ica_panel, count = std::min(ica_panel, samples.n - begin);
        Array<double, 2> x({n, count});
        samples.read(begin, x);
        const auto y = out.slice(1, begin, begin + count);
        numerics::gemm(false, false, k, count, n, 1.0, to_sources.matrix.data(), n, x.data(), count, 0.0, y.data(),
                       y.stride(0));
        add_offset(y, to_sources.offset);
        progress.advance(count);
    });
}

/// Channels "ICA000" … and some of the original.
Info source_info(const Ica& ica, const Info& info, const std::vector<index>& add) {
    Info result = info;
    result.channels = {};
    result.projections = {};
    result.compensations = {};
    result.bads.clear();
    for (index c = 0; c < ica.n_components(); ++c) {
        Channel channel = make_channel(component_name(c), ChannelType::misc);
        channel.unit = Unit::none;
        channel.scanno = channel.logno = static_cast<int>(c + 1);
        channel.loc = std::array<double, 12>{};
        result.channels.push_back(std::move(channel));
    }
    for (const index k : add) {
        result.channels.push_back(info.channels[static_cast<std::size_t>(k)]);
    }
    for (const index c : ica.exclude) {
        if (c >= 0 && c < ica.n_components() && std::ranges::count(result.bads, component_name(c)) == 0) {
            result.bads.push_back(component_name(c));
        }
    }
    check(result);
    return result;
}

}  // namespace

Affine unmixing_of(const Ica& ica) {
    need_fit(ica);
    Array<double, 2> UV = product(ica.unmixing, first_rows(ica.pca_components, ica.n_components()));
    std::vector<double> offset = times(UV, ica.pca_mean);
    std::ranges::transform(offset, offset.begin(), std::negate<>());
    Array<double, 2> matrix = whitening_of(ica, std::move(UV));
    const Projector P = projections_of(ica);
    return {P.rank > 0 ? product(matrix, P.matrix) : std::move(matrix), std::move(offset)};
}

std::vector<index> picks_of(const Ica& ica, const Info& info, const std::string& noun) {
    std::vector<index> picks;
    std::vector<std::string> lacking;
    for (const std::string& name : ica.ch_names) {
        const auto at = std::ranges::find(info.channels, name, &Channel::name);
        if (at == info.channels.end()) {
            lacking.push_back(name);
        } else {
            picks.push_back(at - info.channels.begin());
        }
    }
    require(lacking.empty(), [&] {
        return noun + " must have the " + text_of(ica.ch_names.size()) +
               " channels that ICA was fitted to; not present in the info: " + joined(lacking);
    });
    return picks;
}

Array<double, 2> components_of(const Ica& ica) {
    need_fit(ica);
    const index k = ica.n_components();
    Array<double, 2> maps({ica.pca_components.extent(1), k});
    numerics::matmul(first_rows(ica.pca_components, k).view().transposed(), ica.mixing, maps);
    return maps;
}

std::string component_name(index component) {
    std::string number = text_of(component);
    return "ICA" + std::string(number.size() < 3 ? 3 - number.size() : 0, '0') + number;
}

Array<double, 2> sources(const Ica& ica, const Raw& raw, index start, index stop, bool reject_by_annotation) {
    const Affine to_sources = unmixing_of(ica);
    const std::vector<index> picks = picks_of(ica, raw.info, "the recording");
    require(start >= 0 && start <= stop && stop <= raw.n_samples(), "samples must lie in [0, ", raw.n_samples(),
            "]; got [", start, ", ", stop, ")");
    const Samples samples = reject_by_annotation
                                ? good_samples(raw, picks, start, stop)
                                : Samples{std::ssize(picks), stop - start, [&](index at, View<double, 2> out) {
                                              read_samples(raw, picks, start + at, out);
                                          }};
    Array<double, 2> out({ica.n_components(), samples.n});
    sources_into(to_sources, samples, out);
    return out;
}

Array<double, 3> sources(const Ica& ica, const Epochs& epochs) {
    const Affine to_sources = unmixing_of(ica);
    const std::vector<index> picks = picks_of(ica, epochs.info, "the epochs");
    const index k = ica.n_components(), n = std::ssize(picks), times_per = epochs.n_times;
    Array<double, 3> out({epochs.n_epochs(), k, times_per});
    index done = 0;
    visit(epochs, [&](View<const double, 3> batch) {
        parallel_for(batch.extent(0), [&](index e) {
            Array<double, 2> x({n, times_per});
            for (index c = 0; c < n; ++c) {
                std::ranges::copy(batch[e].row(picks[static_cast<std::size_t>(c)]), &x(c, 0));
            }
            const auto y = out.view()[done + e];
            numerics::gemm(false, false, k, times_per, n, 1.0, to_sources.matrix.data(), n, x.data(), times_per, 0.0,
                           y.data(), times_per);
            add_offset(y, to_sources.offset);
        });
        done += batch.extent(0);
    });
    out.shrink(done);
    return out;
}

Array<double, 2> sources(const Ica& ica, const Evoked& evoked) {
    const Affine to_sources = unmixing_of(ica);
    const std::vector<index> picks = picks_of(ica, evoked.info, "the average");
    Array<double, 2> out({ica.n_components(), evoked.n_times()});
    sources_into(to_sources, samples_of(evoked.data, picks, 0, evoked.n_times()), out);
    return out;
}

Raw sources_raw(const Ica& ica, const Raw& raw, index start, index stop, const std::vector<index>& add) {
    need_fit(ica);
    require(start >= 0 && start < stop && stop <= raw.n_samples(), "start must lie before stop, both in [0, ",
            raw.n_samples(), "]; got ", start, " and ", stop);
    Raw result;
    result.info = source_info(ica, raw.info, add);
    result.first_samp = raw.first_samp + start;
    result.preloaded = true;
    const index k = ica.n_components();
    result.data = Array<double, 2>({k + std::ssize(add), stop - start});
    const Affine to_sources = unmixing_of(ica);
    const std::vector<index> picks = picks_of(ica, raw.info, "the recording");
    const Samples samples{std::ssize(picks), stop - start,
                          [&](index at, View<double, 2> out) { read_samples(raw, picks, start + at, out); }};
    sources_into(to_sources, samples, result.data.view().slice(0, 0, k));
    if (!add.empty()) {
        read_samples(raw, add, start, result.data.view().slice(0, k, k + std::ssize(add)));
    }
    Annotations annotations = raw.annotations;
    for (auto& item : annotations.items) {
        item.channels.clear();
        if (!annotations.orig_time) {  // set_annotations counts these from the first sample
            item.onset -= result.first_time();
        }
    }
    set_annotations(result, std::move(annotations), false);
    check(result);
    return result;
}

Epochs sources_epochs(const Ica& ica, const Epochs& epochs, const std::vector<index>& add) {
    Epochs room;
    const Epochs& whole = loaded(epochs, room);
    Array<double, 3> data = sources(ica, whole);
    const index k = data.extent(1);
    if (!add.empty()) {
        Array<double, 3> both({data.extent(0), k + std::ssize(add), data.extent(2)});
        for (index e = 0; e < data.extent(0); ++e) {
            copy(View<const double, 2>(data.view()[e]), both.view()[e].slice(0, 0, k));
            for (std::size_t c = 0; c < add.size(); ++c) {
                std::ranges::copy(whole.data.view()[e].row(add[c]),
                                  both.view()[e].row(k + static_cast<index>(c)).begin());
            }
        }
        data = std::move(both);
    }
    Epochs result;
    result.info = source_info(ica, epochs.info, add);
    result.events = whole.events;
    result.event_id = whole.event_id;
    result.selection = whole.selection;
    result.metadata = whole.metadata;
    result.drop_log = whole.drop_log;
    result.tmin = whole.tmin;
    result.n_times = whole.n_times;
    result.options = whole.options;
    result.options.reject = result.options.flat = {};
    result.options.picks.clear();
    result.annotations = whole.annotations;
    result.raw_sfreq = whole.raw_sfreq;
    result.preloaded = result.dropped_bad = true;
    result.data = std::move(data);
    check(result);
    return result;
}

Evoked sources_evoked(const Ica& ica, const Evoked& evoked, const std::vector<index>& add) {
    Array<double, 2> data = sources(ica, evoked);
    const index k = data.extent(0);
    Evoked result = evoked;
    result.info = source_info(ica, evoked.info, add);
    result.data = Array<double, 2>({k + std::ssize(add), evoked.n_times()});
    std::copy_n(data.data(), data.size(), result.data.data());
    for (std::size_t c = 0; c < add.size(); ++c) {
        std::ranges::copy(evoked.data.view().row(add[c]), result.data.view().row(k + static_cast<index>(c)).begin());
    }
    check(result);
    return result;
}

}  // namespace ranvier::meeg
