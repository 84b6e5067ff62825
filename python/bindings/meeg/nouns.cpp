// The small nouns that an Info holds, and covariances.
#include "ranvier/base/text.hpp"

#include "meeg/faces.hpp"
#include "meeg/info.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::python {

using namespace meeg;
namespace fiff = formats::fiff;

namespace {

const std::pair<const char*, CoordFrame> frames[] = {{"unknown", CoordFrame::unknown},
                                                     {"meg", CoordFrame::device},
                                                     {"meg_device", CoordFrame::device},
                                                     {"isotrak", CoordFrame::isotrak},
                                                     {"hpi", CoordFrame::hpi},
                                                     {"head", CoordFrame::head},
                                                     {"mri", CoordFrame::mri},
                                                     {"mni_tal", CoordFrame::mni_tal},
                                                     {"mri_voxel", mri_voxel_frame},
                                                     {"ras", ras_frame},
                                                     {"fs_tal", unnamed<CoordFrame>(2006)},
                                                     {"ctf_meg", CoordFrame::ctf_device},
                                                     {"ctf_head", CoordFrame::ctf_head}};

const char* frame_name(CoordFrame frame) {
    const auto* at = std::find_if(std::begin(frames), std::end(frames), [&](auto& f) { return f.second == frame; });
    return at == std::end(frames) ? "None" : at->first;
}

/// A frame, from FIFF's number or from its name.
CoordFrame frame_of(nb::handle frame) {
    if (!nb::isinstance<nb::str>(frame)) {
        return fiff::named<CoordFrame>(nb::cast<int>(frame));
    }
    const auto name = nb::cast<std::string_view>(frame);
    const auto* at = std::find_if(std::begin(frames), std::end(frames), [&](auto& f) { return f.first == name; });
    require(at != std::end(frames), [&] {
        return "a coordinate frame must be unknown, meg, isotrak, hpi, head, mri, mri_voxel, ras, mni_tal, fs_tal, "
               "ctf_meg or ctf_head; got " +
               std::string(name);
    });
    return at->second;
}

/// A matrix whose rows and columns have names, as FIFF has them.
nb::dict named_matrix(const Array<double, 2>& matrix, nb::object rows, nb::object columns) {
    nb::dict d;
    d["nrow"] = matrix.extent(0);
    d["ncol"] = matrix.extent(1);
    d["row_names"] = std::move(rows);
    d["col_names"] = std::move(columns);
    d["data"] = numpy_view(matrix);
    return d;
}

nb::object projection_data(Projection& p, nb::handle) {
    return named_matrix(p.vectors, nb::none(), nb::cast(p.channels));
}
void set_projection_data(Projection& p, nb::handle data) {
    Projection made;
    set(made.channels, data["col_names"]);
    set(made.vectors, data["data"]);
    require(made.vectors.extent(1) == std::ssize(made.channels), [&] {
        return "a projection's vectors must have one number for each of its " + text_of(made.channels.size()) +
               " channels; got " + text_of(made.vectors.extent(1));
    });
    p.channels = std::move(made.channels);
    p.vectors = std::move(made.vectors);
}
nb::object compensation_data(Compensation& c, nb::handle) {
    return named_matrix(c.matrix, nb::cast(c.row_names), nb::cast(c.column_names));
}
void set_compensation_data(Compensation& c, nb::handle data) {
    set(c.row_names, data["row_names"]);
    set(c.column_names, data["col_names"]);
    set(c.matrix, data["data"]);
}

nb::object covariance_data(Covariance& c, nb::handle) {
    nb::object data = nb::cast(numpy_view(c.data));
    return c.diagonal ? nb::object(data[0]) : data;
}
void set_covariance_data(Covariance& c, nb::handle data) {
    c.diagonal = nb::cast<int>(nb::object(data.attr("ndim"))) == 1;
    set(c.data, nb::module_::import_("numpy").attr("atleast_2d")(data));
}
nb::object shown_coil(Channel& c, nb::handle) { return nb::cast(fiff::coil_number(c)); }
void set_coil(Channel& c, nb::handle number) { fiff::set_coil(c, nb::cast<int>(number)); }
nb::object or_none(bool there, nb::object value) { return there ? value : nb::object(nb::none()); }

}  // namespace

void bind_nouns(nb::module_& m) {
    nb::class_<Channel> channel(m, "Channel", "A channel: what it measures, where, and how it was calibrated.");
    channel.def(nb::init<>()).def_prop_ro("type", [](const Channel& c) { return std::string(name(c.type())); });
    channel.def_prop_ro("unit_symbol", [](const Channel& c) { return std::string(unit_symbol(c)); });
    channel.def(
        "set_type", [](Channel& c, const std::string& type) { set_type(c, channel_type(type)); }, "type"_a);
    dict_face(channel, {key<&Channel::cal>("cal"),
                        {"coil_type", shown_coil, set_coil},
                        key<&Channel::coord_frame>("coord_frame"),
                        key<&Channel::kind>("kind"),
                        key<&Channel::loc>("loc"),
                        key<&Channel::logno>("logno"),
                        key<&Channel::range>("range"),
                        key<&Channel::scanno>("scanno"),
                        key<&Channel::name>("ch_name"),
                        key<&Channel::unit>("unit"),
                        key<&Channel::unit_mul>("unit_mul")});
    list_face<Channel>(m, "Channels");

    nb::class_<DigPoint> point(m, "DigPoint", "A point on the head: kind, ident, r [m] of shape (3,), coord_frame.");
    point
        .def(
            "__init__",
            [](DigPoint* self, int kind, int ident, nb::handle r, nb::handle coord_frame) {
                new (self) DigPoint{fiff::named<DigKind>(kind), ident, {}, frame_of(coord_frame)};
                set(self->r, r);
            },
            "kind"_a = 4, "ident"_a = 0, "r"_a = nb::make_tuple(0, 0, 0), "coord_frame"_a = 4)
        .def("__repr__", [](const DigPoint& p) {
            const char* cardinals[] = {"?", "LPA", "Nasion", "RPA"};
            const std::string number = " #" + text_of(p.ident);
            const std::string kind = p.kind == DigKind::cardinal ? cardinals[p.ident >= 1 && p.ident <= 3 ? p.ident : 0]
                                     : p.kind == DigKind::hpi    ? "HPI" + number
                                     : p.kind == DigKind::eeg    ? "EEG" + number
                                                                 : "Extra" + number;
            std::vector<std::string> millimetres;
            for (const double x : p.r) {
                millimetres.push_back(formatted("%.1f", 1e3 * x));
            }
            return "<DigPoint | " + kind + " : (" + joined(millimetres) + ") mm : " + frame_name(p.coord_frame) +
                   " frame>";
        });
    dict_face(point, {key<&DigPoint::kind>("kind"), key<&DigPoint::ident>("ident"), key<&DigPoint::r>("r"),
                      key<&DigPoint::coord_frame>("coord_frame")});
    list_face<DigPoint>(m, "DigPoints");

    nb::class_<Transform> transform(m, "Transform",
                                    "A rigid transform between coordinate frames: from, to, trans of shape (4, 4).");
    transform
        .def(
            "__init__",
            [](Transform* self, nb::handle from, nb::handle to, nb::handle trans) {
                new (self) Transform{frame_of(from), frame_of(to)};
                if (!trans.is_none()) {
                    set(self->matrix, trans);
                }
            },
            "fro"_a = 0, "to"_a = 0, "trans"_a.none() = nb::none())
        .def("__repr__", [](nb::handle self) {
            const auto& t = nb::cast<const Transform&>(self);
            return std::string("<Transform | ") + frame_name(t.from) + "->" + frame_name(t.to) + ">\n" +
                   nb::str(nb::object(self["trans"])).c_str();
        });
    dict_face(transform, {key<&Transform::from>("from"), key<&Transform::to>("to"), key<&Transform::matrix>("trans")});

    nb::class_<Projection> projection(m, "Projection",
                                      "A signal-space projection: kind, active, desc, data, explained_var.\n\n"
                                      "``data`` is a dict with ``col_names`` (the channels) and ``data``, the vectors "
                                      "in rows, shape (nrow, ncol).");
    projection
        .def(
            "__init__",
            [](Projection* self, nb::handle data, const std::string& desc, int kind, bool active,
               std::optional<double> explained_var) {
                new (self) Projection{fiff::named<ProjectionKind>(kind), desc, active, {}, {}, explained_var};
                if (!data.is_none()) {
                    set_projection_data(*self, data);
                }
            },
            nb::kw_only(), "data"_a.none() = nb::none(), "desc"_a = "", "kind"_a = 1, "active"_a = false,
            "explained_var"_a.none() = nb::none())
        .def("__repr__",
             [](const Projection& p) {
                 return "<Projection | " + p.description + ", active : " + (p.active ? "True (on)" : "False (off)") +
                        ", n_channels : " + text_of(p.vectors.extent(1)) + ">";
             })
        .def(
            "__eq__", [](const Projection& a, const Projection& b) { return meeg::same(a, b); }, nb::is_operator());
    dict_face(projection, {key<&Projection::kind>("kind"),
                           key<&Projection::active>("active"),
                           key<&Projection::description>("desc"),
                           {"data", projection_data, set_projection_data},
                           key<&Projection::explained_variance>("explained_var")});
    list_face<Projection>(m, "Projections");

    nb::class_<Compensation> compensation(m, "Compensation", "A compensation matrix of CTF and 4-D gradiometers.");
    compensation.def(nb::init<>());
    dict_face(compensation, {key<&Compensation::kind>("ctfkind"),
                             {"kind",
                              [](Compensation& c, nb::handle) {  // the grade
                                  const auto number = unnamed_number(c.kind);
                                  return nb::cast(number ? *number : static_cast<int>(c.kind));
                              }},
                             key<&Compensation::calibrated>("save_calibrated"),
                             {"data", compensation_data, set_compensation_data}});
    list_face<Compensation>(m, "Compensations");

    nb::class_<Covariance> covariance(m, "Covariance");
    dict_face(
        covariance,
        {key<&Covariance::kind>("kind"),
         key<&Covariance::diagonal>("diag"),
         {"dim", [](Covariance& c, nb::handle) { return nb::cast(c.names.size()); }},
         key<&Covariance::names>("names"),
         key<&Covariance::bads>("bads"),
         {"data", covariance_data, set_covariance_data},
         key<&Covariance::projections>("projs"),
         key<&Covariance::nfree>("nfree"),
         {"eig", [](Covariance& c, nb::handle) { return or_none(!c.eig.empty(), nb::cast(numpy_copy(c.eig))); },
          [](Covariance& c, nb::handle eig) {
              c.eig =
                  eig.is_none() ? std::vector<double>() : vector_of<double>(nb::cast<NumpyIn<double, 1>>(floats(eig)));
          }},
         {"eigvec",
          [](Covariance& c, nb::handle) { return or_none(!c.eigvec.empty(), nb::cast(numpy_view(c.eigvec))); },
          [](Covariance& c, nb::handle eigvec) { eigvec.is_none() ? void(c.eigvec = {}) : set(c.eigvec, eigvec); }},
         {"method", [](Covariance& c, nb::handle) { return nb::cast(c.method); },
          [](Covariance& c, nb::handle method) {
              c.method = nb::cast<std::optional<std::string>>(method).value_or("");
          },
          [](const Covariance& c) { return !c.method.empty(); }},
         {"loglik", [](Covariance& c, nb::handle) { return nb::cast(c.loglik); },
          [](Covariance& c, nb::handle loglik) { c.loglik = nb::cast<std::optional<double>>(loglik); },
          [](const Covariance& c) { return c.loglik.has_value(); }}});
    covariance.def(nb::init<>()).def("__init__", [](Covariance* self, Covariance& other) {
        new (self) Covariance(std::move(other));
    });
}

}  // namespace ranvier::python
