#include "meeg/info.hpp"

#include "meeg/faces.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

nb::tuple shown_tags(const std::vector<PreservedTag>& tags) {
    nb::list list;
    for (const auto& tag : tags) {
        list.append(nb::make_tuple(tag.kind, tag.type, nb::bytes(tag.data.data(), tag.data.size())));
    }
    return nb::tuple(list);
}

std::vector<PreservedTag> tags_of(nb::handle list) {
    std::vector<PreservedTag> tags;
    for (nb::handle entry : list) {
        const auto bytes = nb::cast<nb::bytes>(entry[2]);
        const auto* begin = reinterpret_cast<const std::byte*>(bytes.c_str());
        tags.push_back({nb::cast<int>(entry[0]), nb::cast<int>(entry[1]), {begin, begin + bytes.size()}});
    }
    return tags;
}

nb::tuple shown_blocks(const std::vector<PreservedBlock>& blocks) {
    nb::list list;
    for (const auto& block : blocks) {
        list.append(nb::make_tuple(block.kind, shown_tags(block.tags), shown_blocks(block.children)));
    }
    return nb::tuple(list);
}

std::vector<PreservedBlock> blocks_of(nb::handle list) {
    std::vector<PreservedBlock> blocks;
    for (nb::handle entry : list) {
        blocks.push_back({nb::cast<int>(entry[0]), tags_of(entry[1]), blocks_of(entry[2])});
    }
    return blocks;
}

/// A key of text that is None where it is empty.
template <std::string Info::*Field>
Key<Info> text_key(const char* name) {
    return {
        name,
        [](Info& info, nb::handle) { return (info.*Field).empty() ? nb::object(nb::none()) : nb::cast(info.*Field); },
        [](Info& info, nb::handle value) { info.*Field = nb::cast<std::optional<std::string>>(value).value_or(""); }};
}

nb::object shown_dig(Info& info, nb::handle self) {
    return info.dig.empty() ? nb::object(nb::none()) : shown(info.dig, self);
}
void set_dig(Info& info, nb::handle value) { value.is_none() ? info.dig.clear() : set(info.dig, value); }

nb::object shown_head(Info& info, nb::handle) {
    return info.dev_head_t ? nb::cast(shared(*info.dev_head_t)) : nb::object(nb::none());
}
void set_head(Info& info, nb::handle value) {
    if (value.is_none()) {
        info.dev_head_t.reset();
        return;
    }
    Transform transform;
    set(transform.from, value["from"]);
    set(transform.to, value["to"]);
    set(transform.matrix, value["trans"]);
    require(transform.from == CoordFrame::device && transform.to == CoordFrame::head,
            "dev_head_t must be a transform from the device (meg) to the head");
    info.dev_head_t = transform;
}

std::vector<std::string> type_names(const Info& info) {
    std::vector<std::string> types;
    for (const Channel& channel : info.channels) {
        types.emplace_back(name(channel.type()));
    }
    return types;
}

}  // namespace

std::vector<ChannelType> types_named(const std::vector<std::string>& names) {
    std::vector<ChannelType> types;
    for (const std::string& name : names) {
        types.push_back(channel_type(name));
    }
    return types;
}

nb::object python_date(const std::optional<MeasurementDate>& date) {
    return date ? nb::object(nb::make_tuple(date->seconds, date->microseconds)) : nb::object(nb::none());
}

std::optional<MeasurementDate> engine_date(const nb::handle& date) {
    if (date.is_none()) {
        return {};
    }
    return MeasurementDate{nb::cast<std::int64_t>(date[0]), nb::cast<std::int32_t>(date[1])};
}

void bind_info(nb::module_& m) {
    nb::class_<Info> info(m, "Info", "Everything about a recording but its numbers.");
    dict_face(info,
              {key<&Info::channels>("chs"),
               key<&Info::sfreq>("sfreq"),
               key<&Info::highpass>("highpass"),
               key<&Info::lowpass>("lowpass"),
               key<&Info::line_freq>("line_freq"),
               {"bads", [](Info& i, nb::handle) { return nb::cast(i.bads); },
                [](Info& i, nb::handle names) { set_bads(i, nb::cast<std::vector<std::string>>(names)); }},
               key<&Info::projections>("projs"),
               key<&Info::compensations>("comps"),
               {"dig", shown_dig, set_dig},
               {"dev_head_t", shown_head, set_head},
               {"meas_date", [](Info& i, nb::handle) { return python_date(i.meas_date); },
                [](Info& i, nb::handle date) { i.meas_date = engine_date(date); }},
               key<&Info::custom_ref_applied>("custom_ref_applied"),
               key<&Info::maxshield>("maxshield"),
               text_key<&Info::description>("description"),
               text_key<&Info::experimenter>("experimenter"),
               text_key<&Info::proj_name>("proj_name"),
               {"ch_names", [](Info& i, nb::handle) { return nb::cast(channel_names(i)); }},
               {"nchan", [](Info& i, nb::handle) { return nb::cast(i.n_channels()); }},
               {"preserved",
                [](Info& i, nb::handle) {
                    return nb::object(nb::make_tuple(shown_tags(i.preserved_tags), shown_blocks(i.preserved_blocks)));
                },
                [](Info& i, nb::handle preserved) {
                    i.preserved_tags = tags_of(preserved[0]);
                    i.preserved_blocks = blocks_of(preserved[1]);
                }}});
    info.def(nb::init<>())
        .def_prop_ro("n_channels", &Info::n_channels)
        .def_prop_ro("types", &type_names)
        .def("check", [](const Info& i) { check(i); })
        .def(
            "pick", [](Info& i, const std::vector<index>& picks) { pick_channels(i, picks); }, "picks"_a)
        .def(
            "set_types",
            [](Info& i, const std::vector<std::pair<std::string, std::string>>& types) {
                std::vector<std::pair<std::string, ChannelType>> named;
                for (const auto& [name, type] : types) {
                    named.emplace_back(name, channel_type(type));
                }
                set_channel_types(i, named);
            },
            "name_type"_a)
        .def(
            "rename",
            [](Info& i, const std::vector<std::pair<std::string, std::string>>& names) { rename_channels(i, names); },
            "old_new"_a);

    m.def(
        "create_info",
        [](const std::vector<std::string>& names, double sfreq, const std::vector<std::string>& types) {
            return create_info(names, sfreq, types_named(types));
        },
        "names"_a, "sfreq"_a, "types"_a);
    m.def(
        "known_type", [](const std::string& type) { return std::string(name(channel_type(type))); }, "type"_a,
        "The name itself; ValueError with near misses for what is no channel type.");
    m.def(
        "is_data_type", [](const std::string& type) { return is_data(channel_type(type)); }, "type"_a);
    m.def(
        "average_reference",
        [](const Info& i, const std::vector<std::string>& types) { return average_reference(i, types_named(types)); },
        "info"_a, "types"_a);
    m.def(
        "add_projections",
        [](Info& i, const std::vector<Projection>& projections) {
            StableVector<Projection> list;
            for (const Projection& p : projections) {
                list.push_back(p);
            }
            Info grown;
            grown.projections = i.projections;
            add_projections(grown, list);
            wait_for_all();
            for (std::size_t k = i.projections.size(); k < grown.projections.size(); ++k) {
                i.projections.list()->push_back(grown.projections.share(k));  // so that Python's list stays the same
            }
        },
        "info"_a, "projections"_a);
    m.def("unique_channel_names", &unique_channel_names, "names"_a);
    m.def("normalize_projections", &normalize_projections, "info"_a);
}

}  // namespace ranvier::python
