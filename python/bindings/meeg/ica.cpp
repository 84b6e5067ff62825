// Independent components: fitting, sources, judging, taking out.
#include "ranvier/meeg/ica/ica.hpp"

#include "meeg/samples.hpp"
#include "objects.hpp"
#include "ranvier/meeg/artefacts/exg_events.hpp"
#include "ranvier/meeg/ica/judge.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

/// Python's functions that make n numbers, as arrays of float64.
learn::NumberSource source_of(const nb::object& uniform, const nb::object& normal) {
    const auto drawn = [](const nb::object& function) -> std::function<void(std::span<double>)> {
        if (function.is_none()) {
            return {};
        }
        // Held from behind, because the engine copies it without the interpreter's lock.
        const auto draw = std::make_shared<nb::object>(function);
        return [draw](std::span<double> to) {
            const nb::gil_scoped_acquire lock;
            const auto numbers = nb::cast<NumpyIn<double, 1>>((*draw)(to.size()));
            require(numbers.size() == to.size(), "a random number generator must give as many numbers as asked for");
            std::copy_n(numbers.data(), to.size(), to.begin());
        };
    };
    return {drawn(uniform), drawn(normal)};
}

template <class T>
auto matrix_property(Array<double, 2> T::*member) {
    return std::pair([member](const T& t) { return nb::cast(numpy_view(Array<double, 2>(t.*member))); },
                     [member](T& t, const NumpyIn<double, 2>& to) { t.*member = array_of<double, 2>(to); });
}

nb::object reject_of(const Ica& ica) { return python_value(ranvier::detail::FieldType<Thresholds>::read(ica.reject)); }

template <class Noun>
auto explained() {
    return [](const Ica& ica, const Noun& inst, const std::vector<index>& components, const std::vector<index>& picks) {
        return run([&] { return explained_variance(ica, inst, components, picks); });
    };
}

IcaApplyOptions keeping(const nb::dict& options) { return options_of<IcaApplyOptions>(options); }

}  // namespace

void bind_ica(nb::module_& m) {
    publish<IcaOptions>();
    publish<IcaFitOptions>();
    publish<IcaApplyOptions>();
    publish<learn::InfomaxRule>();
    nb::class_<Ica> type(m, "Ica", "Independent components.");
    type.def(nb::init<>());
    const auto matrix = [&](const char* name, Array<double, 2> Ica::*member) {
        const auto [read, write] = matrix_property(member);
        type.def_prop_rw(name, read, write);
    };
    matrix("pre_whitener", &Ica::pre_whitener);
    matrix("pca_components", &Ica::pca_components);
    matrix("unmixing", &Ica::unmixing);
    matrix("mixing", &Ica::mixing);
    const auto numbers = [&](const char* name, std::vector<double> Ica::*member) {
        type.def_prop_rw(
            name, [member](const Ica& ica) { return nb::cast(numpy_copy(ica.*member)); },
            [member](Ica& ica, const NumpyIn<double, 1>& to) { ica.*member = vector_of(to); });
    };
    numbers("pca_mean", &Ica::pca_mean);
    numbers("pca_explained_variance", &Ica::pca_explained_variance);
    type.def_prop_rw(
            "info", [](const Ica& ica) { return ica.info; },
            [](Ica& ica, const std::optional<Info>& info) { ica.info = info; }, nb::for_setter(nb::arg("info").none()))
        .def_prop_rw(
            "asked", [](const Ica& ica) { return python_value(values_of(ica.asked)); },
            [](Ica& ica, const nb::dict& asked) { ica.asked = options_of<IcaOptions>(asked); })
        .def_prop_rw(
            "n_pca_components", [](const Ica& ica) { return python_value(ica.n_pca_components); },
            [](Ica& ica, const nb::object& n) { ica.n_pca_components = value_of(n); },
            nb::for_setter(nb::arg("n_pca_components").none()))
        .def_prop_rw(
            "reject", reject_of,
            [](Ica& ica, const nb::object& limits) {
                require(ranvier::detail::FieldType<Thresholds>::write(ica.reject, value_of(limits)),
                        "reject must be limits by channel type");
            },
            nb::for_setter(nb::arg("reject").none()))
        .def_rw("current_fit", &Ica::current_fit)
        .def_rw("ch_names", &Ica::ch_names)
        .def_rw("n_samples", &Ica::n_samples, nb::arg("n_samples").none())
        .def_rw("n_iter", &Ica::n_iter, nb::arg("n_iter").none())
        .def_rw("exclude", &Ica::exclude)
        .def_rw("labels", &Ica::labels)
        .def_prop_ro("asked_as_read",
                     [](const Ica& ica) {  // of a file, whatever it says
                         return python_value(Value::Map{{"n_components", ica.asked.n_components},
                                                        {"fit_params", ica.asked.fit_params},
                                                        {"allow_ref_meg", ica.asked.allow_ref_meg}});
                     })
        .def_prop_rw(
            "method", [](const Ica& ica) { return ica.asked.method; },
            [](Ica& ica, const std::string& method) { ica.asked.method = method; })
        .def_ro("not_converged", &Ica::not_converged)
        .def_ro("drop_inds", &Ica::drop_inds)
        .def(
            "fit",
            [](Ica& ica, const Raw& raw, const nb::dict& options, const Covariance* noise, const nb::object& uniform,
               const nb::object& normal) {
                const auto settings = options_of<IcaFitOptions>(options);
                const auto random = source_of(uniform, normal);
                run([&] { fit(ica, raw, settings, noise, random); });
            },
            "inst"_a, "options"_a, "noise"_a.none(), "uniform"_a.none(), "normal"_a.none())
        .def(
            "fit",
            [](Ica& ica, const Epochs& epochs, const nb::dict& options, const Covariance* noise,
               const nb::object& uniform, const nb::object& normal) {
                const auto settings = options_of<IcaFitOptions>(options);
                const auto random = source_of(uniform, normal);
                run([&] { fit(ica, epochs, settings, noise, random); });
            },
            "inst"_a, "options"_a, "noise"_a.none(), "uniform"_a.none(), "normal"_a.none())
        .def("components", [](const Ica& ica) { return numpy_view(run([&] { return components_of(ica); })); })
        .def(
            "pca_components_for",
            [](const Ica& ica, const nb::object& asked) { return pca_components_for(ica, value_of(asked)); },
            "asked"_a.none())
        .def(
            "sources",
            [](const Ica& ica, const Raw& raw, index start, index stop, bool reject_by_annotation) {
                return numpy_view(run([&] { return sources(ica, raw, start, stop, reject_by_annotation); }));
            },
            "inst"_a, "start"_a, "stop"_a, "reject_by_annotation"_a)
        .def(
            "sources",
            [](const Ica& ica, const Epochs& epochs) { return numpy_view(run([&] { return sources(ica, epochs); })); },
            "inst"_a)
        .def(
            "sources",
            [](const Ica& ica, const Evoked& evoked) { return numpy_view(run([&] { return sources(ica, evoked); })); },
            "inst"_a)
        .def(
            "as_raw",
            [](const Ica& ica, const Raw& raw, index start, index stop, const std::vector<index>& add) {
                return run([&] { return sources_raw(ica, raw, start, stop, add); });
            },
            "inst"_a, "start"_a, "stop"_a, "add"_a)
        .def(
            "as_epochs",
            [](const Ica& ica, const Epochs& epochs, const std::vector<index>& add) {
                return run([&] { return sources_epochs(ica, epochs, add); });
            },
            "inst"_a, "add"_a)
        .def(
            "as_evoked",
            [](const Ica& ica, const Evoked& evoked, const std::vector<index>& add) {
                return run([&] { return sources_evoked(ica, evoked, add); });
            },
            "inst"_a, "add"_a)
        .def("explained_variance", explained<Raw>(), "inst"_a, "components"_a, "picks"_a)
        .def("explained_variance", explained<Epochs>(), "inst"_a, "components"_a, "picks"_a)
        .def("explained_variance", explained<Evoked>(), "inst"_a, "components"_a, "picks"_a)
        .def("reference_scores", [](const Ica& ica) { return numpy_copy(run([&] { return reference_scores(ica); })); })
        .def(
            "apply",
            [](const Ica& ica, Raw& raw, const nb::dict& options) {
                const auto settings = keeping(options);
                run([&] { apply(ica, raw, settings); });
            },
            "inst"_a, "options"_a)
        .def(
            "apply",
            [](const Ica& ica, Epochs& epochs, const nb::dict& options) {
                const auto settings = keeping(options);
                run([&] { apply(ica, epochs, settings); });
            },
            "inst"_a, "options"_a)
        .def(
            "apply",
            [](const Ica& ica, Evoked& evoked, const nb::dict& options) {
                const auto settings = keeping(options);
                run([&] { apply(ica, evoked, settings); });
            },
            "inst"_a, "options"_a);

    m.def(
        "outliers",
        [](const NumpyIn<double, 1>& values, double threshold, int tail) {
            return outliers({values.data(), values.size()}, threshold, tail);
        },
        "values"_a, "threshold"_a, "tail"_a);
    m.def(
        "correlations",
        [](const NumpyInOut<double, 2>& sources, const NumpyInOut<double, 2>& targets, double sfreq,
           std::optional<double> l_freq, std::optional<double> h_freq) {
            return numpy_view(run([&] {
                return correlations(view_of<double, 2>(sources), view_of<double, 2>(targets), sfreq, l_freq, h_freq);
            }));
        },
        "sources"_a.noconvert(), "targets"_a.noconvert(), "sfreq"_a, "l_freq"_a.none(), "h_freq"_a.none(),
        "Both are filtered in place.");
    m.def(
        "alike",
        [](const NumpyIn<double, 2>& scores, double threshold, bool by_correlation) {
            const FoundComponents found = alike(array_of<double, 2>(scores), threshold, by_correlation);
            return nb::make_tuple(found.components, found.by_target);
        },
        "scores"_a, "threshold"_a, "by_correlation"_a);
    m.def(
        "cross_trial_phase",
        [](const NumpyIn<double, 3>& x) {
            const auto view = view_of<double, 3>(x);
            const Kuiper k = run([&] { return cross_trial_phase(view); });
            return nb::make_tuple(numpy_view(k.statistic), numpy_view(k.significance));
        },
        "x"_a);
    m.def(
        "muscle_scores",
        [](const NumpyIn<double, 2>& components, const NumpyIn<double, 2>& positions, const NumpyIn<double, 2>& spectra,
           const NumpyIn<double, 1>& freqs) {
            return numpy_copy(muscle_scores(view_of<double, 2>(components), view_of<double, 2>(positions),
                                            view_of<double, 2>(spectra), {freqs.data(), freqs.size()}));
        },
        "components"_a, "positions"_a, "spectra"_a, "freqs"_a);
    m.def(
        "muscle_places",
        [](const Info& info, const std::vector<index>& picks, const std::optional<std::array<double, 4>>& sphere) {
            std::optional<HeadSphere> head;
            if (sphere) {
                head = {{(*sphere)[0], (*sphere)[1], (*sphere)[2]}, (*sphere)[3]};
            }
            return numpy_view(muscle_places(info, picks, head));
        },
        "info"_a, "picks"_a, "sphere"_a.none());
    m.def(
        "similar_maps",
        [](const std::vector<NumpyIn<double, 2>>& maps, const NumpyIn<double, 1>& target,
           const NumpyIn<double, 1>& thresholds) {
            std::vector<Array<double, 2>> own;
            for (const auto& map : maps) {
                own.push_back(array_of<double, 2>(map));
            }
            const SimilarMaps found =
                similar_maps(own, {target.data(), target.size()}, {thresholds.data(), thresholds.size()});
            return nb::make_tuple(found.median, found.found);
        },
        "maps"_a, "target"_a, "thresholds"_a);
    m.def(
        "infomax",
        [](const NumpyIn<double, 2>& X, const nb::dict& options, const NumpyIn<double, 2>& weights,
           const nb::object& uniform) {
            const auto rule = options_of<learn::InfomaxRule>(options);
            const auto random = source_of(uniform, nb::none());
            const auto from = view_of<double, 2>(X), first = view_of<double, 2>(weights);
            const index n = from.extent(0), k = from.extent(1);
            Array<double, 2> samples({n, learn::padded<double>(k)});
            for (index t = 0; t < n; ++t) {
                std::copy_n(from.data() + t * k, k, &samples(t, 0));
            }
            const learn::Unmixing u = run([&] { return learn::infomax(std::move(samples), k, rule, first, random); });
            return nb::make_tuple(numpy_view(u.W), u.iterations);
        },
        "X"_a, "options"_a, "weights"_a, "uniform"_a);
}

}  // namespace ranvier::python
