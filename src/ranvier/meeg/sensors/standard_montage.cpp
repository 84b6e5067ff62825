#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/sensors/montage_tables.hpp"

namespace ranvier::meeg {
namespace {

using montages::Kind;
using montages::Site;
using montages::Table;

constexpr double default_head_size = 0.095;  // [m]

// LPA, nasion and RPA of the template head fsaverage [m], in MRI coordinates: MNE-Python's get_mni_fiducials.
constexpr std::array<Point, 3> fsaverage_fiducials{
    {{-0.08061611652374268, -0.02908875234425068, -0.04131076857447624},
     {0.0014676303835585713, 0.08506715297698975, -0.03483611345291138},
     {0.08436284959316254, -0.02850276418030262, -0.041277434676885605}}};

// Names before MNE-Python 1.13.
const std::map<std::string, std::string> earlier_names{{"standard_1005", "colin27_1005"},
                                                       {"standard_1020", "colin27_1020"},
                                                       {"standard_alphabetic", "colin27_alphabetic"},
                                                       {"standard_postfixed", "colin27_postfixed"},
                                                       {"standard_prefixed", "colin27_prefixed"},
                                                       {"standard_primed", "colin27_primed"}};

template <class T>
T median_norm(const std::vector<std::array<T, 3>>& points) {
    std::vector<T> norms;
    for (const auto& p : points) {
        norms.push_back(std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]));
    }
    return median(norms);
}

DigPoint cardinal(int ident, const Point& r, CoordFrame coord_frame) {
    return {DigKind::cardinal, ident, r, coord_frame};
}

/// Sorts the sites into electrodes and fiducials; `names` are those of LPA, nasion and RPA.
Montage sorted_out(const Table& table, const std::vector<Point>& points, const std::array<std::string, 3>& names,
                   CoordFrame coord_frame) {
    Montage montage;
    montage.coord_frame = coord_frame;
    for (std::size_t k = 0; k < points.size(); ++k) {
        const std::string name(table.sites[k].name);
        const auto found = std::ranges::find(names, name);
        if (found != names.end()) {
            montage.fiducials.push_back(cardinal(static_cast<int>(found - names.begin()) + 1, points[k], coord_frame));
        } else {
            montage.positions.emplace_back(name, points[k]);
        }
    }
    std::ranges::sort(montage.fiducials, {}, &DigPoint::ident);
    return montage;
}

Montage from_millimetres(const Table& table, double head_size) {
    std::vector<Point> points;
    for (const Site& s : table.sites) {
        points.push_back({s.at[0] / 1000.0, s.at[1] / 1000.0, s.at[2] / 1000.0});
    }
    const double scale = head_size > 0 ? head_size / median_norm(points) : 1.0;
    for (Point& p : points) {
        p = scaled(p, scale);
    }
    Montage montage = sorted_out(table, points, {"LPA", "Nz", "RPA"}, CoordFrame::mri);
    // The templates' own fiducials are replaced by those of fsaverage, so that its transform to the MRI fits.
    montage.fiducials.clear();
    for (int k = 0; k < 3; ++k) {
        const Point r = scaled(fsaverage_fiducials[static_cast<std::size_t>(k)], scale);
        montage.fiducials.push_back(cardinal(k + 1, r, CoordFrame::mri));
    }
    return montage;
}

Montage from_metres(const Table& table, double head_size) {
    std::vector<Point> points, electrodes;
    for (const auto& [name, at] : table.sites) {
        points.push_back(at);
        if (name != "NAS" && name != "LPA" && name != "RPA" && name != "INI" && name != "Nz") {
            electrodes.push_back(points.back());
        }
    }
    const double scale = head_size > 0 ? head_size / median_norm(electrodes) : 1.0;
    for (Point& p : points) {
        p = scaled(p, scale);
    }
    Montage montage = sorted_out(table, points, {"LPA", "NAS", "RPA"}, CoordFrame::unknown);
    std::erase_if(montage.positions, [](const auto& p) { return p.first == "INI" || p.first == "Nz"; });
    return montage;
}

Montage from_angles(const Table& table, double head_size) {
    require(head_size > 0, [&] {
        return "montage '" + std::string(table.name) + "' has angles only: head_size must be > 0 m; got 0";
    });
    const auto place = [&](double polar, double azimuth) -> Point {
        const double pol = polar * (std::numbers::pi / 180), az = azimuth * (std::numbers::pi / 180);
        const double xy = head_size * std::sin(pol);
        return {xy * std::cos(az), xy * std::sin(az), head_size * std::cos(pol)};
    };
    // BioSemi gives half degrees, of which MNE-Python keeps the whole ones (to 1.13): 0.8 mm at most. So do we, so that
    // the same name means the same places in both.
    std::vector<Point> points;
    for (const Site& s : table.sites) {
        points.push_back(place(std::trunc(s.at[0]), std::trunc(s.at[1])));
    }
    Montage montage = sorted_out(table, points, {"LPA", "Nz", "RPA"}, CoordFrame::unknown);
    if (montage.fiducials.empty()) {  // EasyCap gives none; these lie on the 10-20 sphere's continuation
        montage.fiducials = {cardinal(lpa, place(-115, 0), CoordFrame::unknown),
                             cardinal(nasion, place(115, 90), CoordFrame::unknown),
                             cardinal(rpa, place(115, 0), CoordFrame::unknown)};
    }
    return montage;
}

/// EGI's coordinates are of single precision, and are scaled so.
Montage from_singles(const Table& table, double head_size) {
    std::vector<std::array<float, 3>> singles;
    for (const Site& s : table.sites) {
        singles.push_back({static_cast<float>(s.at[0]), static_cast<float>(s.at[1]), static_cast<float>(s.at[2])});
    }
    const float scale = head_size > 0 ? static_cast<float>(head_size) / median_norm(singles) : 1.0F;
    std::vector<Point> points;
    for (const auto& p : singles) {
        points.push_back({p[0] * scale, p[1] * scale, p[2] * scale});
    }
    Montage montage = sorted_out(table, points, {"FidT9", "FidNz", "FidT10"}, CoordFrame::unknown);
    if (table.kind == Kind::csd) {
        const auto at = [&](std::string_view name) {
            const auto found = std::ranges::find_if(montage.positions, [&](const auto& p) { return p.first == name; });
            ensure(found != montage.positions.end(), "an electrode of EGI_256");
            return found->second;
        };
        const auto between = [](const Point& a, const Point& b) -> Point {
            return {0.75 * a[0] + 0.25 * b[0], 0.75 * a[1] + 0.25 * b[1], 0.75 * a[2] + 0.25 * b[2]};
        };
        // The net has no landmarks: its frontmost electrode serves as the nasion, and places between the electrodes
        // around the ear holes as the preauricular points.
        montage.fiducials = {cardinal(lpa, between(at("E67"), at("E94")), CoordFrame::unknown),
                             cardinal(nasion, at("E31"), CoordFrame::unknown),
                             cardinal(rpa, between(at("E219"), at("E190")), CoordFrame::unknown)};
    }
    return montage;
}

bool is_template_head(std::string_view name) {
    return name.starts_with("fsaverage") || name.starts_with("colin27") || name.starts_with("mgh") ||
           name.starts_with("artinis");
}

}  // namespace

Montage make_standard_montage(const std::string& name, std::optional<double> head_size) {
    const auto earlier = earlier_names.find(name);
    const std::string& wanted = earlier == earlier_names.end() ? name : earlier->second;
    const Table* table = named(montages::tables(), wanted);
    require(table, [&] {
        std::vector<std::string> known = standard_montage_names();
        for (const auto& [old, now] : earlier_names) {
            known.push_back(old);
        }
        return "there is no standard montage '" + name + "'" + did_you_mean(name, known);
    });
    const double size = head_size.value_or(is_template_head(wanted) ? 0 : default_head_size);
    require(size >= 0, [&] { return "head_size must be >= 0 m; got " + text_of(size); });
    switch (table->kind) {
        case Kind::elc: return from_millimetres(*table, size);
        case Kind::tsv: return from_metres(*table, size);
        case Kind::txt: return from_angles(*table, size);
        default: return from_singles(*table, size);
    }
}

std::vector<std::string> standard_montage_names() { return names_of(montages::tables()); }

}  // namespace ranvier::meeg
