#include <algorithm>

#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::formats {

namespace fiff {

namespace {

constexpr int block_correction = 500, block_decoupler = 501, tag_decoupler = 800;
constexpr int columns_first = 0x00100000, rows_first = 0x00200000;

/// Entries of a sparse matrix: its numbers, the positions along one axis, where each line of the other axis begins, and
/// last how many there are, rows, columns, and 2.
std::vector<meeg::CrossTalk::Entry> entries(const File& file, const Entry& tag, index n) {
    const auto data = file.data(tag);
    const int order = tag.type & type::sparse_mask;
    if ((order != columns_first && order != rows_first) || (tag.type & type::element_mask) != type::float_ ||
        data.size() < 16 || data.size() % 4 != 0) {
        file.fail(tag, "should be a sparse matrix of numbers in single precision");
    }
    const std::size_t behind = data.size() - 16;
    const index count = file.int32_at(tag, behind), rows = file.int32_at(tag, behind + 4),
                columns = file.int32_at(tag, behind + 8), axes = file.int32_at(tag, behind + 12);
    if (axes != 2 || rows != n || columns != n || count < 0 ||
        static_cast<index>(behind) < 4 * (2 * count + n + 1)) {  // MaxFilter's have a number more
        file.fail(tag, "should be a matrix of " + text_of(n) + " rows and columns, as there are channels");
    }
    std::vector<meeg::CrossTalk::Entry> out;
    const auto start = [&](index line) {
        return static_cast<index>(file.int32_at(tag, static_cast<std::size_t>(4 * (2 * count + line))));
    };
    for (index line = 0; line < n; ++line) {
        const index begin = start(line), end = start(line + 1);
        if (begin < 0 || end < begin || end > count) {
            file.fail(tag, "says that a line of its matrix lies outside of it");
        }
        for (index k = begin; k < end; ++k) {
            const index across = file.int32_at(tag, static_cast<std::size_t>(4 * (count + k)));
            if (across < 0 || across >= n) {
                file.fail(tag, "has an entry outside of its matrix");
            }
            const double value = file.float_at(tag, static_cast<std::size_t>(4 * k));
            out.push_back(order == columns_first ? meeg::CrossTalk::Entry{across, line, value}
                                                 : meeg::CrossTalk::Entry{line, across, value});
        }
    }
    std::ranges::sort(out, {}, [](const auto& e) { return std::pair(e.row, e.column); });
    return out;
}

}  // namespace

}  // namespace fiff

meeg::CrossTalk read_cross_talk_fif(const fs::path& path) {
    using namespace fiff;
    const File file(path);
    return reading(path, [&] {
        const Node* around = file.root().first(block_correction);
        const Node* node = file.root().first(block_decoupler);
        const Entry* comment = around ? around->find(tag::comment) : nullptr;
        if (!node || !comment || file.text(*comment) != "cross-talk compensation matrix") {
            throw FileError(path, FileError::no_offset,
                            "holds no cross-talk matrix; that of a site is usually called ct_sparse.fif");
        }
        meeg::CrossTalk out;
        for (std::string name :
             file.names(file.required(*node, tag::proj_item_ch_name_list, "the channels of the cross-talk matrix"))) {
            name.erase(std::min(name.find('\0'), name.size()));
            out.names.push_back(std::move(name));
        }
        out.entries =
            entries(file, file.required(*node, tag_decoupler, "the cross-talk matrix"), std::ssize(out.names));
        for (const int kind : {tag::block_id, tag::meas_date, 113}) {
            const Entry* entry = node->find(kind) ? node->find(kind) : around->find(kind);
            if (entry) {
                const auto data = file.data(*entry);
                out.of.push_back({kind, entry->type, {data.begin(), data.end()}});
            }
        }
        return out;
    });
}

meeg::Transform read_head_transform_fif(const fs::path& path) {
    using namespace fiff;
    const File file(path);
    return reading(path, [&] {
        std::vector<const Node*> nodes{&file.root()};
        for (std::size_t k = 0; k < nodes.size(); ++k) {
            for (const Entry& entry : nodes[k]->tags) {
                if (entry.kind != tag::coord_trans) {
                    continue;
                }
                const meeg::Transform t = file.transform(entry);
                if (t.from == meeg::CoordFrame::device && t.to == meeg::CoordFrame::head) {
                    return t;
                }
                if (t.from == meeg::CoordFrame::head && t.to == meeg::CoordFrame::device) {
                    return meeg::inverse(t);
                }
            }
            for (const Node& child : nodes[k]->children) {
                nodes.push_back(&child);
            }
        }
        throw FileError(path, FileError::no_offset,
                        "does not say where the head is: it holds no transform from the device "
                        "to the head");
    });
}

}  // namespace ranvier::formats
