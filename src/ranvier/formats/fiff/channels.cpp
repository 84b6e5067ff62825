#include <algorithm>
#include <bit>
#include <set>
#include <unordered_set>

#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

namespace ranvier::formats::fiff {

namespace {

constexpr std::size_t record_bytes = 96;
constexpr std::size_t name_offset = 80, name_room = 16;  // the last byte is a zero

meeg::Channel channel(const File& file, const Entry& entry) {
    if (entry.type != type::ch_info_struct || entry.size < record_bytes) {
        file.fail(entry, "should be a channel record of " + text_of(record_bytes) + " bytes; it has type " +
                             text_of(entry.type) + " and " + text_of(entry.size) + " bytes");
    }
    meeg::Channel c;
    c.scanno = file.int32_at(entry, 0);
    c.logno = file.int32_at(entry, 4);
    c.kind = named<meeg::ChannelKind>(file.int32_at(entry, 8));
    c.range = file.float_at(entry, 12);
    c.cal = file.float_at(entry, 16);
    set_coil(c, file.int32_at(entry, 20));
    for (std::size_t k = 0; k < 12; ++k) {
        c.loc[k] = file.float_at(entry, 24 + 4 * k);
    }
    c.unit = named<meeg::Unit>(file.int32_at(entry, 72));
    c.unit_mul = file.int32_at(entry, 76);
    const auto bytes = file.data(entry).subspan(name_offset, name_room);
    const std::string_view room(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::string name(room.substr(0, room.find('\0')));
    c.name = is_utf8(name) ? name : utf8_from_latin1(name);
    return c;
}

/// What a block says about a channel beyond its record.
void extend(meeg::Channel& c, const File& file, const Node& node) {
    for (const Entry& entry : node.tags) {
        switch (entry.kind) {
            case tag::ch_scan_no: c.scanno = static_cast<int>(file.integer(entry)); break;
            case tag::ch_logical_no: c.logno = static_cast<int>(file.integer(entry)); break;
            case tag::ch_kind: c.kind = named<meeg::ChannelKind>(static_cast<int>(file.integer(entry))); break;
            case tag::ch_range: c.range = file.real(entry); break;
            case tag::ch_cal: c.cal = file.real(entry); break;
            case tag::ch_coil_type: set_coil(c, static_cast<int>(file.integer(entry))); break;
            case tag::ch_unit: c.unit = named<meeg::Unit>(static_cast<int>(file.integer(entry))); break;
            case tag::ch_unit_mul: c.unit_mul = static_cast<int>(file.integer(entry)); break;
            case tag::ch_dacq_name: c.name = file.text(entry); break;
            case tag::ch_loc: {
                const auto values = file.reals(entry);
                if (values.size() != c.loc->size()) {
                    file.fail(entry, "should have 12 numbers for a channel's place; it has " + text_of(values.size()));
                }
                std::copy(values.begin(), values.end(), c.loc.begin());
                break;
            }
            default: break;  // the frame follows from the kind
        }
    }
}

void put_float(std::byte* p, double x) { put_be32(p, std::bit_cast<std::uint32_t>(static_cast<float>(x))); }

/// At most `bytes` bytes, not cutting a character in two.
std::string shortened(const std::string& name, std::size_t bytes) {
    std::size_t n = std::min(bytes, name.size());
    while (n > 0 && n < name.size() && (static_cast<unsigned char>(name[n]) & 0xc0) == 0x80) {
        --n;
    }
    return name.substr(0, n);
}

}  // namespace

std::string renamed(const NameMap& map, const std::string& name) {
    const auto at = map.find(name);
    return at == map.end() ? name : at->second;
}

std::vector<std::string> renamed(const NameMap& map, std::vector<std::string> names) {
    for (std::string& name : names) {
        name = renamed(map, name);
    }
    return names;
}

StableVector<meeg::Channel> channels_of(const File& file, const Node& node, NameMap& longer) {
    StableVector<meeg::Channel> channels;
    for (const Entry& entry : node.tags) {
        if (entry.kind == tag::ch_info) {
            channels.push_back(channel(file, entry));
        }
    }
    const auto more = node.all(block::ch_info);
    if (!more.empty()) {
        if (more.size() != channels.size()) {
            file.fail(*more.front(), "has " + text_of(more.size()) + " extended channel records for " +
                                         text_of(channels.size()) + " channels");
        }
        for (std::size_t k = 0; k < channels.size(); ++k) {
            const std::string before = channels[k].name;
            extend(channels[k], file, *more[k]);
            if (channels[k].name != before) {
                longer[before] = channels[k].name;
            }
        }
    }
    for (meeg::Channel& c : channels) {
        c.coord_frame = meeg::coord_frame_of(c.kind);
    }
    return channels;
}

NameMap short_names(const StableVector<meeg::Channel>& channels) {
    constexpr std::size_t room = name_room - 1;
    std::set<std::string> taken;
    for (const auto& c : channels) {
        if (c.name.size() <= room) {
            taken.insert(c.name);
        }
    }
    NameMap map;
    for (const auto& c : channels) {
        if (c.name.size() <= room) {
            continue;
        }
        std::string name = shortened(c.name, room);
        for (int k = 0; taken.contains(name); ++k) {
            const std::string number = "-" + text_of(k);
            name = shortened(c.name, room - number.size()) + number;
        }
        taken.insert(name);
        map[c.name] = name;
    }
    return map;
}

void write_channels(Writer& out, const StableVector<meeg::Channel>& channels, const NameMap& shorter,
                    bool reset_range) {
    int scanno = 0;
    for (const auto& c : channels) {
        std::vector<std::byte> record(record_bytes);
        std::byte* p = record.data();
        put_ints(p, {++scanno, c.logno, number(c.kind)});
        put_float(p + 12, reset_range ? 1.0 : c.range);
        put_float(p + 16, c.cal);
        put_ints(p + 20, {coil_number(c)});
        for (std::size_t k = 0; k < 12; ++k) {
            put_float(p + 24 + 4 * k, c.loc[k]);
        }
        put_ints(p + 72, {number(c.unit), c.unit_mul});
        const std::string name = renamed(shorter, c.name);
        const auto bytes = std::as_bytes(std::span(name));
        std::copy(bytes.begin(), bytes.end(), p + name_offset);
        out.tag_bytes(tag::ch_info, type::ch_info_struct, record);
    }
    if (shorter.empty()) {
        return;
    }
    scanno = 0;
    for (const auto& c : channels) {
        out.start_block(block::ch_info);
        out.integer(tag::ch_scan_no, ++scanno);
        out.integer(tag::ch_logical_no, c.logno);
        out.integer(tag::ch_kind, number(c.kind));
        out.real(tag::ch_range, reset_range ? 1.0 : c.range);
        out.real(tag::ch_cal, c.cal);
        out.integer(tag::ch_coil_type, coil_number(c));
        out.reals(tag::ch_loc, c.loc, type::float_);
        out.integer(tag::ch_unit, number(c.unit));
        out.integer(tag::ch_unit_mul, c.unit_mul);
        out.text(tag::ch_dacq_name, c.name);
        out.integer(tag::ch_coord_frame, number(c.coord_frame));
        out.end_block(block::ch_info);
    }
}

void scale_compensation(meeg::Compensation& compensation, const StableVector<meeg::Channel>& channels, bool reset_range,
                        bool back) {
    const auto gains = [&](const std::vector<std::string>& names) {
        std::vector<double> out;
        for (const std::string& name : names) {
            const auto channel = std::ranges::find(channels, name, &meeg::Channel::name);
            out.push_back(channel == channels.end() ? 1 : (reset_range ? 1 : channel->range) * channel->cal);
        }
        return out;
    };
    const std::vector<double> rows = gains(compensation.row_names), columns = gains(compensation.column_names);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t k = 0; k < columns.size(); ++k) {
            double& x = compensation.matrix(static_cast<index>(r), static_cast<index>(k));
            x = back ? x / rows[r] * columns[k] : x * rows[r] / columns[k];
        }
    }
}

}  // namespace ranvier::formats::fiff
