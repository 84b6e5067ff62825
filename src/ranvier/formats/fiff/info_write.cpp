#include <algorithm>
#include <array>
#include <bit>

#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

namespace ranvier::formats {

namespace fiff {

namespace {

/// Where a carried block stands among the others; programs of the maker want this order.
int place(int kind) {
    constexpr std::array order{block::events,  block::hpi_result, block::hpi_meas,
                               block::isotrak, block::dacq_pars,  block::subject};
    return static_cast<int>(std::ranges::find(order, kind) - order.begin());
}

void write_preserved(Writer& out, const meeg::Info& info, int first_place, int last_place) {
    for (int at = first_place; at <= last_place; ++at) {
        for (const auto& carried : info.preserved_blocks) {
            if (place(carried.kind) == at && carried.kind != block::processing_history) {
                write_block(out, carried);
            }
        }
    }
}

void write_date(Writer& out, const std::optional<meeg::MeasurementDate>& date) {
    int values[2] = {no_date_seconds, no_date_microseconds};
    if (date) {
        require(date->seconds >= INT32_MIN && date->seconds <= INT32_MAX, [&] {
            return "FIFF has dates within 32 bits of seconds around 1970; got " + text_of(date->seconds) + " s";
        });
        values[0] = static_cast<int>(date->seconds);
        values[1] = date->microseconds;
    }
    out.integers(tag::meas_date, values);
}

void write_compensations(Writer& out, const meeg::Info& info, const NameMap& shorter, bool reset_range) {
    if (info.compensations.empty()) {
        return;
    }
    out.start_block(block::mne_ctf_comp);
    for (meeg::Compensation c : info.compensations) {
        if (!c.calibrated) {
            scale_compensation(c, info.channels, reset_range, true);
        }
        out.start_block(block::mne_ctf_comp_data);
        out.integer(tag::mne_ctf_comp_kind, number(c.kind));
        if (c.calibrated) {
            out.integer(tag::mne_ctf_comp_calibrated, 1);
        }
        out.start_block(block::mne_named_matrix);
        out.integer(tag::mne_nrow, c.matrix.extent(0));
        out.integer(tag::mne_ncol, c.matrix.extent(1));
        out.names(tag::mne_row_names, renamed(shorter, c.row_names));
        out.names(tag::mne_col_names, renamed(shorter, c.column_names));
        out.matrix(tag::mne_ctf_comp_data, c.matrix, type::float_);
        out.end_block(block::mne_named_matrix);
        out.end_block(block::mne_ctf_comp_data);
    }
    out.end_block(block::mne_ctf_comp);
}

}  // namespace

void write_dig(Writer& out, const StableVector<meeg::DigPoint>& points) {
    if (points.empty()) {
        return;
    }
    const meeg::CoordFrame frame = points.front().coord_frame;
    for (const auto& point : points) {
        require(point.coord_frame == frame, [&] {
            return "all digitised points must be in one coordinate frame to be written; got frames " + text(frame) +
                   " and " + text(point.coord_frame);
        });
    }
    out.start_block(block::isotrak);
    if (frame != meeg::CoordFrame::head) {
        out.integer(tag::mne_coord_frame, number(frame));
    }
    for (const auto& point : points) {
        std::byte data[20];
        put_ints(data, {number(point.kind), point.ident});
        for (std::size_t k = 0; k < 3; ++k) {
            put_be32(data + 8 + 4 * k, std::bit_cast<std::uint32_t>(static_cast<float>(point.r[k])));
        }
        out.tag_bytes(tag::dig_point, type::dig_point_struct, data);
    }
    out.end_block(block::isotrak);
}

void write_block(Writer& out, const meeg::PreservedBlock& carried) {
    out.start_block(carried.kind);
    for (const auto& tag : carried.tags) {
        out.tag_bytes(tag.kind, tag.type, tag.data);
    }
    for (const auto& child : carried.children) {
        write_block(out, child);
    }
    out.end_block(carried.kind);
}

std::vector<std::byte> measurement_id(const meeg::Info& info) {
    const auto id = std::ranges::find(info.preserved_tags, tag::parent_block_id, &meeg::PreservedTag::kind);
    return id == info.preserved_tags.end() ? std::vector<std::byte>{} : id->data;
}

void start_measurement(Writer& out, const meeg::Info& info) {
    out.start_block(block::meas);
    out.tag_bytes(tag::block_id, type::id_struct, empty_id());
    if (const auto id = measurement_id(info); !id.empty()) {
        out.tag_bytes(tag::parent_block_id, type::id_struct, id);
    }
}

void write_info(Writer& out, const meeg::Info& info, int data_pack, bool reset_range) {
    meeg::check(info);
    const NameMap shorter = short_names(info.channels);
    out.start_block(block::meas_info);
    for (const auto& carried : info.preserved_tags) {
        if (carried.kind == tag::parent_block_id) {
            out.tag_bytes(carried.kind, carried.type, carried.data);
        }
    }
    write_preserved(out, info, 0, 2);
    write_dig(out, info.dig);
    write_preserved(out, info, 3, 4);
    if (info.dev_head_t) {
        out.transform(*info.dev_head_t);
    }
    for (const auto& carried : info.preserved_tags) {
        if (carried.kind != tag::parent_block_id && carried.kind != tag::file_id) {
            out.tag_bytes(carried.kind, carried.type, carried.data);
        }
    }
    out.text(tag::experimenter, info.experimenter);
    out.text(tag::description, info.description);
    out.text(tag::proj_name, info.proj_name);
    write_date(out, info.meas_date);
    out.integer(tag::nchan, info.n_channels());
    out.real(tag::sfreq, info.sfreq);
    out.real(tag::lowpass, info.lowpass);
    out.real(tag::highpass, info.highpass);
    if (info.line_freq) {
        out.real(tag::line_freq, *info.line_freq);
    }
    if (data_pack != 0) {
        out.integer(tag::data_pack, data_pack);
    }
    if (info.custom_ref_applied != meeg::CustomReference::off) {
        out.integer(tag::mne_custom_ref, number(info.custom_ref_applied));
    }
    write_preserved(out, info, 5, 5);
    write_projections(out, info.projections, shorter);
    write_channels(out, info.channels, shorter, reset_range);
    write_preserved(out, info, 6, 6);
    write_bads(out, info.bads, shorter);
    write_compensations(out, info, shorter, reset_range);
    out.end_block(block::meas_info);
    for (const auto& carried : info.preserved_blocks) {
        if (carried.kind == block::processing_history) {
            write_block(out, carried);
        }
    }
}

}  // namespace fiff

void write_info_fif(const meeg::Info& info, const fs::path& path, bool overwrite) {
    fiff::Writer out(path, overwrite);
    fiff::start_measurement(out, info);
    fiff::write_info(out, info, 0, true);
    out.end_block(fiff::block::meas);
    out.commit();
}

}  // namespace ranvier::formats
