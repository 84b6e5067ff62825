#include "ranvier/meeg/sensors/montage.hpp"
#include "tests/places.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage_tables.hpp"

namespace ranvier::meeg {
namespace {

using nlohmann::json;

// Made by tests/reference/make_meeg_operations.py with MNE-Python 1.13.
const json& reference() {
    static const json values = [] {
        std::ifstream file(ranvier::tests::source_folder() / "tests/reference/meeg_montage.json");
        return json::parse(file);
    }();
    return values;
}

// Positions are of order 0.1 m and come out of a dozen operations; 1e-14 m is a hundred roundings.
constexpr double tolerance = 1e-14;

std::array<double, 3> point(const json& j) { return {j[0], j[1], j[2]}; }

void expect_near(const std::array<double, 3>& a, const json& b, const std::string& where, double tol = tolerance) {
    for (std::size_t k = 0; k < 3; ++k) {
        if (b[k].is_null()) {
            EXPECT_TRUE(std::isnan(a[k])) << where;
        } else {
            EXPECT_NEAR(a[k], b[k].get<double>(), tol) << where;
        }
    }
}

struct Warnings {
    std::vector<std::string> seen;
    LogSink before;
    Warnings() {
        before = set_log_sink([this](LogLevel level, const std::string& text) {
            if (level == LogLevel::warning) {
                seen.push_back(text);
            }
        });
    }
    ~Warnings() { set_log_sink(before); }
};

void expect_case(const Info& info, const std::string& name) {
    const json& wanted = reference()["cases"][name];
    ASSERT_EQ(info.channels.size(), wanted["loc"].size());
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        EXPECT_EQ(formats::fiff::number(info.channels[k].coord_frame), wanted["frames"][k].get<int>())
            << name << " " << k;
        const auto& loc = info.channels[k].loc;
        for (std::size_t j = 0; j < 9; ++j) {
            const json& value = wanted["loc"][k][j];
            if (value.is_null()) {
                EXPECT_TRUE(std::isnan(loc[j])) << name << " " << info.channels[k].name << " " << j;
            } else {
                EXPECT_NEAR(loc[j], value.get<double>(), tolerance) << name << " " << info.channels[k].name << " " << j;
            }
        }
    }
    ASSERT_EQ(info.dig.size(), wanted["dig"].size()) << name;
    for (std::size_t k = 0; k < info.dig.size(); ++k) {
        const json& d = wanted["dig"][k];
        EXPECT_EQ(formats::fiff::number(info.dig[k].kind), d[0].get<int>()) << name << " " << k;
        EXPECT_EQ(info.dig[k].ident, d[1].get<int>()) << name << " " << k;
        EXPECT_EQ(formats::fiff::number(info.dig[k].coord_frame), d[2].get<int>()) << name << " " << k;
        expect_near(info.dig[k].r, json{d[3], d[4], d[5]}, name + " dig " + std::to_string(k));
    }
    if (wanted.contains("map")) {
        std::vector<index> all(info.channels.size());
        for (std::size_t k = 0; k < all.size(); ++k) {
            all[k] = static_cast<index>(k);
        }
        const Array<double, 2> map = layout_positions(info, all);
        const json& sphere = wanted["sphere"];
        for (std::size_t k = 0; k < all.size(); ++k) {
            for (std::size_t j = 0; j < 2; ++j) {  // MNE's map is in metres around the sphere's centre
                const double expected =
                    (wanted["map"][k][j].get<double>() - sphere[j].get<double>()) / sphere[3].get<double>();
                EXPECT_NEAR(map(k, j), expected, 1e-12) << name << " " << k;
            }
        }
    }
}

Info eeg(const std::vector<std::string>& names) { return create_info(names, 100, ChannelType::eeg); }

const std::vector<std::string> ten{"Fp1", "Cz", "Oz", "T7", "F9", "PO8"};

}  // namespace

TEST(StandardMontage, all_of_MNE_have_its_positions_and_fiducials) {
    for (const auto& [name, wanted] : reference()["montages"].items()) {
        const Montage m = make_standard_montage(name);
        ASSERT_EQ(m.positions.size(), wanted["n"].get<std::size_t>()) << name;
        EXPECT_EQ(m.positions.front().first, wanted["first"]) << name;
        EXPECT_EQ(m.positions.back().first, wanted["last"]) << name;
        std::array<double, 3> weighted{};
        double squares = 0, size = 0;
        for (std::size_t i = 0; i < m.positions.size(); ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                const double x = m.positions[i].second[k];
                weighted[k] += x * static_cast<double>(i + 1);
                squares += x * x;
                size += std::abs(x) * static_cast<double>(i + 1);
            }
        }
        // Sums of some hundred terms: relative to the sum of their magnitudes.
        expect_near(weighted, wanted["weighted"], name, 1e-14 * size);
        EXPECT_NEAR(squares, wanted["squares"].get<double>(), 1e-13 * squares) << name;
        EXPECT_EQ(m.coord_frame, wanted["frame"] == "mri" ? CoordFrame::mri : CoordFrame::unknown) << name;
        ASSERT_EQ(m.fiducials.size(), 3U) << name;
        expect_near(m.fiducials[0].r, wanted["lpa"], name);
        expect_near(m.fiducials[1].r, wanted["nasion"], name);
        expect_near(m.fiducials[2].r, wanted["rpa"], name);
    }
    EXPECT_EQ(make_standard_montage("standard_1005").positions, make_standard_montage("colin27_1005").positions);
}

// Electrodes and fiducials of the files that MNE-Python 1.13 ships, each name once.
TEST(StandardMontage, every_file_of_montages_has_its_sites) {
    const std::map<std::string_view, std::size_t> n_sites{{"colin27_1005", 346},
                                                          {"colin27_1020", 97},
                                                          {"colin27_alphabetic", 68},
                                                          {"colin27_postfixed", 103},
                                                          {"colin27_prefixed", 77},
                                                          {"colin27_primed", 103},
                                                          {"fsaverage_1005", 340},
                                                          {"fsaverage_1010", 73},
                                                          {"fsaverage_1020", 24},
                                                          {"spherical_1005", 348},
                                                          {"spherical_1010", 74},
                                                          {"spherical_1020", 24},
                                                          {"biosemi16", 19},
                                                          {"biosemi32", 35},
                                                          {"biosemi64", 67},
                                                          {"biosemi128", 131},
                                                          {"biosemi160", 163},
                                                          {"biosemi256", 259},
                                                          {"easycap-M1", 74},
                                                          {"easycap-M10", 61},
                                                          {"easycap-M43", 64},
                                                          {"brainproducts-RNP-BA-128", 130},
                                                          {"EGI_256", 256},
                                                          {"GSN-HydroCel-32", 36},
                                                          {"GSN-HydroCel-64_1.0", 67},
                                                          {"GSN-HydroCel-65_1.0", 68},
                                                          {"GSN-HydroCel-128", 131},
                                                          {"GSN-HydroCel-129", 132},
                                                          {"GSN-HydroCel-256", 259},
                                                          {"GSN-HydroCel-257", 260},
                                                          {"mgh60", 63},
                                                          {"mgh70", 73},
                                                          {"artinis-octamon", 13},
                                                          {"artinis-brite23", 21}};
    ASSERT_EQ(montages::tables().size(), n_sites.size());
    for (const montages::Table& table : montages::tables()) {
        EXPECT_EQ(table.sites.size(), n_sites.at(table.name)) << table.name;
        std::set<std::string_view> names;
        for (const montages::Site& site : table.sites) {
            names.insert(site.name);
        }
        EXPECT_EQ(names.size(), table.sites.size()) << table.name;
    }
    for (const BundledText& file : montages::bundled_montages()) {
        EXPECT_THAT(std::string(file.text),
                    testing::MatchesRegex("# source: [^\n]+\n# unit: [^\n]+\n# kind: [a-z]+\n.*"))
            << file.name;
    }
}

TEST(StandardMontage, a_damaged_file_is_refused) {
    const auto parsed = [](std::string_view text) { return montages::parsed({"m", text}); };
    const montages::Table table = parsed("# kind: sfp\nCz\t0\t-1.5\t2e-3\nOz\t90\t-45");
    EXPECT_EQ(table.kind, montages::Kind::sfp);
    ASSERT_EQ(table.sites.size(), 2U);
    EXPECT_EQ(table.sites[0].at, (std::array<double, 3>{0, -1.5, 2e-3}));
    EXPECT_EQ(table.sites[1].at, (std::array<double, 3>{90, -45, 0}));
    for (const char* wrong : {"# kind: pdf", "Cz", "Cz\t1", "Cz\t1\tx\t2", "Cz\t1\t2\t3\t4", "Cz\t1\t2,5\t3"}) {
        EXPECT_THROW(parsed(wrong), InternalError) << wrong;
    }
}

TEST(StandardMontage, a_head_size_scales_the_median_distance) {
    const auto at = [](const Montage& m, const std::string& name) {
        for (const auto& [n, r] : m.positions) {
            if (n == name) {
                return r;
            }
        }
        throw std::runtime_error(name);
    };
    const json& places = reference()["places"];
    expect_near(at(make_standard_montage("colin27_1020", 0.1), "Fp1"), places["colin27_1020 at 0.1"], "colin");
    expect_near(at(make_standard_montage("GSN-HydroCel-32", 0.1), "E7"), places["GSN-HydroCel-32 at 0.1"], "GSN");
    expect_near(at(make_standard_montage("GSN-HydroCel-32", 0.0), "E7"), places["GSN-HydroCel-32 as read"], "GSN", 0);
    EXPECT_THROW(make_standard_montage("biosemi16", 0.0), InvalidInput);
    EXPECT_THROW(make_standard_montage("biosemi16", -1.0), InvalidInput);
}

TEST(StandardMontage, an_unknown_name_is_refused_with_near_ones) {
    try {
        make_standard_montage("standard_1006");
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("there is no standard montage 'standard_1006'; did you mean"));
        EXPECT_THAT(e.what(), testing::HasSubstr("standard_1005"));
    }
}

TEST(SetMontage, gives_MNEs_positions_digitisation_and_map) {
    for (const auto& [name, names] : std::vector<std::pair<std::string, std::vector<std::string>>>{
             {"colin27_1005", ten}, {"biosemi128", {"A1", "B7", "C32"}}, {"easycap-M10", {"1", "2", "17"}}}) {
        Info info = eeg(names);
        set_montage(info, make_standard_montage(name));
        expect_case(info, name);
    }
    Info info = eeg({"E1", "e200", "E31"});
    set_montage(info, make_standard_montage("EGI_256"), OnMissing::raise, false);
    expect_case(info, "EGI_256");
}

TEST(SetMontage, follows_MNE_for_a_digitised_head_with_its_own_reference) {
    const json& given = reference()["cases"]["digitised"];
    const json& shape = given["shape"];
    Montage m;
    m.positions = {{"EEG001", point(shape[0])},
                   {"EEG002", point(shape[7])},
                   {"EEG000", point(shape[9])},
                   {"EEG040", point(shape[11])}};
    const auto unknown = CoordFrame::unknown;
    m.fiducials = {{DigKind::cardinal, nasion, {{0.01, 0.11, 0.0}}, unknown},
                   {DigKind::cardinal, lpa, {{-0.08, 0.005, 0.001}}, unknown},
                   {DigKind::cardinal, rpa, {{0.082, 0.0, -0.002}}, unknown}};
    for (int k = 0; k < 4; ++k) {
        const auto r = point(shape[k]);
        m.extra.push_back({DigKind::hpi, k + 1, {{r[0] * 1.01, r[1] * 1.01, r[2] * 1.01}}, unknown});
    }
    for (int k = 0; k < 60; ++k) {
        m.extra.push_back({DigKind::extra, k + 1, point(shape[k]), unknown});
    }
    Info info = eeg({"EEG040", "EEG001", "EEG002"});
    set_montage(info, m);
    expect_case(info, "digitised");
    const HeadSphere sphere = head_sphere(info);
    EXPECT_NEAR(sphere.radius, given["fit"][0].get<double>(), 1e-12);
    expect_near(sphere.centre, json{given["fit"][1], given["fit"][2], given["fit"][3]}, "fit", 1e-12);
}

TEST(SetMontage, completes_the_fiducials_of_a_montage_in_head_coordinates) {
    Montage m;
    m.coord_frame = CoordFrame::head;
    m.positions = {{"a", {0, 0, 0.1}}, {"b", {0.05, 0, 0.08}}, {"c", {0, -0.09, 0.02}}};
    Info info = eeg({"a", "b", "c"});
    set_montage(info, m);
    expect_case(info, "head frame without fiducials");
}

TEST(SetMontage, places_the_optodes_of_near_infrared_channels) {
    Info info = create_info({"S1_D1 760", "S1_D1 850"}, 100, ChannelType::fnirs_cw_amplitude);
    set_montage(info, make_standard_montage("artinis-octamon"));
    expect_case(info, "artinis-octamon");
    Info wrong = create_info({"S1_D9 760"}, 100, ChannelType::fnirs_cw_amplitude);
    EXPECT_THROW(set_montage(wrong, make_standard_montage("artinis-octamon")), InvalidInput);
}

TEST(SetMontage, channels_without_a_place_raise_warn_or_get_NaN) {
    std::vector<std::string> names = ten;
    names.insert(names.end(), {"EOG", "nowhere"});
    using enum ChannelType;
    const std::vector<ChannelType> types{ChannelType::eeg, seeg, dbs, ecog, ChannelType::eeg, ChannelType::eeg, eog,
                                         ChannelType::eeg};
    Info info = create_info(names, 100, types);
    const Montage m = make_standard_montage("colin27_1005");
    try {
        set_montage(info, m);
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("the montage has no position for 1 of the channels: 'nowhere'."));
    }
    EXPECT_TRUE(info.dig.empty());  // nothing was changed
    {
        Warnings warnings;
        set_montage(info, m, OnMissing::warn);
        EXPECT_EQ(warnings.seen.size(), 1U);
        set_montage(info, m, OnMissing::ignore);
        EXPECT_EQ(warnings.seen.size(), 1U);
    }
    expect_case(info, "missing");
}

TEST(SetMontage, warns_of_channels_that_are_in_the_montage_but_no_electrodes) {
    Info info = create_info({"Fp1", "Fp2"}, 100, {ChannelType::eeg, ChannelType::eog});
    Warnings warnings;
    set_montage(info, make_standard_montage("biosemi64"));
    ASSERT_EQ(warnings.seen.size(), 1U);
    EXPECT_THAT(warnings.seen[0], testing::HasSubstr("'Fp2'"));
    EXPECT_FALSE(info.channels[1].has_position());
}

TEST(SetMontage, refuses_names_that_differ_by_case_only_when_case_shall_not_matter) {
    Info info = eeg({"Cz", "cz"});
    EXPECT_THROW(set_montage(info, make_standard_montage("biosemi64"), OnMissing::ignore, false), InvalidInput);
}

TEST(HeadTransform, puts_the_fiducials_on_the_axes_and_its_inverse_leads_back) {
    const std::array<double, 3> nasion{0.01, 0.11, 0.02}, lpa{-0.08, 0.005, 0.001}, rpa{0.082, 0.0, -0.002};
    const Transform t = head_transform(nasion, lpa, rpa, CoordFrame::mri);
    EXPECT_EQ(t.from, CoordFrame::mri);
    EXPECT_EQ(t.to, CoordFrame::head);
    const auto n = applied(t, nasion), l = applied(t, lpa), r = applied(t, rpa);
    EXPECT_NEAR(n[0], 0, 1e-16);
    EXPECT_NEAR(n[2], 0, 1e-16);
    EXPECT_GT(n[1], 0);
    EXPECT_LT(l[0], 0);
    EXPECT_GT(r[0], 0);
    for (const auto& p : {l, r}) {
        EXPECT_NEAR(p[1], 0, 1e-16);
        EXPECT_NEAR(p[2], 0, 1e-16);
    }
    const auto back = applied(inverse(t), n);
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(back[k], nasion[k], 1e-16);
    }
    EXPECT_THROW(head_transform(lpa, lpa, rpa), InvalidInput);
    EXPECT_THROW(head_transform(nasion, lpa, lpa), InvalidInput);
}

// Eight corners of a cube lie on the sphere around its centre.
TEST(FittedSphere, finds_the_sphere_of_points_that_lie_on_one) {
    std::vector<std::array<double, 3>> points;
    for (int k = 0; k < 8; ++k) {
        points.push_back(
            {0.01 + (k & 1 ? 0.05 : -0.05), -0.02 + (k & 2 ? 0.05 : -0.05), 0.04 + (k & 4 ? 0.05 : -0.05)});
    }
    const HeadSphere s = fitted_sphere(points);
    EXPECT_NEAR(s.centre[0], 0.01, 1e-16);
    EXPECT_NEAR(s.centre[1], -0.02, 1e-16);
    EXPECT_NEAR(s.centre[2], 0.04, 1e-16);
    EXPECT_NEAR(s.radius, 0.05 * std::sqrt(3.0), 1e-16);
    EXPECT_THROW(fitted_sphere({points[0], points[1], points[2]}), InvalidInput);
    EXPECT_THROW(fitted_sphere({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {2, 1, 0}}), InvalidInput);
    EXPECT_THROW(head_sphere(eeg({"a"})), InvalidInput);
}

TEST(LayoutPositions, the_equator_has_radius_1_and_a_channel_without_place_is_NaN) {
    Info info = eeg({"front", "right", "top", "none", "below"});
    const double r = 0.095;
    const std::array<std::array<double, 3>, 5> places{{{0, r, 0}, {r, 0, 0}, {0, 0, r}, {0, 0, 0}, {0, -r, 0}}};
    for (std::size_t k = 0; k < 5; ++k) {
        if (k != 3) {
            std::copy(places[k].begin(), places[k].end(), info.channels[k].loc.begin());
        }
    }
    const Array<double, 2> map = layout_positions(info, {0, 1, 2, 3, 4});
    EXPECT_NEAR(map(0, 0), 0, 1e-15);
    EXPECT_NEAR(map(0, 1), 1, 1e-15);
    EXPECT_NEAR(map(1, 0), 1, 1e-15);
    EXPECT_NEAR(map(2, 0), 0, 1e-15);
    EXPECT_NEAR(map(2, 1), 0, 1e-15);
    EXPECT_TRUE(std::isnan(map(3, 0)));
    EXPECT_NEAR(map(4, 1), -1, 1e-15);
    EXPECT_THROW(layout_positions(info, {5}), InvalidInput);
}

TEST(LayoutPositions, follow_the_sphere_that_is_given) {
    Info info = eeg({"Fpz", "T7", "Oz", "T8"});
    const double r = 0.08;
    const std::array<std::array<double, 3>, 4> places{
        {{0.01, r, 0.02}, {-r, 0, 0.02}, {-0.01, -r, 0.02}, {r, 0, 0.02}}};
    for (std::size_t k = 0; k < 4; ++k) {
        std::copy(places[k].begin(), places[k].end(), info.channels[k].loc.begin());
    }
    const HeadSphere equator = head_sphere(info, {"eeglab"});
    EXPECT_NEAR(equator.radius, r, 1e-15);
    EXPECT_NEAR(equator.centre[0], 0, 1e-15);
    EXPECT_NEAR(equator.centre[2], 0.02, 1e-15);
    const Array<double, 2> map = layout_positions(info, {1, 3}, equator);
    EXPECT_NEAR(map(0, 0), -1, 1e-15);
    EXPECT_NEAR(map(1, 0), 1, 1e-15);
    const Array<double, 2> above = layout_positions(info, {0}, HeadSphere{{0, 0, 0}, 0.1}, true);
    EXPECT_NEAR(above(0, 0), 0.1, 1e-15);
    EXPECT_NEAR(above(0, 1), 0.8, 1e-15);
    EXPECT_THROW(head_sphere(info, {"extra"}), InvalidInput);
    EXPECT_THROW(head_sphere(info, {"hair"}), InvalidInput);
    EXPECT_THROW(head_sphere(eeg(ten), {"eeglab"}), InvalidInput);
}

TEST(StandardizedName, spells_EEGMMIDB_names_as_the_10_05_system_does) {
    EXPECT_EQ(standardized_name("Fc5."), "FC5");
    EXPECT_EQ(standardized_name("Cz.."), "Cz");
    EXPECT_EQ(standardized_name("Fp1."), "Fp1");
    EXPECT_EQ(standardized_name("Fpz."), "Fpz");
    EXPECT_EQ(standardized_name("Af7."), "AF7");
    EXPECT_EQ(standardized_name("Iz.."), "Iz");
    EXPECT_EQ(standardized_name("T10."), "T10");
    EXPECT_EQ(standardized_name("..."), "");
}

}  // namespace ranvier::meeg
