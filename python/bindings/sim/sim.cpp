// The submodule ranvier._core.sim: groups and networks.
#include "sim/sim.hpp"
#include "language/function_types.hpp"

#include <cstring>

#include "ranvier/sim/groups/inputs.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/network/network.hpp"

namespace ranvier::python {

using namespace sim;

using Numbers = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

namespace {

const char* dtype_name(compile::Storage storage) {
    switch (storage) {
        case compile::Storage::float64: return "float64";
        case compile::Storage::float32: return "float32";
        case compile::Storage::int64: return "int64";
        case compile::Storage::int32: return "int32";
        case compile::Storage::uint16: return "uint16";
        default: return "bool";
    }
}

const char* type_name(language::Type type) {
    return type == language::Type::real ? "real" : type == language::Type::integer ? "integer" : "boolean";
}

template <class T>
nb::object view_of(void* data, std::size_t size, std::shared_ptr<void> memory) {
    return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(data, {size}, owner_of(std::move(memory))));
}

language::Parts parts_of(const nb::dict& given) {
    language::Parts parts;
    for (const auto& [key, value] : given) {
        const auto name = nb::cast<std::string>(key);
        if (name == "equations" || name == "threshold" || name == "reset" || name == "refractory") {
            (name == "equations"   ? parts.equations
             : name == "threshold" ? parts.threshold
             : name == "reset"     ? parts.reset
                                   : parts.refractory) = nb::cast<std::string>(value);
        } else {
            for (const auto& [event, text] : nb::cast<nb::dict>(value)) {
                (name == "events" ? parts.events : parts.on_event)
                    .emplace_back(nb::cast<std::string>(event), nb::cast<std::string>(text));
            }
        }
    }
    return parts;
}

nb::tuple unknown_tuple(const Group::Unknown& unknown) { return nb::make_tuple(unknown.names, unknown.functions); }

void bind_surroundings(nb::module_& m) {
    nb::class_<Table>(m, "Table")
        .def(
            "__init__",
            [](Table* self, const NumpyIn<double, 2>& values, double dt, const units::Dimension& dimension,
               bool two_dimensional) {
                new (self) Table{std::vector<double>(values.data(), values.data() + values.size()),
                                 static_cast<std::int64_t>(values.shape(0)),
                                 static_cast<std::int64_t>(values.shape(1)),
                                 dt,
                                 dimension,
                                 two_dimensional};
            },
            "values"_a, "dt"_a, "dimension"_a, "two_dimensional"_a);
    nb::class_<Surroundings>(m, "Scope")
        .def(
            "__init__",
            [](Surroundings* self, const nb::dict& constants, const nb::dict& functions) {
                Surroundings around;
                for (const auto& [name, entry] : constants) {
                    const auto pair = nb::cast<nb::tuple>(entry);
                    language::Scope::Constant constant;
                    constant.type = nb::isinstance<nb::bool_>(pair[0])  ? language::Type::boolean
                                    : nb::isinstance<nb::int_>(pair[0]) ? language::Type::integer
                                                                        : language::Type::real;
                    constant.value = nb::cast<double>(nb::float_(pair[0]));
                    constant.dimension = nb::cast<units::Dimension>(pair[1]);
                    around.constants.emplace(nb::cast<std::string>(name), constant);
                }
                for (const auto& [key, value] : functions) {
                    const auto name = nb::cast<std::string>(key);
                    if (nb::isinstance<nb::str>(value)) {
                        around.texts.emplace(name, nb::cast<std::string>(value));
                    } else if (nb::isinstance<Table>(value)) {
                        around.tables.emplace(name, nb::cast<std::shared_ptr<Table>>(value));
                    } else {  // address, dimensions of arguments, of the result; types of both; whole
                        const auto parts = nb::cast<nb::tuple>(value);
                        language::UserFunction function{
                            name, reinterpret_cast<const void*>(nb::cast<std::uintptr_t>(parts[0])),
                            nb::cast<std::vector<units::Dimension>>(parts[1]), nb::cast<units::Dimension>(parts[2])};
                        set_types(function, nb::cast<std::string>(parts[3]), nb::cast<std::string>(parts[4]));
                        function.whole = nb::cast<bool>(parts[5]);
                        around.functions.push_back(std::move(function));
                    }
                }
                new (self) Surroundings(std::move(around));
            },
            "constants"_a, "functions"_a = nb::dict());
}

void bind_network(nb::module_& m) {
    nb::class_<Clock>(m, "Clock")
        .def(nb::init<std::string, double>(), "name"_a, "dt"_a)
        .def(nb::init<std::string, std::vector<double>>(), "name"_a, "times"_a)
        .def_prop_ro("regular", &Clock::regular)
        .def_prop_ro("times", [](const Clock& c) { return nb::cast(numpy_copy(c.times())); })
        .def("timestep_of", &Clock::timestep_of, "t"_a)
        .def("same_time", &Clock::same_time, "other"_a)
        .def("advance", &Clock::advance)
        .def_prop_ro("name", &Clock::name)
        .def_prop_rw("dt", &Clock::dt, &Clock::set_dt)
        .def_prop_ro("t", &Clock::t)
        .def_prop_rw("timestep", &Clock::timestep, &Clock::set_timestep);
    nb::class_<Operation>(m, "Operation")
        .def_rw("name", &Operation::name)
        .def_rw("clock", &Operation::clock)
        .def_rw("when", &Operation::when)
        .def_rw("order", &Operation::order)
        .def_rw("active", &Operation::active)
        .def_ro("kind", &Operation::kind)
        .def_ro("event", &Operation::event)
        .def_ro("seconds", &Operation::seconds);
    m.def(
        "python_operation",
        [](std::string name, std::shared_ptr<Clock> clock, std::string when, int order, nb::object f) {
            auto function = std::shared_ptr<nb::object>(new nb::object(std::move(f)), [](nb::object* o) {
                const nb::gil_scoped_acquire gil;
                delete o;
            });
            return std::make_shared<Operation>(
                Operation{std::move(name), clock, std::move(when), order, [function, clock] {
                              const nb::gil_scoped_acquire gil;
                              (*function)(clock->t());
                          }});
        },
        "name"_a, "clock"_a, "when"_a, "order"_a, "function"_a);
    nb::class_<Network>(m, "Network")
        .def(nb::init<>())
        .def_rw("operations", &Network::operations)
        .def_rw("schedule", &Network::schedule)
        .def_prop_rw("t", &Network::t, &Network::set_t)
        .def("stop", &Network::stop)
        .def("in_order", &Network::in_order)
        .def(
            "run",
            [](Network& network, double duration, nb::object report, double report_period, bool profile) {
                Network::RunOptions options{duration, {}, report_period, profile};
                if (!report.is_none()) {
                    options.report = [&report](const Network::Report& r) {
                        const nb::gil_scoped_acquire gil;
                        report(r.seconds, r.done, r.start, r.duration);
                    };
                }
                if (network.t() == 0) {
                    random_numbers_begin();
                }
                run([&] { network.run(options); });
            },
            "duration"_a, "report"_a = nb::none(), "report_period"_a = 10.0, "profile"_a = false);
    m.def("set_seed", &set_seed);
    m.def("take_seeds_from_numpy", [] {
        set_seed_source([] {
            const nb::gil_scoped_acquire gil;
            const nb::object bytes = nb::module_::import_("numpy.random").attr("bytes")(sizeof(std::uint64_t));
            std::uint64_t seed = 0;
            std::memcpy(&seed, nb::cast<nb::bytes>(bytes).c_str(), sizeof seed);
            return seed;
        });
    });
    m.def("set_random_names", [](const std::map<std::string, std::string>& names) {
        randomness().names = {names.begin(), names.end()};
    });
    m.def("random_state", [] {
        const Randomness& all = kept_randomness();
        return nb::make_tuple(all.seed, all.immediate, all.counts);
    });
    m.def("set_random_state",
          [](std::uint64_t seed, std::int64_t immediate, const std::map<std::uint32_t, std::int64_t>& counts) {
              set_seed(seed);
              randomness().immediate = immediate;
              for (const auto& [object, count] : counts) {
                  randomness().counts[object] = count;
              }
          });
}

void bind_groups(nb::module_& m) {
    nb::class_<Variable>(m, "Variable")
        .def_ro("name", &Variable::name)
        .def_ro("dimension", &Variable::dimension)
        .def_prop_ro("type", [](const Variable& v) { return type_name(v.type); })
        .def_prop_ro("dtype", [](const Variable& v) { return dtype_name(v.storage); })
        .def_ro("shared", &Variable::shared)
        .def_ro("constant", &Variable::constant)
        .def_ro("read_only", &Variable::read_only)
        .def_ro("unit", &Variable::unit)
        .def_ro("unit_scale", &Variable::unit_scale)
        .def_prop_ro("values", [](Variable& v) { return numpy_of(v); });
    nb::class_<language::Subexpression>(m, "Subexpression")
        .def_ro("name", &language::Subexpression::name)
        .def_ro("dimension", &language::Subexpression::dimension)
        .def_prop_ro("type", [](const language::Subexpression& s) { return type_name(s.type); })
        .def_prop_ro("shared", [](const language::Subexpression& s) { return s.flags.shared; })
        .def_ro("unit", &language::Subexpression::unit)
        .def_ro("unit_scale", &language::Subexpression::unit_scale);
    using Which = std::optional<Numbers>;
    const auto listed = [](const Which& elements) {
        return elements ? std::optional(elements_of(*elements)) : std::nullopt;
    };
    using Span = std::optional<std::span<const std::int32_t>>;
    nb::class_<Group>(m, "Group")
        .def_prop_ro("name", &Group::name)
        .def_prop_ro("n", &Group::n)
        .def_prop_ro("start", &Group::start)
        .def_prop_ro("clock", &Group::clock)
        .def_prop_ro("variables", &Group::variables)
        .def("find", [](const Group& g, const std::string& name) { return g.find(name); })
        .def_prop_ro("subexpressions", [](const Group& g) { return g.model().subexpressions; })
        .def_prop_ro("linked",
                     [](const Group& g) {
                         std::vector<std::string> names;
                         for (const auto& p : g.model().parameters) {
                             if (p.flags.linked) {
                                 names.push_back(p.name);
                             }
                         }
                         return names;
                     })
        .def(
            "link",
            [](Group& g, const std::string& name, std::shared_ptr<Group> other, const std::string& variable,
               const Which& index) {
                g.link(name, std::move(other), variable, index ? std::optional(elements_of(*index)) : std::nullopt);
            },
            "name"_a, "group"_a, "variable"_a, "index"_a = nb::none())
        .def(
            "unknown",
            [](const Group& g, const std::string& text, const std::string& kind) {
                return unknown_tuple(
                    g.unknown(text, kind == "statements" ? Group::Kind::statements : Group::Kind::expression));
            },
            "text"_a, "kind"_a = "expression")
        .def(
            "refresh", [](Group& g, const Surroundings& around) { run([&] { g.refresh(around); }); }, "scope"_a)
        .def(
            "value",
            [listed](Group& g, const std::string& text, const Surroundings& around, const Which& elements) {
                const auto which = listed(elements);
                const auto v = run([&] { return g.value(text, around, which ? Span(*which) : Span()); });
                return nb::make_tuple(numpy_of(v.values, v.type), v.dimension);
            },
            "text"_a, "scope"_a, "elements"_a = nb::none())
        .def(
            "where",
            [](Group& g, const std::string& text, const Surroundings& around) {
                const auto found = run([&] { return g.where(text, around); });
                return numpy_copy(std::vector<std::int64_t>(found.begin(), found.end()));
            },
            "text"_a, "scope"_a)
        .def(
            "execute",
            [listed](Group& g, const std::string& text, const Surroundings& around, const Which& elements) {
                const auto which = listed(elements);
                run([&] { g.execute(text, around, which ? Span(*which) : Span()); });
            },
            "text"_a, "scope"_a, "elements"_a = nb::none())
        .def_prop_ro("operations", &Group::operations);
    nb::class_<EventSource, Group>(m, "EventSource")
        .def("finder",
             [](const EventSource& s, const std::string& name) {
                 const Operation& finder = s.finder(name);
                 return std::pair(finder.when, finder.order);
             })
        .def("event",
             [](const EventSource& s, const std::string& name) {
                 const auto e = s.event(name);
                 return numpy_copy(std::vector<std::int32_t>(e.begin(), e.end()));
             })
        .def("set_event", [](EventSource& s, const std::string& name,
                             const Numbers& elements) { s.set_event(name, elements_of(elements)); })
        .def_prop_ro("event_names", &EventSource::event_names);
    nb::class_<NeuronGroup, EventSource>(m, "NeuronGroup")
        .def(
            "__init__",
            [](NeuronGroup* self, std::string name, index n, std::shared_ptr<Clock> clock, const nb::dict& parts,
               const std::map<std::string, std::string>& dtypes) {
                new (self) NeuronGroup(std::move(name), n, std::move(clock), parts_of(parts), storages_of(dtypes));
            },
            "name"_a, "n"_a, "clock"_a, "parts"_a, "dtypes"_a = nb::dict())
        .def_prop_ro("unknown_names", [](const NeuronGroup& g) { return unknown_tuple(g.unknown_names()); })
        .def(
            "prepare",
            [](NeuronGroup& g, const Surroundings& around, nb::object method) {
                const Method how = method_of(method);
                run([&] { g.prepare(around, how.name, how.tried); });
            },
            "scope"_a, "method"_a)
        .def_prop_ro("method", &NeuronGroup::method)
        .def("on_event", &NeuronGroup::on_event, "event"_a, "statements"_a, "when"_a = "resets", "order"_a = 0)
        .def("set_event_schedule", &NeuronGroup::set_event_schedule, "event"_a, "when"_a, "order"_a);
    nb::class_<Subgroup, EventSource>(m, "Subgroup")
        .def(nb::init<std::string, std::shared_ptr<EventSource>, index, index>(), "name"_a, "group"_a, "start"_a,
             "stop"_a);
    nb::class_<SpikeGeneratorGroup, EventSource>(m, "SpikeGeneratorGroup")
        .def(
            "__init__",
            [](SpikeGeneratorGroup* self, std::string name, index n, std::shared_ptr<Clock> clock, const Numbers& i,
               const NumpyIn<double, 1>& t, double period) {
                new (self) SpikeGeneratorGroup(std::move(name), n, std::move(clock), elements_of(i),
                                               {t.data(), t.data() + t.size()}, period);
            },
            "name"_a, "n"_a, "clock"_a, "i"_a, "t"_a, "period"_a = 0.0)
        .def(
            "set_spikes",
            [](SpikeGeneratorGroup& g, const Numbers& i, const NumpyIn<double, 1>& t, double period) {
                g.set_spikes(elements_of(i), {t.data(), t.data() + t.size()}, period);
            },
            "i"_a, "t"_a, "period"_a = 0.0)
        .def("prepare", &SpikeGeneratorGroup::prepare);
    m.def("poisson_group", &poisson_group, "name"_a, "n"_a, "clock"_a, "rates"_a);
    nb::class_<RegularUpdate>(m, "RegularUpdate")
        .def(nb::init<std::shared_ptr<Group>, std::string, std::shared_ptr<Clock>, std::string, int, std::string>(),
             "group"_a, "statements"_a, "clock"_a, "when"_a, "order"_a, "name"_a)
        .def_prop_ro("statements", &RegularUpdate::statements)
        .def_prop_ro("operations", &RegularUpdate::operations)
        .def(
            "prepare", [](RegularUpdate& u, const Surroundings& around) { run([&] { u.prepare(around); }); },
            "scope"_a);
    m.def("poisson_input", &poisson_input, "name"_a, "target"_a, "variable"_a, "count"_a, "rate"_a, "weight"_a,
          "clock"_a, "when"_a, "order"_a);
}

}  // namespace

nb::object numpy_of(Variable& v) {
    const auto size = static_cast<std::size_t>(v.size());
    switch (v.storage) {
        case compile::Storage::float64: return view_of<double>(v.data(), size, v.memory());
        case compile::Storage::float32: return view_of<float>(v.data(), size, v.memory());
        case compile::Storage::int64: return view_of<std::int64_t>(v.data(), size, v.memory());
        case compile::Storage::int32: return view_of<std::int32_t>(v.data(), size, v.memory());
        case compile::Storage::uint16: return view_of<std::uint16_t>(v.data(), size, v.memory());
        default: return view_of<bool>(v.data(), size, v.memory());
    }
}

nb::object numpy_of(const std::vector<double>& values, language::Type type) {
    if (type == language::Type::real) {
        return nb::cast(numpy_copy(values));
    }
    if (type == language::Type::integer) {
        return nb::cast(numpy_copy(std::vector<std::int64_t>(values.begin(), values.end())));
    }
    Array<bool, 1> flags({std::ssize(values)});
    for (index k = 0; k < std::ssize(values); ++k) {
        flags(k) = values[static_cast<std::size_t>(k)] != 0;
    }
    return nb::cast(numpy_view(flags));
}

std::vector<std::int32_t> elements_of(const Numbers& numbers) {
    std::vector<std::int32_t> elements;
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        const std::int64_t n = numbers.data()[k];
        require(n >= INT32_MIN && n <= INT32_MAX, "numbers of elements are below 2^31; got ", n);
        elements.push_back(static_cast<std::int32_t>(n));
    }
    return elements;
}

std::map<std::string, compile::Storage> storages_of(const std::map<std::string, std::string>& names) {
    std::map<std::string, compile::Storage> storages;
    for (const auto& [variable, dtype] : names) {
        bool known = false;
        for (const auto storage : {compile::Storage::float64, compile::Storage::float32, compile::Storage::int64,
                                   compile::Storage::int32, compile::Storage::uint16, compile::Storage::boolean}) {
            if (dtype == dtype_name(storage)) {
                storages[variable] = storage;
                known = true;
            }
        }
        require(known, "dtype of '", variable, "' must be float64, float32, int64, int32, uint16 or bool; got '", dtype,
                "'");
    }
    return storages;
}

Method method_of(nb::handle method) {
    Method how;
    if (nb::isinstance<nb::str>(method)) {
        how.name = nb::cast<std::string>(method);
    } else {
        how.preference = nb::cast<std::vector<std::string>>(method);
    }
    how.tried.assign(how.preference.begin(), how.preference.end());
    return how;
}

void bind_sim(nb::module_& parent) {
    nb::module_ m = parent.def_submodule("sim", "The engine of ranvier.sim.");
    bind_surroundings(m);
    bind_network(m);
    bind_groups(m);
    bind_sim_synapses(m);
    bind_sim_monitors(m);
}

}  // namespace ranvier::python
