#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::formats {

namespace fiff {

namespace {

/// Blocks of the measurement info that become fields of Info; all others are carried as they are.
bool is_interpreted(int kind) {
    constexpr std::array interpreted{block::isotrak,           block::proj,
                                     block::mne_bad_channels,  block::mne_ctf_comp,
                                     block::mne_ctf_comp_data, block::ch_info};
    return std::ranges::find(interpreted, kind) != interpreted.end();
}

meeg::PreservedTag preserved(const File& file, const Entry& entry) {
    const auto data = file.data(entry);
    return {entry.kind, entry.type, {data.begin(), data.end()}};
}

meeg::PreservedBlock preserved(const File& file, const Node& node) {
    meeg::PreservedBlock block{node.kind, {}, {}};
    for (const Entry& entry : node.tags) {
        block.tags.push_back(preserved(file, entry));
    }
    for (const Node& child : node.children) {
        if (!is_interpreted(child.kind)) {
            block.children.push_back(preserved(file, child));
        }
    }
    return block;
}

StableVector<meeg::Compensation> compensations_of(const File& file, const Node& info, const NameMap& longer,
                                                  const StableVector<meeg::Channel>& channels) {
    StableVector<meeg::Compensation> compensations;
    for (const Node* node : info.all(block::mne_ctf_comp_data)) {
        meeg::Compensation c;
        c.kind = named<meeg::CompensationKind>(
            static_cast<int>(file.integer(file.required(*node, tag::mne_ctf_comp_kind, "a compensation's kind"))));
        if (const Entry* entry = node->find(tag::mne_ctf_comp_calibrated)) {
            c.calibrated = file.integer(*entry) != 0;
        }
        const Node* named = nullptr;
        for (const Node* candidate : node->all(block::mne_named_matrix)) {
            if (!named && candidate->find(tag::mne_ctf_comp_data)) {
                named = candidate;
            }
        }
        if (!named) {
            file.fail(*node, "a compensation's matrix is missing");
        }
        const Entry& data = file.required(*named, tag::mne_ctf_comp_data, "a compensation's matrix");
        c.matrix = file.matrix(data);
        const auto names = [&](int kind, index count) {
            const Entry* entry = named->find(kind);
            auto list = entry ? renamed(longer, file.names(*entry)) : std::vector<std::string>{};
            if (!list.empty() && static_cast<index>(list.size()) != count) {
                file.fail(*entry, "names " + text_of(list.size()) + " of " + text_of(count) +
                                      " rows or columns of a compensation");
            }
            return list;
        };
        c.row_names = names(tag::mne_row_names, c.matrix.extent(0));
        c.column_names = names(tag::mne_col_names, c.matrix.extent(1));
        if (!c.calibrated) {
            scale_compensation(c, channels, false, false);
        }
        compensations.push_back(std::move(c));
    }
    return compensations;
}

/// Seconds and microseconds; nothing where they are the mark of an unknown date.
std::optional<meeg::MeasurementDate> date(std::int64_t seconds, std::int64_t microseconds) {
    if (seconds == no_date_seconds && microseconds == no_date_microseconds) {
        return {};
    }
    return meeg::MeasurementDate{seconds, static_cast<std::int32_t>(microseconds)};
}

/// The id of the measurement stands in the first of these places.
const Entry* measurement_id_of(const File& file, const Node& meas, const Node& info) {
    for (const Entry* entry : {info.find(tag::parent_block_id), info.find(tag::block_id), meas.find(tag::block_id),
                               meas.find(tag::parent_block_id), file.root().find(tag::file_id)}) {
        if (entry) {
            if (entry->type != type::id_struct || entry->size != 20) {
                file.fail(*entry, "should be an id of 20 bytes");
            }
            return entry;
        }
    }
    return nullptr;
}

void read_tag(meeg::Info& info, const File& file, const Entry& entry, std::optional<index>& n_channels) {
    const auto number = [&] { return file.real(entry); };
    switch (entry.kind) {
        case tag::nchan: n_channels = file.integer(entry); break;
        case tag::sfreq: info.sfreq = number(); break;
        case tag::lowpass: info.lowpass = number(); break;
        case tag::highpass: info.highpass = number(); break;
        case tag::line_freq: info.line_freq = number(); break;
        case tag::experimenter: info.experimenter = file.text(entry); break;
        case tag::description: info.description = file.text(entry); break;
        case tag::proj_name: info.proj_name = file.text(entry); break;
        case tag::mne_custom_ref:
        case tag::custom_ref_before_0_11:
            info.custom_ref_applied = named<meeg::CustomReference>(static_cast<int>(file.integer(entry)));
            break;
        case tag::meas_date: {
            const auto values = file.integers(entry);
            if (values.empty() || values.size() > 2) {
                file.fail(entry, "should be a date of seconds and microseconds");
            }
            info.meas_date = date(values[0], values.size() == 2 ? values[1] : 0);
            break;
        }
        case tag::coord_trans: {
            const auto t = file.transform(entry);
            if (t.from == meeg::CoordFrame::device && t.to == meeg::CoordFrame::head) {
                info.dev_head_t = t;
            } else if (t.from == meeg::CoordFrame::head && t.to == meeg::CoordFrame::device) {
                info.dev_head_t = inverse(t);  // as some systems write it
            } else {
                info.preserved_tags.push_back(preserved(file, entry));
            }
            break;
        }
        case tag::ch_info:
        case tag::data_pack:
        case tag::nop:
        case tag::free_block:
        case tag::block_id:
        case tag::parent_block_id: break;
        default: info.preserved_tags.push_back(preserved(file, entry));
    }
}

}  // namespace

StableVector<meeg::DigPoint> dig_of(const File& file, const Node& node) {
    StableVector<meeg::DigPoint> points;
    auto frame = meeg::CoordFrame::head;
    const auto add = [&](const Entry& entry, std::size_t at) {
        meeg::DigPoint point;
        point.kind = named<meeg::DigKind>(file.int32_at(entry, 0));
        point.ident = file.int32_at(entry, 4);
        for (std::size_t k = 0; k < 3; ++k) {
            point.r[k] = file.float_at(entry, at + 4 * k);
        }
        points.push_back(point);
    };
    for (const Entry& entry : node.tags) {
        if (entry.kind == tag::dig_point) {
            add(entry, 8);
        } else if (entry.kind == tag::dig_string) {  // kind, ident, count, then the points
            const auto count = file.int32_at(entry, 8);
            if (count < 0 || static_cast<std::size_t>(count) > (entry.size - 12) / 12) {
                file.fail(entry, "announces " + text_of(count) + " points, which do not fit into " +
                                     text_of(entry.size) + " bytes");
            }
            for (int k = 0; k < count; ++k) {
                add(entry, 12 + 12 * static_cast<std::size_t>(k));
            }
        } else if (entry.kind == tag::mne_coord_frame) {
            frame = named<meeg::CoordFrame>(static_cast<int>(file.integer(entry)));
        }
    }
    for (auto& point : points) {
        point.coord_frame = frame;
    }
    return points;
}

const Node& measurement_of(const File& file) {
    const auto blocks = file.root().all(block::meas);
    if (blocks.size() != 1) {
        throw FileError(file.path(), FileError::no_offset,
                        "must hold one measurement (block 100); it holds " + text_of(blocks.size()));
    }
    return *blocks.front();
}

meeg::Info info_of(const File& file) {
    const Node& meas = measurement_of(file);
    const auto blocks = meas.all(block::meas_info);
    if (blocks.size() != 1) {
        file.fail(meas, "must hold one measurement info (block 101); it holds " + text_of(blocks.size()));
    }
    const Node& node = *blocks.front();
    meeg::Info info;
    info.sfreq = info.highpass = info.lowpass = NAN;
    std::optional<index> n_channels;
    if (const Entry* id = measurement_id_of(file, meas, node)) {
        auto kept = preserved(file, *id);
        kept.kind = tag::parent_block_id;
        info.preserved_tags.push_back(std::move(kept));
        if (!node.find(tag::meas_date)) {
            info.meas_date = date(file.int32_at(*id, 12), file.int32_at(*id, 16));
        }
    }
    if (const Entry* id = file.root().find(tag::file_id)) {
        info.preserved_tags.push_back(preserved(file, *id));
    }
    for (const Entry& entry : node.tags) {
        read_tag(info, file, entry, n_channels);
    }
    NameMap longer;
    info.channels = channels_of(file, node, longer);
    if (!n_channels || *n_channels != info.n_channels() || info.channels.empty()) {
        file.fail(node, "should describe " + (n_channels ? text_of(*n_channels) : "an unknown number of") +
                            " channels; it describes " + text_of(info.channels.size()));
    }
    if (!(info.sfreq > 0) || !std::isfinite(info.sfreq)) {
        file.fail(file.required(node, tag::sfreq, "the sampling rate"), "should be a sampling rate > 0 Hz");
    }
    info.highpass = std::isnan(info.highpass) ? 0 : info.highpass;
    info.lowpass = std::isnan(info.lowpass) ? info.sfreq / 2 : info.lowpass;
    if (!info.dev_head_t) {
        if (const auto fits = node.all(block::hpi_result); fits.size() == 1) {
            for (const Entry& entry : fits.front()->tags) {
                if (entry.kind == tag::coord_trans && !info.dev_head_t) {
                    const auto t = file.transform(entry);
                    if (t.from == meeg::CoordFrame::device && t.to == meeg::CoordFrame::head) {
                        info.dev_head_t = t;
                    }
                }
            }
        }
    }
    if (const Node* isotrak = node.first(block::isotrak)) {
        info.dig = dig_of(file, *isotrak);
        if (info.dig.empty()) {  // an empty list is not the same as none
            info.preserved_blocks.push_back(preserved(file, *isotrak));
        }
    }
    info.projections = projections_of(file, node, longer);
    info.compensations = compensations_of(file, node, longer, info.channels);
    auto names = meeg::unique_channel_names(meeg::channel_names(info));
    for (std::size_t k = 0; k < names.size(); ++k) {
        info.channels[k].name = std::move(names[k]);
    }
    const auto known = meeg::channel_names(info);
    info.bads = bads_of(file, node, longer);
    std::erase_if(info.bads, [&](const auto& bad) {  // lists in old files name channels that were left out
        return std::find(known.begin(), known.end(), bad) == known.end();
    });
    for (const Node& child : node.children) {
        if (!is_interpreted(child.kind)) {
            info.preserved_blocks.push_back(preserved(file, child));
        }
    }
    if (const Node* history = file.root().first(block::processing_history)) {
        info.preserved_blocks.push_back(preserved(file, *history));
    }
    return info;
}

}  // namespace fiff

meeg::Info read_info_fif(const fs::path& path) {
    const fiff::File file(path);
    return fiff::reading(path, [&] { return fiff::info_of(file); });
}

}  // namespace ranvier::formats
