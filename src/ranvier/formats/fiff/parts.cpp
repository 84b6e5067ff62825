#include <algorithm>

#include "ranvier/base/letters.hpp"
#include "ranvier/formats/fiff/data.hpp"

/// Recordings and epochs that are split over several files.
namespace ranvier::formats::fiff {

namespace {

/// The name of part `number` where the file gives the number alone: "a_raw.fif" → "a_raw-1.fif" → "a_raw-2.fif".
std::filesystem::path numbered(const std::filesystem::path& path, int number) {
    const std::string name = path.filename().string();
    const std::size_t dot = std::min(name.find('.'), name.size());
    std::string base = name.substr(0, dot);
    const std::size_t dash = base.rfind('-');
    if (dash != std::string::npos && dash + 1 < base.size() &&
        std::all_of(base.begin() + static_cast<std::ptrdiff_t>(dash) + 1, base.end(),
                    [](char c) { return c >= '0' && c <= '9'; })) {
        base.resize(dash);
    }
    return path.parent_path() / (base + "-" + text_of(number) + name.substr(dot));
}

}  // namespace

std::optional<std::filesystem::path> next_part(const File& file) {
    for (const Node* node : file.root().all(block::ref)) {
        const Entry* role = node->find(tag::ref_role);
        if (!role || file.integer(*role) != role_next_file) {
            continue;
        }
        if (const Entry* name = node->find(tag::ref_file_name); name && name->size > 0) {
            const auto next = std::filesystem::path(file.text(*name)).filename();  // beside this one, wherever it was
            if (!next.empty() && next.string().find('\0') == std::string::npos) {
                return file.path().parent_path() / next;
            }
            file.fail(*name, "should name the next part of the recording");
        }
        if (const Entry* number = node->find(tag::ref_file_num)) {
            return numbered(file.path(), static_cast<int>(file.integer(*number)));
        }
    }
    return {};
}

void write_reference(Writer& out, int role, const std::string& file_name, int part, const meeg::Info& info) {
    out.start_block(block::ref);
    out.integer(tag::ref_role, role);
    out.text(tag::ref_file_name, file_name);
    if (const auto id = measurement_id(info); !id.empty()) {
        out.tag_bytes(tag::ref_file_id, type::id_struct, id);
    }
    out.integer(tag::ref_file_num, part);
    out.end_block(block::ref);
}

std::filesystem::path part_path(const std::filesystem::path& path, const std::string& naming, int part) {
    require(naming == "neuromag" || naming == "bids",
            [&] { return "split_naming must be \"neuromag\" or \"bids\"; got \"" + naming + "\""; });
    if (naming == "neuromag") {
        const std::string name = path.filename().string();
        const std::size_t end =
            name.size() - (lower_case(name).ends_with(".fif.gz") ? 7 : path.extension().string().size());
        const std::string number = part == 0 ? "" : "-" + text_of(part);
        return path.parent_path() / (name.substr(0, end) + number + name.substr(end));
    }
    const std::string stem = path.stem().string();
    const std::size_t suffix = stem.rfind('_');
    require(suffix != std::string::npos, [&] {
        return "a name by the BIDS rules must end in an underscore and what was recorded, such as \"_meg.fif\"; got "
               "\"" +
               path.filename().string() + "\"";
    });
    const std::string number = (part < 9 ? "0" : "") + text_of(part + 1);
    return path.parent_path() /
           (stem.substr(0, suffix) + "_split-" + number + stem.substr(suffix) + path.extension().string());
}

bool is_fiff(const std::filesystem::path& path) {
    const std::string name = lower_case(path.filename().string());
    return name.ends_with(".fif") || name.ends_with(".fif.gz");
}

}  // namespace ranvier::formats::fiff
