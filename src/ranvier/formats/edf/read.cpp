#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/edf/annotations.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/edf/header.hpp"
#include "ranvier/formats/edf/patient.hpp"
#include "ranvier/formats/edf/source.hpp"

namespace ranvier::formats {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// What the file's channels become: which signals, called what, of which kind.
struct Selection {
    std::vector<std::size_t> signals;
    std::vector<std::string> names;
    std::vector<std::string> types;  ///< "EEG" …, upper case
};

/// Type words that a label may begin with, and what they mean.
const std::map<std::string, meeg::ChannelKind>& label_kinds() {
    using enum meeg::ChannelKind;
    static const std::map<std::string, meeg::ChannelKind> kinds{
        {"EEG", eeg}, {"SEEG", seeg}, {"ECOG", ecog},        {"DBS", dbs},   {"EOG", eog},  {"ECG", ecg},  {"EMG", emg},
        {"BIO", bio}, {"RESP", resp}, {"TEMP", temperature}, {"MISC", misc}, {"SAO2", bio}, {"STIM", stim}};
    return kinds;
}

/// Name and type word of a label: "EEG Fp1" is Fp1, of type EEG, where types are inferred.
std::pair<std::string, std::string> typed_label(const std::string& label, bool infer_types) {
    const std::size_t blank = label.find(' ');
    const std::string word = upper_case(label.substr(0, blank));
    const bool typed = infer_types && blank != std::string::npos && label_kinds().contains(word);
    return {typed ? label.substr(blank + 1) : label, typed ? word : "EEG"};
}

/// Equal names get "-0", "-1" …; a letter where that name is taken.
void make_unique(const std::string& file, std::vector<std::string>& names, bool says_so = true) {
    std::map<std::string, std::vector<std::size_t>> places;
    for (std::size_t k = 0; k < names.size(); ++k) {
        places[names[k]].push_back(k);
    }
    std::set<std::string> taken(names.begin(), names.end());
    std::string doubles;
    for (const auto& [name, where] : places) {
        if (where.size() < 2) {
            continue;
        }
        doubles += (doubles.empty() ? "" : ", ") + name;
        for (std::size_t k = 0; k < where.size(); ++k) {
            std::string fresh = name + "-" + text_of(k);
            for (char letter = 'a'; taken.contains(fresh); ++letter) {
                require(letter <= 'z',
                        [&, &name = name] { return file + ": no free name for double channel '" + name + "'"; });
                fresh = name + "-" + letter;
            }
            taken.insert(fresh);
            names[where[k]] = fresh;
        }
    }
    if (says_so && !doubles.empty()) {
        warn(file + ": several channels are called " + doubles + "; they get running numbers");
    }
}

void warn_of_absent(const std::string& file, const char* option, const std::vector<std::string>& wanted,
                    const std::vector<std::string>& names) {
    for (const std::string& name : wanted) {
        if (!contains(names, name)) {
            warn(file + ": " + option + " names channel '" + name + "', which the file has not" +
                 did_you_mean(name, names));
        }
    }
}

Selection selection(const std::string& file, const EdfHeader& header, const ReadEdfOptions& options) {
    require(options.include.empty() || options.exclude.empty(), "`exclude` must be empty where `include` is given");
    std::vector<std::string> names, types;
    for (const EdfSignal& signal : header.signals) {
        auto [name, type] = typed_label(signal.label, options.infer_types);
        names.push_back(std::move(name));
        types.push_back(std::move(type));
    }
    if (options.exclude_after_unique) {
        make_unique(file, names);
    }
    warn_of_absent(file, "include", options.include, names);
    Selection out;
    for (std::size_t s = 0; s < names.size(); ++s) {
        const bool wanted =
            options.include.empty() ? !contains(options.exclude, names[s]) : contains(options.include, names[s]);
        if (wanted && !header.signals[s].annotations) {
            out.signals.push_back(s);
            out.names.push_back(names[s]);
            out.types.push_back(types[s]);
        }
    }
    if (!options.exclude_after_unique) {
        make_unique(file, out.names);
    }
    return out;
}

/// The channels that hold trigger codes: the first of each name that counts.
std::vector<bool> stim_channels(const std::string& file, const std::vector<std::string>& names, const Value& asked) {
    std::vector<bool> stim(names.size(), false);
    const auto take = [&](const std::string& name) {
        const auto first = std::ranges::find(names, lower_case(name), lower_case);
        if (first != names.end()) {
            stim[static_cast<std::size_t>(first - names.begin())] = true;
        }
        return first != names.end();
    };
    require(names_or_places(asked), "stim_channel must be a name, a whole number or a list of them");
    const auto* list = asked.as<Value::List>();
    for (const Value& item : list != nullptr ? *list : Value::List{asked}) {
        if (const auto* place = item.as<std::int64_t>()) {
            const auto n = static_cast<std::int64_t>(names.size());
            require(*place >= -n && *place < n, [&] {
                return "stim_channel must be in [" + text_of(-n) + ", " + text_of(n - 1) + "], a place among the " +
                       text_of(n) + " channels read; got " + text_of(*place);
            });
            stim[static_cast<std::size_t>(*place < 0 ? *place + n : *place)] = true;
            continue;
        }
        const std::string name = *item.as<std::string>();
        require(lower_case(name) != "edf annotations" && lower_case(name) != "bdf annotations",
                "an annotation signal can't be a stim channel; make events from the annotations");
        if (name == "auto") {
            take("status");
            take("trigger");
        } else if (!name.empty() && !take(name)) {
            warn_of_absent(file, "stim_channel", {name}, names);
        }
    }
    return stim;
}

/// Cut-off frequency [Hz] that follows `key` ("HP:", "LP:") in a prefilter text, NaN where none can be read.
double cutoff(const std::string& text, const std::string& key) {
    std::string word;
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
        std::size_t begin = at + key.size();
        while (begin < text.size() && std::isspace(static_cast<unsigned char>(text[begin]))) {
            ++begin;
        }
        std::size_t end = begin;
        while (end < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '.' || text[end] == ',')) {
            ++end;
        }
        if (end > begin) {
            word = text.substr(begin, end - begin);  // of several, the last counts
        }
    }
    if (word == "DC") {
        return 0;
    }
    if (const std::size_t hz = word.find("Hz"); hz != std::string::npos) {
        word.erase(hz, 2);
    }
    std::replace(word.begin(), word.end(), ',', '.');
    const bool plain = !word.empty() && std::count(word.begin(), word.end(), '.') <= 1 && word != "." &&
                       word.find_first_not_of("0123456789.") == std::string::npos;
    return number_in<double>(plain ? word : "").value_or(std::numeric_limits<double>::quiet_NaN());
}

/// Filters of the data channels; where they differ, the narrowest band.
void set_filters(const std::string& file, meeg::Info& info, const std::vector<std::string>& prefilters) {
    std::set<double> highs, lows;
    for (const std::string& text : prefilters) {
        for (const auto& [key, found] : {std::pair("HP:", &highs), std::pair("LP:", &lows)}) {
            if (const double f = cutoff(text, key); !std::isnan(f)) {
                found->insert(f);
            }
        }
    }
    if (highs.size() > 1 || lows.size() > 1) {
        warn(file +
             ": channels were recorded with different filters; the highest high-pass and the lowest low-pass count");
    }
    info.highpass = highs.empty() ? 0 : *highs.rbegin();
    info.lowpass = lows.empty() || *lows.begin() == 0 ? info.sfreq / 2 : *lows.begin();
    if (info.highpass > info.lowpass) {
        warn(file + ": the high-pass (" + text_of(info.highpass) + " Hz) lies above the low-pass (" +
             text_of(info.lowpass) + " Hz); both are left out");
        info.highpass = 0;
        info.lowpass = info.sfreq / 2;
    }
}

meeg::Info info_of(const std::string& file, const EdfHeader& header, const Selection& selected,
                   const std::vector<bool>& stim, index record_samples, const ReadEdfOptions& options) {
    warn_of_absent(file, "eog", options.eog, selected.names);
    warn_of_absent(file, "misc", options.misc, selected.names);
    meeg::Info info;
    info.sfreq = static_cast<double>(record_samples) / header.record_duration;
    info.meas_date = header.date;
    if (const auto subject = subject_of(header.patient)) {
        meeg::set_subject(info, *subject);
    }
    std::vector<std::string> prefilters;
    for (std::size_t k = 0; k < selected.names.size(); ++k) {
        meeg::Channel channel;
        channel.name = selected.names[k];
        channel.scanno = channel.logno = static_cast<int>(k) + 1;
        channel.unit = meeg::Unit::V;
        channel.coord_frame = meeg::CoordFrame::head;
        using Kind = meeg::ChannelKind;
        channel.kind = contains(options.eog, channel.name)    ? Kind::eog
                       : contains(options.misc, channel.name) ? Kind::misc
                       : stim[k]                              ? Kind::stim
                                                              : label_kinds().at(selected.types[k]);
        if (channel.kind == Kind::eeg || channel.kind == Kind::ecog || channel.kind == Kind::seeg ||
            channel.kind == Kind::dbs) {
            channel.coil_type = meeg::CoilType::eeg;
        }
        if (stim[k] && channel.kind == Kind::stim) {
            channel.unit = meeg::Unit::none;
        }
        if (!stim[k]) {
            prefilters.push_back(header.signals[selected.signals[k]].prefilter);
        }
        info.channels.push_back(std::move(channel));
    }
    set_filters(file, info, prefilters);
    return info;
}

/// What the samples of potentials are multiplied with to be volts, from `units` where the file says none; and a word on
/// each unit that is absent or isn't written as the format wants it.
void set_scales(const std::string& file, EdfHeader& header, const Selection& selected, const meeg::Info& info,
                const std::map<std::string, std::string>& units) {
    std::vector<std::string> given, volts, odd;
    const auto rest = units.find("");  // of the channels whose unit the file doesn't say
    bool needed = false;
    std::string other;  // a channel's unit, where it isn't that
    for (const auto& [name, unit] : units) {
        if (!name.empty()) {
            given.push_back(name);
        }
        require(volts_in(unit).has_value(), [&, &name = name, &unit = unit] {
            return "the unit of " + (name.empty() ? "channels" : "channel '" + name + "'") +
                   " must be 'V', 'mV', 'uV' or 'nV'; got '" + unit + "'";
        });
    }
    warn_of_absent(file, "units", given, selected.names);
    for (std::size_t k = 0; k < selected.names.size(); ++k) {
        EdfSignal& signal = header.signals[selected.signals[k]];
        const std::string& name = selected.names[k];
        const bool counted = info.channels[k].kind == meeg::ChannelKind::stim ||
                             info.channels[k].kind == meeg::ChannelKind::misc;  // whatever it counts
        if (rest != units.end() && !counted && !signal.unit.empty() &&
            volts_in(signal.unit) != volts_in(rest->second)) {
            other = signal.unit;
        }
        if (const auto said = units.find(name); said != units.end()) {
            require(signal.unit.empty() || volts_in(signal.unit) == volts_in(said->second), [&] {
                return "units= says that channel '" + name + "' is in " + said->second + ", the file says " +
                       signal.unit;
            });
            signal.unit_scale = *volts_in(said->second);
        } else if (counted) {
            continue;
        } else if (signal.unit.empty() && rest != units.end()) {
            signal.unit_scale = *volts_in(rest->second);
            needed = true;
        } else if (signal.unit.empty() && signal.largest > 1) {
            volts.push_back(name);  // more than an electrode can have
        } else if (signal.unit_scale == 1e-6 && lower_case(signal.unit.substr(0, 1)) == "u" && signal.unit != "uV") {
            odd.push_back(name + " (" + signal.unit + ")");
        }
    }
    require(rest == units.end() || needed || other.empty(), [&] {
        return "units= says that channels are in " + rest->second + ", the file says " + other +
               " and of all what they are in";
    });
    const auto tell = [&](const std::vector<std::string>& names, const std::string& what) {
        if (!names.empty()) {
            warn(file + ": " + what + joined(names));
        }
    };
    tell(odd, "read as microvolts, though the unit is written otherwise: ");
    tell(volts, "no unit, and so taken as volts, of which there would be more than one; units='uV' reads microvolts: ");
}

/// Where the records of a discontinuous file begin, on the clock of the annotations. [s]
std::vector<double> record_starts(const MappedFile& file, const EdfHeader& header, const std::vector<EdfTal>& tals,
                                  double tolerance) {
    const auto n = static_cast<std::size_t>(header.n_records);
    std::vector<double> starts(n, std::numeric_limits<double>::quiet_NaN());
    for (const EdfTal& tal : tals) {
        double& start = starts[static_cast<std::size_t>(tal.record)];
        if (std::isnan(start) && !tal.texts.empty() && tal.texts[0].empty()) {
            start = tal.onset;
        }
    }
    for (std::size_t r = 0; r < n; ++r) {
        const double expected = r == 0 ? 0 : starts[r - 1] + header.record_duration;
        if (std::isnan(starts[r]) || std::abs(starts[r] - expected) < tolerance) {
            starts[r] = r == 0 && !std::isnan(starts[r]) ? starts[r] : expected;
        } else if (r > 0 && starts[r] < expected) {
            throw FileError(file.path(), header.header_bytes + static_cast<std::int64_t>(r) * header.record_bytes,
                            "data record " + text_of(r) + " begins at " + text_of(starts[r]) +
                                " s, before the one in front of it ends (" + text_of(expected) + " s)");
        }
    }
    return starts;
}

/// From the clock of the annotations to that of the joined samples. [s]
double joined_time(const std::vector<double>& starts, double duration, double t) {
    const auto after = std::upper_bound(starts.begin(), starts.end(), t);
    if (after == starts.begin()) {
        return t - starts.front();
    }
    const auto r = static_cast<std::size_t>(after - starts.begin()) - 1;
    const double inside = t - starts[r];
    return static_cast<double>(r) * duration + (r + 1 < starts.size() ? std::min(inside, duration) : inside);
}

/// Annotations of all annotation signals, counted from the first sample. `names` are the channels that a text may name
/// behind "@@"; texts that differ only in that become one annotation of several channels.
meeg::Annotations annotations_of(const MappedFile& file, const EdfHeader& header, const std::vector<std::string>& names,
                                 const std::string& encoding, double tolerance) {
    std::vector<EdfTal> tals;
    std::vector<EdfTal> timekeeping;
    for (const EdfSignal& signal : header.signals) {
        if (signal.annotations) {
            std::vector<EdfTal> more = edf_tals(file, header, signal, encoding);
            if (tals.empty() && header.discontinuous()) {
                timekeeping = more;
            }
            tals.insert(tals.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
        }
    }
    meeg::Annotations out;
    if (tals.empty()) {
        return out;
    }
    // the first list says which fraction of a second after the header's time the first sample was taken
    const double offset = tals[0].texts[0].empty() ? tals[0].onset : 0;
    std::vector<double> starts;
    if (!timekeeping.empty()) {
        starts = record_starts(file, header, timekeeping, tolerance);
        for (std::size_t r = 1; r < starts.size(); ++r) {
            if (starts[r] - starts[r - 1] > header.record_duration + tolerance) {
                const double joint = static_cast<double>(r) * header.record_duration;
                out.items.push_back({joint, 0, "BAD boundary", {}});
                out.items.push_back({joint, 0, "EDGE boundary", {}});
            }
        }
        if (!out.items.empty()) {
            warn(file.path().string() + ": the recording was interrupted " + text_of(out.items.size() / 2) +
                 " times; its pieces are joined, and annotations moved with them");
        }
    }
    std::map<std::tuple<double, double, std::string>, std::size_t> seen;
    for (const EdfTal& tal : tals) {
        const double onset =
            starts.empty() ? tal.onset - offset : joined_time(starts, header.record_duration, tal.onset);
        const double end = starts.empty() ? 0 : joined_time(starts, header.record_duration, tal.onset + tal.duration);
        const double duration = starts.empty() ? tal.duration : std::max(0.0, end - onset);
        for (const std::string& text : tal.texts) {
            if (text.empty()) {
                continue;
            }
            meeg::Annotation item{onset, duration, text, {}};
            if (const std::size_t at = text.find("@@");
                at != std::string::npos && contains(names, text.substr(at + 2))) {
                item.description = text.substr(0, at);
                item.channels = {text.substr(at + 2)};
            }
            const auto [place, fresh] = seen.try_emplace({onset, duration, item.description}, out.items.size());
            if (fresh || item.channels.empty()) {
                out.items.push_back(std::move(item));
            } else {
                out.items[place->second].channels.push_back(item.channels[0]);
            }
        }
    }
    meeg::sort(out);
    return out;
}

meeg::Raw read_raw(const std::filesystem::path& path, const ReadEdfOptions& options, bool bdf) {
    const auto file = std::make_shared<const MappedFile>(path);
    EdfHeader header = edf_header(*file, bdf);
    const std::string name = path.string();
    if (std::all_of(header.signals.begin(), header.signals.end(), [](const EdfSignal& s) { return s.annotations; })) {
        throw FileError(path, 256, "holds annotations and no signals: read_annotations() reads them");
    }
    const Selection selected = selection(name, header, options);
    require(!selected.signals.empty(), name + ": `include` and `exclude` leave no channel");
    const std::vector<bool> stim = stim_channels(name, selected.names, options.stim_channel);
    index record_samples = 0;
    for (const std::size_t k : selected.signals) {
        record_samples = std::max(record_samples, header.signals[k].samples);
    }
    meeg::Raw raw;
    raw.info = info_of(name, header, selected, stim, record_samples, options);
    if (!std::isfinite(raw.info.sfreq)) {
        throw FileError(path, 244, "the duration of a data record gives no finite sampling rate");
    }
    set_scales(name, header, selected, raw.info, options.units);
    std::vector<EdfSource::Selected> channels;
    for (std::size_t k = 0; k < selected.signals.size(); ++k) {
        channels.push_back({header.signals[selected.signals[k]], stim[k]});
    }
    const auto source = std::make_shared<const EdfSource>(file, header, std::move(channels));
    raw.segments = {{source, 0, source->n_samples()}};
    raw.source_channels = meeg::pick_all(raw.info);
    meeg::set_annotations(raw, annotations_of(*file, header, selected.names, options.encoding, 0.5 / raw.info.sfreq));
    return raw;
}

}  // namespace

bool names_or_places(const Value& value) {
    const auto one = [](const Value& v) { return v.as<std::string>() || v.as<std::int64_t>(); };
    const auto* list = value.as<Value::List>();
    return list != nullptr ? std::ranges::all_of(*list, one) : one(value);
}

meeg::Raw read_raw_edf(const std::filesystem::path& path, const ReadEdfOptions& options) {
    return read_raw(path, options, false);
}

meeg::Raw read_raw_bdf(const std::filesystem::path& path, const ReadEdfOptions& options) {
    return read_raw(path, options, true);
}

std::vector<std::string> edf_labels(const std::filesystem::path& path, bool infer_types, bool unique) {
    const MappedFile file(path);
    const bool bdf = !file.bytes().empty() && file.bytes()[0] == std::byte{0xFF};
    std::vector<std::string> labels;
    for (const EdfSignal& signal : edf_header(file, bdf).signals) {
        if (!signal.annotations) {
            labels.push_back(typed_label(signal.label, infer_types).first);
        }
    }
    if (unique) {
        make_unique(path.string(), labels, false);
    }
    return labels;
}

bool holds_annotations_only(const std::filesystem::path& path) {
    const MappedFile file(path);
    const std::string_view head(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
    const std::size_t n = head.size() < 256 ? 0 : number_in<std::size_t>(trimmed(head.substr(252, 4))).value_or(0);
    bool only = n > 0 && n <= (head.size() - 256) / 256;
    for (std::size_t s = 0; only && s < n; ++s) {
        const std::string_view label = trimmed(head.substr(256 + 16 * s, 16));
        only = label == "EDF Annotations" || label == "BDF Annotations";
    }
    return only;
}

meeg::Annotations read_annotations_edf(const std::filesystem::path& path, const std::string& encoding) {
    const MappedFile file(path);
    const bool bdf = !file.bytes().empty() && file.bytes()[0] == std::byte{0xFF};
    const EdfHeader header = edf_header(file, bdf);
    std::vector<std::string> names;
    std::ranges::transform(header.signals, std::back_inserter(names), &EdfSignal::label);
    return annotations_of(file, header, names, encoding, 0.5e-3);
}

}  // namespace ranvier::formats
