// Tables of regions and matrices, which are text.
#include <algorithm>
#include <sstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/freesurfer/regions.hpp"
#include "ranvier/formats/freesurfer/volumes.hpp"
#include "ranvier/meeg/sensors/transforms.hpp"

namespace ranvier::formats {

namespace {

using meeg::Matrix4;

std::vector<meeg::AtlasRegion> regions_in(std::string_view text, const std::filesystem::path& path) {
    std::vector<meeg::AtlasRegion> made;
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        const std::string_view said = trimmed(line);
        if (said.empty() || said.front() == '#') {
            continue;
        }
        std::istringstream words{std::string(said)};
        std::vector<std::string> parts;
        for (std::string word; words >> word;) {
            parts.push_back(word);
        }
        std::optional<std::int64_t> id;
        bool sound = parts.size() == 6 && (id = number_in<std::int64_t>(parts[0])).has_value();
        meeg::AtlasRegion region;
        for (std::size_t k = 0; sound && k < 4; ++k) {
            const auto value = number_in<std::int64_t>(parts[2 + k]);
            sound = value.has_value();
            region.colour[k] = static_cast<double>(value.value_or(0));
        }
        if (!sound) {
            throw FileError(path, FileError::no_offset,
                            "line " + text_of(number) +
                                " should have a number, a name and four numbers of a colour: '" + std::string(said) +
                                "'");
        }
        region.id = *id;
        region.name = parts[1];
        made.push_back(region);
    }
    if (made.empty()) {
        throw FileError(path, FileError::no_offset, "has no regions");
    }
    return made;
}

/// Lines of a transform's file, and where one is asked for that is not there, an error.
struct Lines {
    std::filesystem::path path;
    std::vector<std::string> lines;

    [[noreturn]] void fail(std::size_t k, const std::string& what) const {
        throw FileError(path, FileError::no_offset, "line " + text_of(k + 1) + " should have " + what);
    }
    std::vector<double> numbers(std::size_t k, bool behind_equals, std::size_t count) const {
        if (k >= lines.size()) {
            fail(k, "numbers; the file ends before");
        }
        std::string text = lines[k];
        if (behind_equals) {
            const auto at = text.find('=');
            if (at == std::string::npos) {
                fail(k, "'name = numbers'");
            }
            text = text.substr(at + 1);
        }
        std::istringstream words(text);
        words.imbue(std::locale::classic());
        std::vector<double> made(count);
        for (double& x : made) {
            if (!(words >> x)) {
                fail(k, text_of(count) + " numbers");
            }
        }
        return made;
    }
};

/// Voxels to scanner's RAS [mm], of what lines from `first` on say of a volume.
meeg::Transform voxel_to_ras(const Lines& in, std::size_t first) {
    const auto shape = in.numbers(first, true, 3), size = in.numbers(first + 1, true, 3);
    const auto centre = in.numbers(first + 5, true, 3);
    meeg::Transform made;
    Matrix4 m{};
    for (std::size_t k = 0; k < 3; ++k) {
        const auto axis = in.numbers(first + 2 + k, true, 3);
        for (std::size_t i = 0; i < 3; ++i) {
            m[i][k] = axis[i] * size[k];
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        m[i][3] = centre[i] - (m[i][0] * shape[0] + m[i][1] * shape[1] + m[i][2] * shape[2]) / 2;
    }
    m[3][3] = 1;
    made.matrix = m;
    return made;
}

}  // namespace

std::vector<meeg::AtlasRegion> read_colour_table(const std::filesystem::path& path) {
    return regions_in(file_text(path), path);
}

std::vector<meeg::AtlasRegion> freesurfer_regions() {
    return regions_in(regions::bundled_regions()[0].text, "freesurfer.tsv");
}

Matrix4 read_lta(const std::filesystem::path& path) {
    Lines in{path, {}};
    const std::string text = file_text(path);
    for (const std::string_view line : split(text, '\n')) {
        in.lines.emplace_back(line);
    }
    const double type = in.numbers(0, true, 1)[0];
    if (type != 0 && type != 1) {
        in.fail(0, "type = 0 (between voxels) or 1 (between scanner coordinates)");
    }
    meeg::Transform given;
    Matrix4 m{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto row = in.numbers(5 + i, false, 4);
        std::copy(row.begin(), row.end(), m[i].begin());
    }
    if (type == 1) {
        return m;
    }
    given.matrix = m;
    const meeg::Transform from = voxel_to_ras(in, 12), to = voxel_to_ras(in, 21);
    bool same = true;
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t k = 0; k < 4; ++k) {
            const double b = (*to.matrix)[i][k];
            same = same && std::abs((*from.matrix)[i][k] - b) <= 1e-8 + 1e-5 * std::abs(b);
        }
    }
    if (same) {
        return m;
    }
    try {
        const Matrix4 between = meeg::product(meeg::product(*from.matrix, *meeg::exact_inverse(given).matrix),
                                              *meeg::exact_inverse(to).matrix);
        meeg::Transform back;
        back.matrix = meeg::product(meeg::product(*meeg::exact_inverse(from).matrix, between), *from.matrix);
        return *meeg::exact_inverse(back).matrix;
    } catch (const InvalidInput& wrong) {
        throw FileError(path, FileError::no_offset, wrong.what());
    }
}

}  // namespace ranvier::formats
