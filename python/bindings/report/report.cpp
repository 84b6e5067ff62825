// Pages, and the marks that people make on them.
#include "ranvier/formats/tables/marks_file.hpp"
#include "ranvier/report/sections/activity.hpp"
#include "ranvier/report/sections/sections.hpp"

#include "meeg/samples.hpp"
#include "objects.hpp"

namespace ranvier::python {

using namespace report;
using meeg::Epochs;
using meeg::Evoked;
using meeg::Info;
using meeg::Marks;
using meeg::Raw;

namespace {

using Strings = std::vector<std::string>;
using Matrix = NumpyIn<double, 2>;

/// Copies of what is shown under a name each.
template <class T>
Conditions<T> conditions_of(const Strings& names, const std::vector<const T*>& things) {
    require(names.size() == things.size(), "there must be a name for each; got ", names.size(), " for ", things.size());
    Conditions<T> conditions;
    for (std::size_t k = 0; k < names.size(); ++k) {
        conditions.emplace_back(names[k], *things[k]);
    }
    return conditions;
}

void bind_look(nb::module_& m) {
    nb::class_<TraceLook>(m, "TraceLook", "What traces are shown, and how at first.")
        .def(nb::init<>())
        .def_rw("picks", &TraceLook::picks)
        .def_rw("start", &TraceLook::start)
        .def_rw("duration", &TraceLook::duration)
        .def_rw("n_channels", &TraceLook::n_channels)
        .def_rw("remove_mean", &TraceLook::remove_mean)
        .def_rw("butterfly", &TraceLook::butterfly)
        .def_rw("scale_bars", &TraceLook::scale_bars)
        .def_rw("zero_lines", &TraceLook::zero_lines)
        .def_rw("overview", &TraceLook::overview)
        .def_rw("clock", &TraceLook::clock)
        .def_rw("first_time", &TraceLook::first_time)
        .def_rw("clip", &TraceLook::clip, nb::arg().none())
        .def_rw("clip_hides", &TraceLook::clip_hides)
        .def_rw("half_ranges", &TraceLook::half_ranges)
        .def_rw("colours", &TraceLook::colours)
        .def_rw("bad_colour", &TraceLook::bad_colour)
        .def_rw("background", &TraceLook::background)
        .def_rw("annotation_colours", &TraceLook::annotation_colours)
        .def_rw("unnamed", &TraceLook::unnamed)
        .def("add_event",
             [](TraceLook& look, double time, const std::string& name, const std::string& colour) {
                 look.events.push_back({time, name, colour});
             })
        .def("set_marks_of_ica", [](TraceLook& look) { look.marks_of = Marks::Of::ica; });
}

void bind_marks(nb::module_& m) {
    nb::class_<Marks>(m, "Marks", "What a person has marked.")
        .def_prop_ro("of", [](const Marks& marks) { return std::string(meeg::name(marks.of)); })
        .def_prop_ro("json", [](const Marks& marks) { return formats::json_of(marks); })
        .def_ro("excluded", &Marks::excluded)
        .def_static("of_raw", engine<const Raw&>(meeg::marks_of))
        .def_static("of_epochs", engine<const Epochs&>(meeg::marks_of))
        .def_static("of_components",
                    [](const std::vector<index>& excluded) {
                        Marks marks;
                        marks.of = Marks::Of::ica;
                        marks.excluded = excluded;
                        return marks;
                    })
        .def_static("of_json", [](const std::string& text) { return formats::marks_of_json(text); })
        .def_static("read", engine(formats::read_marks), "path"_a)
        .def("write", engine(formats::write_marks), "path"_a, "overwrite"_a)
        .def("without_drops",
             [](const Marks& marks) {
                 Marks rest = marks;
                 rest.dropped.clear();
                 return rest;
             })
        .def("apply_to_raw",
             [](const Marks& marks, Raw& raw, bool keep) { run([&] { meeg::apply_marks(raw, marks, keep); }); })
        .def("apply_to_epochs", [](const Marks& marks, Epochs& epochs, bool keep) {
            run([&] { meeg::apply_marks(epochs, marks, keep); });
        });
}

}  // namespace

void bind_report(nb::module_& m) {
    bind_look(m);
    bind_marks(m);
    m.def("time_of_making", time_of_making);
    nb::class_<Page>(m, "Page", "A self-contained page.")
        .def(nb::init<std::string>(), "title"_a)
        .def("copy", [](const Page& page) { return Page(page); })
        .def("html", [](const Page& page) { return run([&] { return page.html(); }); })
        .def("write", [](const Page& page, const std::filesystem::path& path,
                         bool overwrite) { run([&] { page.write(path, overwrite); }); })
        .def("set_title", &Page::set_title)
        .def("set_created", &Page::set_created)
        .def("set_theme", &Page::set_theme)
        .def("send_marks", &Page::send_marks, "address"_a)
        .def("label", &Page::label)
        .def("remove", &Page::remove)
        .def("reorder", &Page::reorder)
        .def("add_style", &Page::add_style)
        .def("add_script", &Page::add_script)
        .def("section_title", &Page::section_title)
        .def("__len__", &Page::n_sections)
        .def("add_summary",
             [](Page& page, const std::string& title, const std::string& text,
                const std::vector<std::pair<std::string, std::string>>& items) {
                 add_summary(page, title, text, items);
             })
        .def("add_recording",
             [](Page& page, const std::string& title, const Raw& raw, double max_sfreq, double max_bytes,
                const TraceLook& look) {
                 return run([&] { return add_recording(page, title, raw, {max_sfreq, max_bytes}, look); });
             })
        .def("add_epochs",
             [](Page& page, const std::string& title, const Epochs& epochs, double max_sfreq, double max_bytes,
                const TraceLook& look) {
                 return run([&] { return add_epochs(page, title, epochs, {max_sfreq, max_bytes}, look); });
             })
        .def(
            "add_evoked",
            [](Page& page, const std::string& title, const Strings& names, const std::vector<const Evoked*>& averages) {
                add_evoked(page, title, conditions_of<Evoked>(names, averages));
            })
        .def(
            "add_activity",
            [](Page& page, const std::string& title, double start, double end, double dt,
               const std::vector<std::tuple<std::string, index, NumpyIn<std::int32_t, 1>, NumpyIn<double, 1>>>&
                   populations,
               const std::vector<std::tuple<std::string, double, double, NumpyIn<double, 1>>>& rates,
               const std::vector<std::tuple<std::string, std::string, std::string, double, double, std::vector<index>,
                                            NumpyIn<double, 2>>>& traces) {
                Activity activity;
                activity.start = start;
                activity.end = end;
                activity.dt = dt;
                for (const auto& [name, n, i, t] : populations) {
                    activity.populations.push_back({name, n, vector_of(i), vector_of(t)});
                }
                for (const auto& [name, first, step, values] : rates) {
                    activity.rates.push_back({name, first, step, vector_of(values)});
                }
                for (const auto& [name, population, unit, first, step, elements, values] : traces) {
                    activity.traces.push_back(
                        {name, population, unit, first, step, elements, array_of<double, 2>(values)});
                }
                run([&] { add_activity(page, title, activity); });
            },
            "title"_a, "start"_a, "end"_a, "dt"_a, "populations"_a, "rates"_a, "traces"_a)
        .def("add_spectrum",
             [](Page& page, const std::string& title, const Strings& names,
                const std::vector<std::tuple<const Info*, NumpyIn<double, 2>, std::vector<double>>>& spectra,
                const std::string& method) {
                 Conditions<meeg::Spectrum> conditions;
                 for (std::size_t k = 0; k < spectra.size(); ++k) {
                     const auto& [info, power, freqs] = spectra[k];
                     meeg::Spectrum spectrum;
                     spectrum.info = *info;
                     spectrum.freqs = freqs;
                     spectrum.data =
                         Array<double, 3>({1, static_cast<index>(power.shape(0)), static_cast<index>(power.shape(1))});
                     std::copy(power.data(), power.data() + power.size(), spectrum.data.data());
                     conditions.emplace_back(names.at(k), std::move(spectrum));
                 }
                 add_spectrum(page, title, conditions, method);
             })
        .def(
            "add_events",
            [](Page& page, const std::string& title, const std::vector<std::pair<std::string, double>>& events,
               std::optional<double> start, std::optional<double> end, const std::string& unit) {
                EventTimes times;
                for (const auto& [name, time] : events) {
                    times.add(name, time);
                }
                add_events(page, title, times, start, end, unit);
            },
            nb::arg(), nb::arg(), nb::arg().none(), nb::arg().none(), nb::arg())
        .def("add_drops", [](Page& page, const std::string& title,
                             const std::vector<Strings>& drop_log) { add_drops(page, title, drop_log); })
        .def("add_matrix",
             [](Page& page, const std::string& title, const Strings& rows, const Strings& columns,
                const Matrix& values) { add_matrix(page, title, rows, columns, array_of<double, 2>(values)); })
        .def("add_maps",
             [](Page& page, const std::string& title, const Info& info,
                const std::vector<std::tuple<std::string, std::string, bool>>& maps, const Matrix& patterns,
                bool judged) {
                 std::vector<ChannelMap> list;
                 for (const auto& [name, note, excluded] : maps) {
                     list.push_back({name, note, excluded});
                 }
                 add_maps(page, title, info, list, array_of<double, 2>(patterns), judged);
             })
        .def("add_projections",
             [](Page& page, const std::string& title, const std::vector<meeg::Projection>& projections,
                const Info& info) { add_projections(page, title, projections, info); })
        .def("add_curves",
             [](Page& page, const std::string& title, const std::tuple<std::string, std::string, bool>& x,
                const std::vector<double>& xs, const std::tuple<std::string, std::string, bool>& y,
                const Strings& names, const Matrix& values) {
                 const auto axis = [](const auto& t) {
                     return CurveAxis{std::get<0>(t), std::get<1>(t), std::get<2>(t)};
                 };
                 add_curves(page, title, axis(x), xs, axis(y), names, array_of<double, 2>(values));
             })
        .def("add_images",
             [](Page& page, const std::string& title,
                const std::vector<std::tuple<std::string, std::string, std::string, std::string>>& images) {
                 std::vector<Image> list;
                 for (const auto& [type, base64, caption, about] : images) {
                     list.push_back({type, base64, caption, about});
                 }
                 add_images(page, title, list);
             })
        .def("add_html",
             [](Page& page, const std::string& title, const std::string& html) { add_html(page, title, html); })
        .def("add_code", [](Page& page, const std::string& title, const std::string& code,
                            const std::string& language) { add_code(page, title, code, language); });
}

}  // namespace ranvier::python
