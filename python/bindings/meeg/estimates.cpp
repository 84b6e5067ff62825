// What sources do in time.
#include "ranvier/formats/freesurfer/estimates.hpp"
#include "meeg/anatomy.hpp"
#include "meeg/complex_parts.hpp"
#include "meeg/faces.hpp"
#include "ranvier/meeg/estimates/label_courses.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

nb::object shown_vertices(const std::vector<std::vector<index>>& lists) {
    nb::list shown;
    for (const auto& list : lists) {
        shown.append(numpy_copy(std::vector<std::int64_t>(list.begin(), list.end())));
    }
    return shown;
}
std::vector<std::vector<index>> vertices_in(nb::handle lists) {
    std::vector<std::vector<index>> made;
    for (nb::handle list : lists) {
        made.push_back(indices_of(list));
    }
    return made;
}

/// Two dimensions on the same memory: directions lie in rows.
Array<double, 2> rows_in(nb::handle data) {
    const nb::object flat = floats(data);
    const auto rows = nb::cast<index>(flat.attr("shape")[0]);
    const auto times = nb::cast<index>(flat.attr("shape")[-1]);
    const bool has_directions = nb::cast<int>(flat.attr("ndim")) == 3;
    return array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(
        flat.attr("reshape")(rows * (has_directions ? nb::cast<index>(flat.attr("shape")[1]) : 1), times)));
}
/// The data, with an axis for directions; pairs of columns as complex numbers.
nb::object shown_rows(const Array<double, 2>& data, bool has_directions, bool complex) {
    nb::object shown = nb::cast(numpy_view(data));
    shown = has_directions ? shown.attr("reshape")(data.extent(0) / 3, 3, data.extent(1)) : shown;
    return complex ? shown.attr("view")("complex128") : shown;
}

PeakMode peak_mode(const std::string& name) {
    return name == "abs" ? PeakMode::largest : name == "pos" ? PeakMode::most_positive : PeakMode::most_negative;
}
LabelMode label_mode(const std::string& name) {
    return name == "mean"        ? LabelMode::mean
           : name == "mean_flip" ? LabelMode::mean_flip
           : name == "max"       ? LabelMode::max
                                 : LabelMode::pca_flip;
}

std::vector<std::vector<double>> signs_in(nb::handle lists) {
    std::vector<std::vector<double>> signs;
    for (nb::handle list : lists) {
        signs.push_back(vector_of<double>(nb::cast<NumpyIn<double, 1>>(floats(list))));
    }
    return signs;
}

}  // namespace

void bind_estimates(nb::module_& m) {
    nb::class_<SourceEstimate>(m, "SourceEstimate", "What sources do in time; data are formed when asked for.")
        .def(nb::init<>())
        .def("check", [](const SourceEstimate& e) { check(e); })
        .def("copy", [](const SourceEstimate& e) { return SourceEstimate(e); })
        .def_prop_rw(
            "vertices", [](const SourceEstimate& e) { return shown_vertices(e.vertices); },
            [](SourceEstimate& e, nb::handle lists) { e.vertices = vertices_in(lists); })
        .def_rw("vector", &SourceEstimate::vector)
        .def_rw("tmin", &SourceEstimate::tmin)
        .def_rw("tstep", &SourceEstimate::tstep)
        .def_rw("subject", &SourceEstimate::subject, nb::arg().none())
        .def_prop_ro("formed", &SourceEstimate::formed)
        .def_prop_ro("n_vertices", &SourceEstimate::n_vertices)
        .def_prop_ro("n_times", &SourceEstimate::n_times)
        .def_prop_rw(
            "data",
            [](SourceEstimate& e) {
                if (!e.formed()) {
                    wait_for_all();
                    run([&] { form(e); });
                }
                return shown_rows(e.data, e.vector, e.complex);
            },
            [](SourceEstimate& e, nb::handle data) {
                e.data = rows_in(parts_of(data));
                e.complex = is_complex(data);
                e.kernel = {};
                e.sensor_data = {};
            })
        .def_prop_ro("kernel", [](SourceEstimate& e) { return nb::cast(numpy_as<const double>(e.kernel)); })
        .def_prop_ro("complex", [](const SourceEstimate& e) { return e.complex; })
        .def_prop_ro("sensor_data",
                     [](SourceEstimate& e) {
                         const nb::object shown = nb::cast(numpy_as<const double>(e.sensor_data));
                         return e.complex ? shown.attr("view")("complex128") : shown;
                     })
        .def("set_product",
             [](SourceEstimate& e, nb::handle kernel, nb::handle sensor_data) {
                 set(e.kernel, kernel);
                 set(e.sensor_data, parts_of(sensor_data));
                 e.complex = is_complex(sensor_data);
                 e.data = {};
             })
        .def("picked",
             [](const SourceEstimate& e, nb::handle positions) {
                 const auto which = indices_of(positions);
                 return run([&] { return picked(e, which); });
             })
        .def("mapped",
             [](const SourceEstimate& e, nb::handle matrix, nb::handle vertices) {
                 const auto map = sparse_of(matrix);
                 const auto lists = vertices_in(vertices);
                 return run([&] { return mapped(e, map, lists); });
             })
        .def("crop", [](SourceEstimate& e, index begin, index end) { crop(e, begin, end); })
        .def("scale", [](SourceEstimate& e, double factor) { scale(e, factor); })
        .def("summed", [](const SourceEstimate& e) { return run([&] { return summed(e); }); })
        .def("magnitude", [](const SourceEstimate& e) { return run([&] { return magnitude(e); }); })
        .def("absolute", [](const SourceEstimate& e) { return run([&] { return absolute(e); }); })
        .def("rows",
             [](const SourceEstimate& e, nb::handle positions) {
                 const auto which = indices_of(positions);
                 const SourceEstimate made = run([&] {
                     SourceEstimate some = picked(e, which);
                     form(some);
                     return some;
                 });
                 return shown_rows(made.data, made.vector, made.complex);
             })
        .def("peak", [](const SourceEstimate& e, index begin, index end,
                        const std::string& mode) { return run([&] { return peak(e, begin, end, peak_mode(mode)); }); })
        .def_prop_ro("kernel_address",
                     [](const SourceEstimate& e) { return reinterpret_cast<std::uintptr_t>(e.kernel.data()); })
        .def("label_kernel",
             [](const SourceEstimate& e, nb::handle rows, nb::handle flips, const std::string& mode) {
                 const auto which = vertices_in(rows);
                 const auto signs = signs_in(flips);
                 return numpy_view(run([&] { return label_kernel(e, which, signs, label_mode(mode)); }));
             })
        .def("projected",
             [](const SourceEstimate& e, const NumpyIn<double, 2>& kernel) {
                 const auto courses = run([&] { return numerics::matmul(view_of<double, 2>(kernel), e.sensor_data); });
                 return shown_rows(courses, e.vector, e.complex);
             })
        .def("label_courses", [](const SourceEstimate& e, nb::handle rows, nb::handle flips, const std::string& mode) {
            const auto which = vertices_in(rows);
            const auto signs = signs_in(flips);
            const auto courses = run([&] { return label_courses(e, which, signs, label_mode(mode)); });
            return shown_rows(courses, e.vector, e.complex);
        });
    m.def(
        "sign_flips",
        [](nb::handle normals) {
            Array<double, 2> values;
            set(values, normals);
            return numpy_copy(run([&] { return sign_flips(values); }));
        },
        "normals"_a);
    const auto reader = [&](const char* name, auto read) {
        m.def(
            name,
            [read](const std::filesystem::path& path) {
                const formats::EstimateFile file = run([&] { return read(path); });
                return nb::make_tuple(file.tmin, file.tstep,
                                      numpy_copy(std::vector<std::int64_t>(file.vertices.begin(), file.vertices.end())),
                                      numpy_view(file.data));
            },
            "path"_a);
    };
    reader("read_stc", formats::read_stc);
    reader("read_w", formats::read_w);
    const auto writer = [&](const char* name, auto write) {
        m.def(
            name,
            [write](double tmin, double tstep, nb::handle vertices, nb::handle data, const std::filesystem::path& path,
                    bool overwrite) {
                formats::EstimateFile file{tmin, tstep, indices_of(vertices), rows_in(data)};
                run([&] { write(file, path, overwrite); });
            },
            "tmin"_a, "tstep"_a, "vertices"_a, "data"_a, "path"_a, "overwrite"_a);
    };
    writer("write_stc", formats::write_stc);
    writer("write_w", formats::write_w);
}

}  // namespace ranvier::python
