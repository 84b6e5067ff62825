#include "ranvier/meeg/maxwell/head_positions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

index sample_at(const Raw& raw, double seconds) { return static_cast<index>(std::nearbyint(seconds * raw.info.sfreq)); }

HeadPosition position_of(const Info& info) {
    HeadPosition position;
    if (info.dev_head_t) {
        position.quaternion = quaternion_of(rotation_of(*info.dev_head_t));
        position.translation = translation_of(*info.dev_head_t);
    }
    return position;
}

void check(const HeadPositions& positions) {
    for (std::size_t k = 0; k < positions.size(); ++k) {
        const HeadPosition& p = positions[k];
        for (const double x : {p.time, p.quaternion[0], p.quaternion[1], p.quaternion[2], p.translation[0],
                               p.translation[1], p.translation[2]}) {
            require(std::isfinite(x), "head positions must be finite numbers; number ", k, " is not");
        }
        require(k == 0 || p.time > positions[k - 1].time, [&] {
            return "times of head positions must rise; number " + text_of(k) + " is at " + text_of(p.time) +
                   " s, after one at " + text_of(positions[k - 1].time) + " s";
        });
    }
    for (std::size_t k = 0; k < positions.size(); ++k) {
        const HeadPosition& p = positions[k];
        require(dot(p.quaternion, p.quaternion) <= 1 + 1e-3, [&] {
            return "rotations of head positions must be unit quaternions, of whose last three numbers the squares sum "
                   "up "
                   "to no more than 1; those of number " +
                   text_of(k) + " sum up to " + text_of(dot(p.quaternion, p.quaternion));
        });
    }
}

/// Positions [first, last) at which a mask is set without a gap, as times of their beginnings and ends.
void add_runs(Annotations& to, const std::vector<double>& times, const std::vector<bool>& mask,
              const char* description) {
    for (std::size_t k = 0; k < mask.size(); ++k) {
        const std::size_t begin = k;
        while (k < mask.size() && mask[k]) {
            ++k;
        }
        if (k > begin) {
            to.items.push_back({times[begin], times[k] - times[begin], description, {}});
        }
    }
}

}  // namespace

Transform device_to_head(const HeadPosition& position) {
    return device_to_head(rotation_of(position.quaternion), position.translation);
}

index HeadTrack::at(index sample) const {
    return std::max<index>(std::upper_bound(samples.begin(), samples.end(), sample) - samples.begin() - 1, 0);
}

HeadTrack head_track(const Raw& raw, const HeadPositions& positions) {
    check(positions);
    HeadTrack track;
    // Files of positions have three decimals, so a millisecond is given.
    require(positions.empty() || positions.front().time >= raw.first_time() - 1e-3, [&] {
        return "head positions must not begin before the recording does, at " + text_of(raw.first_time()) +
               " s of the acquisition's clock; got one at " + text_of(positions.front().time) +
               " s. Do they count from the first sample? Then add first_time to their times";
    });
    if (positions.empty() || positions.front().time - raw.first_time() >= 0.5 / raw.info.sfreq) {
        ensure(positions.empty() || raw.info.dev_head_t, "head positions are those of a recording with a head");
        track.positions.push_back(position_of(raw.info));
        track.samples.push_back(0);
    }
    double farthest = 0;
    for (const HeadPosition& p : positions) {
        const index sample = track.samples.empty() ? 0 : sample_at(raw, p.time - raw.first_time());
        require(track.samples.empty() || sample > track.samples.back(), [&] {
            return "there must be at most one head position for a sample; two fall on that at " + text_of(p.time) +
                   " s";
        });
        track.positions.push_back(p);
        track.samples.push_back(sample);
    }
    for (const HeadPosition& p : track.positions) {
        farthest = std::max(farthest, norm(p.translation));
    }
    if (farthest > 1) {
        warn("the head is up to " + text_of(farthest) +
             " m from the centre of the device, which is hardly true: are its positions in metres?");
    }
    return track;
}

HeadPosition mean_position(const HeadTrack& track, index start, index stop) {
    std::vector<Point> quaternions;
    std::vector<double> weights;
    if (const index one = track.at(start); one == track.at(stop - 1)) {
        return track.positions[static_cast<std::size_t>(one)];
    }
    HeadPosition mean;
    for (index k = track.at(start); k < std::ssize(track.samples) && track.samples[static_cast<std::size_t>(k)] < stop;
         ++k) {
        const auto p = static_cast<std::size_t>(k);
        const index from = std::max(track.samples[p], start);
        const index to = p + 1 < track.samples.size() ? std::min(track.samples[p + 1], stop) : stop;
        const double share = static_cast<double>(to - from) / static_cast<double>(stop - start);
        quaternions.push_back(track.positions[p].quaternion);
        weights.push_back(std::sqrt(share));
        for (std::size_t i = 0; i < 3; ++i) {
            mean.translation[i] += share * track.positions[p].translation[i];
        }
    }
    mean.quaternion = mean_quaternion(quaternions, weights);
    return mean;
}

Transform average_head_position(std::span<const Raw* const> raws, std::span<const HeadPositions> positions) {
    require(raws.size() == positions.size(), "there must be head positions for each recording; got ", positions.size(),
            " for ", raws.size());
    std::vector<Point> quaternions, translations;
    std::vector<double> seconds;
    for (std::size_t r = 0; r < raws.size(); ++r) {
        const Raw& raw = *raws[r];
        check(positions[r]);
        std::vector<char> good(static_cast<std::size_t>(raw.n_samples()), 1);
        for (const AnnotationSpan& span : annotation_spans(raw, {"bad"})) {
            std::fill(good.begin() + span.begin, good.begin() + span.end, 0);
        }
        const double last = raw.time(raw.n_samples() - 1);
        for (std::size_t k = 0; k < positions[r].size(); ++k) {
            const double time = positions[r][k].time - raw.first_time();
            if (time > last) {
                break;
            }
            const double end = k + 1 < positions[r].size() ? positions[r][k + 1].time - raw.first_time() : last + 1;
            const index from = std::max<index>(sample_at(raw, time), 0);
            const index to = end > last ? raw.n_samples() : std::max<index>(sample_at(raw, end), from);
            quaternions.push_back(positions[r][k].quaternion);
            translations.push_back(positions[r][k].translation);
            seconds.push_back(static_cast<double>(std::count(good.begin() + from, good.begin() + to, 1)) /
                              raw.info.sfreq);
        }
    }
    double total = 0;
    for (const double s : seconds) {
        total += s;
    }
    require(total > 0, "a mean head position needs one that holds at some sample that is not annotated as bad");
    Point mean{};
    for (std::size_t k = 0; k < seconds.size(); ++k) {
        seconds[k] /= total;
        for (std::size_t i = 0; i < 3; ++i) {
            mean[i] += seconds[k] * translations[k][i];
        }
    }
    if (norm(mean) > 1) {
        warn("the head is on average " + text_of(norm(mean)) +
             " m from the centre of the device, which is hardly true: are its positions in metres?");
    }
    return device_to_head(rotation_of(mean_quaternion(quaternions, seconds)), mean);
}

Movement annotate_movement(const Raw& raw, const HeadPositions& positions, const MovementLimits& limits,
                           const std::vector<Point>& coils) {
    check(positions);
    require(!positions.empty(), "there are no head positions to look at");
    for (const auto& [name, limit] : {std::pair{"rotation_velocity_limit", limits.rotation_velocity},
                                      std::pair{"translation_velocity_limit", limits.translation_velocity},
                                      std::pair{"mean_distance_limit", limits.mean_distance}}) {
        require(!limit || *limit > 0, name, " must be > 0; got ", limit.value_or(0));
    }
    Movement out;
    out.annotations.orig_time = raw.info.meas_date;
    const double shift = raw.info.meas_date ? 0 : raw.first_time();
    std::vector<double> times;
    for (const HeadPosition& p : positions) {
        times.push_back(p.time - shift);
    }
    times.push_back(times.back() + 1 / raw.info.sfreq);
    const std::size_t n = positions.size();
    const auto faster = [&](double limit, const auto& way) {
        std::vector<bool> mask;
        for (std::size_t k = 0; k + 1 < n; ++k) {
            mask.push_back(way(positions[k], positions[k + 1]) / (positions[k + 1].time - positions[k].time) >= limit);
        }
        return mask;
    };
    if (limits.rotation_velocity) {
        const double limit = *limits.rotation_velocity * std::numbers::pi / 180;
        add_runs(out.annotations, times,
                 faster(limit, [](const auto& a, const auto& b) { return angle_between(a.quaternion, b.quaternion); }),
                 "BAD_mov_rotat_vel");
    }
    if (limits.translation_velocity) {
        add_runs(out.annotations, times,
                 faster(*limits.translation_velocity,
                        [](const auto& a, const auto& b) { return norm(minus(b.translation, a.translation)); }),
                 "BAD_mov_trans_vel");
    }
    if (limits.mean_distance) {
        require(!coils.empty(),
                "how far the head is takes coils of the head position indicator; the recording has none "
                "(info['hpi_results'])");
        require(limits.from_average || raw.info.dev_head_t,
                "use_dev_head_trans='info' needs info['dev_head_t'], which the recording lacks: use 'average'");
        const Raw* one = &raw;
        const Transform fixed = limits.from_average ? average_head_position({&one, 1}, {&positions, 1})
                                                    : static_cast<const Transform&>(*raw.info.dev_head_t);
        out.distances = Array<double, 2>({static_cast<index>(n), std::ssize(coils)});
        std::vector<bool> mask(n);
        for (std::size_t k = 0; k < n; ++k) {
            const Transform now = device_to_head(positions[k]);
            for (std::size_t c = 0; c < coils.size(); ++c) {
                const double far = norm(minus(applied(now, coils[c]), applied(fixed, coils[c])));
                out.distances(static_cast<index>(k), static_cast<index>(c)) = far;
                mask[k] = mask[k] || far > *limits.mean_distance;
            }
        }
        add_runs(out.annotations, times, mask, "BAD_mov_dist");
    }
    sort(out.annotations);
    return out;
}

}  // namespace ranvier::meeg
