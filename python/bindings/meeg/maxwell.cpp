// Maxwell filters and heads that move.
#include <algorithm>

#include "meeg/positions.hpp"
#include "meeg/samples.hpp"
#include "objects.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/plain/maxwell_files.hpp"
#include "ranvier/meeg/maxwell/fine_calibration.hpp"
#include "ranvier/meeg/maxwell/homogeneous.hpp"
#include "ranvier/meeg/maxwell/maxwell_filter.hpp"

namespace ranvier::python {

using namespace meeg;
namespace fs = std::filesystem;

namespace {

using Locs = std::vector<std::array<double, 12>>;
using Numbers = std::vector<std::vector<double>>;

nb::tuple shown(const FineCalibration& c) { return nb::make_tuple(c.names, c.locs, c.numbers); }
FineCalibration calibration_of(nb::handle parts) {
    FineCalibration c{nb::cast<std::vector<std::string>>(parts[0]), nb::cast<Locs>(parts[1]),
                      nb::cast<Numbers>(parts[2])};
    require(c.names.size() == c.locs.size() && c.names.size() == c.numbers.size(),
            "a fine calibration must have a loc and imb_cals for each of its ch_names");
    return c;
}

/// Rows, columns and values of a matrix that is not zero there.
CrossTalk cross_talk_of(nb::handle parts) {
    std::vector<CrossTalk::Entry> entries;
    const auto rows = nb::cast<std::vector<index>>(parts[1]), columns = nb::cast<std::vector<index>>(parts[2]);
    const auto values = nb::cast<std::vector<double>>(parts[3]);
    require(columns.size() == rows.size() && values.size() == rows.size(),
            "a cross-talk matrix must have a row, a column and a value for each of its entries");
    for (std::size_t k = 0; k < rows.size(); ++k) {
        entries.push_back({rows[k], columns[k], values[k]});
    }
    return meeg::cross_talk_of(nb::cast<std::vector<std::string>>(parts[0]), std::move(entries));
}

/// What the functions take beside their settings: from files, or as parts.
template <class Options>
void add_files(Options& options, nb::handle calibration, nb::handle cross_talk) {
    if constexpr (std::is_base_of_v<ExpansionOptions, Options>) {
        options.use_own_calibration = !nb::isinstance<nb::bool_>(calibration);
        options.use_own_cross_talk = !nb::isinstance<nb::bool_>(cross_talk);
    }
    if (nb::isinstance<fs::path>(calibration) || nb::isinstance<nb::str>(calibration)) {
        options.calibration = formats::read_fine_calibration(nb::cast<fs::path>(calibration));
    } else if (!calibration.is_none() && !nb::isinstance<nb::bool_>(calibration)) {
        options.calibration = calibration_of(calibration);
    }
    if (nb::isinstance<nb::str>(cross_talk)) {
        options.cross_talk = formats::read_cross_talk_fif(nb::cast<fs::path>(cross_talk));
    } else if (!cross_talk.is_none() && !nb::isinstance<nb::bool_>(cross_talk)) {
        options.cross_talk = cross_talk_of(cross_talk);
    }
}
void add_files(ExpansionOptions& options, nb::handle calibration, nb::handle cross_talk,
               const std::vector<Projection>& projections) {
    add_files(options, calibration, cross_talk);
    options.extended_proj = projections;
}

using Table = std::optional<NumpyIn<double, 2>>;

}  // namespace

HeadPositions positions_of(const NumpyIn<double, 2>& table) {
    require(table.shape(1) == 10, "head positions must have shape (N, 10); got (", table.shape(0), ", ", table.shape(1),
            ")");
    HeadPositions out;
    const auto x = view_of<double, 2>(table);
    for (index k = 0; k < x.extent(0); ++k) {
        out.push_back({x(k, 0), {x(k, 1), x(k, 2), x(k, 3)}, {x(k, 4), x(k, 5), x(k, 6)}, x(k, 7), x(k, 8), x(k, 9)});
    }
    return out;
}

Array<double, 2> table_of(const HeadPositions& positions) {
    Array<double, 2> out({std::ssize(positions), 10});
    for (index k = 0; k < out.extent(0); ++k) {
        const HeadPosition& p = positions[static_cast<std::size_t>(k)];
        const double row[] = {p.time,           p.quaternion[0],  p.quaternion[1], p.quaternion[2], p.translation[0],
                              p.translation[1], p.translation[2], p.goodness,      p.error,         p.velocity};
        std::ranges::copy(row, out.view().row(k).begin());
    }
    return out;
}

void bind_maxwell(nb::module_& m) {
    publish<ExpansionOptions>();
    publish<MaxwellOptions>();
    publish<BadChannelOptions>();
    publish<HfcOptions>();
    publish<FineCalibrationOptions>();
    m.def(
        "compute_fine_calibration",
        [](const Raw& raw, const nb::dict& settings, nb::handle calibration, nb::handle cross_talk) {
            auto options = options_of<FineCalibrationOptions>(settings);
            add_files(options, calibration, cross_talk);
            const ComputedCalibration found = run([&] { return compute_fine_calibration(raw, options); });
            return nb::make_tuple(shown(found.calibration), found.count);
        },
        "raw"_a, "options"_a, "calibration"_a.none(), "cross_talk"_a.none());
    m.def(
        "compute_proj_hfc",
        [](const Info& info, const std::vector<index>& picks, const nb::dict& settings) {
            const auto options = options_of<HfcOptions>(settings);
            return run([&] { return compute_proj_hfc(info, picks, options); });
        },
        "info"_a, "picks"_a, "options"_a);
    m.def(
        "read_fine_calibration", [](const fs::path& path) { return shown(formats::read_fine_calibration(path)); },
        "path"_a);
    m.def(
        "write_fine_calibration",
        [](nb::handle parts, const fs::path& path) {
            formats::write_fine_calibration(calibration_of(parts), path, true);
        },
        "calibration"_a, "path"_a);
    m.def(
        "read_head_positions",
        [](const fs::path& path) { return numpy_view(table_of(formats::read_head_positions(path))); }, "path"_a);
    m.def(
        "write_head_positions",
        [](const NumpyIn<double, 2>& table, const fs::path& path) {
            formats::write_head_positions(positions_of(table), path, true);
        },
        "positions"_a, "path"_a);
    m.def(
        "read_head_transform_fif", [](const fs::path& path) { return formats::read_head_transform_fif(path); },
        "path"_a);
    m.def(
        "rotation_of", [](const Point& quaternion) { return rotation_of(quaternion); }, "quaternion"_a);
    m.def(
        "maxwell_filter",
        [](const Raw& raw, const nb::dict& settings, nb::handle calibration, nb::handle cross_talk,
           const std::vector<Projection>& projections, const std::optional<Transform>& destination,
           const Table& head_pos) {
            auto options = options_of<MaxwellOptions>(settings);
            add_files(options, calibration, cross_talk, projections);
            options.destination = destination;
            if (head_pos) {
                options.head_pos = positions_of(*head_pos);
            }
            return run([&] { return maxwell_filter(raw, options); });
        },
        "raw"_a, "options"_a, "calibration"_a.none(), "cross_talk"_a.none(), "extended_proj"_a, "destination"_a.none(),
        "head_pos"_a.none());
    m.def(
        "compute_maxwell_basis",
        [](const Info& info, const nb::dict& settings, nb::handle calibration,
           const std::vector<Projection>& projections) {
            auto options = options_of<ExpansionOptions>(settings);
            add_files(options, calibration, nb::none(), projections);
            const MaxwellBasis basis = run([&] { return compute_maxwell_basis(info, options); });
            std::vector<std::int64_t> moments(basis.moments.begin(), basis.moments.end());
            return nb::make_tuple(numpy_view(basis.S), numpy_view(basis.pinv), numpy_copy(moments), basis.n_in);
        },
        "info"_a, "options"_a, "calibration"_a.none(), "extended_proj"_a);
    m.def(
        "find_bad_channels_maxwell",
        [](const Raw& raw, const nb::dict& settings, nb::handle calibration, nb::handle cross_talk,
           const std::vector<Projection>& projections, const Table& head_pos) {
            auto options = options_of<BadChannelOptions>(settings);
            add_files(options, calibration, cross_talk, projections);
            if (head_pos) {
                options.head_pos = positions_of(*head_pos);
            }
            const BadChannels found = run([&] { return find_bad_channels_maxwell(raw, options); });
            return nb::make_tuple(found.noisy, found.flat, found.picks, numpy_view(found.bins),
                                  numpy_view(found.flat_scores), numpy_copy(found.flat_limits),
                                  numpy_view(found.noisy_scores), numpy_copy(found.noisy_limits));
        },
        "raw"_a, "options"_a, "calibration"_a.none(), "cross_talk"_a.none(), "extended_proj"_a, "head_pos"_a.none());
    m.def(
        "average_head_position",
        [](const std::vector<const Raw*>& raws, const std::vector<NumpyIn<double, 2>>& tables) {
            std::vector<HeadPositions> positions;
            for (const auto& table : tables) {
                positions.push_back(positions_of(table));
            }
            return run([&] { return average_head_position(raws, positions); });
        },
        "raws"_a, "positions"_a);
    m.def(
        "annotate_movement",
        [](const Raw& raw, const NumpyIn<double, 2>& table, std::optional<double> rotation,
           std::optional<double> translation, std::optional<double> distance, bool from_average,
           const std::vector<Point>& coils) {
            const HeadPositions positions = positions_of(table);
            Movement found = run([&] {
                return annotate_movement(raw, positions, {rotation, translation, distance, from_average}, coils);
            });
            return nb::make_tuple(std::move(found.annotations), numpy_view(found.distances));
        },
        "raw"_a, "positions"_a, "rotation"_a.none(), "translation"_a.none(), "distance"_a.none(), "from_average"_a,
        "coils"_a);
}

}  // namespace ranvier::python
