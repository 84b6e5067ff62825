#include "ranvier/meeg/maxwell/run.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

using numerics::matmul;

namespace {

/// Rows [begin, end).
Array<double, 2> some_rows(const Array<double, 2>& a, index begin, index end) {
    return Array<double, 2>(a.view().slice(0, begin, end));
}

/// Numbers of good sensors.
std::vector<index> at_good(const std::vector<bool>& good) {
    std::vector<index> which;
    for (index k = 0; k < std::ssize(good); ++k) {
        if (good[static_cast<std::size_t>(k)]) {
            which.push_back(k);
        }
    }
    return which;
}

}  // namespace

Positions::Positions(const Preparation& prepared, HeadTrack track, std::string interp)
    : prepared_(prepared), track_(std::move(track)), interp_(std::move(interp)) {}

Spaces Positions::spaces(const std::optional<Transform>& head, double time, const std::vector<bool>& good) const {
    return told_apart(prepared_.sensors, basis_of(prepared_.sensors, head), good, prepared_.spaces, time);
}

std::optional<Transform> Positions::head(index position) const {
    return known() ? std::optional(device_to_head(track_.positions[static_cast<std::size_t>(position)])) : std::nullopt;
}

void Positions::keep(index from, index to) {
    std::erase_if(kept_, [&](const auto& item) { return item.first < from || item.first >= to; });
    for (index k = from; k < to; ++k) {
        kept_[k];
    }
}

const Spaces& Positions::renewed(index position, const std::vector<bool>& good) {
    Kept& kept = kept_.at(position);
    if (kept.basis.empty()) {
        kept.basis = basis_of(prepared_.sensors, head(position));
    }
    if (kept.good != good) {
        const auto sample = static_cast<double>(track_.samples[static_cast<std::size_t>(position)]);
        kept.spaces = told_apart(prepared_.sensors, kept.basis, good, prepared_.spaces, sample / prepared_.info.sfreq);
        kept.good = good;
    }
    return kept.spaces;
}

const Spaces& Positions::spaces_at(index position, const std::vector<bool>& good) {
    keep(position, position + 1);
    return renewed(position, good);
}

double Positions::share(index sample) const {
    const index p = track_.at(sample);
    if (interp_ == "zero" || p + 1 == std::ssize(track_.samples)) {
        return 1;
    }
    const double from = static_cast<double>(track_.samples[static_cast<std::size_t>(p)]);
    const double to = static_cast<double>(track_.samples[static_cast<std::size_t>(p) + 1]);
    const double x = (static_cast<double>(sample) - from) / (to - from);
    if (interp_ == "linear") {
        return 1 - x;
    }
    const double c = std::cos(std::numbers::pi / 2 * x);
    return c * c;
}

namespace {

/// A piece of time over which two operators are mixed, at most a block long.
struct Piece {
    index start, stop, position;
};

constexpr index block = 1024;  // samples

std::vector<Piece> pieces_of(const HeadTrack& track, index start, index stop) {
    std::vector<Piece> pieces;
    for (index at = start; at < stop;) {
        const index p = track.at(at);
        const index end = p + 1 < std::ssize(track.samples) ? track.samples[static_cast<std::size_t>(p) + 1] : stop;
        const index to = std::min({end, stop, at + block});
        pieces.push_back({at, to, p});
        at = to;
    }
    return pieces;
}

}  // namespace

void Positions::for_pieces(index start, index stop, const std::vector<bool>& good, const MakeOperator& make,
                           const UsePiece& use) {
    constexpr index lot = 32;  // positions whose operators are held at once
    const auto pieces = pieces_of(track_, start, stop);
    const bool mixing = interp_ != "zero";
    std::vector<Operator> operators;
    for (std::size_t first = 0; first < pieces.size();) {
        const index from = pieces[first].position;
        std::size_t last = first;
        while (last < pieces.size() && pieces[last].position < from + lot) {
            ++last;
        }
        const index n_positions = std::ssize(track_.positions);
        const index to = std::min(pieces[last - 1].position + 1 + (mixing ? 1 : 0), n_positions);
        operators.assign(static_cast<std::size_t>(to - from), {});
        keep(from, to);
        parallel_for(to - from,
                     [&](index k) { operators[static_cast<std::size_t>(k)] = make(renewed(from + k, good)); });
        parallel_for(static_cast<index>(last - first), [&](index k) {
            check_interrupt();
            const Piece& piece = pieces[first + static_cast<std::size_t>(k)];
            const auto at = static_cast<std::size_t>(piece.position - from);
            const bool next = mixing && piece.position + 1 < n_positions;
            std::vector<double> shares;
            for (index s = piece.start; s < piece.stop && next; ++s) {
                shares.push_back(share(s));
            }
            use(piece.start, piece.stop, operators[at], next ? &operators[at + 1] : nullptr, shares);
        });
        first = last;
    }
}

void mix(View<double, 2> left, View<const double, 2> right, const std::vector<double>& shares) {
    for (index r = 0; r < left.extent(0); ++r) {
        double* a = left.row(r).data();
        const double* b = right.row(r).data();
        for (std::size_t k = 0; k < shares.size(); ++k) {
            a[k] = shares[k] * a[k] + (1 - shares[k]) * b[k];
        }
    }
}

Array<double, 2> mixed(const Array<double, 2>& left, const Array<double, 2>* right, View<const double, 2> samples,
                       const std::vector<double>& shares) {
    const auto times = [&](const Array<double, 2>& op) {
        Array<double, 2> out({op.extent(0), samples.extent(1)});
        numerics::gemm(false, false, op.extent(0), samples.extent(1), op.extent(1), 1.0, op.data(), op.extent(1),
                       samples.data(), samples.stride(0), 0.0, out.data(), out.extent(1));
        return out;
    };
    Array<double, 2> out = times(left);
    if (right) {
        mix(out, times(*right), shares);
    }
    return out;
}

void separate(const Preparation& prepared, Positions& positions, View<const double, 2> given, View<double, 2> all,
              index start, index stop) {
    const auto& picks = prepared.sensors.picks;
    const index n = std::ssize(picks), n_in = n_moments(prepared.sensors.expansion.int_order);
    positions.for_pieces(
        start, stop, prepared.good,
        [&](const Spaces& spaces) {
            Operator made;
            made.used.assign(spaces.moments.begin(), spaces.moments.begin() + spaces.n_in);
            made.to_moments = numerics::PackedMatrix(spaces.pinv.view().slice(0, 0, spaces.n_in));
            Array<double, 2> S({n, spaces.n_in});
            for (index i = 0; i < n; ++i) {
                for (index k = 0; k < spaces.n_in; ++k) {
                    S(i, k) = prepared.reconstruction(i, made.used[static_cast<std::size_t>(k)]);
                }
            }
            made.to_samples = numerics::PackedMatrix(S);
            return made;
        },
        [&](index from, index to, const Operator& left, const Operator* right, const std::vector<double>& shares) {
            const index step = std::min(numerics::samples_in_cache(n), to - from);
            // Moments are mixed where both positions use the same ones, otherwise samples.
            const bool alike = right && right->used == left.used, apart = right && !alike;
            numerics::SamplePanels samples(n, step), moments(n_in, step);
            numerics::SamplePanels more_moments(right ? n_in : 0, step), more_samples(apart ? n : 0, step);
            std::vector<const double*> in;
            std::vector<index> good;
            for (index k = 0; k < n; ++k) {
                if (prepared.good[static_cast<std::size_t>(k)]) {
                    good.push_back(k);
                }
            }
            std::vector<double*> out;
            for (index at = from; at < to; at += step) {
                const index length = std::min(step, to - at);
                const auto part = std::span(shares).subspan(right ? static_cast<std::size_t>(at - from) : 0,
                                                            right ? static_cast<std::size_t>(length) : 0);
                in.clear();
                out.clear();
                for (const index k : picks) {
                    out.push_back(&all(k, at - start));
                }
                for (const index k : good) {
                    in.push_back(&given(picks[static_cast<std::size_t>(k)], at - start));
                }
                samples.take(in, length);
                left.to_moments.multiply(samples, moments);
                if (!moments.finite()) {  // every sample counts in every moment
                    for (std::size_t k = 0; k < in.size(); ++k) {
                        require_finite(prepared, good[k], {in[k], static_cast<std::size_t>(length)},
                                       static_cast<double>(at) / prepared.info.sfreq);
                    }
                }
                if (right) {
                    right->to_moments.multiply(samples, more_moments);
                }
                if (alike) {
                    moments.mix(more_moments, part);
                }
                left.to_samples.multiply(moments, samples);
                if (apart) {
                    right->to_samples.multiply(more_moments, more_samples);
                    samples.mix(more_samples, part);
                }
                samples.give(out);
            }
        });
}

TemporalPass::TemporalPass(const Preparation& prepared, Positions& positions, const TemporalOptions& options)
    : prepared_(prepared), positions_(positions), options_(options) {}

const TemporalPass::Average& TemporalPass::average(index start, index stop) {
    const HeadPosition mean = mean_position(positions_.track(), start, stop);
    const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-7 + 1e-5 * std::abs(b); };
    bool same = last_.has_value();
    for (std::size_t k = 0; same && k < 3; ++k) {
        same = near(mean.quaternion[k], last_->mean.quaternion[k]) &&
               near(mean.translation[k], last_->mean.translation[k]);
    }
    if (!same) {
        const index one = positions_.track().at(start);
        const Spaces spaces =
            one == positions_.track().at(stop - 1)
                ? positions_.spaces_at(one, prepared_.good)
                : positions_.spaces(positions_.known() ? std::optional(device_to_head(mean)) : std::nullopt,
                                    static_cast<double>(start) / prepared_.info.sfreq, prepared_.good);
        const Array<double, 2> S = rows(spaces.S, at_good(prepared_.good));
        const index n_good = S.extent(0);
        last_ = Average{mean, {}, {}};
        last_->rest = matmul(S, spaces.pinv);
        for (index i = 0; i < n_good; ++i) {
            for (index k = 0; k < n_good; ++k) {
                last_->rest(i, k) = (i == k) - last_->rest(i, k);
            }
        }
        // The rows of S_in pinv_in and of what is left of it without rotations between sensors are one space.
        last_->inner =
            matmul(Array<double, 2>(S.view().slice(1, 0, spaces.n_in)), some_rows(spaces.pinv, 0, spaces.n_in));
    }
    return *last_;
}

namespace {

Samples good_courses(const Preparation& prepared, View<const double, 2> all, index start, index stop,
                     bool with_cross_talk) {
    const auto& picks = prepared.sensors.picks;
    if (with_cross_talk && !prepared.cross_talk.empty()) {
        return {std::ranges::count(prepared.good, true), stop - start,
                [&prepared, &picks, all, start](index begin, View<double, 2> out) {
                    Array<double, 2> some({std::ssize(picks), out.extent(1)});
                    for (index r = 0; r < std::ssize(picks); ++r) {
                        const double* x = &all(picks[static_cast<std::size_t>(r)], start + begin);
                        std::copy(x, x + out.extent(1), some.view().row(r).begin());
                    }
                    take_good(prepared, prepared.good, some, 0, out);
                }};
    }
    std::vector<index> rows;
    for (std::size_t k = 0; k < prepared.good.size(); ++k) {
        if (prepared.good[k]) {
            rows.push_back(picks[k]);
        }
    }
    return {std::ssize(rows), stop - start, [all, rows, start](index begin, View<double, 2> out) {
                for (index r = 0; r < std::ssize(rows); ++r) {
                    const double* x = &all(rows[static_cast<std::size_t>(r)], start + begin);
                    std::copy(x, x + out.extent(1), out.row(r).begin());
                }
            }};
}

void tell(index common, index start, index stop, double sfreq) {
    log(LogLevel::info, "        Projecting " + text_of(common) + " intersecting tSSS component" +
                            (common == 1 ? "" : "s") + " for " +
                            formatted("%8.3f", static_cast<double>(start) / sfreq) + " - " +
                            formatted("%8.3f", static_cast<double>(stop - 1) / sfreq) + " s");
}

/// Takes courses out of rows of samples: rows − weights · (rows · coursesᵀ) · courses, where the products are given.
struct Removal {
    Window window;
    Array<double, 2> amounts;  ///< rows · coursesᵀ, shape (rows, courses)
    Array<double, 2> courses;  ///< what makes courses of good samples, shape (courses, good); or themselves
};

/// Courses of samples [from, to) of a segment.
Array<double, 2> courses_of(const Removal& r, const Samples* good, index from, index to) {
    if (!good) {
        return Array<double, 2>(r.courses.view().slice(1, from - r.window.start, to - r.window.start));
    }
    Array<double, 2> samples({good->channels, to - from}), out({r.courses.extent(0), to - from});
    good->read(from, samples);
    numerics::gemm(false, false, out.extent(0), to - from, good->channels, 1.0, r.courses.data(), good->channels,
                   samples.data(), to - from, 0.0, out.data(), to - from);
    return out;
}

/// How much of the courses is in each row of the window's samples.
Array<double, 2> amounts_of(const Removal& r, const Samples* good, View<const double, 2> all,
                            const std::vector<index>& rows) {
    const index n = std::ssize(rows), k = r.courses.extent(0);
    Array<double, 2> out({n, k});
    for (index at = r.window.start; at < r.window.stop && k > 0; at += block) {
        const index to = std::min(at + block, r.window.stop);
        const Array<double, 2> courses = courses_of(r, good, at, to);
        Array<double, 2> samples({n, to - at});
        for (index i = 0; i < n; ++i) {
            const double* x = &all(rows[static_cast<std::size_t>(i)], at);
            std::copy(x, x + (to - at), samples.view().row(i).begin());
        }
        numerics::gemm(false, true, n, k, to - at, 1.0, samples.data(), to - at, courses.data(), to - at, 1.0,
                       out.data(), k);
    }
    return out;
}

void remove(const std::vector<Removal>& removals, const Samples* good, View<double, 2> all,
            const std::vector<index>& rows) {
    const index length = all.extent(1), n = std::ssize(rows);
    parallel_for((length + block - 1) / block, [&](index b) {
        const index from = b * block, to = std::min(length, from + block);
        Array<double, 2> taken({n, to - from});
        bool any = false;
        for (const Removal& r : removals) {
            const index start = std::max(from, r.window.start), stop = std::min(to, r.window.stop);
            if (start >= stop || r.courses.extent(0) == 0) {
                continue;
            }
            any = true;
            Array<double, 2> courses = courses_of(r, good, start, stop);
            for (index k = 0; k < courses.extent(0); ++k) {
                for (index s = start; s < stop; ++s) {
                    courses(k, s - start) *= r.window.weights[static_cast<std::size_t>(s - r.window.start)];
                }
            }
            numerics::gemm(false, false, n, stop - start, courses.extent(0), 1.0, r.amounts.data(), courses.extent(0),
                           courses.data(), stop - start, 1.0, taken.data() + (start - from), to - from);
        }
        for (index i = 0; i < n && any; ++i) {
            double* x = &all(rows[static_cast<std::size_t>(i)], from);
            for (index s = 0; s < to - from; ++s) {
                x[s] -= taken(i, s);
            }
        }
    });
}

}  // namespace

void TemporalPass::fixed(View<double, 2> all, index offset, const std::vector<index>& rows) {
    const index length = all.extent(1);
    if (length < options_.length) {
        return;  // too short to tell
    }
    const auto windows = windows_of(length, options_.length, options_.overlap);
    const Samples good = good_courses(prepared_, all, 0, length, options_.with_cross_talk);
    std::vector<Removal> removals(windows.size());
    std::vector<Average> averages;  // of each window, which are few: one after the other, as each may be the last one's
    std::vector<std::size_t> which;
    for (const Window& w : windows) {
        const Average& a = average(offset + w.start, offset + w.stop);
        const bool same = !averages.empty() && averages.back().mean.quaternion == a.mean.quaternion &&
                          averages.back().mean.translation == a.mean.translation;
        if (!same) {
            averages.push_back(a);
        }
        which.push_back(averages.size() - 1);
    }
    parallel_for(std::ssize(windows), [&](index k) {
        const Window& w = windows[static_cast<std::size_t>(k)];
        const Average& a = averages[which[static_cast<std::size_t>(k)]];
        const Array<double, 2> L = left_factor(good_courses(prepared_, all, w.start, w.stop, options_.with_cross_talk));
        Removal& r = removals[static_cast<std::size_t>(k)];
        r.window = w;
        const auto common =
            common_courses(matmul(a.inner, L), matmul(a.rest, L), w.stop - w.start, options_.correlation);
        r.courses = matmul(common, a.rest);
        r.amounts = amounts_of(r, &good, all, rows);
    });
    for (const Removal& r : removals) {
        tell(r.courses.extent(0), offset + r.window.start, offset + r.window.stop, prepared_.info.sfreq);
    }
    // Courses are made of samples as they were: of each block, before it changes.
    remove(removals, &good, all, rows);
}

std::vector<TemporalPass::Common> TemporalPass::moving(View<const double, 2> all, index offset) {
    const index length = all.extent(1);
    std::vector<Common> out;
    if (length < options_.length) {
        return out;
    }
    const index n = std::ranges::count(prepared_.good, true);
    for (const Window& w : windows_of(length, options_.length, options_.overlap)) {
        const Samples good = good_courses(prepared_, all, w.start, w.stop, false);
        // What is inside and what is left, one below the other.
        Array<double, 2> both({2 * n, w.stop - w.start});
        positions_.for_pieces(
            offset + w.start, offset + w.stop, prepared_.good,
            [&](const Spaces& spaces) {
                const Array<double, 2> S = rows(spaces.S, at_good(prepared_.good));
                Operator made{
                    matmul(Array<double, 2>(S.view().slice(1, 0, spaces.n_in)), some_rows(spaces.pinv, 0, spaces.n_in)),
                    matmul(S, spaces.pinv)};
                for (index i = 0; i < n; ++i) {
                    for (index k = 0; k < n; ++k) {
                        made.second(i, k) = (i == k) - made.second(i, k);
                    }
                }
                return made;
            },
            [&](index from, index to, const Operator& left, const Operator* right, const std::vector<double>& shares) {
                const index begin = from - offset - w.start, end = to - offset - w.start;
                Array<double, 2> samples({n, end - begin});
                good.read(begin, samples);
                const auto inner = mixed(left.first, right ? &right->first : nullptr, samples, shares);
                const auto rest = mixed(left.second, right ? &right->second : nullptr, samples, shares);
                copy(inner.view(), both.view().slice(0, 0, n).slice(1, begin, end));
                copy(rest.view(), both.view().slice(0, n, 2 * n).slice(1, begin, end));
            });
        const Array<double, 2> L = left_factor({2 * n, w.stop - w.start, [&](index begin, View<double, 2> to) {
                                                    copy(both.view().slice(1, begin, begin + to.extent(1)), to);
                                                }});
        const auto common =
            common_courses(some_rows(L, 0, n), some_rows(L, n, 2 * n), w.stop - w.start, options_.correlation);
        out.push_back({w, matmul(common, some_rows(both, n, 2 * n))});
        tell(common.extent(0), offset + w.start, offset + w.stop, prepared_.info.sfreq);
    }
    return out;
}

void TemporalPass::take_out(std::vector<Common> common, View<double, 2> all, const std::vector<index>& rows) const {
    std::vector<Removal> removals;
    for (Common& c : common) {
        removals.push_back({std::move(c.window), {}, std::move(c.courses)});
    }
    parallel_for(std::ssize(removals), [&](index k) {
        Removal& r = removals[static_cast<std::size_t>(k)];
        r.amounts = amounts_of(r, nullptr, all, rows);
    });
    remove(removals, nullptr, all, rows);
}

}  // namespace ranvier::meeg
