// Regions of surfaces: annotations (.annot) and labels (.label).
#include <algorithm>
#include <numeric>
#include <sstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/freesurfer/bytes.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"

namespace ranvier::formats {

namespace {

using namespace freesurfer;

std::string counted_text(Reader& in) {
    const auto length = in.int32();
    in.need(length, 1, "bytes of a name");
    std::string text = in.text(static_cast<std::size_t>(length));
    return text.substr(0, text.find('\0'));
}

void put_counted_text(std::vector<std::byte>& out, const std::string& text) {
    require(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; }),
            [&] { return "names in annotations must be ASCII; got '" + text + "'"; });
    put_int32(out, static_cast<std::int32_t>(text.size() + 1));
    put_text(out, text + '\0');
}

Annotation::Region region_of(Reader& in) {
    Annotation::Region region;
    region.name = counted_text(in);
    for (int& part : region.rgbt) {
        part = in.int32();
        if (part < 0 || part > 255) {
            in.fail("should be a colour from 0 to 255; got " + text_of(part));
        }
    }
    return region;
}

}  // namespace

Annotation read_annotation(const std::filesystem::path& path) {
    Reader in(path);
    Annotation made;
    const auto n = in.int32();
    in.need(n, 8, "points");
    made.ids.resize(static_cast<std::size_t>(n));
    for (std::int32_t k = 0; k < n; ++k) {
        const auto point = in.int32(), id = in.int32();
        if (point < 0 || point >= n) {
            in.fail("names point " + text_of(point) + " of " + text_of(n));
        }
        made.ids[static_cast<std::size_t>(point)] = id;
    }
    if (in.int32() == 0) {
        in.fail("is an annotation without the table that says which region has which colour");
    }
    const auto entries = in.int32();
    if (entries > 0) {  // the first version of tables
        made.table = counted_text(in);
        in.need(entries, 20, "regions");
        for (std::int32_t k = 0; k < entries; ++k) {
            made.regions.push_back(region_of(in));
        }
        return made;
    }
    if (entries != -2) {
        in.fail("is an annotation of version " + text_of(-entries) + "; 1 and 2 are known");
    }
    const auto largest = in.int32();
    made.table = counted_text(in);
    const auto stored = in.int32();
    in.need(stored, 24, "regions");
    for (std::int32_t k = 0; k < stored; ++k) {
        const auto number = in.int32();
        if (number < 0 || number >= largest) {
            in.fail("is region " + text_of(number) + " of " + text_of(largest));
        }
        made.regions.push_back(region_of(in));
    }
    return made;
}

void write_annotation(const Annotation& annotation, const std::filesystem::path& path, bool overwrite) {
    std::vector<std::byte> out;
    put_int32(out, static_cast<std::int32_t>(annotation.ids.size()));
    for (std::size_t k = 0; k < annotation.ids.size(); ++k) {
        put_int32(out, static_cast<std::int32_t>(k));
        put_int32(out, annotation.ids[k]);
    }
    const auto n = static_cast<std::int32_t>(annotation.regions.size());
    put_int32(out, 1);   // there is a table
    put_int32(out, -2);  // of the second version
    put_int32(out, n);
    put_counted_text(out, annotation.table);
    put_int32(out, n);
    for (std::int32_t k = 0; k < n; ++k) {
        const auto& region = annotation.regions[static_cast<std::size_t>(k)];
        put_int32(out, k);
        put_counted_text(out, region.name);
        for (const int part : region.rgbt) {
            put_int32(out, part);
        }
    }
    write_file(path, out, overwrite);
}

meeg::Label read_freesurfer_label(const std::filesystem::path& path) {
    std::istringstream lines(file_text(path));
    const auto fail = [&](int line, const std::string& what) {
        throw FileError(path, FileError::no_offset, "line " + text_of(line) + " " + what);
    };
    meeg::Label made;
    std::string line;
    if (!std::getline(lines, line) || !line.starts_with("#")) {
        fail(1, "should begin with '#', as that of labels does");
    }
    made.comment = line.substr(1);
    std::getline(lines, line);
    const auto n = number_in<index>(std::string(trimmed(line)));
    if (!n || *n < 0) {
        fail(2, "should be the number of vertices; got '" + line + "'");
    }
    struct Row {
        std::int64_t vertex;
        double x, y, z, value;
    };
    std::vector<Row> rows;
    for (int number = 3; std::getline(lines, line); ++number) {
        if (trimmed(line).empty()) {
            continue;
        }
        Row row{};
        std::istringstream words(line);
        words.imbue(std::locale::classic());
        if (!(words >> row.vertex >> row.x >> row.y >> row.z >> row.value) || row.vertex < 0) {
            fail(number, "should be a vertex, its place and its value; got '" + line + "'");
        }
        rows.push_back(row);
    }
    if (std::ssize(rows) != *n) {
        fail(2, "says " + text_of(*n) + " vertices, and " + text_of(rows.size()) + " follow");
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.vertex < b.vertex; });
    made.vertices = Array<std::int64_t, 1>({*n});
    made.places = Array<double, 2>({*n, 3});
    made.values = Array<double, 1>({*n});
    for (index k = 0; k < *n; ++k) {
        const Row& row = rows[static_cast<std::size_t>(k)];
        made.vertices(k) = row.vertex;
        made.places(k, 0) = 1e-3 * row.x;  // millimetres in the file
        made.places(k, 1) = 1e-3 * row.y;
        made.places(k, 2) = 1e-3 * row.z;
        made.values(k) = row.value;
        if (k > 0 && made.vertices(k - 1) == row.vertex) {
            throw FileError(path, FileError::no_offset, "names vertex " + text_of(row.vertex) + " twice");
        }
    }
    return made;
}

void write_freesurfer_label(const meeg::Label& label, const std::filesystem::path& path, bool overwrite) {
    check(label);
    std::string text = "#" + label.comment + "\n" + text_of(label.n_vertices()) + "\n";
    for (index k = 0; k < label.n_vertices(); ++k) {
        text += text_of(label.vertices(k));
        for (index axis = 0; axis < 3; ++axis) {
            text += formatted(" %f", 1e3 * label.places(k, axis));
        }
        text += formatted(" %f", label.values(k)) + "\n";
    }
    OutputFile file(path, overwrite);
    file.write(std::string_view(text));
    file.commit();
}

std::array<std::array<double, 4>, 4> read_xfm(const std::filesystem::path& path) {
    const std::string text = file_text(path);
    const auto at = text.find("Linear_Transform");
    const auto begin = at == std::string::npos ? at : text.find('=', at);
    if (begin == std::string::npos) {
        throw FileError(path, FileError::no_offset, "is no linear transform: it lacks 'Linear_Transform ='");
    }
    std::istringstream words(text.substr(begin + 1));
    words.imbue(std::locale::classic());
    std::array<std::array<double, 4>, 4> matrix{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (double& x : matrix[i]) {
            if (!(words >> x)) {
                throw FileError(path, FileError::no_offset,
                                "should have three rows of four numbers behind 'Linear_Transform ='");
            }
        }
    }
    matrix[3] = {0, 0, 0, 1};
    return matrix;
}

}  // namespace ranvier::formats
