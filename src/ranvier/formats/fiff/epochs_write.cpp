#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ranvier/base/log.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;

/// Kept free in each part, as MNE-Python does, so that both make the same parts of the same epochs.
constexpr std::uint64_t reserve_bytes = std::uint64_t{1} << 20;
constexpr index most_parts = 100;
using nlohmann::json;

std::string names_text(const meeg::EventIds& ids) {
    std::string text;
    for (const auto& [name, id] : ids) {
        require(name.find(';') == std::string::npos, [&name = name] {
            return "names of events must not contain \";\" to be written as FIFF; got \"" + name + "\"";
        });
        text += (text.empty() ? "" : ";") + name + ":" + text_of(id);
    }
    return text;
}

json rejection(const meeg::EpochsOptions& options) {
    json limits = json::object();
    for (const auto& [key, thresholds] : {std::pair("reject", &options.reject), std::pair("flat", &options.flat)}) {
        for (const auto& [type, limit] : *thresholds) {
            limits[key][std::string(meeg::name(type))] = limit;
        }
    }
    if (options.reject_tmin) {
        limits["reject_tmin"] = *options.reject_tmin;
    }
    if (options.reject_tmax) {
        limits["reject_tmax"] = *options.reject_tmax;
    }
    return limits;
}

/// Samples, and behind each the imaginary part where there is one.
void write_data(Writer& out, const meeg::Epochs& epochs, const meeg::Epochs* imaginary, index begin, index end,
                int element) {
    const index n_channels = epochs.info.n_channels(), n_times = epochs.n_times;
    const std::size_t each = element_bytes(element), bytes = imaginary ? 2 * each : each;
    const auto payload = static_cast<std::size_t>((end - begin) * n_channels * n_times) * bytes;
    const int kind = !imaginary ? element : element == type::float_ ? type::complex_float : type::complex_double;
    out.header(tag::epoch, type::matrix | kind, payload + 16);
    const auto put = [&](std::byte* p, double x) {
        if (element == type::float_) {
            put_be32(p, std::bit_cast<std::uint32_t>(static_cast<float>(x)));
        } else {
            put_be64(p, std::bit_cast<std::uint64_t>(x));
        }
    };
    std::vector<std::byte> one(static_cast<std::size_t>(n_channels * n_times) * bytes);
    for (index e = begin; e < end; ++e) {
        std::byte* p = one.data();
        for (index c = 0; c < n_channels; ++c) {
            const double cal = static_cast<float>(epochs.info.channels[static_cast<std::size_t>(c)].cal);
            const auto real = epochs.data.view()[e].row(c);
            const auto other = imaginary ? imaginary->data.view()[e].row(c) : real;
            for (std::size_t t = 0; t < real.size(); ++t) {
                put(p, real[t] / cal);
                if (imaginary) {
                    put(p + each, other[t] / cal);
                }
                p += bytes;
            }
        }
        out.bytes(one);
    }
    std::byte shape[16];
    put_ints(shape, {n_times, n_channels, end - begin, 3});
    out.bytes(shape);
}

struct Split {
    index begin, end;  ///< epochs
    int part;
    std::string next;  ///< file name of the next part, "" in the last
};

void write_part(Writer& out, const meeg::Epochs& epochs, const meeg::Epochs* imaginary, const Split& split,
                int element) {
    start_measurement(out, epochs.info);
    write_info(out, epochs.info, 0, true);
    out.start_block(block::processed_data);
    out.start_block(block::mne_epochs);
    const auto slice = [&](const auto& list) {
        return std::remove_cvref_t<decltype(list)>(list.begin() + split.begin, list.begin() + split.end);
    };
    if (epochs.annotations && !epochs.annotations->items.empty()) {
        write_annotations(out, *epochs.annotations);
    }
    out.start_block(block::mne_events);
    write_event_list(out, slice(epochs.events));
    out.text(tag::description, names_text(epochs.event_id));
    out.end_block(block::mne_events);
    if (!epochs.metadata.empty()) {
        std::string rows;
        for (const auto& row : slice(epochs.metadata)) {
            rows += (rows.empty() ? "[" : ", ") + row;
        }
        out.start_block(block::mne_metadata);
        out.text(tag::description, rows + "]");
        out.end_block(block::mne_metadata);
    }
    const auto first = static_cast<index>(std::nearbyint(epochs.tmin * epochs.info.sfreq));
    out.integer(tag::first_sample, first);
    out.integer(tag::last_sample, first + epochs.n_times - 1);
    out.real(tag::mne_epochs_raw_sfreq, epochs.raw_sfreq);
    if (const auto& baseline = epochs.options.baseline) {
        const double tmax = epochs.tmin + static_cast<double>(epochs.n_times - 1) / epochs.info.sfreq;
        out.real(tag::mne_baseline_min, baseline->tmin.value_or(epochs.tmin));
        out.real(tag::mne_baseline_max, baseline->tmax.value_or(tmax));
    }
    write_data(out, epochs, imaginary, split.begin, split.end, element);
    auto drop_log = epochs.drop_log;
    for (index k = 0; k < epochs.n_epochs(); ++k) {
        const auto at = static_cast<std::size_t>(epochs.selection[static_cast<std::size_t>(k)]);
        if ((k < split.begin || k >= split.end) && at < drop_log.size() && drop_log[at].empty()) {
            drop_log[at] = {"IGNORED"};  // they are in another part
        }
    }
    out.text(tag::mne_epochs_drop_log, json(drop_log).dump());
    if (const json limits = rejection(epochs.options); !limits.empty()) {
        out.text(tag::mne_epochs_reject_flat, limits.dump());
    }
    const auto kept = slice(epochs.selection);
    out.integers(tag::mne_epochs_selection, std::vector<int>(kept.begin(), kept.end()));
    if (!split.next.empty()) {
        write_reference(out, role_next_file, split.next, split.part + 1, epochs.info);
    }
    out.end_block(block::mne_epochs);
    out.end_block(block::processed_data);
    out.end_block(block::meas);
    out.finish();
}

}  // namespace

std::vector<fs::path> write_epochs_fif(const meeg::Epochs& given, const fs::path& path, const std::string& format,
                                       bool overwrite, std::uint64_t split_size, const std::string& split_naming,
                                       const meeg::Epochs* imaginary) {
    require(format == "single" || format == "double",
            [&] { return "format must be \"single\" or \"double\"; got \"" + format + "\""; });
    require(split_size <= INT32_MAX, [&] {
        return "split_size must stay below 2 GiB, which is all that FIFF can address; got " + text_of(split_size) +
               " bytes";
    });
    std::optional<meeg::Epochs> loaded;
    if (!given.preloaded || !given.dropped_bad) {
        loaded = given;
        meeg::load(*loaded);
        meeg::drop_bad(*loaded);
    }
    const meeg::Epochs& epochs = loaded ? *loaded : given;
    meeg::check(epochs);
    require(imaginary == nullptr || (imaginary->preloaded && imaginary->data.extents() == epochs.data.extents()),
            "the imaginary parts of epochs must be in memory and of the shape of the real ones");
    const int element = format == "single" ? type::float_ : type::double_;
    const auto one = static_cast<std::uint64_t>(epochs.info.n_channels() * epochs.n_times) * element_bytes(element) *
                     (imaginary ? 2 : 1);
    Writer head;
    write_info(head, epochs.info, 0, true);
    std::uint64_t fixed = static_cast<std::uint64_t>(head.position()) + (std::uint64_t{1} << 16);
    const index n = epochs.n_epochs();
    // The log, with the spaces that MNE-Python puts and "IGNORED" for epochs that are in other parts.
    const auto log = json(epochs.drop_log).dump().size() + epochs.drop_log.size() + 9 * static_cast<std::size_t>(n);
    fixed += log + 16;
    std::vector<std::uint64_t> before{0};  // bytes of the first k epochs
    for (index k = 0; k < n; ++k) {
        const auto row = epochs.metadata.empty() ? 0 : epochs.metadata[static_cast<std::size_t>(k)].size() + 2;
        before.push_back(before.back() + one + 16 + row);
    }
    const auto bytes = [&](index begin, index end) {
        return before[static_cast<std::size_t>(end)] - before[static_cast<std::size_t>(begin)];
    };
    std::uint64_t each = 0;
    for (index k = 0; k < n; ++k) {
        each = std::max(each, bytes(k, k + 1));
    }
    require(fixed + reserve_bytes + each <= split_size, [&] {
        return "split_size must hold the measurement info, one epoch and a reserve, " +
               text_of(fixed + reserve_bytes + each) + " bytes; got " + text_of(split_size) + " bytes";
    });
    const auto room = split_size - fixed;
    const auto begin_of = [&](index part, index n_parts) {  // even parts, the first ones one longer
        return part * (n / n_parts) + std::min(part, n % n_parts);
    };
    const auto too_large = [&](index n_parts) {
        for (index part = 0; part < n_parts; ++part) {
            if (bytes(begin_of(part, n_parts), begin_of(part + 1, n_parts)) > room) {
                return true;
            }
        }
        return false;
    };
    auto n_parts = std::max(index{1}, static_cast<index>((before.back() + room - reserve_bytes - 1) /
                                                         std::max<std::uint64_t>(room - reserve_bytes, 1)));
    while (n_parts <= most_parts && too_large(n_parts)) {  // metadata may lie thick in one part
        ++n_parts;
    }
    require(n_parts <= most_parts, [&] {
        return "epochs may be split into at most " + text_of(most_parts) + " files; choose a larger split_size than " +
               text_of(split_size) + " bytes";
    });
    if (constexpr std::size_t long_log = 100'000; n_parts > 1 && epochs.drop_log.size() > long_log) {
        warn("each of the " + text_of(n_parts) + " files repeats the drop log of " + text_of(epochs.drop_log.size()) +
             " events, up to " + text_of(log) + " bytes; reset_drop_log_selection() before writing forgets it");
    }
    std::vector<Split> plan;
    for (index part = 0; part < n_parts; ++part) {
        plan.push_back({begin_of(part, n_parts), begin_of(part + 1, n_parts), static_cast<int>(part), ""});
    }
    std::vector<fs::path> paths;
    std::vector<std::unique_ptr<Writer>> files;
    for (const Split& split : plan) {
        paths.push_back(plan.size() == 1 ? path : part_path(path, split_naming, split.part));
    }
    for (std::size_t k = 0; k < plan.size(); ++k) {
        if (k + 1 < plan.size()) {
            plan[k].next = paths[k + 1].filename().string();
        }
        write_part(*files.emplace_back(std::make_unique<Writer>(paths[k], overwrite)), epochs, imaginary, plan[k],
                   element);
    }
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        (*file)->commit();
    }
    return paths;
}

}  // namespace ranvier::formats
