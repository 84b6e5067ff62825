// Surfaces of GIFTI, XML with numbers in base64; and .tri files.
#include "ranvier/formats/freesurfer/gifti.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <sstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/plain/gzip.hpp"

namespace ranvier::formats {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::size_t at, const std::string& what) {
    throw FileError(path, static_cast<std::int64_t>(at), what);
}

/// One array of the file: its attributes, and the text of its data.
struct DataArray {
    std::map<std::string, std::string, std::less<>> attributes;
    std::string_view data;
    std::size_t at = 0;
};

/// The attributes of a tag; `text` is what stands between its name and its end.
std::map<std::string, std::string, std::less<>> attributes_in(std::string_view text) {
    std::map<std::string, std::string, std::less<>> made;
    for (std::size_t at = 0; (at = text.find('=', at)) != std::string_view::npos;) {
        std::size_t begin = at;
        while (begin > 0 && std::isspace(static_cast<unsigned char>(text[begin - 1]))) {
            --begin;
        }
        std::size_t name = begin;
        while (name > 0 && !std::isspace(static_cast<unsigned char>(text[name - 1]))) {
            --name;
        }
        const std::size_t open = text.find_first_of("\"'", at);
        const std::size_t close = open == std::string_view::npos ? open : text.find(text[open], open + 1);
        if (close == std::string_view::npos) {
            break;
        }
        made[std::string(text.substr(name, begin - name))] = std::string(text.substr(open + 1, close - open - 1));
        at = close + 1;
    }
    return made;
}

std::vector<std::byte> unpacked_base64(std::string_view text, const std::filesystem::path& path, std::size_t at) {
    std::vector<std::byte> out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        int value = -1;
        if (c >= 'A' && c <= 'Z') {
            value = c - 'A';
        } else if (c >= 'a' && c <= 'z') {
            value = c - 'a' + 26;
        } else if (c >= '0' && c <= '9') {
            value = c - '0' + 52;
        } else if (c == '+') {
            value = 62;
        } else if (c == '/') {
            value = 63;
        } else if (c == '=') {
            break;
        } else if (std::isspace(static_cast<unsigned char>(c))) {
            continue;
        } else {
            fail(path, at, "has letters in its data that base64 does not have");
        }
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (++count == 4) {
            for (int shift = 16; shift >= 0; shift -= 8) {
                out.push_back(static_cast<std::byte>(bits >> shift & 0xff));
            }
            count = 0;
            bits = 0;
        }
    }
    if (count == 2) {
        out.push_back(static_cast<std::byte>(bits >> 4 & 0xff));
    } else if (count == 3) {
        out.push_back(static_cast<std::byte>(bits >> 10 & 0xff));
        out.push_back(static_cast<std::byte>(bits >> 2 & 0xff));
    }
    return out;
}

/// What zlib packed, which must be `size` bytes.
std::vector<std::byte> inflated(const std::vector<std::byte>& packed, std::size_t size,
                                const std::filesystem::path& path, std::size_t at) {
    std::vector<std::byte> out(size);
    uLongf length = size;
    const int status = uncompress(reinterpret_cast<Bytef*>(out.data()), &length,
                                  reinterpret_cast<const Bytef*>(packed.data()), static_cast<uLong>(packed.size()));
    if (status != Z_OK || length != size) {
        fail(path, at, "has compressed data that are damaged, or not of the size that it says");
    }
    return out;
}

template <class T>
double number_at(const std::vector<std::byte>& bytes, std::size_t k, bool swap) {
    std::array<std::byte, sizeof(T)> raw;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(k * sizeof(T)), sizeof(T), raw.begin());
    if (swap) {
        std::reverse(raw.begin(), raw.end());
    }
    return static_cast<double>(std::bit_cast<T>(raw));
}

/// An array of three columns, as the file has it.
Array<double, 2> rows_of(const DataArray& array, const std::filesystem::path& path) {
    const auto said = [&](std::string_view name) {
        const auto found = array.attributes.find(name);
        return found == array.attributes.end() ? std::string() : found->second;
    };
    const auto dimension = [&](const char* name) {
        const auto n = number_in<std::int64_t>(said(name));
        if (!n || *n < 0 || *n > (std::int64_t{1} << 31)) {
            fail(path, array.at, std::string("should say how many numbers it has as ") + name);
        }
        return static_cast<index>(*n);
    };
    if (said("Dimensionality") != "2" || dimension("Dim1") != 3) {
        fail(path, array.at, "should have points and triangles of three numbers each");
    }
    const index n = dimension("Dim0");
    const std::string encoding = said("Encoding"), type = said("DataType");
    const bool by_column = said("ArrayIndexingOrder") == "ColumnMajorOrder";
    const std::size_t count = 3 * static_cast<std::size_t>(n);
    const std::size_t size = type == "NIFTI_TYPE_UINT8" ? 1 : type == "NIFTI_TYPE_FLOAT64" ? 8 : 4;
    if (size == 4 && type != "NIFTI_TYPE_FLOAT32" && type != "NIFTI_TYPE_INT32") {
        fail(path, array.at, "should have numbers of type FLOAT32, FLOAT64, INT32 or UINT8; it has '" + type + "'");
    }
    // What a number takes at least: a byte packed a thousandfold, or a figure and a blank.
    if (count > array.data.size() * 1100) {
        fail(path, array.at, "ends before the " + text_of(n) + " rows of an array");
    }
    std::vector<double> numbers(count);
    if (encoding == "ASCII") {
        std::istringstream words{std::string(array.data)};
        words.imbue(std::locale::classic());
        for (double& x : numbers) {
            if (!(words >> x)) {
                fail(path, array.at, "should have " + text_of(count) + " numbers in an array");
            }
        }
    } else if (encoding == "Base64Binary" || encoding == "GZipBase64Binary") {
        std::vector<std::byte> bytes = unpacked_base64(array.data, path, array.at);
        if (encoding == "GZipBase64Binary") {
            bytes = inflated(bytes, count * size, path, array.at);
        }
        if (bytes.size() < count * size) {
            fail(path, array.at,
                 "should have " + text_of(count * size) + " bytes in an array; it has " + text_of(bytes.size()));
        }
        const bool swap = (said("Endian") == "BigEndian") != (std::endian::native == std::endian::big);
        for (std::size_t k = 0; k < count; ++k) {
            numbers[k] = size == 1                      ? number_at<std::uint8_t>(bytes, k, false)
                         : size == 8                    ? number_at<double>(bytes, k, swap)
                         : type == "NIFTI_TYPE_FLOAT32" ? number_at<float>(bytes, k, swap)
                                                        : number_at<std::int32_t>(bytes, k, swap);
        }
    } else {
        fail(path, array.at,
             "should be encoded as ASCII, Base64Binary or GZipBase64Binary; it says '" + encoding + "'");
    }
    Array<double, 2> made({n, 3});
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < 3; ++k) {
            made(i, k) = numbers[static_cast<std::size_t>(by_column ? k * n + i : 3 * i + k)];
        }
    }
    return made;
}

void set_triangles(SurfaceMesh& mesh, const Array<double, 2>& rows, const std::filesystem::path& path) {
    mesh.triangles = Array<std::int32_t, 2>({rows.extent(0), 3});
    for (index k = 0; k < rows.size(); ++k) {
        const double x = rows.data()[k];
        if (!(x >= 0 && x < static_cast<double>(mesh.points.extent(0)) && x == std::floor(x))) {
            throw FileError(
                path, FileError::no_offset,
                "has triangles with corners that are none of its " + text_of(mesh.points.extent(0)) + " points");
        }
        mesh.triangles.data()[k] = static_cast<std::int32_t>(x);
    }
    try {
        meeg::check_triangles(mesh.points, mesh.triangles);
    } catch (const InvalidInput& wrong) {
        throw FileError(path, FileError::no_offset, wrong.what());
    }
}

}  // namespace

SurfaceMesh read_gifti_surface(const std::filesystem::path& path) {
    std::vector<std::byte> bytes;
    {
        const MappedFile file(path);
        const auto raw = file.bytes();
        if (raw.size() >= 2 && raw[0] == std::byte{0x1f} && raw[1] == std::byte{0x8b}) {
            bytes = gunzipped(path, std::numeric_limits<std::size_t>::max());
        } else {
            bytes.assign(raw.begin(), raw.end());
        }
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.find("<GIFTI") == std::string_view::npos) {
        fail(path, 0, "is no GIFTI file: it should have the element GIFTI");
    }
    std::optional<Array<double, 2>> points, triangles;
    for (std::size_t at = 0; (at = text.find("<DataArray", at)) != std::string_view::npos;) {
        const std::size_t close = text.find('>', at), end = text.find("</DataArray>", at);
        if (end == std::string_view::npos || close > end) {
            fail(path, at, "ends in the middle of an array");
        }
        DataArray array{attributes_in(text.substr(at + 10, close - at - 10)), {}, at};
        const std::size_t data = text.find("<Data>", close), data_end = text.find("</Data>", close);
        if (data_end < end && data < data_end) {
            array.data = text.substr(data + 6, data_end - data - 6);
        }
        const auto intent = array.attributes.find("Intent");
        if (intent != array.attributes.end() && intent->second == "NIFTI_INTENT_POINTSET" && !points) {
            points = rows_of(array, path);
        } else if (intent != array.attributes.end() && intent->second == "NIFTI_INTENT_TRIANGLE" && !triangles) {
            triangles = rows_of(array, path);
        }
        at = end;
    }
    if (!points || !triangles) {
        fail(path, 0, "should hold points (NIFTI_INTENT_POINTSET) and triangles (NIFTI_INTENT_TRIANGLE)");
    }
    SurfaceMesh mesh;
    mesh.points = std::move(*points);
    set_triangles(mesh, *triangles, path);
    return mesh;
}

SurfaceMesh read_tri_surface(const std::filesystem::path& path, bool& normals) {
    const std::string text = file_text(path);
    const std::vector<std::string_view> lines = split(text, '\n');
    const auto wrong = [&](std::size_t k, const std::string& what) {
        throw FileError(path, FileError::no_offset, "line " + text_of(k + 1) + " should have " + what);
    };
    const auto words = [&](std::size_t k) {
        std::vector<std::string> made;
        std::istringstream in{k < lines.size() ? std::string(lines[k]) : std::string()};
        for (std::string word; in >> word;) {
            made.push_back(word);
        }
        return made;
    };
    const auto count = [&](std::size_t k) {
        const auto said = words(k);
        const auto n = said.empty() ? std::nullopt : number_in<std::int64_t>(said[0]);
        if (!n || *n < 0 || static_cast<std::uint64_t>(*n) > lines.size()) {
            wrong(k, "how many lines follow");
        }
        return static_cast<std::size_t>(*n);
    };
    const std::size_t n_points = count(0), n_triangles = count(n_points + 1);
    const std::size_t columns = words(1).size();
    const bool numbered = columns == 4 || columns == 7;
    if (!numbered && columns != 3 && columns != 6 && columns != 14 && columns != 17) {
        wrong(1, "3, 4, 6, 7, 14 or 17 numbers");
    }
    normals = columns != 3 && columns != 4;
    const std::size_t first = numbered ? 1 : 0;
    SurfaceMesh mesh;
    mesh.points = Array<double, 2>({static_cast<index>(n_points), 3});
    for (std::size_t p = 0; p < n_points; ++p) {
        const auto said = words(1 + p);
        for (std::size_t k = 0; k < 3; ++k) {
            const auto x = said.size() > first + k ? number_in<double>(said[first + k]) : std::nullopt;
            if (!x) {
                wrong(1 + p, "three coordinates");
            }
            mesh.points(static_cast<index>(p), static_cast<index>(k)) = *x;
        }
    }
    Array<double, 2> corners({static_cast<index>(n_triangles), 3});
    for (std::size_t t = 0; t < n_triangles; ++t) {
        const auto said = words(n_points + 2 + t);
        for (std::size_t k = 0; k < 3; ++k) {
            const auto x = said.size() > first + k ? number_in<std::int64_t>(said[first + k]) : std::nullopt;
            if (!x) {
                wrong(n_points + 2 + t, "three numbers of points");
            }
            corners(static_cast<index>(t), static_cast<index>(k)) = static_cast<double>(*x - 1);
        }
    }
    set_triangles(mesh, corners, path);
    return mesh;
}

}  // namespace ranvier::formats
