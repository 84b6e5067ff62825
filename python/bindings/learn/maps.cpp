// Self-organizing maps.
#include "learn/learn_call.hpp"
#include "ranvier/learn/som.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

MapShape shape_of(const nb::dict& o) {
    MapShape s;
    s.rows = option<index>(o, "rows");
    s.columns = option<index>(o, "columns");
    s.lattice =
        choice<Lattice>(o, "lattice", {{"rectangular", Lattice::rectangular}, {"hexagonal", Lattice::hexagonal}});
    s.toroidal = choice<bool>(o, "boundary", {{"planar", false}, {"toroidal", true}});
    return s;
}

SomOptions som_options(const nb::dict& o) {
    SomOptions s;
    s.shape = shape_of(o);
    s.kind = choice<Neighbourhood>(o, "neighborhood",
                                   {{"gaussian", Neighbourhood::gaussian},
                                    {"bubble", Neighbourhood::bubble},
                                    {"mexican_hat", Neighbourhood::mexican_hat}});
    s.batch = choice<bool>(o, "training", {{"batch", true}, {"online", false}});
    s.epochs = option<index>(o, "epochs");
    s.sigma = option<double>(o, "sigma");
    s.sigma_end = option<double>(o, "sigma_end");
    s.rate = option<double>(o, "rate");
    s.rate_end = option<double>(o, "rate_end");
    s.decay = choice<Decay>(o, "decay", {{"linear", Decay::linear}, {"exponential", Decay::exponential}});
    s.start = choice<MapStart>(o, "start",
                               {{"pca", MapStart::pca}, {"sample", MapStart::sample}, {"random", MapStart::random}});
    s.seed = option<std::uint64_t>(o, "seed");
    return s;
}

template <class T>
void bind_maps(nb::module_& m) {
    m.def(
        "som_fit",
        [](const NumpyIn<T, 2>& X, const nb::dict& o, std::optional<NumpyIn<T, 2>> start) {
            const SomOptions options = som_options(o);
            Array<T, 2> from;
            if (start) {
                from = array_of<T, 2>(*start);
            }
            const Som<T> som = run([&] { return fit_som<T>(view_of<T, 2>(X), options, start ? &from : nullptr); });
            return nb::make_tuple(numpy_view(som.weights), numpy_copy(som.quantisation_error));
        },
        "X"_a, "options"_a, "start"_a.none());
    m.def("best_units", [](const NumpyIn<T, 2>& X, const NumpyIn<T, 2>& weights) {
        std::vector<std::int32_t> best;
        std::vector<T> distance;
        run([&] { best_units<T>(view_of<T, 2>(X), view_of<T, 2>(weights), best, nullptr, distance); });
        return nb::make_tuple(numpy_copy(best), numpy_copy(distance));
    });
    m.def("unit_distances", [](const NumpyIn<T, 2>& X, const NumpyIn<T, 2>& weights) {
        return numpy_view(run([&] { return unit_distances<T>(view_of<T, 2>(X), view_of<T, 2>(weights)); }));
    });
    m.def("quantization_error", [](const NumpyIn<T, 2>& X, const NumpyIn<T, 2>& weights) {
        return run([&] { return quantisation_error<T>(view_of<T, 2>(X), view_of<T, 2>(weights)); });
    });
    m.def("topographic_error", [](const NumpyIn<T, 2>& X, const NumpyIn<T, 2>& weights, const nb::dict& o) {
        const MapShape s = shape_of(o);
        return run([&] { return topographic_error<T>(view_of<T, 2>(X), view_of<T, 2>(weights), s); });
    });
    m.def("u_matrix", [](const NumpyIn<T, 2>& weights, const nb::dict& o) {
        const MapShape s = shape_of(o);
        return numpy_view(run([&] { return u_matrix<T>(view_of<T, 2>(weights), s); }));
    });
}

}  // namespace

void bind_learn_maps(nb::module_& m) {
    m.def("map_positions", [](const nb::dict& o) { return numpy_view(positions(shape_of(o))); });
    bind_maps<double>(m);
    bind_maps<float>(m);
}

}  // namespace ranvier::python
