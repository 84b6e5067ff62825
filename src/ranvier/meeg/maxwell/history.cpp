#include <cstdint>

#include "ranvier/base/version.hpp"
#include "ranvier/meeg/maxwell/preparation.hpp"
#include "ranvier/meeg/maxwell/preserved.hpp"
#include "ranvier/meeg/recording/fiff_numbers.hpp"

namespace ranvier::meeg {

namespace {

enum { job_filter = 2, job_st = 10, job_st_only = 11 };

PreservedTag integer(int kind, std::int64_t value) { return Bytes().integer(value).tag(kind, type_int); }
PreservedTag real(int kind, double value) { return Bytes().real(value).tag(kind, type_float); }
PreservedTag text(int kind, const std::string& value) {
    PreservedTag tag{kind, type_string, {}};
    for (const char c : value) {
        tag.data.push_back(static_cast<std::byte>(c));
    }
    return tag;
}
/// An id of no machine and no date.
PreservedTag nobody(int kind) {
    return Bytes().integer(65540).integer(0).integer(0).integer(0).integer(INT32_MAX).tag(kind, type_id);
}

/// MaxFilter counts orders 0, 1, −1, 2, −2 …, and marks the moments that are used.
void add_components(Bytes& bytes, int top, index first, const std::vector<bool>& used) {
    for (int l = 1; l <= top; ++l) {
        bytes.integer(used[static_cast<std::size_t>(first + moment_index(l, 0))]);
        for (int m = 1; m <= l; ++m) {
            bytes.integer(used[static_cast<std::size_t>(first + moment_index(l, m))]);
            bytes.integer(used[static_cast<std::size_t>(first + moment_index(l, -m))]);
        }
    }
}

PreservedBlock sss_block(const MaxwellRecord& record) {
    const Preparation& p = *record.prepared;
    const Expansion& e = p.sensors.expansion;
    const index n_in = n_moments(e.int_order), n_out = n_moments(e.ext_order);
    std::vector<bool> used(static_cast<std::size_t>(record.n_all));
    index n_free = 0, n_good = 0;
    for (const index k : record.moments) {
        used[static_cast<std::size_t>(k)] = true;
        n_free += k < n_in;
    }
    for (const bool good : p.good) {
        n_good += good;
    }
    Bytes components;
    add_components(components, e.int_order, 0, used);
    add_components(components, e.ext_order, n_in, used);
    for (index k = n_in + n_out; k < record.n_all; ++k) {
        components.integer(used[static_cast<std::size_t>(k)]);
    }
    Bytes origin;
    origin.real(p.origin[0]).real(p.origin[1]).real(p.origin[2]);
    return {fiff_block::sss_info,
            {integer(fiff_tag::sss_job, job_filter), integer(fiff_tag::sss_frame, record.coord_frame == "head" ? 4 : 1),
             origin.tag(fiff_tag::sss_origin, type_float), integer(fiff_tag::sss_ord_in, e.int_order),
             integer(fiff_tag::sss_ord_out, e.ext_order), integer(fiff_tag::sss_nmag, n_good),
             components.tag(fiff_tag::sss_components, type_int), integer(fiff_tag::sss_nfree, n_free)},
            {}};
}

/// The matrix is stored transposed, by columns, as MaxFilter stores it.
PreservedBlock cross_talk_block(const CrossTalk& cross_talk) {
    PreservedBlock block{fiff_block::channel_decoupler, cross_talk.of, {}};
    // Columns of the transposed are rows of the matrix, which the entries are sorted by.
    const index n = std::ssize(cross_talk.names);
    Bytes matrix;
    for (const auto& entry : cross_talk.entries) {
        matrix.real(entry.value);
    }
    for (const auto& entry : cross_talk.entries) {
        matrix.integer(entry.column);
    }
    std::vector<index> starts(static_cast<std::size_t>(n) + 1);
    for (const auto& entry : cross_talk.entries) {
        ++starts[static_cast<std::size_t>(entry.row) + 1];
    }
    for (std::size_t k = 1; k < starts.size(); ++k) {
        starts[k] += starts[k - 1];
    }
    for (const index start : starts) {
        matrix.integer(start);
    }
    matrix.integer(std::ssize(cross_talk.entries)).integer(n).integer(n).integer(2);
    block.tags.push_back(matrix.tag(fiff_tag::decoupler_matrix, sparse_columns | type_float));
    std::string names;
    for (const std::string& name : cross_talk.names) {
        names += (names.empty() ? "" : ":") + name;
    }
    block.tags.push_back(text(fiff_tag::proj_item_ch_name_list, names));
    return block;
}

template <class Numbers>
PreservedTag matrix_tag(int kind, int type, index rows, index columns, const Numbers& number) {
    Bytes bytes;
    for (index i = 0; i < rows; ++i) {
        for (index k = 0; k < columns; ++k) {
            number(bytes, i, k);
        }
    }
    return bytes.integer(columns).integer(rows).integer(2).tag(kind, dense | type);
}

PreservedBlock calibration_block(const Preparation& p) {
    const auto& channels = p.calibrated_channels;
    return {fiff_block::sss_cal_adjust,
            {matrix_tag(fiff_tag::sss_cal_chans, type_int, std::ssize(channels), 2,
                        [&](Bytes& to, index i, index k) {
                            to.integer(channels[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)]);
                        }),
             matrix_tag(fiff_tag::sss_cal_corrs, type_float, p.calibration.extent(0), p.calibration.extent(1),
                        [&](Bytes& to, index i, index k) { to.real(p.calibration(i, k)); })},
            {}};
}

void look(const PreservedBlock& block, MaxwellDone& done) {
    done.separated = done.separated || (block.kind == fiff_block::sss_info && !block.tags.empty());
    done.temporal = done.temporal || (block.kind == fiff_block::sss_st_info && !block.tags.empty());
    done.calibrated = done.calibrated || (block.kind == fiff_block::sss_cal_adjust && !block.tags.empty());
    done.cross_talk = done.cross_talk || (block.kind == fiff_block::channel_decoupler && !block.tags.empty());
    for (const PreservedBlock& child : block.children) {
        look(child, done);
    }
}

}  // namespace

MaxwellDone maxwell_done(const Info& info) {
    MaxwellDone done;
    for (const PreservedBlock& block : info.preserved_blocks) {
        if (block.kind == fiff_block::processing_history) {
            look(block, done);
        }
    }
    return done;
}

void add_to_history(Info& info, const MaxwellRecord& record) {
    const Preparation& p = *record.prepared;
    PreservedBlock made{
        fiff_block::processing_record,
        {nobody(fiff_tag::block_id), Bytes().integer(0).integer(INT32_MAX).tag(fiff_tag::meas_date, type_int),
         text(fiff_tag::creator, "ranvier " + version())},
        {}};
    if (!record.st_only) {
        made.children.push_back(sss_block(record));
    }
    if (record.st_duration) {
        made.children.push_back(
            {fiff_block::sss_st_info,
             {integer(fiff_tag::sss_job, record.st_only ? job_st_only : job_st),
              real(fiff_tag::sss_st_corr, *record.st_correlation), real(fiff_tag::sss_st_length, *record.st_duration)},
             {}});
    }
    if (!record.st_only && !p.cross_talk_of.names.empty()) {
        made.children.push_back(cross_talk_block(p.cross_talk_of));
    }
    if (!record.st_only && !p.calibration.empty()) {
        made.children.push_back(calibration_block(p));
    }
    for (PreservedBlock& block : info.preserved_blocks) {
        if (block.kind == fiff_block::processing_history) {
            block.children.insert(block.children.begin(), std::move(made));
            return;
        }
    }
    info.preserved_blocks.push_back({fiff_block::processing_history, {}, {std::move(made)}});
}

}  // namespace ranvier::meeg
