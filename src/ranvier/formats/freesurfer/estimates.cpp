#include "ranvier/formats/freesurfer/estimates.hpp"

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/freesurfer/bytes.hpp"

namespace ranvier::formats {

using namespace freesurfer;

EstimateFile read_stc(const std::filesystem::path& path) {
    Reader in(path);
    EstimateFile made;
    made.tmin = static_cast<double>(in.float32()) / 1000;  // milliseconds in the file
    made.tstep = static_cast<double>(in.float32()) / 1000;
    const auto n = in.int32();
    in.need(n, 4, "vertices");
    for (std::int32_t k = 0; k < n; ++k) {
        made.vertices.push_back(static_cast<std::uint32_t>(in.int32()));
    }
    const auto n_times = in.int32();
    if (n_times < 0 || (n > 0 && static_cast<std::size_t>(n_times) != in.left() / 4 / static_cast<std::size_t>(n)) ||
        (n == 0 ? in.left() != 0 : in.left() % (4 * static_cast<std::size_t>(n)) != 0)) {
        in.fail("says " + text_of(n_times) + " times of " + text_of(n) + " vertices, and " + text_of(in.left()) +
                " bytes follow");
    }
    made.data = Array<double, 2>({n, n > 0 ? n_times : 0});
    for (index t = 0; t < made.data.extent(1); ++t) {
        for (index k = 0; k < n; ++k) {
            made.data(k, t) = in.float32();
        }
    }
    if (n == 0) {
        made.data = Array<double, 2>({0, n_times});
    }
    return made;
}

void write_stc(const EstimateFile& estimate, const std::filesystem::path& path, bool overwrite) {
    ensure(std::ssize(estimate.vertices) == estimate.data.extent(0), "a row for each vertex");
    std::vector<std::byte> out;
    put_float32(out, static_cast<float>(1000 * estimate.tmin));
    put_float32(out, static_cast<float>(1000 * estimate.tstep));
    put_int32(out, static_cast<std::int32_t>(estimate.vertices.size()));
    for (const index v : estimate.vertices) {
        put_int32(out, static_cast<std::int32_t>(v));
    }
    put_int32(out, static_cast<std::int32_t>(estimate.data.extent(1)));
    for (index t = 0; t < estimate.data.extent(1); ++t) {
        for (index k = 0; k < estimate.data.extent(0); ++k) {
            put_float32(out, static_cast<float>(estimate.data(k, t)));
        }
    }
    write_file(path, out, overwrite);
}

EstimateFile read_w(const std::filesystem::path& path) {
    Reader in(path);
    in.skip(2);
    const auto n = static_cast<std::int32_t>(in.uint24());
    in.need(n, 7, "vertices with a value");
    EstimateFile made;
    made.data = Array<double, 2>({n, 1});
    for (index k = 0; k < n; ++k) {
        made.vertices.push_back(in.uint24());
        made.data(k, 0) = in.float32();
    }
    return made;
}

void write_w(const EstimateFile& estimate, const std::filesystem::path& path, bool overwrite) {
    require(estimate.data.extent(1) == 1,
            [&] { return "a .w file holds one time; got " + text_of(estimate.data.extent(1)); });
    std::vector<std::byte> out(2);
    put_uint24(out, static_cast<std::uint32_t>(estimate.vertices.size()));
    for (std::size_t k = 0; k < estimate.vertices.size(); ++k) {
        put_uint24(out, static_cast<std::uint32_t>(estimate.vertices[k]));
        put_float32(out, static_cast<float>(estimate.data(static_cast<index>(k), 0)));
    }
    write_file(path, out, overwrite);
}

}  // namespace ranvier::formats
