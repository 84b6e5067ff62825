#include "ranvier/formats/eeglab/dataset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/plain/channel_list.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::formats::eeglab {

namespace {

constexpr double microvolt = 1e-6;     // EEGLAB's samples are in µV, whatever the channel
constexpr double most_samples = 1e11;  // a latency beyond is none
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double number(const Dataset& set, std::string_view name, std::optional<double> otherwise = {}) {
    const MatValue* value = set.find(name);
    const auto found = value ? value->number() : std::nullopt;
    if (found ? !std::isfinite(*found) : value != nullptr ? !(value->empty() && otherwise) : !otherwise) {
        set.fail("EEG." + std::string(name) + " must be a number");
    }
    return found ? *found : *otherwise;
}

index count(const Dataset& set, std::string_view name, std::optional<double> otherwise = {}) {
    const double value = number(set, name, otherwise);
    if (!(value >= 1 && value <= 9007199254740992.0) || value != std::floor(value)) {
        set.fail("EEG." + std::string(name) + " must be a whole number >= 1; got " + text_of(value));
    }
    return static_cast<index>(value);
}

/// Which channels are of the eye; 'auto': whose name says so.
std::vector<bool> of_eog(const Value& list, const std::vector<std::string>& names) {
    if (list != Value("auto")) {
        const auto* channels = list.as<Value::List>();
        require(channels != nullptr, "eog must be 'auto' or a list of names or numbers of channels; got ",
                text_of(list));
        return listed_channels("eog", *channels, names);
    }
    std::vector<bool> out;
    for (const std::string& name : names) {
        const std::string large = upper_case(name);
        out.push_back(large.find("EOG") != std::string::npos || large.find("EYE") != std::string::npos);
    }
    return out;
}

/// A number in a field; NaN where it is empty.
double coordinate(const MatValue* value) { return value ? value->number().value_or(nan) : nan; }

/// From EEGLAB's axes, x to the nose and y to the left ear.
meeg::Point place(const MatValue& list, index k) {
    return {-coordinate(list.field("Y", k)), coordinate(list.field("X", k)), coordinate(list.field("Z", k))};
}

bool finite(const meeg::Point& p) { return std::isfinite(p[0]) && std::isfinite(p[1]) && std::isfinite(p[2]); }

double metres(const std::string& unit, double mean_radius) {
    const std::string chosen = unit != "auto"       ? unit
                               : mean_radius < 0.25 ? "m"
                               : mean_radius < 2.5  ? "dm"
                               : mean_radius < 25   ? "cm"
                                                    : "mm";
    return chosen == "m" ? 1 : chosen == "dm" ? 0.1 : chosen == "cm" ? 0.01 : 0.001;
}

/// The landmarks among what EEGLAB knows of the head without having recorded it.
void add_fiducials(const Dataset& set, double scale, meeg::Montage& montage) {
    const MatValue* info = set.find("chaninfo");
    const MatValue* points = info ? info->field("nodatchans") : nullptr;
    if (points == nullptr || points->kind != MatValue::Kind::structure) {
        return;
    }
    for (index k = 0; k < points->count(); ++k) {
        const MatValue* type = points->field("type", k);
        const MatValue* description = points->field("description", k);
        if (!type || !description || type->word() != "FID") {
            continue;
        }
        const std::string what = description->word();
        const int ident = what == "Nasion"                      ? meeg::nasion
                          : what == "Left periauricular point"  ? meeg::lpa
                          : what == "Right periauricular point" ? meeg::rpa
                                                                : 0;
        const meeg::Point r = meeg::scaled(place(*points, k), scale);
        const bool known = std::ranges::any_of(montage.fiducials, [&](const auto& p) { return p.ident == ident; });
        if (ident != 0 && !known && finite(r)) {
            montage.fiducials.push_back({meeg::DigKind::cardinal, ident, r, meeg::CoordFrame::head});
        }
    }
}

void set_places(const Dataset& set, const MatValue& list, const std::string& units, meeg::Info& info) {
    const bool has_places =
        list.kind == MatValue::Kind::structure && list.field("X") && list.field("Y") && list.field("Z");
    if (!has_places) {
        return;
    }
    std::vector<meeg::Point> points;
    double sum = 0, known = 0;
    for (index k = 0; k < set.channels; ++k) {
        points.push_back(place(list, k));
        if (finite(points.back())) {
            sum += meeg::norm(points.back());
            ++known;
        }
    }
    if (known == 0) {
        return;
    }
    const double scale = metres(units, sum / known), radius = sum / known * scale;
    if (radius < 0.05 || radius > 0.1085) {
        warn(set.path().string() + ": places give a head of radius " + formatted("%.3g", radius * 100) +
             " cm, which is not between 5 and 10.85 cm; montage_units= says in which unit they are");
    }
    meeg::Montage montage;
    montage.coord_frame = meeg::CoordFrame::head;
    std::vector<int> numbers;  // of the electrodes, among all channels
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        if (finite(points[k]) && meeg::is_electrode(info.channels[k].type())) {
            montage.positions.emplace_back(info.channels[k].name, meeg::scaled(points[k], scale));
            numbers.push_back(static_cast<int>(k) + 1);
        }
    }
    add_fiducials(set, scale, montage);
    // those that are missing lie where they would on a sphere as large as the head
    const std::array<meeg::Point, 3> on_sphere{{{-radius, 0, 0}, {0, radius, 0}, {radius, 0, 0}}};
    for (int ident = meeg::lpa; ident <= meeg::rpa; ++ident) {
        if (std::ranges::none_of(montage.fiducials, [&](const auto& p) { return p.ident == ident; })) {
            montage.fiducials.push_back({meeg::DigKind::cardinal, ident, on_sphere[static_cast<std::size_t>(ident - 1)],
                                         meeg::CoordFrame::head});
        }
    }
    meeg::set_montage(info, montage, meeg::OnMissing::ignore);
    for (meeg::DigPoint& point : info.dig) {
        if (point.kind == meeg::DigKind::eeg && point.ident > 0 && point.ident <= std::ssize(numbers)) {
            point.ident = numbers[static_cast<std::size_t>(point.ident - 1)];
        }
    }
}

/// What an event's or epoch's list of types holds, one word for each.
std::vector<std::string> words(const MatValue& value) {
    std::vector<std::string> out;
    if (value.kind == MatValue::Kind::cells) {
        std::ranges::transform(value.values, std::back_inserter(out), &MatValue::word);
    } else if (value.kind == MatValue::Kind::numbers && value.count() != 1) {
        std::vector<double> numbers(static_cast<std::size_t>(value.count()));
        read_numbers(value.type, value.big_endian, value.bytes, numbers);
        for (const double x : numbers) {
            out.push_back(number_word(value.type, x));
        }
    } else {
        out.push_back(value.word());
    }
    return out;
}

std::optional<std::filesystem::path> fdt_of(const Dataset& set, const MatValue& data) {
    if (data.kind != MatValue::Kind::text) {
        return {};
    }
    const std::filesystem::path path = set.path(), folder = path.parent_path();
    const std::string name(trimmed(data.text));
    const std::string ending = lower_case(std::filesystem::path(name).extension().string());
    if (ending != ".fdt") {
        set.fail("EEG.data names '" + name + "'; samples are read from .fdt files" +
                 (ending == ".dat" ? ", and those of old .dat files after a newer EEGLAB has saved them" : ""));
    }
    const std::string own = path.stem().string() + ".fdt";
    for (const auto& place : {folder / name, folder / name.substr(name.find_last_of("/\\") + 1), folder / own}) {
        std::error_code none;
        if (std::filesystem::is_regular_file(place, none)) {
            if (place != folder / name) {
                warn(path.string() + ": its samples, '" + name + "', are not there; '" + place.filename().string() +
                     "' is read instead");
            }
            return place;
        }
    }
    throw FileError(path, FileError::no_offset,
                    "its samples, '" + name + "'" + (name == own ? "" : " or '" + own + "'") +
                        ", are not there; put the .fdt file beside it");
}

}  // namespace

const MatValue* Dataset::find(std::string_view name) const { return eeg_ ? eeg_->field(name) : mat->find(name); }

void Dataset::fail(const std::string& what) const { throw FileError(path(), FileError::no_offset, what); }

Dataset dataset_of(const std::filesystem::path& path, const ReadEeglabOptions& options, bool with_samples) {
    Dataset set;
    set.mat = std::make_shared<const MatFile>(path, options.uint16_codec);
    set.eeg_ = set.mat->find("EEG");
    for (int depth = 0; depth < 3 && set.eeg_ && set.eeg_->field("EEG"); ++depth) {
        set.eeg_ = set.eeg_->field("EEG");
    }
    if (set.mat->find("ALLEEG") || (set.eeg_ && set.eeg_->count() > 1)) {
        set.fail("holds several recordings (ALLEEG, or an EEG of several); save each to a file of its own in EEGLAB");
    }
    if (set.find("nbchan") == nullptr || set.find("pnts") == nullptr) {
        set.fail(
            "is a MATLAB file, but holds no recording of EEGLAB, which is a structure EEG with nbchan, pnts … (its "
            "variables: " +
            set.mat->names() + ")");
    }
    set.channels = count(set, "nbchan");
    set.points = count(set, "pnts");
    set.trials = count(set, "trials", 1);
    set.sfreq = number(set, "srate");
    set.tmin = number(set, "xmin", 0);
    if (!(set.sfreq >= 1e-3 && set.sfreq <= 1e9)) {
        set.fail("EEG.srate must lie in 0.001 … 1e9 Hz; got " + text_of(set.sfreq));
    }
    if (std::abs(set.tmin) * set.sfreq > most_samples) {
        set.fail("EEG.xmin can't be " + text_of(set.tmin) + " s");
    }
    if (static_cast<double>(set.channels) * static_cast<double>(set.points) * static_cast<double>(set.trials) >
        9007199254740992.0 / 16) {
        set.fail("says that it has " + text_of(set.channels) + " channels, " + text_of(set.points) + " points and " +
                 text_of(set.trials) + " trials, which no file holds");
    }
    const MatValue* data = set.find("data");
    if (with_samples) {
        if (data == nullptr) {
            set.fail("has no EEG.data");
        }
        set.fdt = fdt_of(set, *data);
        if (!set.fdt && (data->kind != MatValue::Kind::numbers ||
                         data->count() != set.channels * set.points * set.trials || data->extents[0] != set.channels)) {
            set.fail(
                "EEG.data must hold nbchan × pnts × trials (" + text_of(set.channels) + " × " + text_of(set.points) +
                " × " + text_of(set.trials) + ") numbers; it holds " +
                (data->kind == MatValue::Kind::numbers ? shape_text(data->extents) : std::string("something else")));
        }
    }
    return set;
}

meeg::Info info_of(const Dataset& set, const ReadEeglabOptions& options) {
    const MatValue* list = set.find("chanlocs");
    const bool described = list && list->kind == MatValue::Kind::structure && list->count() > 0;
    if (described && list->count() != set.channels) {
        set.fail("EEG.chanlocs describes " + text_of(list->count()) + " channels, and EEG.nbchan says " +
                 text_of(set.channels));
    }
    std::vector<std::string> names;
    std::vector<meeg::ChannelType> types;
    std::map<std::string, std::vector<std::string>> unknown;
    constexpr std::array<std::string_view, 21> known{"eeg",    "csd",  "stim", "eog",  "ecg", "emg",         "ref_meg",
                                                     "misc",   "resp", "chpi", "exci", "ias", "syst",        "seeg",
                                                     "dipole", "gof",  "bio",  "ecog", "dbs", "temperature", "gsr"};
    // room for names that are made is not asked for before the file has shown that it holds as many samples
    if (!described && set.channels > 1'000'000) {
        set.fail("has " + text_of(set.channels) + " channels without names");
    }
    for (index k = 0; k < set.channels; ++k) {
        const MatValue* label = described ? list->field("labels", k) : nullptr;
        std::string number = text_of(k);
        number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
        names.push_back(label && !label->empty() ? label->word() : "EEG " + number);
        const MatValue* given = described ? list->field("type", k) : nullptr;
        const bool typed = given && given->kind == MatValue::Kind::text && !given->text.empty();
        const std::string type = typed ? lower_case(trimmed(given->text)) : "eeg";
        const bool is_known = std::ranges::find(known, type) != known.end();
        types.push_back(meeg::channel_type(is_known ? type : "eeg"));
        if (!is_known) {
            unknown[type].push_back(names.back());
        }
    }
    for (const auto& [type, channels] : unknown) {
        warn(set.path().string() + ": channels of the unknown type '" + type + "' become EEG: " + joined(channels));
    }
    const std::vector<std::string> unique = meeg::unique_channel_names(names);
    if (unique != names) {
        warn(set.path().string() + ": several channels have the same name; they get running numbers");
    }
    meeg::Info info = meeg::create_info(unique, set.sfreq, types);
    const std::vector<bool> eog = of_eog(options.eog, names);
    for (std::size_t k = 0; k < names.size(); ++k) {
        info.channels[k].cal = microvolt;
        if (eog[k]) {
            info.channels[k].kind = meeg::ChannelKind::eog;
            info.channels[k].coil_type = meeg::CoilType::none;
            info.channels[k].unit = meeg::Unit::V;
        }
    }
    if (described) {
        set_places(set, *list, options.montage_units, info);
    }
    return info;
}

meeg::Annotations annotations_of(const Dataset& set) {
    meeg::Annotations out;
    const MatValue* events = set.find("event");
    if (events == nullptr || events->kind != MatValue::Kind::structure) {
        return out;
    }
    index without = 0;
    for (index k = 0; k < events->count(); ++k) {
        const MatValue* type = events->field("type", k);
        const double latency = coordinate(events->field("latency", k));
        const double duration = coordinate(events->field("duration", k));
        if (!(std::abs(latency) <= most_samples)) {
            ++without;
            continue;
        }
        out.items.push_back({(latency - 1) / set.sfreq,  // MATLAB counts from 1
                             duration > 0 && duration <= most_samples ? duration / set.sfreq : 0,
                             type ? type->word() : "",
                             {}});
    }
    if (without > 0) {
        warn(set.path().string() + ": " + text_of(without) +
             " events have no latency, or one that can't be, and are left out");
    }
    meeg::sort(out);
    return out;
}

std::pair<meeg::Events, meeg::EventIds> events_of(const Dataset& set) {
    meeg::Events events;
    meeg::EventIds ids;
    const MatValue* epochs = set.find("epoch");
    const MatValue* list = set.find("event");
    if (!epochs || !list || epochs->kind != MatValue::Kind::structure || list->kind != MatValue::Kind::structure ||
        epochs->empty() || list->empty()) {
        warn(set.path().string() + ": says nothing of its epochs' events; all are called 'unknown'");
        for (index k = 0; k < set.trials; ++k) {
            events.push_back({k, 0, 1});
        }
        return {events, {{"unknown", 1}}};
    }
    if (epochs->count() != set.trials) {
        set.fail("EEG.epoch describes " + text_of(epochs->count()) + " epochs, and EEG.trials says " +
                 text_of(set.trials));
    }
    bool several = false;
    index at = 0;
    int before = 0;
    double last = 0;
    for (index k = 0; k < set.trials; ++k) {
        const MatValue* type = epochs->field("eventtype", k);
        const std::vector<std::string> types = type ? words(*type) : std::vector<std::string>{};
        several = several || types.size() > 1;
        const double latency = coordinate(list->field("latency", at)) - 1;
        if (!std::isfinite(latency) || std::abs(latency) > most_samples) {
            set.fail("epoch " + text_of(k + 1) + " has no event, or one without latency");
        }
        at += std::ssize(types);
        const std::string name = joined(types, "/");
        auto id = std::ranges::find(ids, name, [](const auto& pair) { return pair.first; });
        if (id == ids.end()) {
            ids.emplace_back(name, static_cast<int>(ids.size()) + 1);
            id = ids.end() - 1;
        }
        // MNE-Python's rule: what stood before an event one sample later
        before = k > 0 && latency - last == 1 ? events.back().id : before;
        last = latency;
        events.push_back({static_cast<index>(latency), before, id->second});
    }
    if (several) {
        warn(set.path().string() + ": epochs have several events; the time of the first counts");
    }
    return {events, ids};
}

std::shared_ptr<const PlainSource> source_of(const Dataset& set, const meeg::Info& info) {
    const std::vector<double> scales(info.channels.size(), microvolt);
    PlainLayout layout{NumberType::f32, false, false, set.channels, set.points * set.trials};
    if (set.fdt) {
        auto file = std::make_shared<const MappedFile>(*set.fdt);
        const auto size = static_cast<index>(file->bytes().size());
        if (size != layout.bytes()) {
            const std::string what = text_of(set.channels) + " channels of " + text_of(layout.samples) +
                                     " samples need " + text_of(layout.bytes()) + " bytes; there are " + text_of(size);
            if (size < layout.bytes()) {
                throw FileError(*set.fdt, size, "the file ends early: " + what);
            }
            warn(set.fdt->string() + ": " + what + "; the rest is left out");
        }
        return std::make_shared<const PlainSource>(std::move(file), 0, layout, scales);
    }
    const MatValue& data = *set.find("data");
    layout.type = data.type;
    layout.big_endian = data.big_endian;
    const auto whole = set.mat->file->bytes();
    if (data.bytes.data() >= whole.data() && data.bytes.data() < whole.data() + whole.size()) {
        return std::make_shared<const PlainSource>(
            set.mat->file, static_cast<std::size_t>(data.bytes.data() - whole.data()), layout, scales);
    }
    return std::make_shared<const PlainSource>(set.path(), data.bytes, set.mat, layout, scales);
}

}  // namespace ranvier::formats::eeglab
