// Coordinate transforms: *-trans.fif.
#include <algorithm>

#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/tags.hpp"
#include "ranvier/formats/fiff/writer.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;

void collect(const Node& node, std::vector<Entry>& found) {
    std::copy_if(node.tags.begin(), node.tags.end(), std::back_inserter(found),
                 [](const Entry& entry) { return entry.kind == tag::coord_trans; });
    for (const Node& child : node.children) {
        collect(child, found);
    }
}

}  // namespace

std::vector<meeg::Transform> read_transforms_fif(const fs::path& path) {
    const File file(path);
    std::vector<Entry> entries;
    collect(file.root(), entries);
    if (entries.empty()) {
        throw FileError(path, FileError::no_offset, "holds no coordinate transform");
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.position < b.position; });
    std::vector<meeg::Transform> transforms;
    for (const Entry& entry : entries) {
        transforms.push_back(file.transform(entry));
    }
    return transforms;
}

void write_transform_fif(const meeg::Transform& transform, const fs::path& path, bool overwrite) {
    Writer out(path, overwrite);
    out.transform(transform);
    out.commit();
}

}  // namespace ranvier::formats
