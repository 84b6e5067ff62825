#include "ranvier/meeg/sensors/montage.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool finite(const Point& a) { return std::isfinite(a[0]) && std::isfinite(a[1]) && std::isfinite(a[2]); }

/// The number in a name's last three characters, if they are one.
std::optional<int> trailing_number(const std::string& name) {
    const std::string tail = name.substr(name.size() < 3 ? 0 : name.size() - 3);
    if (tail.empty() || !std::all_of(tail.begin(), tail.end(), [](unsigned char c) { return std::isdigit(c); })) {
        return {};
    }
    return std::stoi(tail);
}

/// Points with their names; only electrodes have one.
struct NamedPoint {
    DigPoint point;
    std::string name;
};

std::vector<NamedPoint> named_points(const Montage& montage) {
    std::vector<NamedPoint> points;
    for (int ident = 1; ident <= 3; ++ident) {
        for (const DigPoint& p : montage.fiducials) {
            if (p.ident == ident) {
                points.push_back({p, ""});
            }
        }
    }
    for (const DigKind kind : {DigKind::hpi, DigKind::extra}) {
        for (const DigPoint& p : montage.extra) {
            if (p.kind == kind) {
                points.push_back({p, ""});
            }
        }
    }
    const bool numbered = std::all_of(montage.positions.begin(), montage.positions.end(),
                                      [](const auto& p) { return trailing_number(p.first).has_value(); });
    int place = 0;
    for (const auto& [name, r] : montage.positions) {
        ++place;
        const int ident = numbered ? *trailing_number(name) : place;
        const DigPoint point{DigKind::eeg, ident, r, montage.coord_frame};
        points.push_back({point, name});
    }
    return points;
}

/// LPA, nasion and RPA are added on the axes, at the points' mean distance, where a head-coordinate set lacks them.
void complete_fiducials(std::vector<NamedPoint>& points) {
    std::set<int> present;
    double sum = 0;
    int count = 0;
    for (const auto& [p, name] : points) {
        if (p.kind == DigKind::cardinal) {
            present.insert(p.ident);
        }
        if (p.coord_frame == CoordFrame::head && finite(p.r)) {
            sum += norm(p.r);
            ++count;
        }
    }
    if (count == 0) {
        return;
    }
    const double radius = sum / count;
    const std::array<Point, 3> axes{Point{-1, 0, 0}, Point{0, 1, 0}, Point{1, 0, 0}};
    for (int ident = 1; ident <= 3; ++ident) {
        if (!present.contains(ident)) {
            points.push_back({{DigKind::cardinal, ident, scaled(axes[static_cast<std::size_t>(ident - 1)], radius),
                               CoordFrame::head},
                              ""});
        }
    }
}

template <class T>
Transform fiducial_transform(const Point& nasion, const Point& lpa, const Point& rpa, CoordFrame from) {
    using Vector = std::array<T, 3>;
    const auto number = [](const Point& p) -> Vector {
        return {static_cast<T>(p[0]), static_cast<T>(p[1]), static_cast<T>(p[2])};
    };
    const auto minus = [](const Vector& a, const Vector& b) -> Vector {
        return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    };
    const auto product = [](const Vector& a, const Vector& b) {
        double sum = 0;  // as OpenBLAS sums the products of short vectors
        for (std::size_t k = 0; k < 3; ++k) {
            const T term = a[k] * b[k];
            sum += term;
        }
        return static_cast<T>(sum);
    };
    const auto unit = [&](const Vector& a) -> Vector {
        const T length = std::sqrt(product(a, a));
        return {a[0] / length, a[1] / length, a[2] / length};
    };
    const Vector n = number(nasion), l = number(lpa), right = minus(number(rpa), l);
    require(product(right, right) > 0, "LPA and RPA must be different points");
    const Vector x = unit(right);
    const T along = product(minus(n, l), x);
    const Vector origin{l[0] + along * x[0], l[1] + along * x[1], l[2] + along * x[2]};
    const Vector front = minus(n, origin);
    require(product(front, front) > 0, "the nasion must not lie on the line through LPA and RPA");
    const Vector y = unit(front);
    const Vector z{x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]};
    Transform t;
    t.from = from;
    t.to = CoordFrame::head;
    const std::array<Vector, 3> axes{x, y, z};
    const Point o{origin[0], origin[1], origin[2]};
    for (std::size_t k = 0; k < 3; ++k) {
        const Point axis{axes[k][0], axes[k][1], axes[k][2]};
        t.matrix[k] = {axis[0], axis[1], axis[2], -dot(axis, o)};
    }
    return t;
}

void move_to_head(std::vector<NamedPoint>& points) {
    const bool all_head = !points.empty() && std::ranges::all_of(points, [](const NamedPoint& p) {
        return p.point.coord_frame == CoordFrame::head;
    });
    if (!all_head) {
        std::array<std::optional<Point>, 3> fiducials;  // LPA, nasion, RPA
        CoordFrame from = CoordFrame::unknown;
        for (const auto& [p, name] : points) {
            if (p.kind == DigKind::cardinal && p.ident >= 1 && p.ident <= 3) {
                fiducials[static_cast<std::size_t>(p.ident - 1)] = p.r;
                from = p.coord_frame;
            }
        }
        if (from != CoordFrame::head) {
            Transform to_head;
            const std::array<std::pair<int, const char*>, 3> order{{{1, "nasion"}, {0, "LPA"}, {2, "RPA"}}};
            const auto missing = std::find_if(order.begin(), order.end(), [&](const auto& o) {
                const auto& r = fiducials[static_cast<std::size_t>(o.first)];
                return !r || !finite(*r);
            });
            if (missing != order.end()) {
                warn("the montage has no " + std::string(missing->second) + ": its " + text(from) +
                     " coordinates are taken for head coordinates");
            } else {
                to_head = head_transform(*fiducials[1], *fiducials[0], *fiducials[2], from);
            }
            for (auto& [p, name] : points) {
                if (p.coord_frame == from) {
                    p.r = applied(to_head, p.r);
                    p.coord_frame = CoordFrame::head;
                }
            }
        }
    }
    complete_fiducials(points);
}

void sort_by_kind(StableVector<DigPoint>& dig) {
    const auto rank = [](DigKind kind) {
        constexpr std::array order{DigKind::cardinal, DigKind::hpi, DigKind::extra, DigKind::eeg};
        return std::find(order.begin(), order.end(), kind) - order.begin();
    };
    std::stable_sort(dig.begin(), dig.end(), [&](const DigPoint& a, const DigPoint& b) {
        return std::pair(rank(a.kind), a.ident) < std::pair(rank(b.kind), b.ident);
    });
}

/// Sources and detectors "S1", "D2" of the pairs "S1_D2 760".
void place_optodes(Info& info, const std::vector<index>& picks, const std::vector<NamedPoint>& points) {
    const auto optode = [&](const std::string& channel, const std::string& name) {
        for (const NamedPoint& p : points) {
            if (p.name == name && !name.empty()) {
                return p.point.r;
            }
        }
        throw InvalidInput("the montage has no optode '" + name + "', which fNIRS channel '" + channel +
                           "' needs; such channels must be named as 'S1_D2 760'");
    };
    for (const index pick : picks) {
        Channel& channel = info.channels[static_cast<std::size_t>(pick)];
        const std::string pair = channel.name.substr(0, channel.name.find(' '));
        const auto bar = pair.find('_');
        const Point source = optode(channel.name, pair.substr(0, bar));
        const Point detector = optode(channel.name, bar == std::string::npos ? "" : pair.substr(bar + 1));
        for (std::size_t k = 0; k < 3; ++k) {
            channel.loc[k] = (source[k] + detector[k]) / 2;
            channel.loc[3 + k] = source[k];
            channel.loc[6 + k] = detector[k];
        }
        channel.coord_frame = CoordFrame::head;
    }
    info.dig.clear();
    for (const NamedPoint& p : points) {
        info.dig.push_back(p.point);
    }
}

/// The reference's place, if all channels agree on one that says something.
std::optional<Point> common_reference(const Info& info, const std::vector<index>& picks) {
    std::optional<Point> common;
    for (const index pick : picks) {
        const auto& loc = info.channels[static_cast<std::size_t>(pick)].loc;
        const Point r{loc[3], loc[4], loc[5]};
        if (!common) {
            common = r;
        }
        if (r != *common) {  // NaN differs from itself
            return {};
        }
    }
    if (!common || *common == Point{0, 0, 0} || *common == Point{1, 0, 0}) {
        return {};
    }
    return common;
}

}  // namespace

Transform head_transform(const Point& nasion, const Point& lpa, const Point& rpa, CoordFrame from) {
    // Templates and FIFF files give their fiducials in single precision. MNE-Python computes the axes of such in single
    // precision too, and so do we: the positions that follow then agree to more digits than the fiducials have.
    const auto single = [](const Point& p) {
        return std::all_of(p.begin(), p.end(),
                           [](double x) { return x == static_cast<double>(static_cast<float>(x)); });
    };
    return single(nasion) && single(lpa) && single(rpa) ? fiducial_transform<float>(nasion, lpa, rpa, from)
                                                        : fiducial_transform<double>(nasion, lpa, rpa, from);
}

Point applied(const Transform& transform, const Point& p) {
    Point out;
    for (std::size_t k = 0; k < 3; ++k) {
        const auto& row = transform.matrix[k];
        out[k] = row[0] * p[0] + row[1] * p[1] + row[2] * p[2] + row[3];
    }
    return out;
}

Transform inverse(const Transform& transform) {
    Transform out;
    out.from = transform.to;
    out.to = transform.from;
    const auto& m = transform.matrix;
    for (std::size_t i = 0; i < 3; ++i) {
        out.matrix[i][3] = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            out.matrix[i][k] = m[k][i];
            out.matrix[i][3] -= m[k][i] * m[k][3];
        }
    }
    return out;
}

void set_montage(Info& info, const Montage& montage, OnMissing on_missing, bool match_case) {
    std::vector<NamedPoint> points = named_points(montage);
    move_to_head(points);

    using enum ChannelType;
    const std::vector<index> picks = pick_types(info, {ChannelType::eeg, seeg, dbs, ecog}, false);
    const auto key = [&](const std::string& name) { return match_case ? name : lower_case(name); };
    const std::string needs_case = " differ by case only, so that match_case=False is not possible";

    std::map<std::string, Point> places;
    for (const NamedPoint& p : points) {
        if (p.point.kind == DigKind::eeg) {
            const bool is_new = places.insert_or_assign(key(p.name), p.point.r).second;
            require(is_new || match_case,
                    [&] { return "positions of the montage such as '" + p.name + "'" + needs_case; });
        }
    }
    std::set<std::string> keys;
    for (const index pick : picks) {
        const std::string& name = info.channels[static_cast<std::size_t>(pick)].name;
        require(keys.insert(key(name)).second || match_case,
                [&] { return "channels such as '" + name + "'" + needs_case; });
    }

    const std::optional<Point> kept_reference = common_reference(info, picks);
    Point reference = kept_reference.value_or(Point{0, 0, 0});
    if (!kept_reference) {
        for (const NamedPoint& p : points) {
            if (p.name == "EEG000" || p.name == "REF") {
                reference = p.point.r;
                places.erase(key(p.name));
                break;
            }
        }
    }

    std::vector<std::string> missing, ignored;
    const std::set<index> placeable(picks.begin(), picks.end());
    for (index k = 0; k < info.n_channels(); ++k) {
        const std::string& name = info.channels[static_cast<std::size_t>(k)].name;
        const bool found = places.contains(key(name));
        if (placeable.contains(k) && !found) {
            missing.push_back(name);
        } else if (!placeable.contains(k) && found) {
            ignored.push_back(name);
        }
    }
    if (!missing.empty() && on_missing != OnMissing::ignore) {
        const std::string message =
            "the montage has no position for " + text_of(missing.size()) + " of the channels: " + quoted(missing) +
            ". Rename them to the montage's names (rename_channels), change their type where they "
            "are no electrodes (set_channel_types), or allow missing positions (on_missing='ignore')";
        require(on_missing == OnMissing::warn, message);
        warn(message);
    }
    if (!ignored.empty()) {
        warn("channels that are in the montage but are not of a type with electrodes keep no position: " +
             quoted(ignored) + ". Set their type (set_channel_types) before the montage");
    }

    for (const index pick : picks) {
        Channel& channel = info.channels[static_cast<std::size_t>(pick)];
        const auto place = places.find(key(channel.name));
        const bool known = place != places.end() && finite(place->second);
        for (std::size_t k = 0; k < 3; ++k) {
            channel.loc[k] = known ? place->second[k] : nan;
            channel.loc[3 + k] = known ? reference[k] : nan;
        }
        channel.coord_frame = CoordFrame::head;
    }

    const StableVector<DigPoint> old_dig = info.dig;
    info.dig.clear();
    for (const NamedPoint& p : points) {
        if (p.name.empty() || keys.contains(key(p.name)) || key(p.name) == key("EEG000") || key(p.name) == key("REF")) {
            info.dig.push_back(p.point);
        }
    }
    if (kept_reference) {  // the reference's point stays if there was one
        for (const DigPoint& p : old_dig) {
            if (p.kind == DigKind::eeg && p.ident == 0 && p.r == reference) {
                info.dig.push_back(p);
                break;
            }
        }
    }
    sort_by_kind(info.dig);

    const std::vector<index> optodes =
        pick_types(info, {hbo, hbr, fnirs_cw_amplitude, fnirs_fd_ac_amplitude, fnirs_fd_phase, fnirs_od}, false);
    if (!optodes.empty()) {
        place_optodes(info, optodes, points);
    }
}

std::string standardized_name(std::string_view name) {
    const auto first = name.find_first_not_of('.');
    const auto last = name.find_last_not_of('.');
    std::string out = upper_case(first == std::string_view::npos ? "" : name.substr(first, last - first + 1));
    if (out.ends_with('Z')) {
        out.back() = 'z';
    }
    if (out.starts_with("FP")) {
        out[1] = 'p';
    }
    return out;
}

}  // namespace ranvier::meeg
