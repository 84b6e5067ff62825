#include <algorithm>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/calibration.hpp"
#include "ranvier/meeg/maxwell/preserved.hpp"
#include "ranvier/meeg/recording/fiff_numbers.hpp"

namespace ranvier::meeg {

namespace {

/// Rows and columns of a matrix, which stand behind its numbers, the last one first.
std::pair<index, index> extents(const PreservedTag& tag) {
    const index n = numbers_in(tag);
    const index columns = whole(tag, n - 3), rows = whole(tag, n - 2);
    require(whole(tag, n - 1) == 2 && rows >= 0 && columns > 0 && rows <= n && columns <= n && rows * columns == n - 3,
            "a matrix that the recording carries (tag ", tag.kind, ") is not as large as it says");
    return {rows, columns};
}

/// A planar gradiometer of VectorView or TRIUX.
bool is_planar(int coil) { return coil >= 3011 && coil <= 3015; }

}  // namespace

std::optional<FineCalibration> own_calibration(const Info& info) {
    const PreservedBlock* block = last_block(info.preserved_blocks, fiff_block::sss_cal_adjust);
    const PreservedTag* channels = block ? tag_of(*block, fiff_tag::sss_cal_chans) : nullptr;
    const PreservedTag* numbers = block ? tag_of(*block, fiff_tag::sss_cal_corrs) : nullptr;
    if (!channels || !numbers) {
        return {};
    }
    const auto [n, two] = extents(*channels);
    const auto [rows, columns] = extents(*numbers);
    require(rows == n && two >= 2 && columns >= 14,
            "the fine calibration that the recording carries must have two numbers and a row of 14 or more for each "
            "channel; it has ",
            two, " and ", columns);
    FineCalibration out;
    for (index k = 0; k < n; ++k) {
        const std::string digits = text_of(whole(*channels, two * k));
        out.names.push_back("MEG" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits);
        std::array<double, 12> loc{};
        for (index i = 0; i < 12; ++i) {
            loc[static_cast<std::size_t>(i)] = real(*numbers, (k + 1) * columns - 12 + i);
        }
        out.locs.push_back(loc);
        const bool planar = is_planar(whole(*channels, two * k + 1));
        std::vector<double> own;
        for (index i = planar ? 1 : 0; i < (planar ? columns - 12 : 1); ++i) {
            own.push_back(real(*numbers, k * columns + i));
        }
        out.numbers.push_back(std::move(own));
    }
    return out;
}

std::optional<CrossTalk> own_cross_talk(const Info& info) {
    const PreservedBlock* block = last_block(info.preserved_blocks, fiff_block::channel_decoupler);
    const PreservedTag* matrix = block ? tag_of(*block, fiff_tag::decoupler_matrix) : nullptr;
    const PreservedTag* list = block ? tag_of(*block, fiff_tag::proj_item_ch_name_list) : nullptr;
    if (!matrix || !list) {
        return {};
    }
    std::vector<std::string> names(1);
    for (const char c : text_in(*list)) {
        if (c == ':') {
            names.emplace_back();
        } else if (c != '\0') {
            names.back() += c;
        }
    }
    // Values, rows, where columns begin, then how many values, rows and columns there are. It is stored transposed.
    const index n = std::ssize(names), behind = numbers_in(*matrix) - 4;
    const index count = behind >= 0 ? whole(*matrix, behind) : -1;
    require(count >= 0 && matrix->type == (sparse_columns | type_float) && whole(*matrix, behind + 1) == n &&
                whole(*matrix, behind + 2) == n && 2 * count + n + 1 <= behind,
            "the cross-talk matrix that the recording carries must be a sparse one of ", n,
            " rows and columns, as there are names");
    std::vector<CrossTalk::Entry> entries;
    for (index line = 0; line < n; ++line) {
        const index from = whole(*matrix, 2 * count + line), to = whole(*matrix, 2 * count + line + 1);
        require(0 <= from && from <= to && to <= count,
                "a column of the cross-talk matrix that the recording carries lies outside of it");
        for (index k = from; k < to; ++k) {
            entries.push_back({line, whole(*matrix, count + k), real(*matrix, k)});
        }
    }
    CrossTalk out = cross_talk_of(std::move(names), std::move(entries));
    for (const int kind : {fiff_tag::block_id, fiff_tag::meas_date, fiff_tag::creator}) {
        if (const PreservedTag* tag = tag_of(*block, kind)) {
            out.of.push_back(*tag);
        }
    }
    return out;
}

}  // namespace ranvier::meeg
