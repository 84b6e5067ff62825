#include "meeg/info.hpp"

#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::python {

using namespace meeg;
namespace fiff = formats::fiff;

namespace {

template <class T>
T item(const nb::handle& mapping, const char* key) {
    return nb::cast<T>(mapping[key]);
}

/// What FIFF's number at `key` means.
template <class Enum>
Enum number_at(const nb::handle& mapping, const char* key) {
    return fiff::named<Enum>(item<int>(mapping, key));
}

/// The value at `key`, or `fallback` where it is missing or None.
template <class T>
T item_or(const nb::handle& mapping, const char* key, T fallback) {
    nb::object value = nb::borrow<nb::object>(mapping).attr("get")(key);
    return value.is_none() ? fallback : nb::cast<T>(value);
}

template <std::size_t N>
NumpyOut<double, 1> python_vector(const std::array<double, N>& values) {
    return numpy_copy(std::vector<double>(values.begin(), values.end()));
}

template <std::size_t N>
std::array<double, N> engine_vector(const nb::handle& value, const char* what) {
    const auto numbers = nb::cast<NumpyIn<double, 1>>(value);
    require(numbers.size() == N, [&] {
        return std::string(what) + " must have " + std::to_string(N) + " numbers; got " +
               std::to_string(numbers.size());
    });
    std::array<double, N> result;
    std::copy(numbers.data(), numbers.data() + N, result.begin());
    return result;
}

nb::dict named_matrix(const Array<double, 2>& matrix, nb::object rows, nb::object columns) {
    nb::dict d;
    d["nrow"] = matrix.extent(0);
    d["ncol"] = matrix.extent(1);
    d["row_names"] = std::move(rows);
    d["col_names"] = std::move(columns);
    d["data"] = numpy_view(Array<double, 2>(matrix));
    return d;
}

nb::dict python_channel(const Channel& channel) {
    nb::dict d;
    d["cal"] = channel.cal;
    d["coil_type"] = fiff::coil_number(channel);
    d["coord_frame"] = fiff::number(channel.coord_frame);
    d["kind"] = fiff::number(channel.kind);
    d["loc"] = python_vector(channel.loc);
    d["logno"] = channel.logno;
    d["range"] = channel.range;
    d["scanno"] = channel.scanno;
    d["ch_name"] = channel.name;
    d["unit"] = fiff::number(channel.unit);
    d["unit_mul"] = channel.unit_mul;
    return d;
}

Channel engine_channel(const nb::handle& d) {
    Channel channel;
    channel.cal = item<double>(d, "cal");
    fiff::set_coil(channel, item<int>(d, "coil_type"));
    channel.coord_frame = number_at<CoordFrame>(d, "coord_frame");
    channel.kind = number_at<ChannelKind>(d, "kind");
    channel.loc = engine_vector<12>(d["loc"], "a channel's loc");
    channel.logno = item<int>(d, "logno");
    channel.range = item<double>(d, "range");
    channel.scanno = item<int>(d, "scanno");
    channel.name = item<std::string>(d, "ch_name");
    channel.unit = number_at<Unit>(d, "unit");
    channel.unit_mul = item<int>(d, "unit_mul");
    return channel;
}

nb::object python_transform(const std::optional<Transform>& transform) {
    if (!transform) {
        return nb::none();
    }
    Array<double, 2> matrix({4, 4});
    for (index i = 0; i < 4; ++i) {
        for (index j = 0; j < 4; ++j) {
            matrix(i, j) = transform->matrix[i][j];
        }
    }
    nb::dict d;
    d["from"] = fiff::number(transform->from);
    d["to"] = fiff::number(transform->to);
    d["trans"] = numpy_view(matrix);
    return d;
}

std::optional<Transform> engine_transform(const nb::handle& d) {
    if (d.is_none()) {
        return {};
    }
    Transform transform;
    transform.from = number_at<CoordFrame>(d, "from");
    transform.to = number_at<CoordFrame>(d, "to");
    const auto matrix = nb::cast<NumpyIn<double, 2>>(d["trans"]);
    require(matrix.shape(0) == 4 && matrix.shape(1) == 4, "a transform's matrix must have shape (4, 4)");
    for (index i = 0; i < 4; ++i) {
        for (index j = 0; j < 4; ++j) {
            transform.matrix[i][j] = matrix.data()[4 * i + j];
        }
    }
    return transform;
}

nb::tuple python_tags(const std::vector<PreservedTag>& tags) {
    nb::list list;
    for (const auto& tag : tags) {
        list.append(nb::make_tuple(tag.kind, tag.type, nb::bytes(tag.data.data(), tag.data.size())));
    }
    return nb::tuple(list);
}

std::vector<PreservedTag> engine_tags(const nb::handle& list) {
    std::vector<PreservedTag> tags;
    for (nb::handle entry : list) {
        PreservedTag tag;
        tag.kind = nb::cast<int>(entry[0]);
        tag.type = nb::cast<int>(entry[1]);
        const auto bytes = nb::cast<nb::bytes>(entry[2]);
        const auto* begin = reinterpret_cast<const std::byte*>(bytes.c_str());
        tag.data.assign(begin, begin + bytes.size());
        tags.push_back(std::move(tag));
    }
    return tags;
}

nb::tuple python_blocks(const std::vector<PreservedBlock>& blocks) {
    nb::list list;
    for (const auto& block : blocks) {
        list.append(nb::make_tuple(block.kind, python_tags(block.tags), python_blocks(block.children)));
    }
    return nb::tuple(list);
}

std::vector<PreservedBlock> engine_blocks(const nb::handle& list) {
    std::vector<PreservedBlock> blocks;
    for (nb::handle entry : list) {
        blocks.push_back({nb::cast<int>(entry[0]), engine_tags(entry[1]), engine_blocks(entry[2])});
    }
    return blocks;
}

}  // namespace

nb::object python_date(const std::optional<MeasurementDate>& date) {
    return date ? nb::object(nb::make_tuple(date->seconds, date->microseconds)) : nb::object(nb::none());
}

std::optional<MeasurementDate> engine_date(const nb::handle& date) {
    if (date.is_none()) {
        return {};
    }
    return MeasurementDate{nb::cast<std::int64_t>(date[0]), nb::cast<std::int32_t>(date[1])};
}

nb::dict python_projection(const Projection& projection) {
    nb::dict d;
    d["kind"] = fiff::number(projection.kind);
    d["active"] = projection.active;
    d["desc"] = projection.description;
    d["data"] = named_matrix(projection.vectors, nb::none(), nb::cast(projection.channels));
    d["explained_var"] = nb::cast(projection.explained_variance);
    return d;
}

Projection engine_projection(const nb::handle& d) {
    Projection projection;
    projection.kind = number_at<ProjectionKind>(d, "kind");
    projection.active = item<bool>(d, "active");
    projection.description = item<std::string>(d, "desc");
    const nb::object data = d["data"];
    projection.channels = item<std::vector<std::string>>(data, "col_names");
    projection.vectors = array_of<double, 2>(item<NumpyIn<double, 2>>(data, "data"));
    projection.explained_variance = item_or<std::optional<double>>(d, "explained_var", {});
    return projection;
}

nb::dict python_info(const Info& info) {
    nb::dict d;
    nb::list channels, projections, compensations, dig;
    for (const Channel& channel : info.channels) {
        channels.append(python_channel(channel));
    }
    for (const Projection& projection : info.projections) {
        projections.append(python_projection(projection));
    }
    for (const Compensation& compensation : info.compensations) {
        nb::dict c;
        c["kind"] = fiff::number(compensation.kind);
        c["save_calibrated"] = compensation.calibrated;
        c["data"] =
            named_matrix(compensation.matrix, nb::cast(compensation.row_names), nb::cast(compensation.column_names));
        compensations.append(c);
    }
    for (const DigPoint& point : info.dig) {
        nb::dict p;
        p["kind"] = fiff::number(point.kind);
        p["ident"] = point.ident;
        p["r"] = python_vector(point.r);
        p["coord_frame"] = fiff::number(point.coord_frame);
        dig.append(p);
    }
    d["chs"] = channels;
    d["sfreq"] = info.sfreq;
    d["highpass"] = info.highpass;
    d["lowpass"] = info.lowpass;
    d["line_freq"] = nb::cast(info.line_freq);
    d["bads"] = nb::cast(info.bads);
    d["projs"] = projections;
    d["comps"] = compensations;
    d["dig"] = info.dig.empty() ? nb::object(nb::none()) : nb::object(dig);
    d["dev_head_t"] = python_transform(info.dev_head_t);
    d["meas_date"] = python_date(info.meas_date);
    d["custom_ref_applied"] = fiff::number(info.custom_ref_applied);
    d["maxshield"] = info.maxshield;
    d["description"] = info.description.empty() ? nb::object(nb::none()) : nb::cast(info.description);
    d["experimenter"] = info.experimenter.empty() ? nb::object(nb::none()) : nb::cast(info.experimenter);
    d["proj_name"] = info.proj_name.empty() ? nb::object(nb::none()) : nb::cast(info.proj_name);
    d["preserved"] = nb::make_tuple(python_tags(info.preserved_tags), python_blocks(info.preserved_blocks));
    return d;
}

Info engine_info(const nb::handle& d) {
    Info info;
    for (nb::handle channel : d["chs"]) {
        info.channels.push_back(engine_channel(channel));
    }
    info.sfreq = item<double>(d, "sfreq");
    info.highpass = item<double>(d, "highpass");
    info.lowpass = item<double>(d, "lowpass");
    info.line_freq = item_or<std::optional<double>>(d, "line_freq", {});
    info.bads = item<std::vector<std::string>>(d, "bads");
    for (nb::handle projection : d["projs"]) {
        info.projections.push_back(engine_projection(projection));
    }
    for (nb::handle c : d["comps"]) {
        Compensation compensation;
        compensation.kind = number_at<CompensationKind>(c, "kind");
        compensation.calibrated = item<bool>(c, "save_calibrated");
        const nb::object data = c["data"];
        compensation.row_names = item<std::vector<std::string>>(data, "row_names");
        compensation.column_names = item<std::vector<std::string>>(data, "col_names");
        compensation.matrix = array_of<double, 2>(item<NumpyIn<double, 2>>(data, "data"));
        info.compensations.push_back(std::move(compensation));
    }
    if (const nb::object dig = d["dig"]; !dig.is_none()) {
        for (nb::handle p : dig) {
            info.dig.push_back({number_at<DigKind>(p, "kind"), item<int>(p, "ident"),
                                engine_vector<3>(p["r"], "a point's r"), number_at<CoordFrame>(p, "coord_frame")});
        }
    }
    info.dev_head_t = engine_transform(d["dev_head_t"]);
    info.meas_date = engine_date(d["meas_date"]);
    info.custom_ref_applied = number_at<CustomReference>(d, "custom_ref_applied");
    info.maxshield = item_or<bool>(d, "maxshield", false);
    info.description = item_or<std::string>(d, "description", "");
    info.experimenter = item_or<std::string>(d, "experimenter", "");
    info.proj_name = item_or<std::string>(d, "proj_name", "");
    if (const nb::object preserved = nb::borrow<nb::object>(d).attr("get")("preserved"); !preserved.is_none()) {
        info.preserved_tags = engine_tags(preserved[0]);
        info.preserved_blocks = engine_blocks(preserved[1]);
    }
    return info;
}

nb::tuple python_annotations(const Annotations& annotations) {
    nb::list items;
    for (const Annotation& a : annotations.items) {
        items.append(nb::make_tuple(a.onset, a.duration, a.description, nb::tuple(nb::cast(a.channels))));
    }
    return nb::make_tuple(items, python_date(annotations.orig_time));
}

Annotations engine_annotations(const nb::handle& d) {
    Annotations annotations;
    for (nb::handle entry : d[0]) {
        annotations.items.push_back({nb::cast<double>(entry[0]), nb::cast<double>(entry[1]),
                                     nb::cast<std::string>(entry[2]), nb::cast<std::vector<std::string>>(entry[3])});
    }
    annotations.orig_time = engine_date(d[1]);
    return annotations;
}

NumpyOut<std::int64_t, 2> python_events(const Events& events) {
    Array<std::int64_t, 2> array({static_cast<index>(events.size()), 3});
    for (index i = 0; i < array.extent(0); ++i) {
        array(i, 0) = events[i].sample;
        array(i, 1) = events[i].before;
        array(i, 2) = events[i].id;
    }
    return numpy_view(array);
}

Events engine_events(const NumpyIn<std::int64_t, 2>& numpy) {
    require(numpy.shape(1) == 3, [&] {
        return "events must have shape (n_events, 3); got (" + std::to_string(numpy.shape(0)) + ", " +
               std::to_string(numpy.shape(1)) + ")";
    });
    Events events(numpy.shape(0));
    for (std::size_t i = 0; i < events.size(); ++i) {
        const std::int64_t* row = numpy.data() + 3 * i;
        events[i] = {static_cast<index>(row[0]), static_cast<int>(row[1]), static_cast<int>(row[2])};
    }
    return events;
}

nb::dict python_covariance(const Covariance& covariance) {
    nb::dict d;
    nb::list projections;
    for (const Projection& projection : covariance.projections) {
        projections.append(python_projection(projection));
    }
    d["kind"] = fiff::number(covariance.kind);
    d["diag"] = covariance.diagonal;
    d["dim"] = covariance.names.size();
    d["names"] = nb::cast(covariance.names);
    d["bads"] = nb::cast(covariance.bads);
    d["nfree"] = covariance.nfree;
    d["projs"] = projections;
    d["data"] = numpy_view(Array<double, 2>(covariance.data));
    d["eig"] = covariance.eig.empty() ? nb::object(nb::none()) : nb::cast(numpy_copy(covariance.eig));
    d["eigvec"] =
        covariance.eigvec.empty() ? nb::object(nb::none()) : nb::cast(numpy_view(Array<double, 2>(covariance.eigvec)));
    d["method"] = covariance.method.empty() ? nb::object(nb::none()) : nb::cast(covariance.method);
    return d;
}

Covariance engine_covariance(const nb::handle& d) {
    Covariance covariance;
    covariance.kind = number_at<CovarianceKind>(d, "kind");
    covariance.diagonal = item<bool>(d, "diag");
    covariance.names = item<std::vector<std::string>>(d, "names");
    covariance.bads = item<std::vector<std::string>>(d, "bads");
    covariance.nfree = item<int>(d, "nfree");
    for (nb::handle projection : d["projs"]) {
        covariance.projections.push_back(engine_projection(projection));
    }
    covariance.data = array_of<double, 2>(item<NumpyIn<double, 2>>(d, "data"));
    if (const nb::object eig = d["eig"]; !eig.is_none()) {
        covariance.eig = vector_of<double>(nb::cast<NumpyIn<double, 1>>(eig));
    }
    if (const nb::object eigvec = d["eigvec"]; !eigvec.is_none()) {
        covariance.eigvec = array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(eigvec));
    }
    covariance.method = item_or<std::string>(d, "method", "");
    return covariance;
}

void bind_info(nb::module_& m) {
    m.def(
        "create_info",
        [](const std::vector<std::string>& names, double sfreq, const std::vector<std::string>& types) {
            std::vector<ChannelType> kinds;
            for (const std::string& type : types) {
                kinds.push_back(channel_type(type));
            }
            return python_info(create_info(names, sfreq, kinds));
        },
        "names"_a, "sfreq"_a, "types"_a);
    m.def(
        "check_info", [](const nb::handle& info) { check(engine_info(info)); }, "info"_a);
    m.def(
        "channel_type", [](const nb::handle& channel) { return std::string(name(engine_channel(channel).type())); },
        "channel"_a);
    m.def(
        "channel_types",
        [](const nb::handle& channels) {
            std::vector<std::string> types;
            for (nb::handle channel : channels) {
                Channel c;
                c.kind = number_at<ChannelKind>(channel, "kind");
                fiff::set_coil(c, item<int>(channel, "coil_type"));
                c.unit = number_at<Unit>(channel, "unit");
                c.name = item<std::string>(channel, "ch_name");
                types.emplace_back(name(c.type()));
            }
            return types;
        },
        "channels"_a);
    m.def(
        "known_type", [](const std::string& type) { return std::string(name(channel_type(type))); }, "type"_a,
        "The name itself; ValueError with near misses for what is no channel type.");
    m.def(
        "is_data_type", [](const std::string& type) { return is_data(channel_type(type)); }, "type"_a);
    m.def(
        "unit_symbol", [](const nb::handle& channel) { return std::string(unit_symbol(engine_channel(channel))); },
        "channel"_a);
    m.def(
        "retyped",
        [](const nb::handle& channel, const std::string& type) {
            Channel changed = engine_channel(channel);
            set_type(changed, channel_type(type));
            return python_channel(changed);
        },
        "channel"_a, "type"_a);
    m.def(
        "picked_info",
        [](const nb::handle& info, const std::vector<index>& picks) {
            Info picked = engine_info(info);
            pick_channels(picked, picks);
            return python_info(picked);
        },
        "info"_a, "picks"_a);
    m.def(
        "renamed_info",
        [](const nb::handle& info, const std::vector<std::pair<std::string, std::string>>& names) {
            Info renamed = engine_info(info);
            rename_channels(renamed, names);
            return python_info(renamed);
        },
        "info"_a, "old_new"_a);
}

}  // namespace ranvier::python
