// Surfaces of triangles, and values at their points.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/freesurfer/bytes.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"

namespace ranvier::formats {

namespace {

using namespace freesurfer;

constexpr std::uint32_t triangles_magic = 0xfffffe, quadrangles_magic = 0xffffff, new_quadrangles_magic = 0xfffffd;

/// The numbers behind "key = " in a line that must begin with the key.
std::string value_of(Reader& in, const std::string& key) {
    const std::string line = in.line();
    const auto equals = line.find('=');
    if (equals == std::string::npos || trimmed(line.substr(0, equals)) != key) {
        in.fail("should say '" + key + " = …' of the volume that the surface was made from; got '" + line + "'");
    }
    return std::string(trimmed(line.substr(equals + 1)));
}

template <class T>
std::array<T, 3> three_of(Reader& in, const std::string& key) {
    std::istringstream words(value_of(in, key));
    words.imbue(std::locale::classic());
    std::array<T, 3> numbers{};
    if (!(words >> numbers[0] >> numbers[1] >> numbers[2])) {
        in.fail("should have three numbers as " + key + " of the volume that the surface was made from");
    }
    return numbers;
}

std::optional<VolumeGeometry> geometry_of(Reader& in) {
    if (in.left() < 4) {
        return {};
    }
    VolumeGeometry geometry;
    geometry.head = {in.int32()};
    if (geometry.head[0] != 20 && in.left() >= 8) {
        geometry.head.push_back(in.int32());
        geometry.head.push_back(in.int32());
    }
    if (geometry.head != std::vector<int>{20} && geometry.head != std::vector<int>{2, 0, 20}) {
        return {};  // something else, which nobody interprets
    }
    geometry.valid = value_of(in, "valid");
    geometry.filename = value_of(in, "filename");
    geometry.volume = three_of<int>(in, "volume");
    geometry.voxelsize = three_of<double>(in, "voxelsize");
    geometry.xras = three_of<double>(in, "xras");
    geometry.yras = three_of<double>(in, "yras");
    geometry.zras = three_of<double>(in, "zras");
    geometry.cras = three_of<double>(in, "cras");
    return geometry;
}

void put_geometry(std::vector<std::byte>& out, const VolumeGeometry& geometry) {
    for (const int number : geometry.head) {
        put_int32(out, number);
    }
    const auto put = [&](std::string key, const std::string& value) {
        put_text(out, key + std::string(key.size() < 6 ? 6 - key.size() : 0, ' ') + " = " + value + "\n");
    };
    const auto three = [](const std::array<double, 3>& x) {
        return formatted("%.10g", x[0]) + " " + formatted("%.10g", x[1]) + " " + formatted("%.10g", x[2]);
    };
    put_text(out, "valid = " + geometry.valid + "\nfilename = " + geometry.filename + "\n");
    put_text(out, "volume = " + text_of(geometry.volume[0]) + " " + text_of(geometry.volume[1]) + " " +
                      text_of(geometry.volume[2]) + "\n");
    put("voxelsize", three(geometry.voxelsize));
    put("xras", three(geometry.xras));
    put("yras", three(geometry.yras));
    put("zras", three(geometry.zras));
    put("cras", three(geometry.cras));
}

/// Turns what is wrong with triangles into an error of the file.
void check_mesh(const SurfaceMesh& mesh, const std::filesystem::path& path) {
    try {
        meeg::check_triangles(mesh.points, mesh.triangles);
    } catch (const InvalidInput& wrong) {
        throw FileError(path, FileError::no_offset, wrong.what());
    }
}

}  // namespace

SurfaceMesh read_freesurfer_surface(const std::filesystem::path& path) {
    Reader in(path);
    const std::uint32_t magic = in.uint24();
    if (magic == quadrangles_magic || magic == new_quadrangles_magic) {
        in.fail(
            "is a surface of quadrangles, as FreeSurfer wrote them before 2000; mris_convert makes triangles of them");
    }
    if (magic != triangles_magic) {
        in.fail("is no surface of FreeSurfer: it should begin with the bytes ff ff fe");
    }
    SurfaceMesh mesh;
    mesh.stamp = in.line();
    in.line();
    const auto n_points = in.int32(), n_triangles = in.int32();
    in.need(n_points, 12, "points");
    mesh.points = Array<double, 2>({n_points, 3});
    for (index k = 0; k < mesh.points.size(); ++k) {
        mesh.points.data()[k] = in.float32();
    }
    in.need(n_triangles, 12, "triangles");
    mesh.triangles = Array<std::int32_t, 2>({n_triangles, 3});
    for (index k = 0; k < mesh.triangles.size(); ++k) {
        mesh.triangles.data()[k] = in.int32();
    }
    check_mesh(mesh, path);
    mesh.geometry = geometry_of(in);
    return mesh;
}

void write_freesurfer_surface(const SurfaceMesh& mesh, const std::filesystem::path& path, bool overwrite) {
    meeg::check_triangles(mesh.points, mesh.triangles);
    require(mesh.stamp.find('\n') == std::string::npos, "create_stamp must be one line");
    std::vector<std::byte> out;
    put_uint24(out, triangles_magic);
    put_text(out, mesh.stamp + "\n\n");
    put_int32(out, static_cast<std::int32_t>(mesh.points.extent(0)));
    put_int32(out, static_cast<std::int32_t>(mesh.triangles.extent(0)));
    for (index k = 0; k < mesh.points.size(); ++k) {
        put_float32(out, static_cast<float>(mesh.points.data()[k]));
    }
    for (index k = 0; k < mesh.triangles.size(); ++k) {
        put_int32(out, mesh.triangles.data()[k]);
    }
    if (mesh.geometry) {
        put_geometry(out, *mesh.geometry);
    }
    write_file(path, out, overwrite);
}

SurfaceMesh read_obj_surface(const std::filesystem::path& path) {
    std::vector<double> points;
    std::vector<std::int32_t> corners;
    std::istringstream lines(file_text(path));
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::istringstream words(line);
        words.imbue(std::locale::classic());
        std::string kind;
        words >> kind;
        const auto fail = [&](const std::string& what) {
            throw FileError(path, FileError::no_offset, "line " + text_of(number) + " " + what + ": '" + line + "'");
        };
        if (kind == "v") {
            for (int k = 0; k < 3; ++k) {
                if (!(words >> points.emplace_back())) {
                    fail("should have three coordinates");
                }
            }
        } else if (kind == "f") {
            std::vector<std::string> face;
            for (std::string word; words >> word;) {
                face.push_back(word.substr(0, word.find('/')));
            }
            if (face.size() != 3) {
                fail("should be a triangle");
            }
            for (const std::string& corner : face) {
                const auto n = number_in<std::int32_t>(corner);
                if (!n) {
                    fail("should have numbers of points");
                }
                corners.push_back(*n - 1);
            }
        }
    }
    SurfaceMesh mesh;
    mesh.points = Array<double, 2>({std::ssize(points) / 3, 3});
    std::copy(points.begin(), points.end(), mesh.points.data());
    mesh.triangles = Array<std::int32_t, 2>({std::ssize(corners) / 3, 3});
    std::copy(corners.begin(), corners.end(), mesh.triangles.data());
    check_mesh(mesh, path);
    return mesh;
}

void write_obj_surface(const SurfaceMesh& mesh, const std::filesystem::path& path, bool overwrite) {
    meeg::check_triangles(mesh.points, mesh.triangles);
    std::string text;
    for (const std::string_view line : split(mesh.stamp, '\n')) {
        text += line.empty() ? "" : "# " + std::string(line) + "\n";
    }
    for (index p = 0; p < mesh.points.extent(0); ++p) {
        text += "v " + text_of(mesh.points(p, 0)) + " " + text_of(mesh.points(p, 1)) + " " +
                text_of(mesh.points(p, 2)) + "\n";
    }
    for (index t = 0; t < mesh.triangles.extent(0); ++t) {
        text += "f " + text_of(mesh.triangles(t, 0) + 1) + " " + text_of(mesh.triangles(t, 1) + 1) + " " +
                text_of(mesh.triangles(t, 2) + 1) + "\n";
    }
    OutputFile file(path, overwrite);
    file.write(std::string_view(text));
    file.commit();
}

std::vector<double> read_freesurfer_curvature(const std::filesystem::path& path) {
    Reader in(path);
    const std::uint32_t magic = in.uint24();
    std::vector<double> values;
    if (magic == 0xffffff) {
        const auto n = in.int32();
        in.skip(8);  // how many triangles, and how many values per point
        in.need(n, 4, "values");
        for (std::int32_t k = 0; k < n; ++k) {
            values.push_back(in.float32());
        }
        return values;
    }
    in.uint24();  // how many triangles
    in.need(magic, 2, "values");
    for (std::uint32_t k = 0; k < magic; ++k) {
        values.push_back(in.int16() / 100.0);
    }
    return values;
}

}  // namespace ranvier::formats
