// Synapses and their pathways.
#include "ranvier/sim/synapses/synapses.hpp"

#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/synapses/rules.hpp"
#include "sim/sim.hpp"

namespace ranvier::python {

using namespace sim;

void bind_sim_synapses(nb::module_& m) {
    m.def("connection_rules", &connection_rules);
    using Coordinates = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
    using Numbers = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
    nb::class_<Pathway>(m, "Pathway")
        .def_prop_ro("name", &Pathway::name)
        .def_prop_ro("side", [](const Pathway& p) { return p.side() == language::Side::pre ? "pre" : "post"; })
        .def_prop_ro("statements", &Pathway::statements)
        .def_prop_ro("delay", &Pathway::delay)
        .def_prop_ro("operation", &Pathway::operation)
        .def("pending",
             [](Pathway& p) {
                 const auto pending = p.queue().pending();
                 return nb::make_tuple(numpy_copy(pending.delays), numpy_copy(pending.numbers));
             })
        .def("set_pending", [](Pathway& p, const Numbers& delays, const Numbers& numbers) {
            p.queue().set_pending({{delays.data(), delays.data() + delays.size()}, elements_of(numbers)});
        });
    nb::class_<Synapses, Group>(m, "Synapses")
        .def(
            "__init__",
            [](Synapses* self, std::string name, std::shared_ptr<Group> source, std::shared_ptr<Group> target,
               std::shared_ptr<Clock> clock, const std::string& equations, const nb::list& pathways,
               const std::map<std::string, std::string>& dtypes, const std::string& multisynaptic_index) {
                language::Parts parts;
                parts.equations = equations;
                std::vector<Synapses::PathwayParts> all;
                for (const auto& entry : pathways) {  // name, side, event, statements, delay, order
                    const auto p = nb::cast<nb::tuple>(entry);
                    all.push_back({nb::cast<std::string>(p[0]),
                                   nb::cast<std::string>(p[1]) == "pre" ? language::Side::pre : language::Side::post,
                                   nb::cast<std::string>(p[2]), nb::cast<std::string>(p[3]),
                                   p[4].is_none() ? std::nullopt : std::optional(nb::cast<double>(p[4])),
                                   nb::cast<int>(p[5])});
                }
                new (self) Synapses(std::move(name), std::move(source), std::move(target), std::move(clock),
                                    std::move(parts), std::move(all), storages_of(dtypes), multisynaptic_index);
            },
            "name"_a, "source"_a, "target"_a, "clock"_a, "equations"_a, "pathways"_a, "dtypes"_a = nb::dict(),
            "multisynaptic_index"_a = "")
        .def_prop_ro("unknown_names",
                     [](const Synapses& s) {
                         const auto u = s.unknown_names();
                         return nb::make_tuple(u.names, u.functions);
                     })
        .def(
            "prepare",
            [](Synapses& s, const Surroundings& around, nb::object method) {
                const Method how = method_of(method);
                run([&] { s.prepare(around, how.name, how.tried); });
            },
            "scope"_a, "method"_a)
        .def_prop_ro("method", &Synapses::method)
        .def_prop_ro("connected", &Synapses::connected)
        .def(
            "connect",
            [](Synapses& s, const std::string& condition, const std::string& p, const std::string& n,
               const Surroundings& around) { run([&] { s.connect(condition, p, n, around); }); },
            "condition"_a, "p"_a, "n"_a, "scope"_a)
        .def(
            "connect_arrays",
            [](Synapses& s, const Numbers& i, const Numbers& j, const Numbers& n) {
                s.connect(elements_of(i), elements_of(j), elements_of(n));
            },
            "i"_a, "j"_a, "n"_a)
        .def(
            "connect_rule",
            [](Synapses& s, const std::string& name, const std::map<std::string, double>& numbers, bool allow_autapses,
               bool allow_multapses, const std::string& kernel, const Coordinates& sources, const Coordinates& targets,
               const std::vector<double>& extent, std::int32_t n) {
                ConnectionRule rule{name, {numbers.begin(), numbers.end()}, allow_autapses, allow_multapses, kernel,
                                    {}};
                rule.places = {sources.shape(1),
                               {sources.data(), sources.data() + sources.size()},
                               {targets.data(), targets.data() + targets.size()},
                               extent};
                Ends ends{s.source()->n(), s.target()->n(), std::nullopt};
                if (s.source()->owner() == s.target()->owner()) {
                    ends.own = s.source()->start() - s.target()->start();
                }
                run([&] {
                    RandomStream random = next_connect_stream(true);
                    const ConnectedPairs pairs = connected_pairs(rule, ends, random);
                    s.connect(pairs.i, pairs.j, std::vector{n});
                });
            },
            "rule"_a, "numbers"_a, "allow_autapses"_a, "allow_multapses"_a, "kernel"_a, "sources"_a, "targets"_a,
            "extent"_a, "n"_a)
        .def(
            "connect_generator",
            [](Synapses& s, const std::string& text, bool of_targets, const std::string& n, bool skip_if_invalid,
               const Surroundings& around) {
                run([&] { s.connect_generator(text, of_targets, n, skip_if_invalid, around); });
            },
            "text"_a, "of_targets"_a, "n"_a, "skip_if_invalid"_a, "scope"_a)
        .def_prop_ro("pathways", [](const std::shared_ptr<Synapses>& s) {
            std::vector<std::shared_ptr<Pathway>> all;
            for (const auto& p : s->pathways()) {
                all.emplace_back(s, p.get());  // lives as long as its synapses
            }
            return all;
        });
}

}  // namespace ranvier::python
