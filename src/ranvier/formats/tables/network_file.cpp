#include "ranvier/formats/tables/network_file.hpp"

#include <algorithm>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/tables/recording_file.hpp"
#include "ranvier/sim/plan/words.hpp"

namespace ranvier::formats {

using sim::Origin;

namespace {

Value* found(Value::Map& map, std::string_view key) {
    const auto at = std::ranges::find(map, key, [](const auto& entry) { return std::string_view(entry.first); });
    return at == map.end() ? nullptr : &at->second;
}

void put(Value::Map& map, const std::string& key, const Value& value) {
    Value* const there = found(map, key);
    there ? void(*there = value) : void(map.emplace_back(key, value));
}

/// The map inside a map, made where it is missing.
Value::Map& inside(Value::Map& map, const std::string& key) {
    Value* there = found(map, key);
    if (!there) {
        map.emplace_back(key, Value::Map{});
        there = &map.back().second;
    }
    auto* inner = std::get_if<Value::Map>(&there->held);
    require(inner != nullptr, [&] { return key + " must be a table; got " + text_of(*there); });
    return *inner;
}

const sim::PlanTable& table_named(std::string_view name) { return *named(sim::plan_tables(), name); }

bool has_field(const Fields& fields, std::string_view name) { return named(fields.list, name) != nullptr; }

/// Where a part of a file was said: of each key below `path`, without it.
Origin origin_below(const TomlText& said, const std::string& path, const std::string& place) {
    Origin origin;
    const auto whole = said.places.find(path);
    origin.place = whole == said.places.end() ? place : whole->second;
    for (auto at = said.places.lower_bound(path + "."); at != said.places.end() && at->first.starts_with(path + ".");
         ++at) {
        origin.keys[at->first.substr(path.size() + 1)] = at->second;
    }
    return origin;
}

template <class T>
T part_of(const Value& value, const TomlText& said, const std::string& path, const sim::PlanTable& table,
          const std::string& place) {
    T part{};
    part.origin = origin_below(said, path, place);
    const auto* map = value.as<Value::Map>();
    require(map != nullptr, [&] {
        return part.origin.place + ": " + table.name + " is a table: write " + (table.several ? "[[" : "[") +
               table.name + (table.several ? "]]" : "]");
    });
    for (const auto& [key, given] : *map) {
        sim::said_at(part.origin, key, [&, &key = key, &given = given] { ranvier::set(part, key, given); });
    }
    for (const std::string& key : table.required) {
        const auto has = [&](const auto& entry) { return entry.first == key; };
        require(std::ranges::any_of(*map, has), [&] {
            return part.origin.place + ": [[" + table.name + "]] want " + key + " = …: " + table.fields->at(key).about;
        });
    }
    return part;
}

Value::List entries_of(const TomlText& said, const std::string& name) {
    const auto at = std::ranges::find(said.tables, name, [](const auto& entry) { return entry.first; });
    if (at == said.tables.end()) {
        return {};
    }
    const auto* list = at->second.as<Value::List>();
    require(list != nullptr,
            [&] { return said.places.at(name) + ": there may be several " + name + ": write [[" + name + "]]"; });
    return *list;
}

/// The entries of [[name]].
template <class T>
std::vector<T> parts_of(const TomlText& said, const std::string& name, const std::string& place) {
    std::vector<T> parts;
    for (std::size_t k = 0; const Value& entry : entries_of(said, name)) {
        parts.push_back(part_of<T>(entry, said, name + "[" + text_of(k++) + "]", table_named(name), place));
    }
    return parts;
}

}  // namespace

NetworkFile::NetworkFile(const std::filesystem::path& path)
    : NetworkFile(file_text(path), path.filename().string(), path.parent_path()) {}

NetworkFile::NetworkFile(const std::string& text, const std::string& place, const std::filesystem::path& folder)
    : text_(text), place_(place), folder_(folder), said_(parsed_toml(text, place)) {
    std::vector<std::string> known{"about"};
    for (const sim::PlanTable& table : sim::plan_tables()) {
        if (table.name.find('.') == std::string::npos) {
            known.push_back(table.name);
        }
    }
    for (const auto& [key, value] : said_.tables) {
        require(std::ranges::find(known, key) != known.end(), [&, &key = key] {
            const std::string near = did_you_mean(key, known);
            return said_.places.at(key) + ": a network has no '" + key + "'" +
                   (near.empty() ? "; it has " + joined(known) : near);
        });
    }
}

void NetworkFile::set_run(const std::string& key, const Value& value, const std::string& by) {
    put(inside(said_.tables, "run"), key, value);
    said_.places["run." + key] = by;
}

void NetworkFile::set(const std::string& key, const Value& value, const std::string& by) {
    const std::size_t dot = key.find('.');
    const std::string name = key.substr(0, dot), rest = dot == std::string::npos ? "" : key.substr(dot + 1);
    if (name == "run" && !rest.empty()) {
        set_run(rest, value, by);
        return;
    }
    std::vector<std::string> names;
    if (rest.empty()) {
        Value::Map& constants = inside(said_.tables, "constants");
        std::ranges::transform(constants, std::back_inserter(names), [](const auto& c) { return c.first; });
        require(found(constants, name) != nullptr, [&] {
            return by + ": the file has no constant '" + name + "'" + did_you_mean(name, names) +
                   "; what belongs to a group is named with it, as in cells.tau_m";
        });
        put(constants, name, value);
        said_.places["constants." + name] = by;
        return;
    }
    for (auto& [kind, entries] : said_.tables) {
        auto* list = std::get_if<Value::List>(&entries.held);
        for (std::size_t k = 0; list && k < list->size(); ++k) {
            auto* map = std::get_if<Value::Map>(&(*list)[k].held);
            const Value* called = map ? found(*map, "name") : nullptr;
            if (!called || !called->as<std::string>()) {
                continue;
            }
            names.push_back(*called->as<std::string>());
            if (names.back() != name) {
                continue;
            }
            const Fields& fields = *table_named(kind).fields;
            const std::size_t inner = rest.find('.');
            // A key of the table, one of a table inside it, or a name of the model.
            const std::string path = inner != std::string::npos || has_field(fields, rest) ? rest : "set." + rest;
            const std::size_t at = path.find('.');
            if (at == std::string::npos) {
                put(*map, path, value);
            } else {
                require(has_field(fields, path.substr(0, at)) || path.starts_with("set."), [&, &kind = kind] {
                    return by + ": [[" + kind + "]] have no '" + path.substr(0, at) + "'" +
                           did_you_mean(path.substr(0, at), names_of(fields.list));
                });
                put(inside(*map, path.substr(0, at)), path.substr(at + 1), value);
            }
            said_.places[kind + "[" + text_of(k) + "]." + path] = by;
            return;
        }
    }
    throw InvalidInput(by + ": nothing in the file is called '" + name + "'" + did_you_mean(name, names) +
                       (names.empty() ? "" : " (there are: " + joined(names) + ")"));
}

sim::Plan NetworkFile::plan() const {
    sim::Plan plan;
    plan.origin = origin_below(said_, "constants", place_);
    plan.run.origin = Origin{place_, {}};
    for (const auto& [key, value] : said_.tables) {
        if (key == "about") {
            const auto* words = value.as<std::string>();
            require(words != nullptr, [&, &key = key] { return said_.places.at(key) + ": about is a text"; });
            plan.about = *words;
        } else if (key == "constants") {
            const auto* map = value.as<Value::Map>();
            require(map != nullptr, [&] { return plan.origin.place + ": constants is a table: write [constants]"; });
            plan.constants = *map;
        } else if (key == "run") {
            plan.run = part_of<sim::RunPlan>(value, said_, "run", table_named("run"), place_);
        }
    }
    plan.neurons = parts_of<sim::NeuronsPlan>(said_, "neurons", place_);
    plan.poisson = parts_of<sim::PoissonPlan>(said_, "poisson", place_);
    plan.spikes = parts_of<sim::SpikesPlan>(said_, "spikes", place_);
    plan.inputs = parts_of<sim::InputPlan>(said_, "input", place_);
    plan.synapses = parts_of<sim::SynapsesPlan>(said_, "synapses", place_);
    const auto beside = [&](const std::string& file) { return (folder_ / file).string(); };
    const auto find_model = [&](std::string& model) {
        if (model.ends_with(".model") || model.find('/') != std::string::npos) {
            model = beside(model);
            model = model.find('/') == std::string::npos ? "./" + model : model;
        }
    };
    for (sim::NeuronsPlan& part : plan.neurons) {
        find_model(part.model);
    }
    for (sim::SynapsesPlan& part : plan.synapses) {
        find_model(part.model);
        for (const auto& [key, place] : part.origin.keys) {
            if (key.starts_with("connect.")) {
                part.connect.origin.keys[key.substr(8)] = place;
            }
        }
        part.connect.origin.place = part.origin.of("connect");
    }
    for (sim::SpikesPlan& part : plan.spikes) {
        const bool given = !part.indices.empty() || !part.times.empty();
        sim::said_at(part.origin, "file", [&] {
            require(part.file.empty() || !given, "spikes are given as file, or as indices and times, not as both");
        });
        if (!part.file.empty()) {
            const SpikeTable spikes = read_spikes(beside(part.file));
            part.indices.assign(spikes.i.begin(), spikes.i.end());
            for (const double t : spikes.t) {
                part.times.emplace_back(text_of(t) + " s");
            }
        }
    }
    return plan;
}

}  // namespace ranvier::formats
