#include "ranvier/meeg/artefacts/repair_trials.hpp"

#include <algorithm>

#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Array<double, 2> Repair::each_by_all_others() const {
    const index n = channels();
    Array<double, 2> out({n, n});
    for (index k = 0; k < n; ++k) {
        const index bad[] = {k};
        const Array<double, 2> row = weights(bad);
        std::copy(row.data(), row.data() + n, out.view().row(k).begin());
    }
    return out;
}

namespace {

class SplineRepair : public Repair {
public:
    SplineRepair(const Info& info, const std::vector<index>& picks) : inverse_({std::ssize(picks), std::ssize(picks)}) {
        const index n = std::ssize(picks);
        std::vector<Point> places;
        for (const index k : picks) {
            const Channel& channel = info.channels[static_cast<std::size_t>(k)];
            require(channel.has_position(), [&] {
                return "channel '" + channel.name + "' has no place, which its repair needs: set a montage";
            });
            places.push_back(scaled(channel.position(), 1 / norm(channel.position())));
        }
        const SphericalSpline spline;
        Array<double, 2> system({n + 1, n + 1}), unit({n + 1, n + 1});
        for (index i = 0; i <= n; ++i) {
            for (index k = 0; k < n && i < n; ++k) {
                system(i, k) = spline(dot(places[static_cast<std::size_t>(i)], places[static_cast<std::size_t>(k)]));
            }
            if (i < n) {
                system(i, i) += 1e-5;
                system(i, n) = system(n, i) = 1;
            }
            unit(i, i) = 1;
        }
        const Array<double, 2> whole = numerics::solve(system, unit);
        for (index i = 0; i < n; ++i) {
            for (index k = 0; k < n; ++k) {
                inverse_(i, k) = (whole(i, k) + whole(k, i)) / 2;
            }
        }
    }

    index channels() const override { return inverse_.extent(0); }

    Array<double, 2> weights(std::span<const index> bad) const override {
        const index n = channels(), b = std::ssize(bad);
        require(b < n, "all ", n, " channels are to be repaired, and none is left to do it by: lower n_interpolate");
        Array<double, 2> own({b, b}), right({b, n});
        for (index i = 0; i < b; ++i) {
            const index row = bad[static_cast<std::size_t>(i)];
            for (index k = 0; k < n; ++k) {
                right(i, k) = -inverse_(row, k);
            }
            for (index k = 0; k < b; ++k) {
                own(i, k) = inverse_(row, bad[static_cast<std::size_t>(k)]);
            }
            for (const index k : bad) {
                right(i, k) = 0;
            }
        }
        return numerics::solve(own, right);
    }

private:
    Array<double, 2> inverse_;  ///< the part of A that belongs to channels
};

}  // namespace

std::unique_ptr<const Repair> make_repair(const Info& info, const std::vector<index>& picks) {
    check_picks(info, picks);
    require(picks.size() >= 2, "channels are repaired by others; there is ", std::ssize(picks));
    for (const index k : picks) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        if (channel.type() != ChannelType::eeg) {
            throw NotYet(
                "repairing trials of type '" + std::string(name(channel.type())) + "' ('" + channel.name +
                "') is not in Ranvier yet; pick EEG, or take get_rejection_threshold(), which repairs nothing");
        }
    }
    return std::make_unique<SplineRepair>(info, picks);
}

}  // namespace ranvier::meeg
